import type {
  ListResourceTagsRequest,
  ListResourceTagsResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from "@aws-sdk/client-kms";
import { tagActions } from "../../../wire/tags";
import { checkNotPending, kmsPage } from "../checks";
import { tagError } from "../errors";
import { type KmsStore, kmsTagPairs } from "../store";

export const { tag: tagResource, untag: untagResource } = tagActions<
  KmsStore,
  TagResourceRequest,
  UntagResourceRequest
>({
  tagsOf: (kms, { KeyId }) => {
    const key = kms.key(KeyId);
    checkNotPending(key);
    return key.tags;
  },
  given: ({ Tags }) => kmsTagPairs(Tags),
  removed: ({ TagKeys }) => TagKeys,
  refuse: tagError,
});

/** Lists a key's tags. */
export function listResourceTags(kms: KmsStore, request: ListResourceTagsRequest) {
  const tags = [...kms.key(request.KeyId).tags].map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
  const { items, rest } = kmsPage(tags, request, 50);
  return { Tags: items, ...rest } satisfies ListResourceTagsResponse;
}
