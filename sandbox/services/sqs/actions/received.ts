import type * as sdk from "@aws-sdk/client-sqs";
import { runBatch } from "../../../wire/batch";
import type { Call } from "../../../wire/service";
import { inRange, sqsError } from "../errors";
import type { Queue } from "../queue";
import type { SqsStore } from "../store";

/** DeleteMessage: also fine when the message is gone already. */
export function deleteMessage(sqs: SqsStore, input: sdk.DeleteMessageRequest, call: Call): void {
  sqs.open(input.QueueUrl, "sqs:DeleteMessage", call).delete(input.ReceiptHandle ?? "");
}

/** DeleteMessageBatch: at most 10 receipt handles. */
export function deleteMessageBatch(
  sqs: SqsStore,
  input: sdk.DeleteMessageBatchRequest,
  call: Call,
): Pick<sdk.DeleteMessageBatchResult, "Successful"> {
  const queue = sqs.open(input.QueueUrl, "sqs:DeleteMessage", call);
  const run = (entry: sdk.DeleteMessageBatchRequestEntry) => {
    queue.delete(entry.ReceiptHandle ?? "");
    return {};
  };
  return runBatch(input.Entries ?? [], run, sqsError);
}

function hide(
  sqs: SqsStore,
  queue: Queue,
  { ReceiptHandle = "", VisibilityTimeout = 0 }: Partial<sdk.ChangeMessageVisibilityRequest>,
): void {
  const seconds = inRange("VisibilityTimeout", VisibilityTimeout, 0, 43_200);
  queue.changeVisibility(ReceiptHandle, seconds, sqs.env.clock.now());
}

/** ChangeMessageVisibility: seconds from now, 0..43200. */
export function changeMessageVisibility(
  sqs: SqsStore,
  input: sdk.ChangeMessageVisibilityRequest,
  call: Call,
): void {
  hide(sqs, sqs.open(input.QueueUrl, "sqs:ChangeMessageVisibility", call), input);
}

/** ChangeMessageVisibilityBatch: at most 10 receipt handles. */
export function changeMessageVisibilityBatch(
  sqs: SqsStore,
  input: sdk.ChangeMessageVisibilityBatchRequest,
  call: Call,
): Pick<sdk.ChangeMessageVisibilityBatchResult, "Successful"> {
  const queue = sqs.open(input.QueueUrl, "sqs:ChangeMessageVisibility", call);
  const run = (entry: sdk.ChangeMessageVisibilityBatchRequestEntry) => {
    hide(sqs, queue, entry);
    return {};
  };
  return runBatch(input.Entries ?? [], run, sqsError);
}
