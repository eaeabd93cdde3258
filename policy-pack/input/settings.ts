import type { PolicyConfigSchema } from "@pulumi/policy";
import type { JsonObject } from "../../lib/json";

/** A setting that a pack config may change: an array of strings. */
interface StringsSetting {
  readonly type: "array";
  readonly default: readonly string[];
  readonly description: string;
}

/** A setting that a pack config may change: on or off. */
interface BooleanSetting {
  readonly type: "boolean";
  readonly default: boolean;
  readonly description: string;
}

/** The settings of a policy, by name. */
export type Settings = Readonly<Record<string, StringsSetting | BooleanSetting>>;

/** The values of settings. */
export type Values<S extends Settings> = {
  readonly [Name in keyof S]: S[Name] extends StringsSetting ? readonly string[] : boolean;
};

/** Describes an array of strings. */
export function stringsSetting(description: string, fallback: readonly string[] = []): StringsSetting {
  return { type: "array", default: fallback, description };
}

/** Whether a policy lets pass, with advice that says so, what the stack's config asks for. */
export const allowsByStackConfig: BooleanSetting = {
  type: "boolean",
  default: true,
  description: "Whether what the stack's config allows is told as advice, and not refused.",
};

/** Describes a switch. */
export function booleanSetting(description: string, fallback: boolean): BooleanSetting {
  return { type: "boolean", default: fallback, description };
}

/** The schema by which the engine checks a pack config and fills in what it leaves out. */
export function schemaOf(settings: Settings): PolicyConfigSchema {
  const properties = Object.entries(settings).map(([name, setting]) => [
    name,
    setting.type === "array"
      ? { ...setting, default: [...setting.default], items: { type: "string" as const } }
      : setting,
  ]);
  return { properties: Object.fromEntries(properties) };
}

/**
 * Says so of a pack config that has settings which a policy does not have: the engine hands them over without a word.
 *
 * @param given - what `getConfig` answers.
 */
export function misspelt(settings: Settings, given: JsonObject): string | undefined {
  const names = Object.keys(given).filter((name) => !Object.hasOwn(settings, name));
  if (names.length === 0) return undefined;
  const known = Object.keys(settings);
  return (
    `The pack config has settings that this policy does not have, and that do nothing: ${names.join(", ")}. ` +
    (known.length === 0 ? "It has none; remove them." : `Correct or remove them; it has ${known.join(", ")}.`)
  );
}

function readValue(setting: StringsSetting | BooleanSetting, given: unknown): readonly string[] | boolean {
  if (setting.type === "boolean") return typeof given === "boolean" ? given : setting.default;
  return Array.isArray(given) ? given.filter((item) => typeof item === "string") : setting.default;
}

/**
 * Reads the values. The engine applies the defaults of the schema, but only where there is a pack config; here
 * they hold always.
 *
 * @param given - what `getConfig` answers; not trusted.
 */
export function valuesOf<S extends Settings>(settings: S, given: JsonObject): Values<S> {
  const values = Object.entries(settings).map(([name, setting]) => [name, readValue(setting, given[name])]);
  return Object.fromEntries(values) as Values<S>;
}
