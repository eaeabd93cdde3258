import { type AwsScope, regionalArn } from "../../lib/aws/arns";
import { LEDGER } from "../../lib/ledger/keys";
import { digestRights, noticeRights } from "./notification-topic";
import { allow, type PolicyDocument, policyDocument } from "./policy-document";

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
 */
export function reconcileRolePermissions(target: ReconcileRoleScope): PolicyDocument {
  const { scope } = target;
  const things = regionalArn(scope, "iot", "thing/*");
  const group = regionalArn(scope, "iot", `thinggroup/${target.quarantineGroupName}`);
  const profiles = target.securityProfileNames.map((name) =>
    regionalArn(scope, "iot", `securityprofile/${name}`),
  );
  const log = regionalArn(scope, "logs", `log-group:${target.logGroupName}:*`);
  const ledger = regionalArn(scope, "dynamodb", `table/${target.ledgerTableName}`);
  return policyDocument([
    // Of all things of a profile.
    allow("ReconcileListsViolations", "iot:ListActiveViolations", profiles),
    allow("ReconcileListsMembers", "iot:ListThingsInThingGroup", group),
    // Whether a thing that the list of members lacks was deleted, or is a member after all.
    allow("ReconcileLooksThingsUp", ["iot:DescribeThing", "iot:ListThingGroupsForThing"], things),
    // Of a device that publishes on while the group's policy does not act yet.
    allow("ReconcileCutsSessions", "iot:DeleteConnection", regionalArn(scope, "iot", "client/*")),
    allow("ReconcileReadsStates", "dynamodb:Query", `${ledger}/index/${LEDGER.stateIndex.name}`),
    // Not DeleteItem: what was decided stays.
    allow(
      "ReconcileKeepsLedger",
      ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      ledger,
    ),
    // Not ReceiveMessage: it takes no alarm from the function that decides.
    allow("ReconcileQueuesAlarms", "sqs:SendMessage", regionalArn(scope, "sqs", target.alarmQueueName)),
    ...noticeRights(scope, regionalArn(scope, "sns", target.notificationTopicName)),
    ...digestRights(ledger),
    // Not CreateLogGroup: the program makes the group, with its retention.
    allow("ReconcileWritesOwnLog", ["logs:CreateLogStream", "logs:PutLogEvents"], log),
  ]);
}
