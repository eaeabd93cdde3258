import { isArchive, isAsset, UNKNOWN } from "./property-values";

/** Replaces the texts and values that mean the same by one of them. */
function canonical(value: unknown, unordered: boolean): unknown {
  if (isAsset(value) || isArchive(value)) return codeOf(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item, unordered));
    return unordered ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, canonical(item, unordered)]),
  );
}

/** The engine gives every asset and archive a hash of its content; where files lie does not matter. */
function codeOf(code: object): unknown {
  return (code as { readonly hash?: string }).hash ?? JSON.parse(JSON.stringify(code));
}

/** A JSON document, such as a policy, in which one item stands for a list of it and lists have no order. */
function documentOf(text: string): unknown {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    return withoutLoneLists(canonical(JSON.parse(text), true));
  } catch {
    // Not JSON after all: it is compared as text.
    return undefined;
  }
}

function withoutLoneLists(value: unknown): unknown {
  if (Array.isArray(value))
    return value.length === 1 ? withoutLoneLists(value[0]) : value.map(withoutLoneLists);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutLoneLists(item)]));
}

/** Whether a value holds one that is known only after a deploy. */
const holdsUnknown = (value: unknown): boolean => JSON.stringify(value)?.includes(UNKNOWN) ?? false;

/**
 * Whether two values of an input mean the same: JSON documents by what they say, code by its hash, everything
 * else as it stands. What is not known yet is the same as nothing.
 *
 * Source: the providers' own comparisons: hashicorp/awspolicyequivalence for `aws`;
 * provider/pkg/resources/unordered_collections.go of pulumi/pulumi-aws-native.
 *
 * @param unordered - Whether the order of lists, at any depth, means nothing.
 */
export function sameValue(a: unknown, b: unknown, unordered = false): boolean {
  if (holdsUnknown(a) || holdsUnknown(b)) return false;
  const [left, right] = [a, b].map((value) => {
    const document = typeof value === "string" ? documentOf(value) : undefined;
    return JSON.stringify(document ?? canonical(value, unordered));
  });
  return left === right;
}
