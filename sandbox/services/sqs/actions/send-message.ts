import type * as sdk from "@aws-sdk/client-sqs";
import { runBatch } from "../../../wire/batch";
import type { Call } from "../../../wire/service";
import { principalName, principalOf } from "../../iam/principal-of";
import { inRange, sqsError } from "../errors";
import { checkAttributes, md5Of, md5OfAttributes, sizeOfAttributes } from "../message-attributes";
import type { Queue } from "../queue";
import type { SqsStore } from "../store";

/** Characters that a body cannot hold. Source: Amazon SQS API Reference, "SendMessage". */
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are forbidden by SQS.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

type Sent = Omit<sdk.SendMessageResult, "MessageId"> & { MessageId: string; MD5OfMessageBody: string };

function send(
  sqs: SqsStore,
  queue: Queue,
  input: sdk.SendMessageRequest | sdk.SendMessageBatchRequestEntry,
  call: Call,
): Sent {
  const body = input.MessageBody ?? "";
  const attributes = input.MessageAttributes ?? {};
  if (body === "") throw sqsError("MissingParameter", "The request must contain the parameter MessageBody.");
  if (FORBIDDEN.test(body)) {
    throw sqsError("InvalidMessageContents", "Invalid characters found in the message body.");
  }
  checkAttributes(attributes);
  const limit = queue.setting("MaximumMessageSize");
  if (Buffer.byteLength(body) + sizeOfAttributes(attributes) > limit) {
    throw sqsError(
      "InvalidParameterValue",
      `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
    );
  }
  const delay = input.DelaySeconds;
  if (delay !== undefined) inRange("DelaySeconds", delay, 0, 900);
  const senderId = principalName(principalOf(call.caller, sqs.env), sqs.env);
  const digest = md5OfAttributes(attributes);
  return {
    MessageId: queue.send({ body, attributes, senderId }, sqs.env.clock.now(), delay),
    MD5OfMessageBody: md5Of(body),
    ...(digest !== undefined && { MD5OfMessageAttributes: digest }),
  };
}

/** SendMessage. */
export function sendMessage(sqs: SqsStore, input: sdk.SendMessageRequest, call: Call): sdk.SendMessageResult {
  return send(sqs, sqs.open(input.QueueUrl, "sqs:SendMessage", call), input, call);
}

/** SendMessageBatch: at most 10 messages, together at most 1 MiB. */
export function sendMessageBatch(
  sqs: SqsStore,
  input: sdk.SendMessageBatchRequest,
  call: Call,
): Pick<sdk.SendMessageBatchResult, "Successful"> {
  const queue = sqs.open(input.QueueUrl, "sqs:SendMessage", call);
  const entries = input.Entries ?? [];
  const total = entries.reduce(
    (sum, entry) =>
      sum + Buffer.byteLength(entry.MessageBody ?? "") + sizeOfAttributes(entry.MessageAttributes ?? {}),
    0,
  );
  if (total > 1_048_576) {
    throw sqsError(
      "BatchRequestTooLong",
      `Batch requests cannot be longer than 1048576 bytes. You have sent ${total} bytes.`,
    );
  }
  return runBatch(entries, (entry) => send(sqs, queue, entry, call), sqsError);
}
