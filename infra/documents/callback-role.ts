import { type AwsScope, regionalArn } from "../../lib/aws/arns";
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
  /** ARN of the ledger's table. */
  readonly ledgerTableArn: string;
  /** Whether thing groups are exempt, so that a thing's groups must be looked up. */
  readonly looksUpGroups: boolean;
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
    ...(target.looksUpGroups ? groupLookUp(scope) : []),
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

/** Tells whether a thing is in an exempt group or below one; asked for by the stacks alone that name such groups. */
function groupLookUp(scope: AwsScope): readonly Statement[] {
  return [
    {
      Sid: "ListGroupsOfThings",
      Effect: "Allow",
      Action: "iot:ListThingGroupsForThing",
      Resource: regionalArn(scope, "iot", "thing/*"),
    },
    {
      Sid: "FindGroupsAbove",
      Effect: "Allow",
      Action: "iot:DescribeThingGroup",
      Resource: regionalArn(scope, "iot", "thinggroup/*"),
    },
  ];
}
