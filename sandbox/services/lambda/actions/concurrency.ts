import type * as sdk from "@aws-sdk/client-lambda";
import { invalidInput, invalidParameterValue } from "../errors";
import type { LambdaStore } from "../store";

/** An account's concurrency, and what of it must stay unreserved. Source: AWS Lambda Developer Guide, "Configuring reserved concurrency for a function". */
const ACCOUNT_LIMIT = 1000;
const MIN_UNRESERVED = 100;

/** PutFunctionConcurrency: 0 throttles every invocation. */
export function putFunctionConcurrency(
  lambda: LambdaStore,
  input: sdk.PutFunctionConcurrencyRequest,
): sdk.Concurrency {
  const lambdaFunction = lambda.functions.get(input.FunctionName);
  const wanted = input.ReservedConcurrentExecutions ?? 0;
  if (!Number.isInteger(wanted) || wanted < 0) {
    throw invalidInput(
      `1 validation error detected: Value '${wanted}' at 'reservedConcurrentExecutions' failed to satisfy constraint: Member must have value greater than or equal to 0`,
    );
  }
  const others = [...lambda.functions.all.values()].filter((other) => other !== lambdaFunction);
  const reserved = others.reduce((sum, other) => sum + (other.reservedConcurrency ?? 0), wanted);
  if (ACCOUNT_LIMIT - reserved < MIN_UNRESERVED) {
    throw invalidParameterValue(
      `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${MIN_UNRESERVED}].`,
    );
  }
  lambdaFunction.reservedConcurrency = wanted;
  return { ReservedConcurrentExecutions: wanted };
}

/** GetFunctionConcurrency: empty when nothing is reserved. */
export function getFunctionConcurrency(
  lambda: LambdaStore,
  input: sdk.GetFunctionConcurrencyRequest,
): sdk.Concurrency {
  const { reservedConcurrency } = lambda.functions.get(input.FunctionName);
  return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
}

/** DeleteFunctionConcurrency: also fine when nothing is reserved. */
export function deleteFunctionConcurrency(
  lambda: LambdaStore,
  input: sdk.DeleteFunctionConcurrencyRequest,
): void {
  lambda.functions.get(input.FunctionName).reservedConcurrency = undefined;
}
