import { type JsonObject, parseObject } from "../../../lib/json";
import { sqsError } from "./errors";

/** Attributes that a user sets, by name; all are text, as on the wire. */
export type QueueAttributes = Readonly<Record<string, string>>;

/**
 * Numeric attributes: lowest, highest and default value. Seconds, but `MaximumMessageSize`, which is bytes.
 * Source: Amazon SQS API Reference, "CreateQueue", request parameter `Attributes`.
 */
const NUMERIC: Readonly<Record<string, readonly [number, number, number]>> = {
  DelaySeconds: [0, 900, 0],
  MaximumMessageSize: [1024, 1_048_576, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600, 345_600],
  ReceiveMessageWaitTimeSeconds: [0, 20, 0],
  VisibilityTimeout: [0, 43_200, 30],
};

const OTHERS = [
  "KmsDataKeyReusePeriodSeconds",
  "KmsMasterKeyId",
  "Policy",
  "RedriveAllowPolicy",
  "RedrivePolicy",
  "SqsManagedSseEnabled",
];

/** Where a queue sends messages that were received too often. */
export interface RedrivePolicy {
  /** ARN of the dead-letter queue. */
  readonly deadLetterTargetArn: string;
  /** How often a message is received before it is moved. */
  readonly maxReceiveCount: number;
}

const invalidValue = (name: string) =>
  sqsError("InvalidAttributeValue", `Invalid value for the parameter ${name}.`);

function parsed(name: string, text: string): JsonObject {
  const object = parseObject(text);
  if (!object) throw invalidValue(name);
  return object;
}

/**
 * Reads a queue's redrive policy.
 *
 * @throws AwsError - `InvalidAttributeValue` when it is not what SQS takes.
 */
export function parseRedrivePolicy(text: string): RedrivePolicy {
  const { deadLetterTargetArn, maxReceiveCount = 10 } = parsed("RedrivePolicy", text);
  const count = Number(maxReceiveCount);
  if (typeof deadLetterTargetArn !== "string" || !Number.isInteger(count) || count < 1 || count > 1000) {
    throw invalidValue("RedrivePolicy");
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

function checkAttribute(name: string, value: string): void {
  const range = NUMERIC[name];
  if (range) {
    const number = value === "" ? Number.NaN : Number(value);
    if (!Number.isInteger(number) || number < range[0] || number > range[1]) throw invalidValue(name);
    return;
  }
  if (!OTHERS.includes(name)) throw sqsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
  if (value === "") return;
  if (name === "RedrivePolicy") parseRedrivePolicy(value);
  if (name.endsWith("Policy")) parsed(name, value);
  if (name === "SqsManagedSseEnabled" && !/^(true|false)$/.test(value)) throw invalidValue(name);
}

/**
 * Checks attributes that a user wants to set; an empty text takes a policy or key away.
 *
 * @throws AwsError - `InvalidAttributeName` or `InvalidAttributeValue`.
 */
export function checkQueueAttributes(attributes: QueueAttributes): void {
  for (const [name, value] of Object.entries(attributes)) checkAttribute(name, value);
}

/** The attributes of a queue with SQS's defaults for what was not set. */
export function withDefaults(set: QueueAttributes): QueueAttributes {
  const numbers = Object.entries(NUMERIC).map(([name, [, , initial]]) => [name, String(initial)]);
  const present = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== ""));
  // SQS encrypts with its own keys unless a KMS key is named (CreateQueue, `SqsManagedSseEnabled`).
  const SqsManagedSseEnabled = String(present.KmsMasterKeyId === undefined);
  return { ...Object.fromEntries(numbers), SqsManagedSseEnabled, ...present };
}
