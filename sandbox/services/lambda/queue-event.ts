import { isObject } from "../../../lib/json";
import type { Environment } from "../../environment";
import { md5Of } from "../sqs/message-attributes";
import type { QueueMessage } from "../sqs/queue";

type Attribute = QueueMessage["attributes"][string];

const attributeOf = ({ DataType, StringValue, BinaryValue }: Attribute) => ({
  ...(StringValue !== undefined && { stringValue: StringValue }),
  ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString("base64") }),
  stringListValues: [],
  binaryListValues: [],
  dataType: DataType,
});

const recordOf = (message: QueueMessage, queueArn: string, region: string) => ({
  messageId: message.id,
  receiptHandle: message.receiptHandle,
  body: message.body,
  attributes: {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    SenderId: message.senderId,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(message.deadLetterSourceArn !== undefined && {
      DeadLetterQueueSourceArn: message.deadLetterSourceArn,
    }),
  },
  messageAttributes: Object.fromEntries(
    Object.entries(message.attributes).map(([name, attribute]) => [name, attributeOf(attribute)]),
  ),
  md5OfBody: md5Of(message.body),
  eventSource: "aws:sqs",
  eventSourceARN: queueArn,
  awsRegion: region,
});

/**
 * The event that a function gets of a batch, JSON.
 *
 * Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS", section "Example Amazon SQS message event".
 */
export const queueEvent = (env: Environment, queueArn: string, messages: readonly QueueMessage[]): string =>
  JSON.stringify({ Records: messages.map((message) => recordOf(message, queueArn, env.region)) });

/**
 * The messages of a batch that a function's answer names as failed; all of them where the answer is none that Lambda
 * takes for one, such as an id that is not of the batch.
 *
 * Source: AWS Lambda Developer Guide, "Handling errors for an SQS event source in Lambda", section "Success and
 * failure conditions".
 */
export function failedOf(messages: readonly QueueMessage[], payload: string): readonly QueueMessage[] {
  const answer: unknown = JSON.parse(payload);
  if (answer === null || answer === "") return [];
  const failures = isObject(answer) ? (answer.batchItemFailures ?? []) : undefined;
  if (!Array.isArray(failures)) return messages;
  const ids = failures.map((failure: unknown) => (isObject(failure) ? failure.itemIdentifier : undefined));
  const isOfBatch = (id: unknown) => messages.some((message) => message.id === id);
  return ids.every(isOfBatch) ? messages.filter(({ id }) => ids.includes(id)) : messages;
}
