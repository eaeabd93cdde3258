/**
 * What is known of a request when a policy is evaluated: values by condition key, the keys as
 * {@link variableKey} writes them. A key that is absent has no value.
 */
export type PolicyVariables = ReadonlyMap<string, readonly string[]>;

/**
 * The one spelling under which a variable is kept: lower case but for the name of an attribute, for key
 * names are not case-sensitive.
 *
 * Source: IAM User Guide, "IAM policy elements: Variables and tags", "Information available in all
 * requests"; that attribute names keep their case is assumed.
 */
export function variableKey(name: string): string {
  const bracket = name.indexOf("[");
  return bracket < 0 ? name.toLowerCase() : name.slice(0, bracket).toLowerCase() + name.slice(bracket);
}
