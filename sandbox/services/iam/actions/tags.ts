import type * as sdk from "@aws-sdk/client-iam";
import { tagActions, tagItems } from "../../../wire/tags";
import { iamPage, roleNamed } from "../checks";
import { invalidInput } from "../errors";
import type { IamStore } from "../store";

export const { tag: tagRole, untag: untagRole } = tagActions(
  (store: IamStore, { RoleName }: sdk.ListRoleTagsRequest) => roleNamed(store, RoleName).tags,
  invalidInput,
);

/** Lists a role's tags. */
export function listRoleTags(store: IamStore, request: sdk.ListRoleTagsRequest) {
  const { items, rest } = iamPage(tagItems(roleNamed(store, request.RoleName).tags), request);
  return { Tags: items, ...rest } satisfies sdk.ListRoleTagsResponse;
}
