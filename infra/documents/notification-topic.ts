import { type AwsScope, regionalArn } from "../../lib/aws/arns";
import { UNTOLD } from "../../lib/ledger/keys";
import { EVENT_SOURCE } from "../../lib/notices/event";
import { allow, type PolicyDocument, policyDocument, type Statement } from "./policy-document";

/**
 * Who may publish to the notification topic by the topic's own policy: this account's CloudWatch alarms. The functions and
 * the operators do so by policies of their own, which is enough inside one account.
 *
 * Source: Amazon SNS Developer Guide, "Example cases for Amazon SNS access control", "Allow Amazon SNS ... CloudWatch alarms
 * to publish"; "Amazon SNS security best practices", "Enforce encryption of data in transit".
 */
export function notificationTopicPolicy(scope: AwsScope, topicArn: string): PolicyDocument {
  return policyDocument([
    {
      Sid: "AlarmsOfThisAccount",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      // What an alarm does when it goes off.
      Action: "sns:Publish",
      Resource: topicArn,
      // CloudWatch acts for every account: these alarms are ours.
      Condition: {
        StringEquals: { "aws:SourceAccount": scope.account },
        ArnLike: { "aws:SourceArn": regionalArn(scope, "cloudwatch", "alarm:*") },
      },
    },
    {
      Sid: "DenyPlainHttp",
      Effect: "Deny",
      Principal: "*",
      // Names of devices must not be read, nor messages be made, on the way.
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
}

/**
 * What a function needs to tell people and other systems.
 *
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon SNS", "... for Amazon
 * EventBridge" (`events:source`).
 */
export function noticeRights(scope: AwsScope, topicArn: string): readonly Statement[] {
  return [
    // People; this topic alone: who may publish alarms has devices quarantined.
    allow("TellPeople", "sns:Publish", topicArn),
    allow("TellSystems", "events:PutEvents", regionalArn(scope, "events", "event-bus/default"), {
      // In no other's name: other rules of the account act on other sources.
      StringEquals: { "events:source": EVENT_SOURCE },
    }),
  ];
}

/**
 * What whoever makes digests needs beside {@link noticeRights} and the right to write the ledger: to read what waits and
 * to forget it, and nothing else of the ledger (Amazon DynamoDB Developer Guide, "Using IAM policy conditions for
 * fine-grained access control").
 */
export const digestRights = (tableArn: string): readonly Statement[] => [
  allow("DigestNotices", ["dynamodb:Query", "dynamodb:DeleteItem"], tableArn, {
    // The partition of what is still to be told: no thing's state can be read or deleted by it.
    "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [UNTOLD] },
  }),
];
