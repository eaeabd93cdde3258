import { type DerivedNames, derivedNames } from "../../../infra/config/names";
import { noticeRights } from "../../../infra/documents/notification-topic";
import {
  allow,
  type PolicyDocument,
  policyDocument,
  type Statement,
} from "../../../infra/documents/policy-document";
import { type AwsScope, regionalArn } from "../../../lib/aws/arns";
import { LEDGER } from "../../../lib/ledger/keys";
import { stackNames } from "./stack-names";
import type { RoleSubject } from "./subject";

/** What an operator of a stack touches. */
export interface OperatorScope {
  /** Partition, region and account. */
  readonly scope: AwsScope;
  readonly names: Pick<
    DerivedNames,
    "ledger" | "notificationTopic" | "alarmQueue" | "alarmDeadLetterQueue" | "reconcileFunction"
  >;
  /** Names of the thing groups of the stack: the quarantine group. */
  readonly thingGroups: readonly string[];
  /** Names of the functions of the stack, one of which takes the alarms. */
  readonly functions: readonly string[];
  readonly securityProfiles: readonly string[];
  /** ARNs of what the profiles are attached to. */
  readonly profileTargets: readonly string[];
  /** Whether the stack contains principals by the restrictive policy. */
  readonly attachesPolicies: boolean;
}

/** What the operator of a stack touches. @throws StackNamesError when a name cannot be told before it exists. */
export function operatorScope(subject: RoleSubject): OperatorScope {
  const names = stackNames(subject.resources);
  const rolePolicies = subject.resources.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy");
  return {
    ...names,
    scope: subject.scope,
    names: derivedNames(subject),
    attachesPolicies: rolePolicies.some(({ inputs }) => String(inputs.policy).includes('"iot:AttachPolicy"')),
  };
}

/** What is looked up of things, policies, groups and Device Defender. */
function looks({
  scope,
  thingGroups,
  securityProfiles,
  profileTargets,
}: OperatorScope): readonly Statement[] {
  const iot = (resource: string) => regionalArn(scope, "iot", resource);
  const profiles = securityProfiles.map((name) => iot(`securityprofile/${name}`));
  return [
    allow("LookThingsUp", ["iot:DescribeThing", "iot:ListThingGroupsForThing"], iot("thing/*")),
    // Neither can be limited to a resource: names are read, no more.
    allow(
      "ListPrincipals",
      ["iot:ListThingPrincipals", "iot:ListPrincipalThings", "iot:ListAttachedPolicies"],
      "*",
    ),
    allow("SeeEffectivePolicies", "iot:GetEffectivePolicies", iot("cert/*")),
    allow("ReadPolicies", "iot:GetPolicy", iot("policy/*")),
    allow("FindGroups", "iot:DescribeThingGroup", iot("thinggroup/*")),
    allow(
      "ListMembers",
      "iot:ListThingsInThingGroup",
      thingGroups.map((name) => iot(`thinggroup/${name}`)),
    ),
    allow("SeeViolations", "iot:ListActiveViolations", [iot("thing/*"), ...profiles]),
    // Asked of no resource: of the account.
    allow("SeeDetect", ["iot:ListSecurityProfiles", "iot:DescribeEndpoint"], "*"),
    allow("SeeTargets", "iot:ListTargetsForSecurityProfile", profiles),
    allow("CountProfiles", "iot:ListSecurityProfilesForTarget", profileTargets),
    allow("SeeConnections", "iot:GetConnection", iot("client/*")),
  ];
}

/** What puts things into quarantine and takes them out again. */
function acts({ scope, thingGroups, attachesPolicies }: OperatorScope): readonly Statement[] {
  const [things, certificates] = [regionalArn(scope, "iot", "thing/*"), regionalArn(scope, "iot", "cert/*")];
  const groups = thingGroups.map((name) => regionalArn(scope, "iot", `thinggroup/${name}`));
  return [
    allow("Fence", ["iot:AddThingToThingGroup", "iot:RemoveThingFromThingGroup"], [things, ...groups]),
    allow("FlagShadows", ["iot:GetThingShadow", "iot:UpdateThingShadow"], things),
    allow("CutSessions", "iot:DeleteConnection", regionalArn(scope, "iot", "client/*")),
    // AWS asks about the target alone: any policy of the account could be attached. So only where the stack does so itself.
    ...(attachesPolicies ? [allow("FencePrincipals", "iot:AttachPolicy", certificates)] : []),
    // Also where the stack does so no more: what it did is to be undone.
    allow("FreePrincipals", "iot:DetachPolicy", certificates),
    allow("SwitchCertificates", ["iot:DescribeCertificate", "iot:UpdateCertificate"], certificates),
  ];
}

/** What pauses the loop, sends its dead letters again and has it compare. */
function loop({ scope, names, functions }: OperatorScope): readonly Statement[] {
  const [alarms, letters] = [names.alarmQueue, names.alarmDeadLetterQueue].map((name) =>
    regionalArn(scope, "sqs", name),
  );
  const arnOf = (name: string) => regionalArn(scope, "lambda", `function:${name}`);
  const mappings = regionalArn(scope, "lambda", "event-source-mapping:*");
  const ofStack = { ArnEquals: { "lambda:FunctionArn": functions.map(arnOf) } };
  return [
    allow("CountMessages", "sqs:GetQueueAttributes", [alarms ?? "", letters ?? ""]),
    // SQS moves the messages with the rights of whoever starts the task.
    allow(
      "TakeDeadLetters",
      ["sqs:StartMessageMoveTask", "sqs:ListMessageMoveTasks", "sqs:ReceiveMessage", "sqs:DeleteMessage"],
      letters,
    ),
    allow("SendAgain", "sqs:SendMessage", alarms),
    // AWS does not tell whose function a mapping invokes when it is read.
    allow("SeeMapping", "lambda:GetEventSourceMapping", mappings),
    allow("Pause", "lambda:UpdateEventSourceMapping", mappings, ofStack),
    allow("Compare", "lambda:InvokeFunction", arnOf(names.reconcileFunction)),
  ];
}

/**
 * What `npm run quarantine` needs, for one stack and nothing else of its account.
 *
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS IoT", "... for Amazon DynamoDB",
 * "... for Amazon SQS", "... for AWS Lambda"; Amazon SQS Developer Guide, "Learn how to configure a dead-letter queue redrive
 * in Amazon SQS".
 */
export function operatorPermissions(target: OperatorScope): PolicyDocument {
  const { scope, names } = target;
  const ledger = regionalArn(scope, "dynamodb", `table/${names.ledger}`);
  const index = `${ledger}/index/${LEDGER.stateIndex.name}`;
  return policyDocument([
    ...looks(target),
    ...acts(target),
    // Not DeleteItem: what was decided stays.
    allow("KeepLedger", ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], ledger),
    allow("ReadLedger", "dynamodb:Query", [ledger, index]),
    ...noticeRights(scope, regionalArn(scope, "sns", names.notificationTopic)),
    ...loop(target),
  ]);
}
