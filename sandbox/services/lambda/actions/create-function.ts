import { randomUUID } from "node:crypto";
import type { CreateFunctionRequest, FunctionConfiguration } from "@aws-sdk/client-lambda";
import { mergeTags, tagPairs } from "../../../wire/tags";
import { readArchive, zipOf } from "../archive";
import { architecturesOf, createdOf } from "../configuration";
import { invalidParameterValue, resourceConflict } from "../errors";
import type { LambdaFunction } from "../function";
import { settingsFrom } from "../settings";
import type { LambdaStore } from "../store";

/** CreateFunction: the function is active by the next call. */
export function createFunction(lambda: LambdaStore, input: CreateFunctionRequest): FunctionConfiguration {
  const { functions, env } = lambda;
  if (input.PackageType === "Image") throw invalidParameterValue("The sandbox runs zip packages only.");
  if (input.Handler === undefined) {
    throw invalidParameterValue("Handler is mandatory for functions created with deployment packages.");
  }
  const name = functions.nameOf(input.FunctionName);
  if (name.length > 64) {
    throw invalidParameterValue(
      `Function name must have length less than or equal to 64; it has ${name.length}.`,
    );
  }
  if (functions.all.has(name)) throw resourceConflict(`Function already exist: ${name}`);
  const lambdaFunction: LambdaFunction = {
    name,
    arn: functions.arnOf(name),
    settings: settingsFrom(lambda, name, input),
    archive: readArchive(zipOf(input.Code)),
    architectures: architecturesOf(input.Architectures),
    modifiedAt: env.clock.date(),
    revisionId: randomUUID(),
    tags: mergeTags(new Map(), tagPairs(input.Tags), invalidParameterValue),
    permissions: new Map(),
    eventInvoke: undefined,
    reservedConcurrency: undefined,
  };
  functions.all.set(name, lambdaFunction);
  // A mapping outlives its function.
  lambda.mappings.wake({ functionName: name });
  return createdOf(lambdaFunction);
}
