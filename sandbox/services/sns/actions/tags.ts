import type * as sdk from "@aws-sdk/client-sns";
import { AwsError } from "../../../wire/aws-error";
import { type Tags, tagActions, tagItems } from "../../../wire/tags";
import { invalidTags } from "../errors";
import type { SnsStore } from "../store";

/** Topics alone have tags. */
function tagsOf(sns: SnsStore, { ResourceArn }: sdk.ListTagsForResourceRequest): Tags {
  const topic = sns.topics.get(ResourceArn ?? "");
  if (!topic) throw new AwsError("ResourceNotFoundException", 404, "Resource does not exist");
  return topic.tags;
}

export const { tag: tagResource, untag: untagResource } = tagActions(tagsOf, invalidTags);

/** ListTagsForResource. */
export const listTagsForResource = (sns: SnsStore, input: sdk.ListTagsForResourceRequest) =>
  ({ Tags: tagItems(tagsOf(sns, input)) }) satisfies sdk.ListTagsForResourceResponse;
