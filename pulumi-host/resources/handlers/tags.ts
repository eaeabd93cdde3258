import type { Change } from "../handler";
import type { Properties } from "../property-values";

/** A tag as most services spell it. */
export interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** Tags as Lambda, SQS and CloudWatch Logs take them, and as the provider does. */
export const tagMap = (properties: Properties): Record<string, string> => ({
  ...((properties.tags ?? {}) as Record<string, string>),
});

/** Tags as most services take them. */
export const tagList = (properties: Properties): { Key: string; Value: string }[] =>
  Object.entries(tagMap(properties)).map(([Key, Value]) => ({ Key, Value }));

/** The provider's two properties of a resource's tags: what was asked for, if any, and what there is. */
export function liveTags(tags: Readonly<Record<string, string>> | undefined) {
  const all = tags ?? {};
  return { tags: Object.keys(all).length > 0 ? all : undefined, tagsAll: all };
}

/** The same of tags as most services answer them. */
export const liveTagList = (tags: readonly Tag[] | undefined) =>
  liveTags(Object.fromEntries((tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])));

/** Brings a resource's tags from what they were to what they shall be. */
export async function changeTags(
  { old, inputs, changed }: Change,
  calls: {
    readonly untag: (keys: string[]) => Promise<unknown>;
    readonly tag: (tags: { Key: string; Value: string }[]) => Promise<unknown>;
  },
): Promise<void> {
  if (!changed.has("tags")) return;
  const wanted = tagMap(inputs);
  const superfluous = Object.keys(tagMap(old)).filter((key) => !(key in wanted));
  if (superfluous.length > 0) await calls.untag(superfluous);
  if (Object.keys(wanted).length > 0) await calls.tag(tagList(inputs));
}
