import type {
  DeleteFunctionRequest,
  DeleteFunctionResponse,
  FunctionConfiguration,
  GetFunctionCodeSigningConfigRequest,
  GetFunctionCodeSigningConfigResponse,
  GetFunctionConfigurationRequest,
  GetFunctionRequest,
  GetFunctionResponse,
  ListFunctionsRequest,
  ListFunctionsResponse,
  ListVersionsByFunctionRequest,
  ListVersionsByFunctionResponse,
} from "@aws-sdk/client-lambda";
import { pageOf } from "../../../wire/pagination";
import { configurationOf } from "../configuration";
import type { LambdaEngine } from "../engine";
import { invalidParameterValue } from "../errors";

/** GetFunction: without a place to download the code from, for it lies nowhere but in memory. */
export function getFunction(engine: LambdaEngine, input: GetFunctionRequest): GetFunctionResponse {
  const lambdaFunction = engine.store.get(input.FunctionName, input.Qualifier);
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
  engine: LambdaEngine,
  input: GetFunctionConfigurationRequest,
): FunctionConfiguration {
  return configurationOf(engine.store.get(input.FunctionName, input.Qualifier));
}

/** ListFunctions: pages of 50 at most. */
export function listFunctions(engine: LambdaEngine, input: ListFunctionsRequest): ListFunctionsResponse {
  const all = [...engine.store.functions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const { items, nextToken } = pageOf(all, {
    size: Math.min(input.MaxItems ?? 50, 50),
    token: input.Marker,
    largest: 50,
    invalid: invalidParameterValue,
  });
  return { Functions: items.map(configurationOf), ...(nextToken !== undefined && { NextMarker: nextToken }) };
}

/** ListVersionsByFunction: `$LATEST` is the only one, which is named in its ARN here as AWS does. */
export function listVersionsByFunction(
  engine: LambdaEngine,
  input: ListVersionsByFunctionRequest,
): ListVersionsByFunctionResponse {
  const configuration = configurationOf(engine.store.get(input.FunctionName));
  return { Versions: [{ ...configuration, FunctionArn: `${configuration.FunctionArn}:$LATEST` }] };
}

/** GetFunctionCodeSigningConfig: no function here has one, and of those AWS says nothing. */
export function getFunctionCodeSigningConfig(
  engine: LambdaEngine,
  input: GetFunctionCodeSigningConfigRequest,
): Partial<GetFunctionCodeSigningConfigResponse> {
  engine.store.get(input.FunctionName);
  return {};
}

/** DeleteFunction: what runs ends in peace, warm processes end now, events that wait are dropped. */
export function deleteFunction(engine: LambdaEngine, input: DeleteFunctionRequest): DeleteFunctionResponse {
  const lambdaFunction = engine.store.get(input.FunctionName, input.Qualifier);
  engine.store.functions.delete(lambdaFunction.name);
  engine.retire(lambdaFunction);
  return { StatusCode: 204 };
}
