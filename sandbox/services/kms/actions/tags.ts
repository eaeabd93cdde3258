import type * as sdk from "@aws-sdk/client-kms";
import { tagActions } from "../../../wire/tags";
import { checkNotPending, kmsPage } from "../checks";
import { tagError } from "../errors";
import type { KmsStore } from "../store";

export const { tag: tagResource, untag: untagResource } = tagActions(
  (kms: KmsStore, { KeyId }: sdk.ListResourceTagsRequest) => {
    const key = kms.key(KeyId);
    checkNotPending(key);
    return key.tags;
  },
  tagError,
);

/** Lists a key's tags. */
export function listResourceTags(kms: KmsStore, request: sdk.ListResourceTagsRequest) {
  const tags = [...kms.key(request.KeyId).tags].map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
  const { items, rest } = kmsPage(tags, request, 50);
  return { Tags: items, ...rest } satisfies sdk.ListResourceTagsResponse;
}
