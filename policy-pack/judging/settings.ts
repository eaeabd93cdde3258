import type { PolicyConfigSchema } from "@pulumi/policy";
import type { Json } from "./unknown";

/** A setting that a pack config may change: a list of texts. */
interface TextsSetting {
  readonly type: "array";
  readonly default: readonly string[];
  readonly description: string;
}

/** A setting that a pack config may change: on or off. */
interface SwitchSetting {
  readonly type: "boolean";
  readonly default: boolean;
  readonly description: string;
}

/** The settings of a policy, by name. */
export type Settings = Readonly<Record<string, TextsSetting | SwitchSetting>>;

/** The values of settings. */
export type Values<S extends Settings> = {
  readonly [Name in keyof S]: S[Name] extends TextsSetting ? readonly string[] : boolean;
};

/** Describes a list of texts. */
export function texts(description: string, fallback: readonly string[] = []): TextsSetting {
  return { type: "array", default: fallback, description };
}

/** Describes a switch. */
export function toggle(description: string, fallback: boolean): SwitchSetting {
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

function readValue(setting: TextsSetting | SwitchSetting, given: unknown): readonly string[] | boolean {
  if (setting.type === "boolean") return typeof given === "boolean" ? given : setting.default;
  return Array.isArray(given) ? given.filter((item) => typeof item === "string") : setting.default;
}

/**
 * Reads the values. The engine applies the defaults of the schema, but only where there is a pack config; here
 * they hold always.
 *
 * @param given what `getConfig` answers; not trusted.
 */
export function valuesOf<S extends Settings>(settings: S, given: Json): Values<S> {
  const values = Object.entries(settings).map(([name, setting]) => [name, readValue(setting, given[name])]);
  return Object.fromEntries(values) as Values<S>;
}
