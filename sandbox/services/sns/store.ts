import { randomUUID } from "node:crypto";
import type { Environment } from "../../environment";
import { AwsError } from "../../wire/aws-error";
import type { Principal } from "../iam/authorizer";
import { principalName } from "../iam/principal-of";
import { sizeOfAttributes } from "../sqs/message-attributes";
import { deliver } from "./delivery";
import { checkArn, invalidParameter, notFound, parseObject } from "./errors";
import { checkMessageAttributes, type MessageAttributes } from "./message-attributes";
import type { Publication } from "./notification";
import type { SnsPorts } from "./ports";
import { policyOf, type Subscription, type SubscriptionProtocol, type Topic } from "./topic";

/** Largest message with its attributes, or batch of them, bytes. Source: Amazon SNS API Reference, "Publish". */
export const MAX_MESSAGE_BYTES = 262_144;

/** What a message counts for, bytes: its text, and names, types and values of its attributes. */
export const sizeOfMessage = (message: string, attributes: MessageAttributes): number =>
  Buffer.byteLength(message) + sizeOfAttributes(attributes);

/** What somebody wants published. */
export interface PublishRequest {
  /** ARN of the topic. */
  readonly topicArn: string;
  readonly message: string;
  /** On whose behalf. */
  readonly principal: Principal;
  readonly subject?: string | undefined;
  /** `message` holds JSON with a text for each protocol. */
  readonly isStructured?: boolean;
  readonly attributes?: MessageAttributes | undefined;
}

/** SNS's topics and subscriptions, and the way of a message through them. */
export class SnsStore {
  readonly env: Environment;
  /** Topics by ARN. */
  readonly topics = new Map<string, Topic>();
  /** Subscriptions by ARN. */
  readonly subscriptions = new Map<string, Subscription>();
  readonly #ports: SnsPorts;

  constructor(env: Environment, ports: SnsPorts) {
    this.env = env;
    this.#ports = ports;
  }

  /** The topic of an ARN. @throws AwsError - `NotFoundException`, `InvalidParameterException`. */
  topic(arn: string | undefined): Topic {
    checkArn("TopicArn", arn ?? "");
    if (!arn?.startsWith(`arn:${this.env.partition}:sns:`)) throw invalidParameter("TopicArn");
    const topic = this.topics.get(arn);
    if (!topic) throw notFound("Topic");
    return topic;
  }

  /** The subscription of an ARN. @throws AwsError - `NotFoundException`. */
  subscription(arn: string | undefined): Subscription {
    const subscription = this.subscriptions.get(arn ?? "");
    if (!subscription) throw notFound("Subscription");
    return subscription;
  }

  /** The subscriptions of a topic, in the order in which they were made. */
  subscriptionsOf(topicArn: string): Subscription[] {
    return [...this.subscriptions.values()].filter((subscription) => subscription.topicArn === topicArn);
  }

  /**
   * Accepts a message and delivers it soon after; the clock waits for the deliveries.
   *
   * @returns the message's id.
   * @throws AwsError - `AuthorizationErrorException` when no policy allows it or one denies it; a refusal
   * of KMS when the topic is encrypted with a key that the principal may not use; `NotFoundException`;
   * `InvalidParameterException`.
   */
  publish(request: PublishRequest): string {
    const topic = this.openForPublishing(request.topicArn, request.principal);
    const publication = this.#publicationOf(request);
    const subscriptions = this.subscriptionsOf(topic.arn);
    const delivered = new Promise((resolve) => setImmediate(resolve)).then(() => {
      for (const subscription of subscriptions) deliver(this.env, this.#ports, publication, subscription);
    });
    void this.env.clock.track(delivered).catch((error: unknown) => {
      this.env.log(`sns: delivering message ${publication.id} failed: ${(error as Error).message}`);
    });
    return publication.id;
  }

  /** The topic of an ARN, to which a principal may publish. @throws AwsError - as {@link publish}. */
  openForPublishing(topicArn: string, principal: Principal): Topic {
    const topic = this.topic(topicArn);
    const allowed = this.#ports.authorizer.isAllowed({
      principal,
      action: "sns:Publish",
      resource: topic.arn,
      resourcePolicy: policyOf(topic),
    });
    if (!allowed) {
      throw new AwsError(
        "AuthorizationErrorException",
        403,
        `User: ${principalName(principal, this.env)} is not authorized to perform: SNS:Publish on resource: ${topic.arn}`,
      );
    }
    const key = topic.attributes.get("KmsMasterKeyId");
    // AWS's own key lets in everybody of the account who may use SNS (SNS Developer Guide, "Key terms").
    if (key !== undefined && key !== "alias/aws/sns") this.#ports.keys.check(key, principal);
    return topic;
  }

  #publicationOf(request: PublishRequest): Publication {
    const { message, subject, attributes = {} } = request;
    if (message === "") throw invalidParameter("Empty message");
    checkMessageAttributes(attributes);
    if (sizeOfMessage(message, attributes) > MAX_MESSAGE_BYTES) throw invalidParameter("Message too long");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a subject has none of them.
    if (subject !== undefined && (!/^[^\u0000-\u001f]{1,100}$/.test(subject) || subject.startsWith(" "))) {
      throw invalidParameter("Subject");
    }
    return {
      id: randomUUID(),
      topicArn: request.topicArn,
      subject,
      bodyFor: request.isStructured ? structuredBody(message) : () => message,
      attributes,
      publishedAt: this.env.clock.date(),
    };
  }
}

/** Reads a message that has a text for each protocol, and one for all others. */
function structuredBody(message: string): (protocol: SubscriptionProtocol) => string {
  const bodies = parseObject("Message Structure", message);
  const { default: fallback } = bodies;
  if (typeof fallback !== "string") {
    throw invalidParameter("Message Structure - No default entry in JSON message body");
  }
  return (protocol) => {
    const own = bodies[protocol];
    return typeof own === "string" ? own : fallback;
  };
}
