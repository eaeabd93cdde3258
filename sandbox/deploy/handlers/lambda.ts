import {
  AddPermissionCommand,
  type Architecture,
  CreateFunctionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  type Runtime,
} from "@aws-sdk/client-lambda";
import { archiveFrom, zipOf } from "../archive";
import { type ResourceHandler, tagMap, text } from "../handler";
import type { Properties } from "../property-values";

interface FunctionEnvironment {
  readonly variables?: Record<string, string>;
}

/** `aws:lambda/function:Function`. */
export const lambdaFunction: ResourceHandler = {
  inputs: [
    ...[
      "name",
      "description",
      "runtime",
      "architectures",
      "handler",
      "code",
      "role",
      "memorySize",
      "timeout",
    ],
    ...["reservedConcurrentExecutions", "environment", "tags"],
  ],
  computed: [
    ...["arn", "invokeArn", "qualifiedArn", "version", "lastModified", "codeSha256", "sourceCodeHash"],
    ...["sourceCodeSize", "tagsAll"],
  ],
  autoName: "name",
  async create(inputs, { clients, folder }) {
    const FunctionName = text(inputs, "name");
    const environment = (inputs.environment ?? {}) as FunctionEnvironment;
    const made = await clients.lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Description: inputs.description as string | undefined,
        Runtime: text(inputs, "runtime") as Runtime,
        Architectures: (inputs.architectures as Architecture[] | undefined) ?? ["x86_64"],
        Handler: text(inputs, "handler"),
        Code: { ZipFile: zipOf(archiveFrom(inputs.code), folder) },
        Role: text(inputs, "role"),
        MemorySize: inputs.memorySize as number | undefined,
        Timeout: inputs.timeout as number | undefined,
        Environment: { Variables: environment.variables ?? {} },
        Tags: tagMap(inputs),
      }),
    );
    if (inputs.reservedConcurrentExecutions !== undefined) {
      const ReservedConcurrentExecutions = Number(inputs.reservedConcurrentExecutions);
      await clients.lambda.send(
        new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }),
      );
    }
    const outputs = {
      arn: made.FunctionArn,
      version: made.Version,
      lastModified: made.LastModified,
      codeSha256: made.CodeSha256,
      sourceCodeSize: made.CodeSize,
      tagsAll: inputs.tags,
    };
    return { id: FunctionName, outputs };
  },
};

/** The provider's inputs of a permission, by the API's names. */
const permissionOf = (inputs: Properties) => ({
  Action: text(inputs, "action"),
  Principal: text(inputs, "principal"),
  ...(inputs.sourceArn !== undefined && { SourceArn: text(inputs, "sourceArn") }),
  ...(inputs.sourceAccount !== undefined && { SourceAccount: text(inputs, "sourceAccount") }),
});

/** `aws:lambda/permission:Permission`. */
export const permission: ResourceHandler = {
  inputs: ["function", "action", "principal", "sourceArn", "sourceAccount", "statementId"],
  computed: [],
  autoName: "statementId",
  async create(inputs, { clients }) {
    const StatementId = text(inputs, "statementId");
    // The provider takes a name or an ARN here; the API does too.
    const FunctionName = text(inputs, "function");
    await clients.lambda.send(
      new AddPermissionCommand({ FunctionName, StatementId, ...permissionOf(inputs) }),
    );
    return { id: StatementId, outputs: {} };
  },
};

interface DestinationConfig {
  readonly onFailure?: { readonly destination?: string };
  readonly onSuccess?: { readonly destination?: string };
}

/** `aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig`. */
export const functionEventInvokeConfig: ResourceHandler = {
  inputs: ["functionName", "destinationConfig", "maximumEventAgeInSeconds", "maximumRetryAttempts"],
  computed: [],
  async create(inputs, { clients }) {
    const FunctionName = text(inputs, "functionName");
    const { onFailure, onSuccess } = (inputs.destinationConfig ?? {}) as DestinationConfig;
    await clients.lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName,
        MaximumEventAgeInSeconds: inputs.maximumEventAgeInSeconds as number | undefined,
        MaximumRetryAttempts: inputs.maximumRetryAttempts as number | undefined,
        DestinationConfig: {
          ...(onFailure && { OnFailure: { Destination: onFailure.destination } }),
          ...(onSuccess && { OnSuccess: { Destination: onSuccess.destination } }),
        },
      }),
    );
    return { id: FunctionName, outputs: {} };
  },
};
