import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import type { Environment } from "../../environment";
import type { Subscription, SubscriptionProtocol } from "./topic";

/** A message as it was published. */
export interface Publication {
  readonly id: string;
  readonly topicArn: string;
  readonly subject: string | undefined;
  /** Its text, or its texts by protocol. */
  readonly bodyFor: (protocol: SubscriptionProtocol) => string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  /** Virtual time of publishing. */
  readonly publishedAt: Date;
}

// Nothing in the sandbox has AWS's key: a receiver that checks signatures refuses these, and should.
const SIGNATURE = Buffer.from("not signed: made by a sandbox").toString("base64");

const certificateUrl = (env: Environment) =>
  `https://sns.${env.region}.amazonaws.com/SimpleNotificationService-sandbox.pem`;

const unsubscribeUrl = (env: Environment, subscription: Subscription) =>
  `${env.endpoint}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`;

function attributesOf(publication: Publication): Record<string, { Type: string; Value: string }> {
  return Object.fromEntries(
    Object.entries(publication.attributes).map(([name, { DataType = "", StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? Buffer.from(BinaryValue ?? []).toString("base64") },
    ]),
  );
}

/**
 * The event that a function gets: one record, always in this envelope.
 *
 * Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SNS", section "Sample event"; the order of
 * fields and `Subject: null` from a captured event of Device Defender.
 */
export function lambdaEvent(env: Environment, publication: Publication, subscription: Subscription): string {
  const record = {
    EventSource: "aws:sns",
    EventVersion: "1.0",
    EventSubscriptionArn: subscription.arn,
    Sns: {
      Type: "Notification",
      MessageId: publication.id,
      TopicArn: publication.topicArn,
      Subject: publication.subject ?? null,
      Message: publication.bodyFor("lambda"),
      Timestamp: publication.publishedAt.toISOString(),
      SignatureVersion: "1",
      Signature: SIGNATURE,
      SigningCertUrl: certificateUrl(env),
      UnsubscribeUrl: unsubscribeUrl(env, subscription),
      MessageAttributes: attributesOf(publication),
    },
  };
  return JSON.stringify({ Records: [record] });
}

/**
 * The body that a queue gets, unless the subscription wants the message raw; also what a dead-letter queue
 * gets (assumed for subscriptions of functions, of which no capture is public).
 *
 * Source: Amazon SNS Developer Guide, "Fanout to Amazon SQS queues", the message that a queue receives.
 */
export function queueEnvelope(
  env: Environment,
  publication: Publication,
  subscription: Subscription,
): string {
  const attributes = attributesOf(publication);
  const envelope = {
    Type: "Notification",
    MessageId: publication.id,
    TopicArn: publication.topicArn,
    ...(publication.subject !== undefined && { Subject: publication.subject }),
    Message: publication.bodyFor(subscription.protocol),
    Timestamp: publication.publishedAt.toISOString(),
    SignatureVersion: "1",
    Signature: SIGNATURE,
    SigningCertURL: certificateUrl(env),
    UnsubscribeURL: unsubscribeUrl(env, subscription),
    ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
  };
  return JSON.stringify(envelope, null, 2);
}
