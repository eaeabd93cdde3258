/** Stands for a value that is known only once the stack is deployed. */
export const UNKNOWN: unique symbol = Symbol("not known before the deployment");

/** A JSON object of which nothing is known. */
export type Json = Readonly<Record<string, unknown>>;

/** Whether a value is an object, not a list. */
export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Copies what a policy is given into plain data, in which {@link UNKNOWN} stands for every value that cannot be
 * read yet. In a preview such a read throws, and one throw would end the policy: here each read is guarded, so
 * that one unknown value hides nothing else.
 *
 * @param value properties of a resource as `@pulumi/policy` hands them over.
 */
export function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const source = value as Json;
  const read = (key: string): unknown => {
    let found: unknown;
    try {
      found = source[key];
    } catch {
      return UNKNOWN;
    }
    return plain(found);
  };
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => read(String(index)));
  // No prototype: a property named `__proto__` is one like any other.
  const copy: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(source)) copy[key] = read(key);
  return copy;
}

/** What stands under a path of keys; {@link UNKNOWN} where something above it is, `undefined` where nothing is. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const key of path) {
    if (found === UNKNOWN) return UNKNOWN;
    if (!isJson(found)) return undefined;
    found = found[key];
  }
  return found ?? undefined;
}

/** Whether a value is unknown or holds something unknown. */
function hasUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isJson(value) ? Object.values(value).some(hasUnknown) : value === UNKNOWN;
}

/** A value that may be one or several, as a list; an absent one is an empty list. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** JSON of a text, or `undefined` where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The text of a value that AWS takes as JSON text and a program may give as an object: a policy document, a
 * redrive policy.
 *
 * @returns {@link UNKNOWN} where any of it is, `undefined` for what is neither text nor object.
 */
export function jsonText(value: unknown): string | typeof UNKNOWN | undefined {
  if (hasUnknown(value)) return UNKNOWN;
  if (typeof value === "string") return value;
  return isJson(value) ? JSON.stringify(value) : undefined;
}

const LONGEST_TEXT = 120;

/** Shows a value to a person: shortly, and never more than a scalar. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return "not set";
  if (value === UNKNOWN) return "not known yet";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isJson(value)) return "an object";
  const text = String(JSON.stringify(value));
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}...` : text;
}
