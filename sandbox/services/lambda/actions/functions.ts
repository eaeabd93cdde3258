import type * as sdk from "@aws-sdk/client-lambda";
import { configurationOf } from "../configuration";
import { lambdaPage } from "../page";
import type { LambdaStore } from "../store";

/** GetFunction: without a place to download the code from, for it lies nowhere but in memory. */
export function getFunction(lambda: LambdaStore, input: sdk.GetFunctionRequest): sdk.GetFunctionResponse {
  const lambdaFunction = lambda.functions.get(input.FunctionName, input.Qualifier);
  const { tags, reservedConcurrency } = lambdaFunction;
  return {
    Configuration: configurationOf(lambdaFunction),
    Code: { RepositoryType: "S3" },
    ...(tags.size > 0 && { Tags: Object.fromEntries(tags) }),
    ...(reservedConcurrency !== undefined && {
      Concurrency: { ReservedConcurrentExecutions: reservedConcurrency },
    }),
  };
}

/** GetFunctionConfiguration. */
export function getFunctionConfiguration(
  lambda: LambdaStore,
  input: sdk.GetFunctionConfigurationRequest,
): sdk.FunctionConfiguration {
  return configurationOf(lambda.functions.get(input.FunctionName, input.Qualifier));
}

/** ListFunctions: pages of 50 at most. */
export function listFunctions(
  lambda: LambdaStore,
  input: sdk.ListFunctionsRequest,
): sdk.ListFunctionsResponse {
  const all = [...lambda.functions.all.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const { items, nextToken: NextMarker } = lambdaPage(all, input, 50);
  return { Functions: items.map(configurationOf), NextMarker };
}

/** ListVersionsByFunction: `$LATEST` is the only one, which is named in its ARN here as AWS does. */
export function listVersionsByFunction(
  lambda: LambdaStore,
  input: sdk.ListVersionsByFunctionRequest,
): sdk.ListVersionsByFunctionResponse {
  const configuration = configurationOf(lambda.functions.get(input.FunctionName));
  return { Versions: [{ ...configuration, FunctionArn: `${configuration.FunctionArn}:$LATEST` }] };
}

/** GetFunctionCodeSigningConfig: no function here has one, and of those AWS says nothing. */
export function getFunctionCodeSigningConfig(
  lambda: LambdaStore,
  input: sdk.GetFunctionCodeSigningConfigRequest,
): Partial<sdk.GetFunctionCodeSigningConfigResponse> {
  lambda.functions.get(input.FunctionName);
  return {};
}

/** DeleteFunction: what runs ends in peace, warm processes end now, events that wait are dropped. */
export function deleteFunction(
  lambda: LambdaStore,
  input: sdk.DeleteFunctionRequest,
): sdk.DeleteFunctionResponse {
  const lambdaFunction = lambda.functions.get(input.FunctionName, input.Qualifier);
  lambda.functions.all.delete(lambdaFunction.name);
  lambda.retire(lambdaFunction);
  return { StatusCode: 204 };
}
