import { isObject, type JsonObject } from "../../lib/json";

/** Stands for a value that is known only once the stack is deployed. */
export const UNKNOWN: unique symbol = Symbol("not known before the deployment");

/**
 * Copies what a policy is given into plain data, in which {@link UNKNOWN} stands for every value that cannot be
 * read yet. In a preview such a read throws, and one throw would end the policy: here each read is guarded, so
 * that one unknown value hides nothing else.
 *
 * @param value properties of a resource as `@pulumi/policy` hands them over.
 */
export function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const source = value as JsonObject;
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
    if (!isObject(found)) return undefined;
    found = found[key];
  }
  return found ?? undefined;
}

/** Whether a value is unknown or holds something unknown. */
function hasUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) ? Object.values(value).some(hasUnknown) : value === UNKNOWN;
}

/** A value that may be one or several, as an array; of an absent one it is empty. */
export function itemsOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** JSON of a string, or `undefined` where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The string of a value that AWS takes as JSON and a program may give as an object: a policy document, a
 * redrive policy.
 *
 * @returns {@link UNKNOWN} where any of it is, `undefined` for what is neither string nor object.
 */
export function jsonString(value: unknown): string | typeof UNKNOWN | undefined {
  if (hasUnknown(value)) return UNKNOWN;
  if (typeof value === "string") return value;
  return isObject(value) ? JSON.stringify(value) : undefined;
}

const LONGEST_TEXT = 120;

/** Shows a value to a person: shortly, and never more than a scalar. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return "not set";
  if (value === UNKNOWN) return "not known yet";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (isObject(value)) return "an object";
  const text = String(JSON.stringify(value));
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}...` : text;
}
