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
 * @param refuse - makes the service's error for tags that break the rules, which is then thrown.
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

/** A tag of a list, as most services name its parts, and as KMS does. */
interface ListedTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
  readonly TagKey?: string | undefined;
  readonly TagValue?: string | undefined;
}

/** Tags as requests give them: an object, or a list. */
type GivenTags = Readonly<Record<string, string>> | readonly ListedTag[] | undefined;

const isListed = (tags: object): tags is readonly ListedTag[] => Array.isArray(tags);

/** Keys and values of the tags that a request gives. */
export function tagPairs(tags: GivenTags = {}): readonly (readonly [string, string])[] {
  if (!isListed(tags)) return Object.entries(tags);
  return tags.map(({ Key = "", Value = "", TagKey = Key, TagValue = Value }) => [TagKey, TagValue]);
}

/** Tags as an answer has them that lists `Key` and `Value`. */
export const tagItems = (tags: ReadonlyMap<string, string>) =>
  [...tags].map(([Key, Value]) => ({ Key, Value }));

/**
 * A service's two actions that change tags, whatever they are called there. A key to remove that is not there is no error.
 *
 * @param tagsOf - the tags of the resource that a request names; throws where there is none.
 * @param refuse - makes the service's error for tags that break AWS's rules.
 */
export function tagActions<Store, Named extends object>(
  tagsOf: (store: Store, request: Named, call: Call) => Tags,
  refuse: (message: string) => AwsError,
) {
  return {
    tag: (
      store: Store,
      request: Named & { readonly Tags?: GivenTags; readonly tags?: GivenTags },
      call: Call,
    ): void => {
      const tags = tagsOf(store, request, call);
      const given = tagPairs(request.Tags ?? request.tags);
      for (const [key, value] of mergeTags(tags, given, refuse)) tags.set(key, value);
    },
    untag: (
      store: Store,
      request: Named & { readonly TagKeys?: readonly string[]; readonly tagKeys?: readonly string[] },
      call: Call,
    ): void => {
      const tags = tagsOf(store, request, call);
      for (const key of request.TagKeys ?? request.tagKeys ?? []) tags.delete(key);
    },
  };
}
