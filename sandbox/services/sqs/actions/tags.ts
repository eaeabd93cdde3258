import type {
  ListQueueTagsRequest,
  ListQueueTagsResult,
  TagQueueRequest,
  UntagQueueRequest,
} from "@aws-sdk/client-sqs";
import type { Call } from "../../../wire/service";
import { tagActions } from "../../../wire/tags";
import { sqsError } from "../errors";
import type { SqsStore } from "../store";

export const { tag: tagQueue, untag: untagQueue } = tagActions<SqsStore, TagQueueRequest, UntagQueueRequest>({
  tagsOf: (sqs, request, call) =>
    sqs.open(request.QueueUrl, "TagKeys" in request ? "sqs:UntagQueue" : "sqs:TagQueue", call).tags,
  given: ({ Tags }) => Object.entries(Tags ?? {}),
  removed: ({ TagKeys }) => TagKeys,
  refuse: (message) => sqsError("InvalidParameterValue", message),
});

/** ListQueueTags. */
export function listQueueTags(sqs: SqsStore, input: ListQueueTagsRequest, call: Call): ListQueueTagsResult {
  const { tags } = sqs.open(input.QueueUrl, "sqs:ListQueueTags", call);
  return tags.size > 0 ? { Tags: Object.fromEntries(tags) } : {};
}
