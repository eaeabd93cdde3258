import { type AwsScope, regionalArn } from "../../lib/aws/arns";
import type { Containment } from "../../lib/responses/response-table";
import { noticeRights } from "./notification-topic";
import { allow, type PolicyDocument, policyDocument, type Statement } from "./policy-document";

/** What the callback function touches. */
export interface CallbackRoleScope {
  /** Partition, region and account. */
  readonly scope: AwsScope;
  /** Name of the quarantine thing group. */
  readonly quarantineGroupName: string;
  /** Name of the function's log group. */
  readonly logGroupName: string;
  /** ARN of the queue of alarms. */
  readonly alarmQueueArn: string;
  /** ARN of the topic for people. */
  readonly notificationTopicArn: string;
  /** ARN of the ledger's table. */
  readonly ledgerTableArn: string;
  /** Whether thing groups are exempt, so that the groups above a thing's must be looked up. */
  readonly exemptsGroups: boolean;
  /** How devices are contained. */
  readonly containment: readonly Containment[];
  /** Names of the security profiles whose violations are looked up. */
  readonly securityProfileNames: readonly string[];
}

/**
 * Who may assume the function's role: Lambda. A role cannot be passed to a service of another account
 * (IAM User Guide, "Grant a user permissions to pass a role to an AWS service"), and Lambda's guide names
 * no source condition for it ("Defining Lambda function permissions with an execution role").
 */
export function callbackRoleTrust(): PolicyDocument {
  return policyDocument([
    {
      Sid: "LambdaRuns",
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      // The function's credentials are a session of this role.
      Action: "sts:AssumeRole",
    },
  ]);
}

/**
 * What the function may do, and no more.
 *
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS IoT" and "...
 * for Amazon CloudWatch Logs"; AWS IoT Core Developer Guide, "MQTT" (DeleteConnection); AWS Lambda
 * Developer Guide, "Creating and configuring an Amazon SQS event source mapping", "Setting up execution role permissions".
 */
export function callbackRolePermissions(target: CallbackRoleScope): PolicyDocument {
  const { scope } = target;
  const things = regionalArn(scope, "iot", "thing/*");
  const group = regionalArn(scope, "iot", `thinggroup/${target.quarantineGroupName}`);
  const log = regionalArn(scope, "logs", `log-group:${target.logGroupName}:*`);
  return policyDocument([
    // Not UpdateThingGroupsForThing, which also takes things out of groups, nor RemoveThingFromThingGroup: what
    // fences devices off cannot let them go. Checked for both: any thing may misbehave; the group is the one.
    allow("AddThingsToQuarantine", "iot:AddThingToThingGroup", [things, group]),
    // Tells a thing that is not in the registry from a group that is not there.
    allow("LookThingsUp", "iot:DescribeThing", things),
    // Asked for of one thing and one profile.
    allow("VerifyViolations", "iot:ListActiveViolations", [
      things,
      ...target.securityProfileNames.map((name) => regionalArn(scope, "iot", `securityprofile/${name}`)),
    ]),
    ...evidence(scope),
    ...(target.exemptsGroups ? [groupLookUp(scope)] : []),
    ...containing(target),
    // Sets `desired.quarantine`.
    allow("FlagShadows", "iot:UpdateThingShadow", things),
    // The live session lives on until it tries something denied.
    allow("CutSessions", "iot:DeleteConnection", regionalArn(scope, "iot", "client/*")),
    // Not DeleteItem: what was decided stays, also for whoever takes the function over.
    allow(
      "KeepLedger",
      ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      target.ledgerTableArn,
    ),
    ...noticeRights(scope, target.notificationTopicArn),
    // Not CreateLogGroup: the program makes the group, with its retention.
    allow("WriteOwnLog", ["logs:CreateLogStream", "logs:PutLogEvents"], log),
    // Lambda polls the queue with the function's own role, and makes no mapping without all three.
    allow(
      "TakeAlarms",
      ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      target.alarmQueueArn,
    ),
  ]);
}

/** What a thing was like before it was quarantined, and whether it is in the group already. */
function evidence(scope: AwsScope): readonly Statement[] {
  return [
    allow("ListGroupsOfThings", "iot:ListThingGroupsForThing", regionalArn(scope, "iot", "thing/*")),
    // Neither can be limited to a resource (Service Authorization Reference, "AWS IoT"): names are read, no more.
    allow("ListPrincipals", ["iot:ListThingPrincipals", "iot:ListAttachedPolicies"], "*"),
    allow("SeeConnections", "iot:GetConnection", regionalArn(scope, "iot", "client/*")),
  ];
}

/** Tells whether a thing is below an exempt group, and that such a group is there; for the stacks that name some. */
const groupLookUp = (scope: AwsScope): Statement =>
  allow("FindGroups", "iot:DescribeThingGroup", regionalArn(scope, "iot", "thinggroup/*"));

/** Contains principals, for the stacks that say so. Not DetachPolicy: who attaches cannot let go. */
function containing({ scope, containment }: CallbackRoleScope): readonly Statement[] {
  const certificates = regionalArn(scope, "iot", "cert/*");
  const statements: Statement[] = [];
  if (containment.some((each) => each !== "group")) {
    // Cannot be limited to a resource, as the others.
    statements.push(allow("FindSharedPrincipals", "iot:ListPrincipalThings", "*"));
  }
  if (containment.includes("principal")) {
    // AWS asks about the target alone: any policy of the account could be attached.
    statements.push(allow("AttachFence", "iot:AttachPolicy", certificates));
  }
  if (containment.includes("deactivate")) {
    // UpdateCertificate could also activate one.
    const actions = ["iot:DescribeCertificate", "iot:UpdateCertificate"];
    statements.push(allow("Deactivate", actions, certificates));
  }
  return statements;
}
