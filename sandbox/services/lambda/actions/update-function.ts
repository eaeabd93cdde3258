import type * as sdk from "@aws-sdk/client-lambda";
import { AwsError } from "../../../wire/aws-error";
import { readArchive, zipOf } from "../archive";
import { architecturesOf, changedOf, changeFunction, configurationOf } from "../configuration";
import type { LambdaFunction } from "../function";
import { settingsFrom } from "../settings";
import type { LambdaStore } from "../store";

function checkRevision(lambdaFunction: LambdaFunction, revisionId: string | undefined): void {
  if (revisionId === undefined || revisionId === lambdaFunction.revisionId) return;
  throw new AwsError(
    "PreconditionFailedException",
    412,
    "The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest RevisionId",
  );
}

/** UpdateFunctionCode: takes effect with the next invocation. */
export function updateFunctionCode(
  lambda: LambdaStore,
  input: sdk.UpdateFunctionCodeRequest,
): sdk.FunctionConfiguration {
  const lambdaFunction = lambda.functions.get(input.FunctionName);
  checkRevision(lambdaFunction, input.RevisionId);
  const change = {
    archive: readArchive(zipOf(input)),
    architectures: input.Architectures ? architecturesOf(input.Architectures) : lambdaFunction.architectures,
  };
  if (input.DryRun) return configurationOf({ ...lambdaFunction, ...change });
  changeFunction(lambda, lambdaFunction, change);
  return changedOf(lambdaFunction);
}

/** UpdateFunctionConfiguration: takes effect with the next invocation. */
export function updateFunctionConfiguration(
  lambda: LambdaStore,
  input: sdk.UpdateFunctionConfigurationRequest,
): sdk.FunctionConfiguration {
  const lambdaFunction = lambda.functions.get(input.FunctionName);
  checkRevision(lambdaFunction, input.RevisionId);
  const settings = settingsFrom(lambda, lambdaFunction.name, input, lambdaFunction.settings);
  changeFunction(lambda, lambdaFunction, { settings });
  return changedOf(lambdaFunction);
}
