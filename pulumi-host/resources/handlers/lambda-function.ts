import * as sdk from "@aws-sdk/client-lambda";
import { archiveFrom, zipOf } from "../archive";
import { type Change, completing, type HandlerContext, type ResourceHandler, text } from "../handler";
import type { Properties } from "../property-values";
import { changeTags, liveTags, tagMap } from "./tags";

interface FunctionEnvironment {
  readonly variables?: Record<string, string>;
}

/** Source: Lambda API Reference, "CreateFunction". */
const DEFAULTS = { description: "", architectures: ["x86_64"], memorySize: 128, timeout: 3 };

/** Inputs that UpdateFunctionConfiguration changes. */
const CONFIGURATION = ["description", "runtime", "handler", "role", "memorySize", "timeout", "environment"];

const configurationOf = (inputs: Properties) => ({
  Description: (inputs.description ?? DEFAULTS.description) as string,
  Runtime: text(inputs, "runtime") as sdk.Runtime,
  Handler: text(inputs, "handler"),
  Role: text(inputs, "role"),
  MemorySize: (inputs.memorySize ?? DEFAULTS.memorySize) as number,
  Timeout: (inputs.timeout ?? DEFAULTS.timeout) as number,
  Environment: { Variables: ((inputs.environment ?? {}) as FunctionEnvironment).variables ?? {} },
});

const codeOf = (inputs: Properties, folder: string) => ({
  ZipFile: zipOf(archiveFrom(inputs.code), folder),
  Architectures: (inputs.architectures ?? DEFAULTS.architectures) as sdk.Architecture[],
});

/** Sets or lifts a function's reserved concurrency. */
async function reserve(lambda: sdk.LambdaClient, FunctionName: string, reserved: unknown): Promise<void> {
  if (reserved === undefined || reserved === -1) {
    await lambda.send(new sdk.DeleteFunctionConcurrencyCommand({ FunctionName }));
    return;
  }
  const ReservedConcurrentExecutions = Number(reserved);
  await lambda.send(new sdk.PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
}

function liveInputs(found: sdk.FunctionConfiguration, reserved: number | undefined): Properties {
  const variables = found.Environment?.Variables ?? {};
  return {
    name: found.FunctionName,
    description: found.Description,
    runtime: found.Runtime,
    architectures: found.Architectures,
    handler: found.Handler,
    role: found.Role,
    memorySize: found.MemorySize,
    timeout: found.Timeout,
    reservedConcurrentExecutions: reserved,
    environment: Object.keys(variables).length > 0 ? { variables } : undefined,
  };
}

const liveOutputs = (found: sdk.FunctionConfiguration): Properties => ({
  arn: found.FunctionArn,
  qualifiedArn: `${found.FunctionArn}:${found.Version}`,
  version: found.Version,
  lastModified: found.LastModified,
  codeSha256: found.CodeSha256,
  sourceCodeSize: found.CodeSize,
  ephemeralStorage: { size: found.EphemeralStorage?.Size },
  loggingConfig: {
    applicationLogLevel: found.LoggingConfig?.ApplicationLogLevel ?? "",
    systemLogLevel: found.LoggingConfig?.SystemLogLevel ?? "",
    logFormat: found.LoggingConfig?.LogFormat,
    logGroup: found.LoggingConfig?.LogGroup,
  },
  tracingConfig: { mode: found.TracingConfig?.Mode },
});

async function update(change: Change, { clients, folder }: HandlerContext): Promise<void> {
  const { id: FunctionName, inputs, changed } = change;
  const { lambda } = clients;
  if (CONFIGURATION.some((input) => changed.has(input))) {
    await lambda.send(
      new sdk.UpdateFunctionConfigurationCommand({ FunctionName, ...configurationOf(inputs) }),
    );
  }
  if (changed.has("code") || changed.has("architectures")) {
    await lambda.send(new sdk.UpdateFunctionCodeCommand({ FunctionName, ...codeOf(inputs, folder) }));
  }
  if (changed.has("reservedConcurrentExecutions")) {
    await reserve(lambda, FunctionName, inputs.reservedConcurrentExecutions);
  }
  const { Configuration } = await lambda.send(new sdk.GetFunctionCommand({ FunctionName }));
  const Resource = Configuration?.FunctionArn;
  await changeTags(change, {
    untag: (TagKeys) => lambda.send(new sdk.UntagResourceCommand({ Resource, TagKeys })),
    tag: () => lambda.send(new sdk.TagResourceCommand({ Resource, Tags: tagMap(inputs) })),
  });
}

/** `aws:lambda/function:Function`. */
export const lambdaFunction: ResourceHandler = {
  inputs: ["name", ...CONFIGURATION, "architectures", "code", "reservedConcurrentExecutions", "tags"],
  nested: { environment: { variables: { "*": "anything" } } },
  computedIfAbsent: {
    architectures: DEFAULTS.architectures,
    ephemeralStorage: { size: 512 },
    loggingConfig: { applicationLogLevel: "", systemLogLevel: "", logFormat: "Text" },
    tracingConfig: { mode: "PassThrough" },
  },
  computed: [
    ...["arn", "invokeArn", "qualifiedArn", "version", "lastModified", "codeSha256", "sourceCodeHash"],
    ...["sourceCodeSize", "tagsAll"],
  ],
  volatile: ["lastModified", "codeSha256", "sourceCodeSize"],
  autoName: "name",
  createOnly: ["name"],
  // The provider takes -1 for "not reserved".
  defaults: { ...DEFAULTS, reservedConcurrentExecutions: -1 },
  writeOnly: ["code"],
  async create(inputs, { clients, folder }) {
    const FunctionName = text(inputs, "name");
    const { Architectures, ...Code } = codeOf(inputs, folder);
    await clients.lambda.send(
      new sdk.CreateFunctionCommand({
        ...configurationOf(inputs),
        FunctionName,
        Architectures,
        Code,
        Tags: tagMap(inputs),
      }),
    );
    const { reservedConcurrentExecutions: reserved } = inputs;
    return completing(
      FunctionName,
      async () => reserved !== undefined && reserve(clients.lambda, FunctionName, reserved),
    );
  },
  async read(id, _known, { clients }) {
    const found = await clients.lambda.send(new sdk.GetFunctionCommand({ FunctionName: id }));
    if (!found.Configuration) return undefined;
    const { tags, tagsAll } = liveTags(found.Tags);
    return {
      inputs: {
        ...liveInputs(found.Configuration, found.Concurrency?.ReservedConcurrentExecutions),
        tags,
      },
      outputs: { ...liveOutputs(found.Configuration), tagsAll },
    };
  },
  update,
  async delete(id, _known, { clients }) {
    await clients.lambda.send(new sdk.DeleteFunctionCommand({ FunctionName: id }));
  },
};
