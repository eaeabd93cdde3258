import type * as sdk from "@aws-sdk/client-sqs";
import type { Call } from "../../../wire/service";
import { tagActions } from "../../../wire/tags";
import { sqsError } from "../errors";
import type { SqsStore } from "../store";

export const { tag: tagQueue, untag: untagQueue } = tagActions(
  (sqs: SqsStore, request: sdk.TagQueueRequest | sdk.UntagQueueRequest, call) =>
    sqs.open(request.QueueUrl, "TagKeys" in request ? "sqs:UntagQueue" : "sqs:TagQueue", call).tags,
  (message) => sqsError("InvalidParameterValue", message),
);

/** ListQueueTags. */
export function listQueueTags(
  sqs: SqsStore,
  input: sdk.ListQueueTagsRequest,
  call: Call,
): sdk.ListQueueTagsResult {
  const { tags } = sqs.open(input.QueueUrl, "sqs:ListQueueTags", call);
  return tags.size > 0 ? { Tags: Object.fromEntries(tags) } : {};
}
