import { randomUUID } from "node:crypto";
import type { CreateFunctionRequest, FunctionConfiguration } from "@aws-sdk/client-lambda";
import { mergeTags } from "../../../wire/tags";
import { readArchive, zipOf } from "../archive";
import { architecturesOf, configurationOf } from "../configuration";
import type { LambdaEngine } from "../engine";
import { invalidParameterValue, resourceConflict } from "../errors";
import type { LambdaFunction } from "../function";
import { settingsFrom } from "../settings";

/** CreateFunction: active at once. */
export function createFunction(engine: LambdaEngine, input: CreateFunctionRequest): FunctionConfiguration {
  const { store, env } = engine;
  if (input.PackageType === "Image") throw invalidParameterValue("The sandbox runs zip packages only.");
  if (input.Handler === undefined) {
    throw invalidParameterValue("Handler is mandatory for functions created with deployment packages.");
  }
  const name = store.nameOf(input.FunctionName);
  if (name.length > 64) {
    throw invalidParameterValue(
      `Function name must have length less than or equal to 64; it has ${name.length}.`,
    );
  }
  if (store.functions.has(name)) throw resourceConflict(`Function already exist: ${name}`);
  const lambdaFunction: LambdaFunction = {
    name,
    arn: store.arnOf(name),
    settings: settingsFrom(engine, name, input),
    archive: readArchive(zipOf(input.Code)),
    architectures: architecturesOf(input.Architectures),
    modifiedAt: env.clock.date(),
    revisionId: randomUUID(),
    tags: mergeTags(new Map(), Object.entries(input.Tags ?? {}), invalidParameterValue),
    permissions: new Map(),
    eventInvoke: undefined,
    reservedConcurrency: undefined,
  };
  store.functions.set(name, lambdaFunction);
  return configurationOf(lambdaFunction);
}
