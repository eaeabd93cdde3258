import * as sdk from "@aws-sdk/client-lambda";
import { type ResourceHandler, text } from "../handler";
import type { Properties } from "../property-values";

/** The provider's inputs of a permission, by the API's names. */
const permissionOf = (inputs: Properties) => ({
  Action: text(inputs, "action"),
  Principal: text(inputs, "principal"),
  ...(inputs.sourceArn !== undefined && { SourceArn: text(inputs, "sourceArn") }),
  ...(inputs.sourceAccount !== undefined && { SourceAccount: text(inputs, "sourceAccount") }),
});

interface PolicyStatement {
  readonly Sid: string;
  readonly Action: string;
  readonly Principal: string | { readonly Service?: string; readonly AWS?: string };
  readonly Condition?: {
    readonly ArnLike?: Readonly<Record<string, string>>;
    readonly StringEquals?: Readonly<Record<string, string>>;
  };
}

function permissionInputs({ Sid, Action, Principal, Condition }: PolicyStatement): Properties {
  return {
    statementId: Sid,
    action: Action,
    principal: typeof Principal === "string" ? Principal : (Principal.Service ?? Principal.AWS),
    sourceArn: Condition?.ArnLike?.["AWS:SourceArn"],
    sourceAccount: Condition?.StringEquals?.["AWS:SourceAccount"],
  };
}

/**
 * Where a permission is. Its id is its statement's alone; an import names the function before it.
 *
 * Source: Pulumi Registry, "aws.lambda.Permission", "Import" (`function_name/statement_id`).
 */
function statementOf(id: string, known: Properties) {
  const [first = "", second] = id.split("/");
  return second === undefined
    ? { FunctionName: text(known, "function"), StatementId: first }
    : { FunctionName: first, StatementId: second };
}

/** `aws:lambda/permission:Permission`. */
export const permission: ResourceHandler = {
  inputs: ["function", "action", "principal", "sourceArn", "sourceAccount", "statementId"],
  computedIfAbsent: { statementIdPrefix: "" },
  computed: [],
  autoName: "statementId",
  createOnly: ["function", "action", "principal", "sourceArn", "sourceAccount", "statementId"],
  async create(inputs, { clients }) {
    const StatementId = text(inputs, "statementId");
    // The provider takes a name or an ARN here; the API does too.
    const FunctionName = text(inputs, "function");
    await clients.lambda.send(
      new sdk.AddPermissionCommand({ FunctionName, StatementId, ...permissionOf(inputs) }),
    );
    return StatementId;
  },
  async read(id, known, { clients }) {
    const { FunctionName, StatementId } = statementOf(id, known);
    const { Policy } = await clients.lambda.send(new sdk.GetPolicyCommand({ FunctionName }));
    const { Statement } = JSON.parse(Policy ?? '{"Statement":[]}') as { Statement: PolicyStatement[] };
    const statement = Statement.find(({ Sid }) => Sid === StatementId);
    return statement && { inputs: { function: FunctionName, ...permissionInputs(statement) }, outputs: {} };
  },
  async delete(id, known, { clients }) {
    await clients.lambda.send(new sdk.RemovePermissionCommand(statementOf(id, known)));
  },
};

interface DestinationConfig {
  readonly onFailure?: { readonly destination?: string | undefined };
  readonly onSuccess?: { readonly destination?: string | undefined };
}

async function putEventInvokeConfig(lambda: sdk.LambdaClient, FunctionName: string, inputs: Properties) {
  const { onFailure, onSuccess } = (inputs.destinationConfig ?? {}) as DestinationConfig;
  await lambda.send(
    new sdk.PutFunctionEventInvokeConfigCommand({
      FunctionName,
      MaximumEventAgeInSeconds: inputs.maximumEventAgeInSeconds as number | undefined,
      MaximumRetryAttempts: inputs.maximumRetryAttempts as number | undefined,
      DestinationConfig: {
        ...(onFailure && { OnFailure: { Destination: onFailure.destination } }),
        ...(onSuccess && { OnSuccess: { Destination: onSuccess.destination } }),
      },
    }),
  );
}

/** The provider's form of the destinations; absent when there are none. */
function destinations(onFailure: string | undefined, onSuccess: string | undefined) {
  const config: DestinationConfig = {
    ...(onFailure !== undefined && { onFailure: { destination: onFailure } }),
    ...(onSuccess !== undefined && { onSuccess: { destination: onSuccess } }),
  };
  return Object.keys(config).length > 0 ? config : undefined;
}

/** `aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig`. */
export const functionEventInvokeConfig: ResourceHandler = {
  inputs: ["functionName", "destinationConfig", "maximumEventAgeInSeconds", "maximumRetryAttempts"],
  nested: {
    destinationConfig: { onFailure: { destination: "anything" }, onSuccess: { destination: "anything" } },
  },
  computed: [],
  createOnly: ["functionName"],
  // Source: Lambda API Reference, "PutFunctionEventInvokeConfig"; the provider's schema has the default.
  defaults: { maximumRetryAttempts: 2 },
  async create(inputs, { clients }) {
    const FunctionName = text(inputs, "functionName");
    await putEventInvokeConfig(clients.lambda, FunctionName, inputs);
    return FunctionName;
  },
  async read(id, _known, { clients }) {
    const found = await clients.lambda.send(
      new sdk.GetFunctionEventInvokeConfigCommand({ FunctionName: id }),
    );
    const { OnFailure, OnSuccess } = found.DestinationConfig ?? {};
    return {
      inputs: {
        functionName: id,
        destinationConfig: destinations(OnFailure?.Destination, OnSuccess?.Destination),
        maximumEventAgeInSeconds: found.MaximumEventAgeInSeconds,
        maximumRetryAttempts: found.MaximumRetryAttempts,
      },
      outputs: {},
    };
  },
  async update({ id, inputs }, { clients }) {
    await putEventInvokeConfig(clients.lambda, id, inputs);
  },
  async delete(id, _known, { clients }) {
    await clients.lambda.send(new sdk.DeleteFunctionEventInvokeConfigCommand({ FunctionName: id }));
  },
};
