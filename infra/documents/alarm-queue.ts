import { type PolicyDocument, policyDocument } from "./policy-document";

/**
 * Who may send to the queue of alarms, and to its dead-letter queue: SNS, for the alert topic. SQS itself moves what was
 * received too often, and asks no policy.
 *
 * Source: Amazon SNS Developer Guide, "Subscribing an Amazon SQS queue to an Amazon SNS topic", "Configuring an Amazon
 * SNS dead-letter queue for a subscription".
 */
export function alarmQueuePolicy(queueArn: string, topicArn: string): PolicyDocument {
  return policyDocument([
    {
      Sid: "SnsSendsAlarms",
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      // Sending alone; who receives does so by a policy of its own.
      Action: "sqs:SendMessage",
      Resource: queueArn,
      // SNS calls for every topic of every account: this one is ours.
      Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
    },
  ]);
}
