/** A JSON object whose members are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object: not null, and no array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object that a text says as JSON; undefined where it says none. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a JSON value has a text that a policy may have in its place: a string, a number, a boolean. */
export const isScalar = (value: unknown): value is string | number | boolean =>
  ["string", "number", "boolean"].includes(typeof value);

/** One value or an array of them, as an array. */
export const arrayOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** Keys that stand twice in one object of a JSON text, which is well-formed. */
export function repeatedKeys(text: string): readonly string[] {
  const repeated: string[] = [];
  const open: Set<string>[] = [];
  for (const [token, string, colon] of text.matchAll(/[{}]|("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?/g)) {
    if (token === "{") open.push(new Set());
    if (token === "}") open.pop();
    if (string === undefined || colon === undefined) continue;
    const key: string = JSON.parse(string);
    if (open.at(-1)?.has(key)) repeated.push(key);
    open.at(-1)?.add(key);
  }
  return repeated;
}
