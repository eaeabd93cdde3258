import { randomBytes, randomUUID } from "node:crypto";
import { sqsError } from "./errors";
import type { MessageAttributes } from "./message-attributes";
import {
  parseRedrivePolicy,
  type QueueAttributes,
  type RedrivePolicy,
  withDefaults,
} from "./queue-attributes";

/** A message in a queue. Times are epoch milliseconds of virtual time. */
export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  /** Who sent it: an account id, a role's ARN or a service's name. */
  readonly senderId: string;
  readonly sentAt: number;
  /** When it can be received (again). */
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  /** Of the latest receive. */
  receiptHandle?: string;
  /** ARN of the queue that it was moved here from. */
  deadLetterSourceArn?: string;
}

/** How many messages a queue holds, by state. */
export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** How long one purge keeps off the next. */
const PURGE_MS = 60_000;

/** A standard queue: at least once, in the order of arrival (which SQS does not promise). */
export class Queue {
  readonly name: string;
  readonly arn: string;
  /** Virtual time of creation, epoch milliseconds. */
  readonly createdAt: number;
  /** Virtual time of the latest change of attributes, epoch milliseconds. */
  modifiedAt: number;
  readonly tags = new Map<string, string>();
  /** Told when a message came, or may be received at another time than before. */
  onChange: () => void = () => undefined;
  readonly #messages = new Map<string, QueueMessage>();
  #purgedAt = Number.NEGATIVE_INFINITY;
  #set: QueueAttributes = {};

  constructor(name: string, arn: string, attributes: QueueAttributes, now: number) {
    this.name = name;
    this.arn = arn;
    this.createdAt = now;
    this.modifiedAt = now;
    this.configure(attributes, now);
  }

  /** Its attributes, defaults included, as text. */
  get attributes(): QueueAttributes {
    return withDefaults(this.#set);
  }

  /** Its own policy, JSON. */
  get policy(): string | undefined {
    return this.attributes.Policy;
  }

  /** Where messages go that were received too often. */
  get redrive(): RedrivePolicy | undefined {
    const text = this.attributes.RedrivePolicy;
    return text === undefined ? undefined : parseRedrivePolicy(text);
  }

  /** Sets attributes that were checked. */
  configure(attributes: QueueAttributes, now: number): void {
    this.#set = { ...this.#set, ...attributes };
    this.modifiedAt = now;
  }

  /** A number among the attributes. */
  setting(name: string): number {
    return Number(this.attributes[name]);
  }

  /** Adds a message; it can be received after `delaySeconds`. Returns its id. */
  send(
    message: Pick<QueueMessage, "body" | "attributes" | "senderId">,
    now: number,
    delaySeconds = this.setting("DelaySeconds"),
  ): string {
    const id = randomUUID();
    this.#messages.set(id, {
      ...message,
      id,
      sentAt: now,
      visibleAt: now + delaySeconds * 1000,
      receiveCount: 0,
    });
    this.onChange();
    return id;
  }

  /**
   * Takes up to `max` visible messages and hides them for `visibilitySeconds`. One that has been received
   * as often as the redrive policy says goes to `deadLetters` instead.
   */
  receive(max: number, visibilitySeconds: number, now: number, deadLetters?: Queue): QueueMessage[] {
    this.#expire(now);
    const limit = this.redrive?.maxReceiveCount ?? Number.POSITIVE_INFINITY;
    const taken: QueueMessage[] = [];
    for (const message of this.#messages.values()) {
      if (taken.length === max) break;
      if (message.visibleAt > now) continue;
      if (deadLetters && message.receiveCount >= limit) {
        this.#messages.delete(message.id);
        // The time of sending stays, so retention goes on counting from it (SQS Developer Guide, "Using
        // dead-letter queues", section "How does the message retention period affect standard queues").
        deadLetters.#messages.set(message.id, { ...message, receiveCount: 0, deadLetterSourceArn: this.arn });
        deadLetters.onChange();
        continue;
      }
      message.receiveCount++;
      message.firstReceivedAt ??= now;
      message.visibleAt = now + visibilitySeconds * 1000;
      message.receiptHandle = Buffer.from(`${message.id} ${randomBytes(12).toString("hex")}`).toString(
        "base64",
      );
      taken.push(message);
    }
    return taken;
  }

  /** Deletes the message that a receipt handle stands for; a handle of an older receive does nothing. */
  delete(receiptHandle: string): void {
    const message = this.#received(receiptHandle);
    if (message) this.#messages.delete(message.id);
  }

  /** Hides a received message for some seconds from now. */
  changeVisibility(receiptHandle: string, seconds: number, now: number): void {
    const message = this.#received(receiptHandle);
    if (!message || message.visibleAt <= now) {
      throw sqsError(
        "MessageNotInflight",
        `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      );
    }
    message.visibleAt = now + seconds * 1000;
    this.onChange();
  }

  /**
   * When a batch can be taken, epoch milliseconds: now where `size` messages are visible, else so long after the
   * first one is as whoever takes them waits for more. Undefined while there is no message.
   */
  batchReadyAt(size: number, waitMs: number, now: number): number | undefined {
    this.#expire(now);
    const times = [...this.#messages.values()].map((message) => message.visibleAt);
    if (times.filter((at) => at <= now).length >= size) return now;
    return times.length === 0 ? undefined : times.reduce((first, at) => Math.min(first, at)) + waitMs;
  }

  /** The messages that can be received, in the order of arrival. */
  visible(now: number): readonly QueueMessage[] {
    this.#expire(now);
    return [...this.#messages.values()].filter(({ visibleAt }) => visibleAt <= now);
  }

  /** Deletes the message of an id. */
  remove(id: string): void {
    this.#messages.delete(id);
  }

  /** Deletes every message; once a minute. Source: Amazon SQS API Reference, "PurgeQueue". */
  purge(now: number): void {
    if (now < this.#purgedAt + PURGE_MS) {
      throw sqsError(
        "PurgeQueueInProgress",
        `Only one PurgeQueue operation on ${this.name} is allowed every 60 seconds.`,
        403,
      );
    }
    this.#purgedAt = now;
    this.#messages.clear();
  }

  /** How many messages it holds. */
  counts(now: number): QueueCounts {
    this.#expire(now);
    const all = [...this.#messages.values()];
    const hidden = all.filter((message) => message.visibleAt > now);
    const delayed = hidden.filter((message) => message.receiveCount === 0).length;
    return { visible: all.length - hidden.length, inFlight: hidden.length - delayed, delayed };
  }

  /** Drops what is older than the retention period. */
  #expire(now: number): void {
    const oldest = now - this.setting("MessageRetentionPeriod") * 1000;
    for (const message of this.#messages.values()) {
      if (message.sentAt <= oldest) this.#messages.delete(message.id);
    }
  }

  #received(receiptHandle: string): QueueMessage | undefined {
    const [id = "", secret] = Buffer.from(receiptHandle, "base64").toString("utf8").split(" ");
    if (!/^[0-9a-f-]{36}$/.test(id) || !secret) {
      throw sqsError(
        "ReceiptHandleIsInvalid",
        `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
      );
    }
    const message = this.#messages.get(id);
    return message?.receiptHandle === receiptHandle ? message : undefined;
  }
}
