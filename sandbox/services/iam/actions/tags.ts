import type {
  ListRoleTagsRequest,
  ListRoleTagsResponse,
  Tag,
  TagRoleRequest,
  UntagRoleRequest,
} from "@aws-sdk/client-iam";
import { mergeTags } from "../../../wire/tag-rules";
import { iamPage, roleNamed } from "../checks";
import { invalidInput } from "../errors";
import type { IamStore } from "../store";

/**
 * The given tags on top of those that are there.
 *
 * @throws AwsError InvalidInput 400 when they break AWS's rules
 */
export const withTags = (current: ReadonlyMap<string, string>, given: readonly Tag[] = []) =>
  mergeTags(
    current,
    given.map(({ Key = "", Value = "" }) => [Key, Value] as const),
    invalidInput,
  );

/** Tags as IAM's answers have them. */
export const listTags = (tags: ReadonlyMap<string, string>) =>
  [...tags].map(([Key, Value]) => ({ Key, Value }) satisfies Tag);

/** Adds tags to a role; a key that is there gets the new value. */
export function tagRole(store: IamStore, request: TagRoleRequest): void {
  const { tags } = roleNamed(store, request.RoleName);
  for (const [key, value] of withTags(tags, request.Tags)) tags.set(key, value);
}

/** Takes tags from a role; a key that is not there is no error. */
export function untagRole(store: IamStore, request: UntagRoleRequest): void {
  const { tags } = roleNamed(store, request.RoleName);
  for (const key of request.TagKeys ?? []) tags.delete(key);
}

/** Lists a role's tags. */
export function listRoleTags(store: IamStore, request: ListRoleTagsRequest) {
  const { items, rest } = iamPage(listTags(roleNamed(store, request.RoleName).tags), request);
  return { Tags: items, ...rest } satisfies ListRoleTagsResponse;
}
