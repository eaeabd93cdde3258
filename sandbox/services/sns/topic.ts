/** Protocols that the sandbox delivers by, and those that wait for a confirmation that never comes. */
export const PROTOCOLS = ["lambda", "sqs", "email", "email-json"] as const;

/** How a subscription is delivered. */
export type SubscriptionProtocol = (typeof PROTOCOLS)[number];

/** Somebody who gets a topic's messages. */
export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: SubscriptionProtocol;
  /** ARN of a function or queue, or an e-mail address. */
  readonly endpoint: string;
  /** `RawMessageDelivery`, `RedrivePolicy`, `FilterPolicy`, `FilterPolicyScope`, as text. */
  readonly attributes: Map<string, string>;
  /** ARN of who subscribed. */
  readonly principal: string;
  /** An e-mail address has to confirm first. */
  readonly isPending: boolean;
}

/** A standard topic. */
export interface Topic {
  readonly arn: string;
  /** What its owner has set, as text; absent ones have SNS's default. */
  readonly attributes: Map<string, string>;
  readonly tags: Map<string, string>;
  /** How many subscriptions it has lost. */
  subscriptionsDeleted: number;
}

/** Actions that a topic's policy may be about. Source: Amazon SNS Developer Guide, "Default access policy". */
export const TOPIC_ACTIONS: readonly string[] = [
  ...["GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic"],
  ...["Subscribe", "ListSubscriptionsByTopic", "Publish"],
];

/** What every topic has from the start: its owner may do all with it. */
function defaultTopicPolicy(topicArn: string): string {
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: TOPIC_ACTIONS.map((action) => `SNS:${action}`),
        Resource: topicArn,
        Condition: { StringEquals: { "AWS:SourceOwner": topicArn.split(":")[4] } },
      },
    ],
  });
}

/** A topic's policy: its own, else the default one. */
export const policyOf = (topic: Topic) => topic.attributes.get("Policy") ?? defaultTopicPolicy(topic.arn);
