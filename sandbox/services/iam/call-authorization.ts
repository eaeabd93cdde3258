import { globalArn, regionalArn } from "../../../lib/aws/arns";
import type { Environment } from "../../environment";
import { AwsError } from "../../wire/aws-error";
import type { Call } from "../../wire/service";
import type { IamAuthorizer } from "./iam-authorizer";
import { principalOf } from "./principal-of";

/** What a call needs: an action allowed on each of some resources. */
interface Demand {
  readonly action: string;
  /** ARNs. */
  readonly resources: readonly string[];
  /** Condition keys of the call, with their values. */
  readonly context?: Readonly<Record<string, string>>;
}

type Input = Readonly<Record<string, unknown>>;
/** What an action needs, by its name in policies and the call's input. */
type Rule = (action: string, input: Input, env: Environment) => readonly Demand[];

/** Last part of a name or of an ARN. */
const nameOf = (value: unknown) => String(value ?? "").replace(/^arn:[^/]*\//, "");

const namesOf = (value: unknown) => (Array.isArray(value) ? value.map(nameOf) : []);

/** One resource of AWS IoT, made of a member of the input. */
const iot =
  (prefix: string, member: string): Rule =>
  (action, input, env) => [
    { action, resources: [regionalArn(env, "iot", `${prefix}/${nameOf(input[member])}`)] },
  ];

/** No resource: the action can be limited to none. */
const unscopable: Rule = (action) => [{ action, resources: ["*"] }];

/** The resource whose ARN a member of the input is. */
const onArn =
  (member: string): Rule =>
  (action, input) => [{ action, resources: [String(input[member] ?? "*")] }];

/** A thing and each group that is named. */
const membership =
  (groupsOf: (input: Input) => readonly string[]): Rule =>
  (action, input, env) => {
    const thing = regionalArn(env, "iot", `thing/${nameOf(input.thingName ?? input.thingArn)}`);
    const groups = groupsOf(input).map((group) => regionalArn(env, "iot", `thinggroup/${group}`));
    return [{ action, resources: [thing, ...groups] }];
  };

const oneGroup = (input: Input) => [nameOf(input.thingGroupName ?? input.thingGroupArn)];

const logs: Rule = (action, input, env) => {
  const stream = `log-group:${input.logGroupName}:log-stream:${input.logStreamName ?? ""}`;
  return [{ action, resources: [regionalArn(env, "logs", stream)] }];
};

/** A table of DynamoDB, or the index that is read. */
const table: Rule = (action, { TableName, IndexName }, env) => {
  const index = IndexName === undefined ? "" : `/index/${IndexName}`;
  return [{ action, resources: [regionalArn(env, "dynamodb", `table/${TableName}${index}`)] }];
};

/** The partition key that a query asks for, by the name `pk`. */
function queriedKey({ KeyConditionExpression, ExpressionAttributeValues = {} }: Input): string | undefined {
  const [, name = ""] = /^pk = (:\w+)/.exec(String(KeyConditionExpression)) ?? [];
  return (ExpressionAttributeValues as Readonly<Record<string, { readonly S?: string }>>)[name]?.S;
}

/** Items of one partition of DynamoDB: its key, by the name `pk`, is a condition key. */
const item: Rule = (action, input, env) => {
  const given = (input.Key ?? input.Item) as { readonly pk?: { readonly S?: string } } | undefined;
  const key = given?.pk?.S ?? queriedKey(input);
  const context = key === undefined ? {} : { "dynamodb:LeadingKeys": key };
  return table(action, input, env).map((demand) => ({ ...demand, context }));
};

/** Each event, with its source and its type as condition keys. */
const putEvents: Rule = (action, { Entries }, env) =>
  (Entries as readonly Input[]).map(({ Source, DetailType, EventBusName = "default" }) => ({
    action,
    resources: [regionalArn(env, "events", `event-bus/${nameOf(EventBusName)}`)],
    context: { "events:source": String(Source), "events:detail-type": String(DetailType) },
  }));

/** Calls of which the service itself asks, for it alone knows the resource's policy; or nobody needs to be asked. */
const ELSEWHERE = new Set([
  // Topics, queues and functions have policies of their own, which their services ask with the role's.
  ...["sns:Publish", "sns:PublishBatch", "lambda:Invoke"],
  ...["sqs:ChangeMessageVisibility", "sqs:ChangeMessageVisibilityBatch", "sqs:DeleteMessage"],
  ...["sqs:DeleteMessageBatch", "sqs:GetQueueAttributes", "sqs:ListMessageMoveTasks", "sqs:ReceiveMessage"],
  ...["sqs:SendMessage", "sqs:SendMessageBatch", "sqs:StartMessageMoveTask"],
  // Whose function a mapping invokes is known there alone.
  ...["lambda:GetEventSourceMapping", "lambda:UpdateEventSourceMapping"],
  // "No permissions are required" (STS API Reference, "GetCallerIdentity").
  "sts:GetCallerIdentity",
  // The trust policy decides with the role's own.
  "sts:AssumeRole",
]);

/**
 * What each call needs that a role may make.
 *
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS IoT", "... for
 * Amazon CloudWatch Logs", "... for Amazon DynamoDB", "... for Amazon EventBridge"; that both a thing and its
 * groups are asked about is read from the resource types there.
 */
const RULES: Readonly<Record<string, Rule>> = {
  "iot:UpdateThingGroupsForThing": membership((input) => [
    ...namesOf(input.thingGroupsToAdd),
    ...namesOf(input.thingGroupsToRemove),
  ]),
  "iot:AddThingToThingGroup": membership(oneGroup),
  "iot:RemoveThingFromThingGroup": membership(oneGroup),
  "iot:DescribeThingGroup": iot("thinggroup", "thingGroupName"),
  "iot:ListThingsInThingGroup": iot("thinggroup", "thingGroupName"),
  "iot:ListThingGroupsForThing": iot("thing", "thingName"),
  "iot:DescribeThing": iot("thing", "thingName"),
  "iot:ListActiveViolations": (action, { thingName, securityProfileName }, env) => {
    const resources = [
      ...(thingName === undefined ? [] : [`thing/${thingName}`]),
      ...(securityProfileName === undefined ? [] : [`securityprofile/${securityProfileName}`]),
    ].map((resource) => regionalArn(env, "iot", resource));
    return [{ action, resources: resources.length === 0 ? ["*"] : resources }];
  },
  "iot:ListThingPrincipals": unscopable,
  "iot:ListAttachedPolicies": unscopable,
  "iot:ListPrincipalThings": unscopable,
  "iot:AttachPolicy": onArn("target"),
  "iot:DetachPolicy": onArn("target"),
  "iot:GetPolicy": iot("policy", "policyName"),
  "iot:GetEffectivePolicies": onArn("principal"),
  "iot:DescribeEndpoint": unscopable,
  // Of a custom metric or dimension only where one is asked for.
  "iot:ListSecurityProfiles": unscopable,
  "iot:ListSecurityProfilesForTarget": onArn("securityProfileTargetArn"),
  "iot:ListTargetsForSecurityProfile": iot("securityprofile", "securityProfileName"),
  "iot:DescribeCertificate": iot("cert", "certificateId"),
  "iot:UpdateCertificate": iot("cert", "certificateId"),
  "iot-data:GetConnection": iot("client", "clientId"),
  "iot-data:UpdateThingShadow": iot("thing", "thingName"),
  "iot-data:GetThingShadow": iot("thing", "thingName"),
  "iot-data:DeleteConnection": iot("client", "clientId"),
  "iot-data:Publish": (action, { topic }, env) => [
    { action, resources: [regionalArn(env, "iot", `topic/${topic}`)] },
  ],
  "logs:CreateLogStream": logs,
  "logs:PutLogEvents": logs,
  "dynamodb:BatchGetItem": (action, { RequestItems }, env) => [
    {
      action,
      resources: Object.keys(RequestItems ?? {}).map((name) => regionalArn(env, "dynamodb", `table/${name}`)),
    },
  ],
  "dynamodb:DeleteItem": item,
  "dynamodb:GetItem": item,
  "dynamodb:PutItem": item,
  "dynamodb:Query": item,
  "dynamodb:UpdateItem": item,
  "events:PutEvents": putEvents,
};

/**
 * How AWS IoT's data plane refuses; others answer AccessDeniedException. Neither is documented for these
 * calls: both as seen (aws-iot-device-sdk-js issue 70; aws-connected-device-framework issue 36).
 */
const REFUSAL_CODES: Readonly<Record<string, string>> = { "iot-data": "ForbiddenException" };

/** ARN of a session of a role. */
export const sessionArn = (env: Environment, roleName: string, session: string) =>
  globalArn(env, "sts", `assumed-role/${roleName}/${session}`);

/** Name of every session of a role here; AWS has the function's name there. */
export const SESSION_NAME = "sandbox";

/**
 * Refuses a call by a role that its policies do not allow. A person of the account may call everything.
 * What the table does not know, no role may call (assumed: nothing is allowed that is not understood).
 *
 * @param serviceName - name of the service as the sandbox mounts it, for example `iot-data`.
 * @param input - the operation's input, parsed.
 * @throws AwsError 403 that names user, action and resource.
 */
export function authorizeCall(
  iam: IamAuthorizer,
  serviceName: string,
  operation: string,
  input: Input,
  { caller }: Pick<Call, "caller">,
): void {
  if (caller.kind !== "role") return;
  const { env } = iam.store;
  const user = sessionArn(env, caller.roleName, SESSION_NAME);
  const refuse = (action: string, resource: string, reason: string) =>
    new AwsError(
      REFUSAL_CODES[serviceName] ?? "AccessDeniedException",
      403,
      `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
    );
  const name = `${serviceName}:${operation}`;
  if (ELSEWHERE.has(name)) return;
  const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
  const asked = name.replace(/^iot-data:/, "iot:");
  if (!rule) throw refuse(asked, "*", `because the sandbox does not know what a role needs for ${asked}`);
  const principal = principalOf(caller, env);
  for (const { action, resources, context = {} } of rule(asked, input, env)) {
    for (const resource of resources) {
      const { allowed, reason } = iam.decide({ principal, action, resource, context });
      if (!allowed) throw refuse(action, resource, reason);
    }
  }
}
