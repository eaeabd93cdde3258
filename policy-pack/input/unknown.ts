import { isObject, type JsonObject } from "../../lib/json";

/** Stands for a value that is known only once the stack is deployed. */
export const UNKNOWN: unique symbol = Symbol("not known before the deployment");

/** How deep a value is read: nothing that AWS takes goes deeper, and a reader that goes deeper itself can fail. */
const DEEPEST = 100;

/**
 * Copies what a policy is given into plain data, in which {@link UNKNOWN} stands for every value that cannot be
 * read yet. In a preview such a read throws, and one throw would end the policy: here each read is guarded, so
 * that one unknown value hides nothing else. What is nested too deep to be read is unknown, too.
 *
 * @param value - properties of a resource as `@pulumi/policy` hands them over.
 */
export function plain(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth === DEEPEST) return UNKNOWN;
  const source = value as JsonObject;
  const read = (key: string): unknown => {
    let found: unknown;
    try {
      found = source[key];
    } catch {
      return UNKNOWN;
    }
    return plain(found, depth + 1);
  };
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => read(String(index)));
  // No prototype: a property named `__proto__` is one like any other.
  const copy: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(source)) copy[key] = read(key);
  return copy;
}

/**
 * Whether a resource comes without any property: so does, on a new stack, what `pulumi up --target` leaves out.
 *
 * @param props - properties of a resource whose type has some.
 */
export const isLeftOut = (props: JsonObject): boolean => Object.keys(props).length === 0;

/** The properties of a resource that comes without any: of none is it known that it is not set. */
export const LEFT_OUT: JsonObject = new Proxy({}, { get: () => UNKNOWN });

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

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((item) => isDeeperThan(item, depth - 1));
}

/** JSON of a string, or `undefined` where it is none; {@link UNKNOWN} where it is nested too deep to be read. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isDeeperThan(value, DEEPEST) ? UNKNOWN : value;
  } catch {
    return undefined;
  }
}

const PARSED = new Map<string, unknown>();

/** The same of a text that every policy asks for, and that can be long: it is parsed once in a run, and read only. */
export function parseJsonOnce(text: string): unknown {
  if (!PARSED.has(text)) PARSED.set(text, parseJson(text));
  return PARSED.get(text);
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
