import { type PolicyDocument, policyDocument } from "./policy-document";

/**
 * Who may send to the subscription's dead-letter queue: SNS, for the alert topic.
 *
 * Source: Amazon SNS Developer Guide, "Configuring an Amazon SNS dead-letter queue for a subscription".
 *
 * @param queueArn ARN of the queue.
 * @param topicArn ARN of the alert topic.
 */
export function subscriptionDeadLetterPolicy(queueArn: string, topicArn: string): PolicyDocument {
  return policyDocument([
    {
      Sid: "SnsSendsUndelivered",
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      // Sending alone; an operator reads with a policy of their own.
      Action: "sqs:SendMessage",
      Resource: queueArn,
      // SNS calls for every topic of every account: this one is ours.
      Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
    },
  ]);
}
