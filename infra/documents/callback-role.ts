import { type AwsScope, regionalArn } from "../../lib/aws/arns";
import type { Containment } from "../../lib/responses/response-table";
import { noticeRights } from "./notification-topic";
import { type PolicyDocument, policyDocument, type Statement } from "./policy-document";

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
 *
 * @param target what it touches.
 */
export function callbackRolePermissions(target: CallbackRoleScope): PolicyDocument {
  const { scope } = target;
  const things = regionalArn(scope, "iot", "thing/*");
  return policyDocument([
    {
      Sid: "AddThingsToQuarantine",
      Effect: "Allow",
      // Not UpdateThingGroupsForThing, which also takes things out of groups, nor RemoveThingFromThingGroup: what
      // fences devices off cannot let them go.
      Action: "iot:AddThingToThingGroup",
      // Checked for both: any thing may misbehave; the group is the one.
      Resource: [things, regionalArn(scope, "iot", `thinggroup/${target.quarantineGroupName}`)],
    },
    // Tells a thing that is not in the registry from a group that is not there.
    { Sid: "LookThingsUp", Effect: "Allow", Action: "iot:DescribeThing", Resource: things },
    {
      Sid: "VerifyViolations",
      Effect: "Allow",
      Action: "iot:ListActiveViolations",
      // Asked for of one thing and one profile.
      Resource: [
        things,
        ...target.securityProfileNames.map((name) => regionalArn(scope, "iot", `securityprofile/${name}`)),
      ],
    },
    ...evidence(scope),
    ...(target.exemptsGroups ? groupLookUp(scope) : []),
    ...containing(target),
    // Sets `desired.quarantine`.
    { Sid: "FlagShadows", Effect: "Allow", Action: "iot:UpdateThingShadow", Resource: things },
    {
      Sid: "CutSessions",
      Effect: "Allow",
      // The live session lives on until it tries something denied.
      Action: "iot:DeleteConnection",
      Resource: regionalArn(scope, "iot", "client/*"),
    },
    {
      Sid: "KeepLedger",
      Effect: "Allow",
      // Not DeleteItem: what was decided stays, also for whoever takes the function over.
      Action: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      Resource: target.ledgerTableArn,
    },
    ...noticeRights(scope, target.notificationTopicArn),
    {
      Sid: "WriteOwnLog",
      Effect: "Allow",
      // Not CreateLogGroup: the program makes the group, with its retention.
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: regionalArn(scope, "logs", `log-group:${target.logGroupName}:*`),
    },
    {
      Sid: "TakeAlarms",
      Effect: "Allow",
      // Lambda polls the queue with the function's own role, and makes no mapping without all three.
      Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      Resource: target.alarmQueueArn,
    },
  ]);
}

/** What a thing was like before it was quarantined, and whether it is in the group already. */
function evidence(scope: AwsScope): readonly Statement[] {
  return [
    {
      Sid: "ListGroupsOfThings",
      Effect: "Allow",
      Action: "iot:ListThingGroupsForThing",
      Resource: regionalArn(scope, "iot", "thing/*"),
    },
    {
      Sid: "ListPrincipals",
      Effect: "Allow",
      // Neither can be limited to a resource (Service Authorization Reference, "AWS IoT"): names are read, no more.
      Action: ["iot:ListThingPrincipals", "iot:ListAttachedPolicies"],
      Resource: "*",
    },
    {
      Sid: "SeeConnections",
      Effect: "Allow",
      Action: "iot:GetConnection",
      Resource: regionalArn(scope, "iot", "client/*"),
    },
  ];
}

/** Tells whether a thing is below an exempt group, and that such a group is there; for the stacks that name some. */
function groupLookUp(scope: AwsScope): readonly Statement[] {
  return [
    {
      Sid: "FindGroups",
      Effect: "Allow",
      Action: "iot:DescribeThingGroup",
      Resource: regionalArn(scope, "iot", "thinggroup/*"),
    },
  ];
}

/** Contains principals, for the stacks that say so. Not DetachPolicy: who attaches cannot let go. */
function containing({ scope, containment }: CallbackRoleScope): readonly Statement[] {
  const certificates = regionalArn(scope, "iot", "cert/*");
  const shared: Statement = {
    Sid: "FindSharedPrincipals",
    Effect: "Allow",
    // Cannot be limited to a resource, as the others.
    Action: "iot:ListPrincipalThings",
    Resource: "*",
  };
  return [
    ...(containment.some((each) => each !== "group") ? [shared] : []),
    ...(containment.includes("principal")
      ? [
          {
            Sid: "AttachFence",
            Effect: "Allow",
            // AWS asks about the target alone: any policy of the account could be attached.
            Action: "iot:AttachPolicy",
            Resource: certificates,
          } as const,
        ]
      : []),
    ...(containment.includes("deactivate")
      ? [
          {
            Sid: "Deactivate",
            Effect: "Allow",
            // UpdateCertificate could also activate one.
            Action: ["iot:DescribeCertificate", "iot:UpdateCertificate"],
            Resource: certificates,
          } as const,
        ]
      : []),
  ];
}
