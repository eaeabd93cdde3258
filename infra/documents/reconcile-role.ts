import { type AwsScope, regionalArn } from "../../lib/aws/arns";
import { LEDGER } from "../../lib/ledger/keys";
import { digestRights, noticeRights } from "./notification-topic";
import { type PolicyDocument, policyDocument } from "./policy-document";

/** What the function that reconciles touches. */
export interface ReconcileRoleScope {
  /** Partition, region and account. */
  readonly scope: AwsScope;
  /** Name of the quarantine thing group. */
  readonly quarantineGroupName: string;
  /** Name of the function's log group. */
  readonly logGroupName: string;
  /** Name of the queue of alarms. */
  readonly alarmQueueName: string;
  /** Name of the ledger's table. */
  readonly ledgerTableName: string;
  /** Name of the topic for people. */
  readonly notificationTopicName: string;
  /** Names of the security profiles whose violations are listed. */
  readonly securityProfileNames: readonly string[];
}

/**
 * What the function that reconciles may do. It puts no device into a group and takes none out: an alarm that it puts into
 * the queue is decided as any other.
 *
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS IoT", "... for Amazon DynamoDB",
 * "... for Amazon SQS", "... for Amazon CloudWatch Logs".
 *
 * @param target what it touches.
 */
export function reconcileRolePermissions(target: ReconcileRoleScope): PolicyDocument {
  const { scope } = target;
  const things = regionalArn(scope, "iot", "thing/*");
  const ledger = regionalArn(scope, "dynamodb", `table/${target.ledgerTableName}`);
  return policyDocument([
    {
      Sid: "ReconcileListsViolations",
      Effect: "Allow",
      Action: "iot:ListActiveViolations",
      // Of all things of a profile.
      Resource: target.securityProfileNames.map((name) =>
        regionalArn(scope, "iot", `securityprofile/${name}`),
      ),
    },
    {
      Sid: "ReconcileListsMembers",
      Effect: "Allow",
      Action: "iot:ListThingsInThingGroup",
      Resource: regionalArn(scope, "iot", `thinggroup/${target.quarantineGroupName}`),
    },
    {
      Sid: "ReconcileLooksThingsUp",
      Effect: "Allow",
      // Whether a thing that the list of members lacks was deleted, or is a member after all.
      Action: ["iot:DescribeThing", "iot:ListThingGroupsForThing"],
      Resource: things,
    },
    {
      Sid: "ReconcileCutsSessions",
      Effect: "Allow",
      // Of a device that publishes on while the group's policy does not act yet.
      Action: "iot:DeleteConnection",
      Resource: regionalArn(scope, "iot", "client/*"),
    },
    {
      Sid: "ReconcileReadsStates",
      Effect: "Allow",
      Action: "dynamodb:Query",
      Resource: `${ledger}/index/${LEDGER.stateIndex.name}`,
    },
    {
      Sid: "ReconcileKeepsLedger",
      Effect: "Allow",
      // Not DeleteItem: what was decided stays.
      Action: ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      Resource: ledger,
    },
    {
      Sid: "ReconcileQueuesAlarms",
      Effect: "Allow",
      // Not ReceiveMessage: it takes no alarm from the function that decides.
      Action: "sqs:SendMessage",
      Resource: regionalArn(scope, "sqs", target.alarmQueueName),
    },
    ...noticeRights(scope, regionalArn(scope, "sns", target.notificationTopicName)),
    ...digestRights(ledger),
    {
      Sid: "ReconcileWritesOwnLog",
      Effect: "Allow",
      // Not CreateLogGroup: the program makes the group, with its retention.
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: regionalArn(scope, "logs", `log-group:${target.logGroupName}:*`),
    },
  ]);
}
