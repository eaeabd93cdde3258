import type * as sdk from "@aws-sdk/client-lambda";
import { checkConstraints } from "../../../wire/constraints";
import { invalidInput, invalidParameterValue, resourceNotFound } from "../errors";
import type { EventInvokeSettings, LambdaFunction } from "../function";
import type { LambdaStore } from "../store";

/** Source: the API model of AWS Lambda (2015-03-31). */
const CONSTRAINTS = {
  MaximumRetryAttempts: { min: 0, max: 2 },
  MaximumEventAgeInSeconds: { min: 60, max: 21_600 },
};

/** Lambda asks IAM for the function's role when a destination is set, not only when it sends. */
function checkDestination(
  lambda: LambdaStore,
  lambdaFunction: LambdaFunction,
  arn: string | undefined,
): void {
  if (arn === undefined) return;
  if (!arn.includes(":sqs:")) {
    throw invalidParameterValue(`The sandbox takes SQS queues as destinations only; it is ${arn}.`);
  }
  if (!lambda.maySend(lambdaFunction.settings.role, arn)) {
    throw invalidParameterValue(
      `The function's execution role does not have permissions to call SendMessage on ${arn}`,
    );
  }
}

function render({ arn }: LambdaFunction, settings: EventInvokeSettings): sdk.FunctionEventInvokeConfig {
  const { onSuccess, onFailure, retries, maximumAge } = settings;
  return {
    LastModified: settings.modifiedAt,
    FunctionArn: `${arn}:$LATEST`,
    ...(retries !== undefined && { MaximumRetryAttempts: retries }),
    ...(maximumAge !== undefined && { MaximumEventAgeInSeconds: maximumAge }),
    DestinationConfig: {
      OnSuccess: onSuccess === undefined ? {} : { Destination: onSuccess },
      OnFailure: onFailure === undefined ? {} : { Destination: onFailure },
    },
  };
}

function settingsOf(lambdaFunction: LambdaFunction): EventInvokeSettings {
  if (lambdaFunction.eventInvoke) return lambdaFunction.eventInvoke;
  throw resourceNotFound(`The function ${lambdaFunction.arn}:$LATEST doesn't have an EventInvokeConfig`);
}

function set(
  lambda: LambdaStore,
  lambdaFunction: LambdaFunction,
  input: sdk.PutFunctionEventInvokeConfigRequest,
  current?: EventInvokeSettings,
): sdk.FunctionEventInvokeConfig {
  checkConstraints(input, CONSTRAINTS, invalidInput);
  const { OnSuccess, OnFailure } = input.DestinationConfig ?? {};
  const settings: EventInvokeSettings = {
    retries: input.MaximumRetryAttempts ?? current?.retries,
    maximumAge: input.MaximumEventAgeInSeconds ?? current?.maximumAge,
    onSuccess: (OnSuccess ? OnSuccess.Destination : current?.onSuccess) || undefined,
    onFailure: (OnFailure ? OnFailure.Destination : current?.onFailure) || undefined,
    modifiedAt: lambda.env.clock.date(),
  };
  checkDestination(lambda, lambdaFunction, settings.onSuccess);
  checkDestination(lambda, lambdaFunction, settings.onFailure);
  lambdaFunction.eventInvoke = settings;
  return render(lambdaFunction, settings);
}

/** PutFunctionEventInvokeConfig: what is not given is removed. */
export function putFunctionEventInvokeConfig(
  lambda: LambdaStore,
  input: sdk.PutFunctionEventInvokeConfigRequest,
): sdk.FunctionEventInvokeConfig {
  return set(lambda, lambda.functions.get(input.FunctionName, input.Qualifier), input);
}

/** UpdateFunctionEventInvokeConfig: what is not given stays. */
export function updateFunctionEventInvokeConfig(
  lambda: LambdaStore,
  input: sdk.PutFunctionEventInvokeConfigRequest,
): sdk.FunctionEventInvokeConfig {
  const lambdaFunction = lambda.functions.get(input.FunctionName, input.Qualifier);
  return set(lambda, lambdaFunction, input, settingsOf(lambdaFunction));
}

/** GetFunctionEventInvokeConfig. */
export function getFunctionEventInvokeConfig(
  lambda: LambdaStore,
  input: sdk.GetFunctionEventInvokeConfigRequest,
): sdk.FunctionEventInvokeConfig {
  const lambdaFunction = lambda.functions.get(input.FunctionName, input.Qualifier);
  return render(lambdaFunction, settingsOf(lambdaFunction));
}

/** DeleteFunctionEventInvokeConfig. */
export function deleteFunctionEventInvokeConfig(
  lambda: LambdaStore,
  input: sdk.DeleteFunctionEventInvokeConfigRequest,
): void {
  const lambdaFunction = lambda.functions.get(input.FunctionName, input.Qualifier);
  settingsOf(lambdaFunction);
  lambdaFunction.eventInvoke = undefined;
}
