import type * as sdk from "@aws-sdk/client-iam";
import { tagActions, tagItems, tagPairs } from "../../../wire/tags";
import { iamPage, roleNamed } from "../checks";
import { invalidInput } from "../errors";
import type { IamStore } from "../store";

export const { tag: tagRole, untag: untagRole } = tagActions<
  IamStore,
  sdk.TagRoleRequest,
  sdk.UntagRoleRequest
>({
  tagsOf: (store, { RoleName }) => roleNamed(store, RoleName).tags,
  given: ({ Tags }) => tagPairs(Tags),
  removed: ({ TagKeys }) => TagKeys,
  refuse: invalidInput,
});

/** Lists a role's tags. */
export function listRoleTags(store: IamStore, request: sdk.ListRoleTagsRequest) {
  const { items, rest } = iamPage(tagItems(roleNamed(store, request.RoleName).tags), request);
  return { Tags: items, ...rest } satisfies sdk.ListRoleTagsResponse;
}
