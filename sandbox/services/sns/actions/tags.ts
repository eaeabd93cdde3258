import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  Tag,
  TagResourceRequest,
  UntagResourceRequest,
} from "@aws-sdk/client-sns";
import { AwsError } from "../../../wire/aws-error";
import { mergeTags } from "../../../wire/tag-rules";
import { invalidParameter } from "../errors";
import type { Sns } from "../sns";

function tagsOf(sns: Sns, arn: string | undefined): Map<string, string> {
  const topic = sns.topics.get(arn ?? "");
  if (!topic) throw new AwsError("ResourceNotFoundException", 404, "Resource does not exist");
  return topic.tags;
}

/** The tags of a request on top of those there are, within AWS's limits. */
export function checkedTags(
  tags: readonly Tag[] | undefined,
  present: ReadonlyMap<string, string> = new Map(),
): Map<string, string> {
  const given = (tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value] as const);
  return mergeTags(present, given, (fault) => invalidParameter(`Tags Reason: ${fault}`));
}

/** TagResource: topics alone have tags. */
export function tagResource(sns: Sns, input: TagResourceRequest): void {
  const tags = tagsOf(sns, input.ResourceArn);
  for (const [key, value] of checkedTags(input.Tags, tags)) tags.set(key, value);
}

/** UntagResource. */
export function untagResource(sns: Sns, input: UntagResourceRequest): void {
  const tags = tagsOf(sns, input.ResourceArn);
  for (const key of input.TagKeys ?? []) tags.delete(key);
}

/** ListTagsForResource. */
export function listTagsForResource(
  sns: Sns,
  input: ListTagsForResourceRequest,
): ListTagsForResourceResponse {
  return { Tags: [...tagsOf(sns, input.ResourceArn)].map(([Key, Value]) => ({ Key, Value })) };
}
