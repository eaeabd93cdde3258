import { isObject } from "../../lib/json";
import { parseJson } from "./unknown";

/** All strings in a value, those of JSON within a string included. */
function stringsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  if (isObject(value)) return Object.values(value).flatMap(stringsIn);
  if (typeof value !== "string") return [];
  const inner = /^\s*[[{]/.test(value) ? parseJson(value) : undefined;
  return inner === undefined ? [value] : stringsIn(inner);
}

/**
 * The strings of the stack's config, which the engine puts into the environment of a policy pack: a name among them
 * was chosen on purpose. The config holds secrets in plain text, so that nothing of it may ever be shown.
 *
 * @param environment of the process.
 * @returns `undefined` where there is no config.
 */
export function configuredStrings(
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlySet<string> | undefined {
  const { PULUMI_CONFIG: config } = environment;
  const parsed = config === undefined ? undefined : parseJson(config);
  return isObject(parsed) ? new Set(stringsIn(parsed)) : undefined;
}
