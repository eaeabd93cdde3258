/** The document is one that AWS refuses as malformed; the message says why. */
export class MalformedPolicyError extends Error {
  override readonly name = "MalformedPolicyError";
}

/** A fault that IAM calls a syntax error, with what exactly is wrong. */
export const syntaxError = (detail: string) =>
  new MalformedPolicyError(`Syntax errors in policy. (${detail}.)`);

/** Whether a JSON value is an object. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * One text or a list of them as a list; numbers and truth values count as their text.
 *
 * @param where what is read, for the fault.
 * @throws {@link MalformedPolicyError} for anything else, and for an empty list.
 */
export function textsOf(value: unknown, where: string): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw syntaxError(`${where} must not be empty`);
  return list.map((item) => {
    if (typeof item === "string") return item;
    if (typeof item === "number" || typeof item === "boolean") return String(item);
    throw syntaxError(`${where} must be text or a list of texts`);
  });
}
