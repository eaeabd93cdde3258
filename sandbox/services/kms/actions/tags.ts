import type {
  ListResourceTagsRequest,
  ListResourceTagsResponse,
  Tag,
  TagResourceRequest,
  UntagResourceRequest,
} from "@aws-sdk/client-kms";
import { mergeTags } from "../../../wire/tag-rules";
import { checkNotPending, kmsPage } from "../checks";
import { tagError } from "../errors";
import type { Kms } from "../kms";

/**
 * The given tags on top of those that are there.
 *
 * @throws AwsError TagException 400 when they break AWS's rules
 */
export const withTags = (current: ReadonlyMap<string, string>, given: readonly Tag[] = []) =>
  mergeTags(
    current,
    given.map(({ TagKey = "", TagValue = "" }) => [TagKey, TagValue] as const),
    tagError,
  );

/** Adds tags to a key; one that is there gets the new value. */
export function tagResource(kms: Kms, request: TagResourceRequest): void {
  const key = kms.key(request.KeyId);
  checkNotPending(key);
  for (const [name, value] of withTags(key.tags, request.Tags)) key.tags.set(name, value);
}

/** Takes tags from a key; one that is not there is no error. */
export function untagResource(kms: Kms, request: UntagResourceRequest): void {
  const key = kms.key(request.KeyId);
  checkNotPending(key);
  for (const name of request.TagKeys ?? []) key.tags.delete(name);
}

/** Lists a key's tags. */
export function listResourceTags(kms: Kms, request: ListResourceTagsRequest) {
  const tags = [...kms.key(request.KeyId).tags].map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
  const { items, rest } = kmsPage(tags, request, 50);
  return { Tags: items, ...rest } satisfies ListResourceTagsResponse;
}
