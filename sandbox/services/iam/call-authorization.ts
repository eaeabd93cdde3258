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
type Rule = (input: Input, env: Environment) => readonly Demand[];

/** Last part of a name or of an ARN. */
const nameOf = (value: unknown) => String(value ?? "").replace(/^arn:[^/]*\//, "");

const namesOf = (value: unknown) => (Array.isArray(value) ? value.map(nameOf) : []);

/** A rule that asks for one action of AWS IoT on one resource made of a member of the input. */
const iot =
  (action: string, prefix: string, ...members: readonly string[]): Rule =>
  (input, env) => {
    const value = members.map((member) => input[member]).find((given) => given !== undefined);
    return [{ action: `iot:${action}`, resources: [regionalArn(env, "iot", `${prefix}/${nameOf(value)}`)] }];
  };

/** A rule that asks for an action of AWS IoT that can be limited to no resource. */
const unscopable =
  (action: string): Rule =>
  () => [{ action: `iot:${action}`, resources: ["*"] }];

/** A rule that asks for an action of AWS IoT on the resource whose ARN a member of the input is. */
const onArn =
  (action: string, member: string): Rule =>
  (input) => [{ action: `iot:${action}`, resources: [String(input[member] ?? "*")] }];

/** A rule that asks for one action on a thing and on each group that is named. */
const membership =
  (action: string, groupsOf: (input: Input) => readonly string[]): Rule =>
  (input, env) => {
    const thing = regionalArn(env, "iot", `thing/${nameOf(input.thingName ?? input.thingArn)}`);
    const groups = groupsOf(input).map((group) => regionalArn(env, "iot", `thinggroup/${group}`));
    return [{ action: `iot:${action}`, resources: [thing, ...groups] }];
  };

const oneGroup = (input: Input) => [nameOf(input.thingGroupName ?? input.thingGroupArn)];

const logs =
  (action: string): Rule =>
  (input, env) => {
    const stream = `log-group:${input.logGroupName}:log-stream:${input.logStreamName ?? ""}`;
    return [{ action: `logs:${action}`, resources: [regionalArn(env, "logs", stream)] }];
  };

/** A rule that asks for an action of DynamoDB on the table, or on the index that is read. */
const table =
  (action: string): Rule =>
  ({ TableName, IndexName }, env) => {
    const index = IndexName === undefined ? "" : `/index/${IndexName}`;
    return [
      {
        action: `dynamodb:${action}`,
        resources: [regionalArn(env, "dynamodb", `table/${TableName}${index}`)],
      },
    ];
  };

/** The partition key that a query asks for, by the name `pk`. */
function queriedKey({ KeyConditionExpression, ExpressionAttributeValues = {} }: Input): string | undefined {
  const [, name = ""] = /^pk = (:\w+)/.exec(String(KeyConditionExpression)) ?? [];
  return (ExpressionAttributeValues as Readonly<Record<string, { readonly S?: string }>>)[name]?.S;
}

/** A rule that asks for an action of DynamoDB on items of one partition: its key, by the name `pk`, is a condition key. */
const item =
  (action: string): Rule =>
  (input, env) => {
    const given = (input.Key ?? input.Item) as { readonly pk?: { readonly S?: string } } | undefined;
    const key = given?.pk?.S ?? queriedKey(input);
    const context = key === undefined ? {} : { "dynamodb:LeadingKeys": key };
    return table(action)(input, env).map((demand) => ({ ...demand, context }));
  };

/** A rule that asks, for each event, with its source and its type as condition keys. */
const putEvents: Rule = ({ Entries }, env) =>
  (Entries as readonly Input[]).map(({ Source, DetailType, EventBusName = "default" }) => ({
    action: "events:PutEvents",
    resources: [regionalArn(env, "events", `event-bus/${nameOf(EventBusName)}`)],
    context: { "events:source": String(Source), "events:detail-type": String(DetailType) },
  }));

/** The service itself asks, for it alone knows the resource's policy; or nobody needs to be asked. */
const elsewhere: Rule = () => [];

/**
 * What each call needs that a role may make.
 *
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS IoT", "... for
 * Amazon CloudWatch Logs", "... for Amazon DynamoDB", "... for Amazon EventBridge"; that both a thing and its
 * groups are asked about is read from the resource types there.
 */
const RULES: Readonly<Record<string, Rule>> = {
  "iot:UpdateThingGroupsForThing": membership("UpdateThingGroupsForThing", (input) => [
    ...namesOf(input.thingGroupsToAdd),
    ...namesOf(input.thingGroupsToRemove),
  ]),
  "iot:AddThingToThingGroup": membership("AddThingToThingGroup", oneGroup),
  "iot:RemoveThingFromThingGroup": membership("RemoveThingFromThingGroup", oneGroup),
  "iot:DescribeThingGroup": iot("DescribeThingGroup", "thinggroup", "thingGroupName"),
  "iot:ListThingsInThingGroup": iot("ListThingsInThingGroup", "thinggroup", "thingGroupName"),
  "iot:ListThingGroupsForThing": iot("ListThingGroupsForThing", "thing", "thingName"),
  "iot:DescribeThing": iot("DescribeThing", "thing", "thingName"),
  "iot:ListActiveViolations": ({ thingName, securityProfileName }, env) => {
    const resources = [
      ...(thingName === undefined ? [] : [`thing/${thingName}`]),
      ...(securityProfileName === undefined ? [] : [`securityprofile/${securityProfileName}`]),
    ].map((resource) => regionalArn(env, "iot", resource));
    return [{ action: "iot:ListActiveViolations", resources: resources.length === 0 ? ["*"] : resources }];
  },
  "iot:ListThingPrincipals": unscopable("ListThingPrincipals"),
  "iot:ListAttachedPolicies": unscopable("ListAttachedPolicies"),
  "iot:ListPrincipalThings": unscopable("ListPrincipalThings"),
  "iot:AttachPolicy": onArn("AttachPolicy", "target"),
  "iot:DetachPolicy": onArn("DetachPolicy", "target"),
  "iot:GetPolicy": iot("GetPolicy", "policy", "policyName"),
  "iot:GetEffectivePolicies": onArn("GetEffectivePolicies", "principal"),
  "iot:DescribeEndpoint": unscopable("DescribeEndpoint"),
  // Of a custom metric or dimension only where one is asked for.
  "iot:ListSecurityProfiles": unscopable("ListSecurityProfiles"),
  "iot:ListSecurityProfilesForTarget": onArn("ListSecurityProfilesForTarget", "securityProfileTargetArn"),
  "iot:ListTargetsForSecurityProfile": iot(
    "ListTargetsForSecurityProfile",
    "securityprofile",
    "securityProfileName",
  ),
  "iot:DescribeCertificate": iot("DescribeCertificate", "cert", "certificateId"),
  "iot:UpdateCertificate": iot("UpdateCertificate", "cert", "certificateId"),
  "iot-data:GetConnection": iot("GetConnection", "client", "clientId"),
  "iot-data:UpdateThingShadow": iot("UpdateThingShadow", "thing", "thingName"),
  "iot-data:GetThingShadow": iot("GetThingShadow", "thing", "thingName"),
  "iot-data:DeleteConnection": iot("DeleteConnection", "client", "clientId"),
  "iot-data:Publish": (input, env) => [
    { action: "iot:Publish", resources: [regionalArn(env, "iot", `topic/${input.topic}`)] },
  ],
  "logs:CreateLogStream": logs("CreateLogStream"),
  "logs:PutLogEvents": logs("PutLogEvents"),
  "dynamodb:BatchGetItem": ({ RequestItems }, env) => [
    {
      action: "dynamodb:BatchGetItem",
      resources: Object.keys(RequestItems ?? {}).map((name) => regionalArn(env, "dynamodb", `table/${name}`)),
    },
  ],
  "dynamodb:DeleteItem": item("DeleteItem"),
  "dynamodb:GetItem": item("GetItem"),
  "dynamodb:PutItem": item("PutItem"),
  "dynamodb:Query": item("Query"),
  "dynamodb:UpdateItem": item("UpdateItem"),
  "events:PutEvents": putEvents,
  // Topics, queues and functions have policies of their own, which their services ask with the role's.
  "sns:Publish": elsewhere,
  "sns:PublishBatch": elsewhere,
  "sqs:ChangeMessageVisibility": elsewhere,
  "sqs:ChangeMessageVisibilityBatch": elsewhere,
  "sqs:SendMessage": elsewhere,
  "sqs:SendMessageBatch": elsewhere,
  "sqs:ReceiveMessage": elsewhere,
  "sqs:DeleteMessage": elsewhere,
  "sqs:DeleteMessageBatch": elsewhere,
  "sqs:GetQueueAttributes": elsewhere,
  "sqs:StartMessageMoveTask": elsewhere,
  "sqs:ListMessageMoveTasks": elsewhere,
  "lambda:Invoke": elsewhere,
  // Whose function a mapping invokes is known there alone.
  "lambda:GetEventSourceMapping": elsewhere,
  "lambda:UpdateEventSourceMapping": elsewhere,
  // "No permissions are required" (STS API Reference, "GetCallerIdentity").
  "sts:GetCallerIdentity": elsewhere,
  // The trust policy decides with the role's own.
  "sts:AssumeRole": elsewhere,
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
 * @param serviceName name of the service as the sandbox mounts it, for example `iot-data`.
 * @param input the operation's input, parsed.
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
  const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
  if (!rule) {
    const action = name.replace(/^iot-data:/, "iot:");
    throw refuse(action, "*", `because the sandbox does not know what a role needs for ${action}`);
  }
  const principal = principalOf(caller, env);
  for (const { action, resources, context = {} } of rule(input, env)) {
    for (const resource of resources) {
      const { allowed, reason } = iam.decide({ principal, action, resource, context });
      if (!allowed) throw refuse(action, resource, reason);
    }
  }
}
