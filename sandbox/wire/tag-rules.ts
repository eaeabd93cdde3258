import type { AwsError } from "./aws-error";

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
