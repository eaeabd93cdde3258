import * as sdk from "@aws-sdk/client-lambda";
import type { Action, Service } from "../../wire/service";
import {
  deleteFunctionConcurrency,
  getFunctionConcurrency,
  putFunctionConcurrency,
} from "./actions/concurrency";
import { createFunction } from "./actions/create-function";
import {
  deleteFunctionEventInvokeConfig,
  getFunctionEventInvokeConfig,
  putFunctionEventInvokeConfig,
  updateFunctionEventInvokeConfig,
} from "./actions/event-invoke-config";
import { deleteFunction, getFunction, getFunctionConfiguration, listFunctions } from "./actions/functions";
import { invoke } from "./actions/invoke";
import { addPermission, getPolicy, removePermission } from "./actions/permissions";
import { listTags, tagResource, untagResource } from "./actions/tags";
import { updateFunctionCode, updateFunctionConfiguration } from "./actions/update-function";
import type { LambdaEngine } from "./engine";
import { invalidInput } from "./errors";

/** Lambda on the wire: REST and JSON. Source: AWS Lambda API Reference. */
export function lambdaService(engine: LambdaEngine): Service {
  const actions: Record<string, Action> = {
    CreateFunction: (input) => createFunction(engine, input),
    GetFunction: (input) => getFunction(engine, input),
    GetFunctionConfiguration: (input) => getFunctionConfiguration(engine, input),
    ListFunctions: (input) => listFunctions(engine, input),
    UpdateFunctionCode: (input) => updateFunctionCode(engine, input),
    UpdateFunctionConfiguration: (input) => updateFunctionConfiguration(engine, input),
    DeleteFunction: (input) => deleteFunction(engine, input),
    Invoke: (input, call) => invoke(engine, input, call),
    AddPermission: (input) => addPermission(engine, input),
    RemovePermission: (input) => removePermission(engine, input),
    GetPolicy: (input) => getPolicy(engine, input),
    PutFunctionEventInvokeConfig: (input) => putFunctionEventInvokeConfig(engine, input),
    UpdateFunctionEventInvokeConfig: (input) => updateFunctionEventInvokeConfig(engine, input),
    GetFunctionEventInvokeConfig: (input) => getFunctionEventInvokeConfig(engine, input),
    DeleteFunctionEventInvokeConfig: (input) => deleteFunctionEventInvokeConfig(engine, input),
    PutFunctionConcurrency: (input) => putFunctionConcurrency(engine, input),
    GetFunctionConcurrency: (input) => getFunctionConcurrency(engine, input),
    DeleteFunctionConcurrency: (input) => deleteFunctionConcurrency(engine, input),
    TagResource: (input) => tagResource(engine, input),
    UntagResource: (input) => untagResource(engine, input),
    ListTags: (input) => listTags(engine, input),
  };
  return {
    name: "lambda",
    signingNames: ["lambda"],
    protocol: "rest-json",
    sdk,
    actions,
    invalid: invalidInput,
  };
}
