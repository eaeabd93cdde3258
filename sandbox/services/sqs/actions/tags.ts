import type {
  ListQueueTagsRequest,
  ListQueueTagsResult,
  TagQueueRequest,
  UntagQueueRequest,
} from "@aws-sdk/client-sqs";
import type { Call } from "../../../wire/service";
import type { Sqs } from "../sqs";

/** TagQueue. */
export function tagQueue(sqs: Sqs, input: TagQueueRequest, call: Call): void {
  const { tags } = sqs.open(input.QueueUrl, "sqs:TagQueue", call);
  for (const [key, value] of Object.entries(input.Tags ?? {})) tags.set(key, value);
}

/** UntagQueue. */
export function untagQueue(sqs: Sqs, input: UntagQueueRequest, call: Call): void {
  const { tags } = sqs.open(input.QueueUrl, "sqs:UntagQueue", call);
  for (const key of input.TagKeys ?? []) tags.delete(key);
}

/** ListQueueTags. */
export function listQueueTags(sqs: Sqs, input: ListQueueTagsRequest, call: Call): ListQueueTagsResult {
  const { tags } = sqs.open(input.QueueUrl, "sqs:ListQueueTags", call);
  return tags.size > 0 ? { Tags: Object.fromEntries(tags) } : {};
}
