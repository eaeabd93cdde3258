import { isObject } from "../../lib/json";
import { at, itemsOf, parseJson } from "./unknown";

/** All strings in a value, those of JSON within a string included. */
function stringsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  if (isObject(value)) return Object.values(value).flatMap(stringsIn);
  if (typeof value !== "string") return [];
  const inner = /^\s*[[{]/.test(value) ? parseJson(value) : undefined;
  return inner === undefined ? [value] : stringsIn(inner);
}

type Environment = Readonly<Record<string, string | undefined>>;

function configOf({ PULUMI_CONFIG: config }: Environment) {
  const parsed = config === undefined ? undefined : parseJson(config);
  return isObject(parsed) ? parsed : undefined;
}

/**
 * What the config of a stack of iot-quarantine says of a key. A policy that lets something pass for it says so:
 * whoever reads the report must see it.
 *
 * @param key - without the project's name.
 */
export function configuredValue(environment: Environment, key: string): unknown {
  const value = configOf(environment)?.[`iot-quarantine:${key}`];
  return typeof value === "string" ? (parseJson(value) ?? value) : value;
}

/**
 * The strings of the stack's config, which the engine puts into the environment of a policy pack: a name among them
 * was chosen on purpose. The config holds secrets in plain text, so that nothing of it may ever be shown.
 *
 * @param environment - of the process.
 * @returns `undefined` where there is no config.
 */
export function configuredStrings(environment: Environment): ReadonlySet<string> | undefined {
  const config = configOf(environment);
  return config && new Set(stringsIn(config));
}

/**
 * What a stack of iot-quarantine says that an alarm leads to: `quarantine`, or less.
 *
 * @param profile - physical name of the security profile.
 * @param behavior - name of the behavior.
 * @returns `undefined` where the config has no such behavior, as that of another program.
 */
export function configuredResponse(
  environment: Environment,
  profile: unknown,
  behavior: unknown,
): string | undefined {
  const profiles = itemsOf(configuredValue(environment, "profiles"));
  // One profile may leave its name out, and is named after the stack.
  const configured =
    profiles.find((one) => at(one, "name") === profile) ??
    profiles.find((one) => isObject(one) && one.name === undefined);
  const own = itemsOf(at(configured, "behaviors")).find((one) => at(one, "name") === behavior);
  if (own === undefined || behavior === undefined) return undefined;
  // Source: docs/configuration.md, `profiles`.
  return String(at(own, "response") ?? at(configured, "response") ?? "observe");
}
