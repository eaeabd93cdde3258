import type { Message, ReceiveMessageRequest, ReceiveMessageResult } from "@aws-sdk/client-sqs";
import type { Call } from "../../../wire/service";
import { inRange } from "../errors";
import { md5Of, md5OfAttributes, selectAttributes } from "../message-attributes";
import type { Queue, QueueMessage } from "../queue";
import type { SqsStore } from "../store";

/** How often a long poll looks again, milliseconds of wall time. */
const POLL_MS = 20;
/** The longest that a long poll lasts while the clock is paused, milliseconds of wall time. */
const PAUSED_WAIT_MS = 1000;

function systemAttributes(message: QueueMessage, wanted: readonly string[]): Record<string, string> {
  const all: Record<string, string | undefined> = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    DeadLetterQueueSourceArn: message.deadLetterSourceArn,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) =>
      value !== undefined && (wanted.includes("All") || wanted.includes(name)) ? [[name, value]] : [],
    ),
  );
}

function render(message: QueueMessage, input: ReceiveMessageRequest): Message {
  const wanted = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
  const Attributes = systemAttributes(message, wanted);
  const MessageAttributes = selectAttributes(message.attributes, input.MessageAttributeNames ?? []);
  const digest = md5OfAttributes(MessageAttributes);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5Of(message.body),
    Body: message.body,
    ...(Object.keys(Attributes).length > 0 && { Attributes }),
    ...(digest !== undefined && { MessageAttributes, MD5OfMessageAttributes: digest }),
  };
}

/** How long a long poll may last, milliseconds of wall time. */
function wallWait(sqs: SqsStore, queue: Queue, input: ReceiveMessageRequest): number {
  const seconds = inRange(
    "WaitTimeSeconds",
    input.WaitTimeSeconds ?? queue.setting("ReceiveMessageWaitTimeSeconds"),
    0,
    20,
  );
  const { speed } = sqs.env.clock;
  return speed === 0 ? Math.min(seconds * 1000, PAUSED_WAIT_MS) : (seconds * 1000) / speed;
}

/**
 * ReceiveMessage. A long poll answers as soon as there is a message, and empty after `WaitTimeSeconds` of
 * virtual time at the clock's speed; while the clock is paused, after at most one second of wall time. The
 * clock does not wait for it.
 */
export async function receiveMessage(
  sqs: SqsStore,
  input: ReceiveMessageRequest,
  call: Call,
): Promise<ReceiveMessageResult> {
  const queue = sqs.open(input.QueueUrl, "sqs:ReceiveMessage", call);
  const max = inRange("MaxNumberOfMessages", input.MaxNumberOfMessages ?? 1, 1, 10);
  const hide = inRange(
    "VisibilityTimeout",
    input.VisibilityTimeout ?? queue.setting("VisibilityTimeout"),
    0,
    43_200,
  );
  const take = () =>
    queue.receive(max, hide, sqs.env.clock.now(), sqs.withArn(queue.redrive?.deadLetterTargetArn));
  let messages = take();
  for (let left = wallWait(sqs, queue, input); messages.length === 0 && left > 0; left -= POLL_MS) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS).unref());
    messages = take();
  }
  return messages.length > 0 ? { Messages: messages.map((message) => render(message, input)) } : {};
}
