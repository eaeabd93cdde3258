import { isObject } from "../../lib/json";
import { at, itemsOf, UNKNOWN } from "../input/unknown";
import type { Resource } from "./resources";

/** Begins the keys of the tags by which a quarantine loop's resources are known. */
const PREFIX = "iot-quarantine:";

/** Key of the tag that says which component a resource is part of. */
const COMPONENT = `${PREFIX}component`;

function entriesOf(tags: unknown): [string, unknown][] {
  if (isObject(tags)) return Object.entries(tags);
  return itemsOf(tags).flatMap((tag): [string, unknown][] => {
    const key = at(tag, "key");
    return typeof key === "string" ? [[key, at(tag, "value")]] : [];
  });
}

/**
 * The tags of a resource, as a map of `aws` or an array of `aws-native`, those of the provider included where they
 * are known; {@link UNKNOWN} where its own are not.
 */
export function tagsOf(resource: Resource): ReadonlyMap<string, unknown> | typeof UNKNOWN {
  const { tags, tagsAll } = resource.props;
  if (tags === UNKNOWN) return UNKNOWN;
  return new Map([...entriesOf(tagsAll), ...entriesOf(tags)]);
}

/** The component that a resource is tagged as part of: the name of one, or "" where only other tags say so. */
export function taggedComponent(resource: Resource): string | undefined {
  const tags = tagsOf(resource);
  if (tags === UNKNOWN) return undefined;
  const component = tags.get(COMPONENT);
  if (typeof component === "string") return component;
  return [...tags.keys()].some((key) => key.startsWith(PREFIX)) ? "" : undefined;
}
