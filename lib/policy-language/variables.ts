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

/** A place in a policy text that a value of the request fills when the policy is evaluated. */
export interface VariableReference {
  /** The variable's key, as {@link variableKey} writes it. */
  readonly variable: string;
  /** What stands there where the request has no value; absent where the policy gives none. */
  readonly fallback?: string;
}

// The predefined variables stand for the character that would otherwise have a meaning.
const PREDEFINED: ReadonlySet<string> = new Set(["*", "?", "$"]);

const WITH_DEFAULT = /^(.+?), +'(.*)'$/s;

/**
 * Reads what stands between the braces of a variable.
 *
 * Source: IAM User Guide, "IAM policy elements: Variables and tags", "Special characters", "Specifying default values".
 *
 * @returns the reference, or the character that a predefined variable is
 */
export function parseVariable(text: string): VariableReference | string {
  if (PREDEFINED.has(text)) return text;
  const [, name = text, fallback] = WITH_DEFAULT.exec(text) ?? [];
  return { variable: variableKey(name), ...(fallback !== undefined && { fallback }) };
}

/**
 * What a variable stands for; `undefined` where it has no value. A key with several values is no variable.
 *
 * Source: IAM User Guide, "IAM policy elements: Variables and tags", "Using variables in policies" (any single-valued
 * condition key).
 */
export function resolveVariable({ variable, fallback }: VariableReference, variables: PolicyVariables) {
  const [value = fallback, ...others] = variables.get(variable) ?? [];
  return others.length === 0 ? value : undefined;
}
