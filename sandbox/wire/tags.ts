import type { AwsError } from "./aws-error";
import type { Call } from "./service";

/** Tags by key, in order. */
export type Tags = Map<string, string>;

function faultOf(tags: ReadonlyMap<string, string>): string | undefined {
  if (tags.size > 50) return `A resource can have at most 50 tags; there would be ${tags.size}.`;
  for (const [key, value] of tags) {
    if (key.length < 1 || key.length > 128) return `A tag key must have 1 to 128 characters: '${key}'.`;
    if (value.length > 256) return `A tag value must have at most 256 characters: the one of '${key}'.`;
    if (key.toLowerCase().startsWith("aws:")) return `A tag key must not begin with aws: '${key}'.`;
  }
  return undefined;
}

/**
 * The given tags on top of those that a resource has; a key that it has gets the new value.
 *
 * Source of the rules: Tagging AWS Resources User Guide, "Tag naming limits and requirements".
 *
 * @param refuse makes the service's error for tags that break the rules, which is then thrown.
 */
export function mergeTags(
  current: ReadonlyMap<string, string>,
  given: Iterable<readonly [string, string]>,
  refuse: (message: string) => AwsError,
): Map<string, string> {
  const merged = new Map([...current, ...given]);
  const fault = faultOf(merged);
  if (fault) throw refuse(fault);
  return merged;
}

/** Tags that a request gives as a list of `Key` and `Value`. */
export const tagPairs = (
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
) => tags.map(({ Key = "", Value = "" }) => [Key, Value] as const);

/** Tags as an answer has them that lists `Key` and `Value`. */
export const tagItems = (tags: ReadonlyMap<string, string>) =>
  [...tags].map(([Key, Value]) => ({ Key, Value }));

/** How a service's requests speak of tags. */
export interface TagForm<Store, Tagging, Untagging> {
  /** The tags of the resource that a request names. @throws AwsError - there is none. */
  readonly tagsOf: (store: Store, request: Tagging | Untagging, call: Call) => Tags;
  /** Tags that are given. */
  readonly given: (request: Tagging) => Iterable<readonly [string, string]>;
  /** Keys that are to go; one that is not there is no error. */
  readonly removed: (request: Untagging) => readonly string[] | undefined;
  /** The service's error for tags that break AWS's rules. */
  readonly refuse: (message: string) => AwsError;
}

/** A service's two actions that change tags, whatever they are called there. */
export function tagActions<Store, Tagging, Untagging>(form: TagForm<Store, Tagging, Untagging>) {
  return {
    tag: (store: Store, request: Tagging, call: Call): void => {
      const tags = form.tagsOf(store, request, call);
      for (const [key, value] of mergeTags(tags, form.given(request), form.refuse)) tags.set(key, value);
    },
    untag: (store: Store, request: Untagging, call: Call): void => {
      const tags = form.tagsOf(store, request, call);
      for (const key of form.removed(request) ?? []) tags.delete(key);
    },
  };
}
