import { type AwsScope, regionalArn, roleArn } from "../../../lib/aws/arns";
import type { StackNames } from "./stack-names";

/**
 * What a permission is limited to. Beside the kinds of a stack's resources, each by its names:
 *
 * * `boundedRole`: a role that has the stack's permissions boundary, or is being given it. Without it whoever deploys
 *   could make a role that may do anything, and act by it (IAM User Guide, "Permissions boundaries for IAM entities",
 *   "Delegating responsibility to others using permissions boundaries"). Only some actions know the boundary (Service
 *   Authorization Reference, "AWS Identity and Access Management (IAM)"); the others of `role` give a role no right;
 * * `profileAndTargets`: a profile, and what it is attached to;
 * * `stackKey`: a key that carries the stack's tag;
 * * `anyKey`: every key of the account and region, for what does no harm to another's key. A key has no name
 *   before it exists, and a tag may take five minutes to count, which is too late for what is done to a key
 *   that was just made (AWS KMS Developer Guide, "ABAC for AWS KMS");
 * * `keyToBe`: a key that is being given the stack's tag;
 * * `newKey`: no key yet, as AWS knows no resource for making one, but with the stack's tag;
 * * `mapping`: a mapping that has the stack's function invoked, as it has no name before it exists;
 * * `newMapping`: no mapping yet, as AWS knows no resource for making one, but of the stack's function;
 * * `anyMapping`: every mapping of the account and region, to read it and its tags, as AWS does not tell whose function it invokes then;
 * * `unscopable`: AWS knows no resource for the action (Service Authorization Reference, "Actions defined by
 *   ...").
 */
export type Limit = keyof ReturnType<typeof reaches>;

/** When a statement holds: operator, key, value. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** Where a permission holds. */
export interface Reach {
  /** ARNs, or `*`. */
  readonly resources: readonly string[];
  /** What must hold beside it. */
  readonly condition?: Condition;
}

/** The tag that every resource of a stack carries. */
const STACK_TAG = "iot-quarantine:stack";

/**
 * Where the permissions of one stack hold, by what they are limited to.
 *
 * Source: Service Authorization Reference, table "Resource types" of each service, and AWS Lambda, condition key
 * `lambda:FunctionArn`; an SNS subscription's ARN
 * is its topic's, a colon and an id (Amazon SNS API Reference, "Subscribe").
 *
 * @param stack - name of the stack, which its resources are tagged with.
 * @param boundaryArn - ARN of the policy that bounds the stack's roles.
 */
export function reaches(scope: AwsScope, stack: string, names: StackNames, boundaryArn: string) {
  const arns = (service: string, prefix: string, of: readonly string[], suffixes: readonly string[] = [""]) =>
    of.flatMap((name) => suffixes.map((suffix) => regionalArn(scope, service, `${prefix}${name}${suffix}`)));
  const profiles = arns("iot", "securityprofile/", names.securityProfiles);
  const keys = arns("kms", "key/", ["*"]);
  const resourceTag = { StringEquals: { [`aws:ResourceTag/${STACK_TAG}`]: stack } };
  const requestTag = { StringEquals: { [`aws:RequestTag/${STACK_TAG}`]: stack } };
  const functions = arns("lambda", "function:", names.functions);
  const mappings = [regionalArn(scope, "lambda", "event-source-mapping:*")];
  const invoked = { ArnEquals: { "lambda:FunctionArn": functions } };
  const roles = names.roles.map(({ name }) => roleArn(scope, name));
  return {
    role: { resources: roles },
    boundedRole: {
      resources: roles,
      condition: { StringEquals: { "iam:PermissionsBoundary": boundaryArn } },
    },
    topic: { resources: arns("sns", "", names.topics, ["", ":*"]) },
    table: { resources: arns("dynamodb", "table/", names.tables) },
    queue: { resources: arns("sqs", "", names.queues) },
    function: { resources: functions },
    // In the default group.
    schedule: { resources: arns("scheduler", "schedule/default/", names.schedules) },
    mapping: { resources: mappings, condition: invoked },
    newMapping: { resources: ["*"], condition: invoked },
    anyMapping: { resources: mappings },
    // Tags are asked for without the star that the other actions' ARN ends with.
    logGroup: { resources: arns("logs", "log-group:", names.logGroups, ["", ":*"]) },
    metricAlarm: { resources: arns("cloudwatch", "alarm:", names.metricAlarms) },
    thingGroup: { resources: arns("iot", "thinggroup/", names.thingGroups) },
    iotPolicy: { resources: arns("iot", "policy/", names.iotPolicies) },
    alias: { resources: arns("kms", "", names.keyAliases) },
    securityProfile: { resources: profiles },
    profileAndTargets: { resources: [...profiles, ...names.profileTargets] },
    stackKey: { resources: keys, condition: resourceTag },
    anyKey: { resources: keys },
    keyToBe: { resources: keys, condition: requestTag },
    newKey: { resources: ["*"], condition: requestTag },
    unscopable: { resources: ["*"] },
  } satisfies Readonly<Record<string, Reach>>;
}
