import { isJson, parseJson } from "./unknown";

/** All texts in a value, those of JSON within a text included. */
function textsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (isJson(value)) return Object.values(value).flatMap(textsIn);
  if (typeof value !== "string") return [];
  const inner = /^\s*[[{]/.test(value) ? parseJson(value) : undefined;
  return inner === undefined ? [value] : textsIn(inner);
}

/**
 * The texts of the stack's config, which the engine puts into the environment of a policy pack: a name among them
 * was chosen on purpose. The config holds secrets in plain text, so that nothing of it may ever be shown.
 *
 * @param environment of the process.
 * @returns `undefined` where there is no config.
 */
export function configuredTexts(
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlySet<string> | undefined {
  const { PULUMI_CONFIG: config } = environment;
  const parsed = config === undefined ? undefined : parseJson(config);
  return isJson(parsed) ? new Set(textsIn(parsed)) : undefined;
}
