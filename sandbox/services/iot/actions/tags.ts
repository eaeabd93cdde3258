import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  Tag,
  TagResourceRequest,
  UntagResourceRequest,
} from "@aws-sdk/client-iot";
import { notFound } from "../errors";

/** Where the tags of a resource are kept: undefined for an ARN that does not exist. */
export type TagsOf = (arn: string) => Map<string, string> | undefined;

/** Tags as a map, in order. */
export const tagsFrom = (tags: readonly Tag[]) =>
  new Map(tags.map(({ Key = "", Value = "" }) => [Key, Value]));

function existing(tagsOf: TagsOf, arn: string): Map<string, string> {
  const tags = tagsOf(arn);
  if (!tags) throw notFound(`Resource ${arn} does not exist`);
  return tags;
}

/** Adds tags or changes their values. */
export function tagResource(tagsOf: TagsOf, request: TagResourceRequest) {
  const tags = existing(tagsOf, request.resourceArn ?? "");
  for (const [key, value] of tagsFrom(request.tags ?? [])) tags.set(key, value);
  return {};
}

/** Removes tags. */
export function untagResource(tagsOf: TagsOf, request: UntagResourceRequest) {
  const tags = existing(tagsOf, request.resourceArn ?? "");
  for (const key of request.tagKeys ?? []) tags.delete(key);
  return {};
}

/** Lists a resource's tags. */
export function listTagsForResource(tagsOf: TagsOf, request: ListTagsForResourceRequest) {
  const tags = existing(tagsOf, request.resourceArn ?? "");
  return { tags: [...tags].map(([Key, Value]) => ({ Key, Value })) } satisfies ListTagsForResourceResponse;
}
