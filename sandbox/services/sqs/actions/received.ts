import type {
  ChangeMessageVisibilityRequest,
  DeleteMessageBatchRequest,
  DeleteMessageBatchResult,
  DeleteMessageRequest,
} from "@aws-sdk/client-sqs";
import type { Call } from "../../../wire/service";
import { inRange } from "../errors";
import type { SqsStore } from "../store";
import { runBatch } from "./batch";

/** DeleteMessage: also fine when the message is gone already. */
export function deleteMessage(sqs: SqsStore, input: DeleteMessageRequest, call: Call): void {
  sqs.open(input.QueueUrl, "sqs:DeleteMessage", call).delete(input.ReceiptHandle ?? "");
}

/** DeleteMessageBatch: at most 10 receipt handles. */
export function deleteMessageBatch(
  sqs: SqsStore,
  input: DeleteMessageBatchRequest,
  call: Call,
): Pick<DeleteMessageBatchResult, "Successful"> {
  const queue = sqs.open(input.QueueUrl, "sqs:DeleteMessage", call);
  return runBatch(input.Entries ?? [], (entry) => {
    queue.delete(entry.ReceiptHandle ?? "");
    return {};
  });
}

/** ChangeMessageVisibility: seconds from now, 0..43200. */
export function changeMessageVisibility(
  sqs: SqsStore,
  input: ChangeMessageVisibilityRequest,
  call: Call,
): void {
  const queue = sqs.open(input.QueueUrl, "sqs:ChangeMessageVisibility", call);
  const seconds = inRange("VisibilityTimeout", input.VisibilityTimeout ?? 0, 0, 43_200);
  queue.changeVisibility(input.ReceiptHandle ?? "", seconds, sqs.env.clock.now());
}
