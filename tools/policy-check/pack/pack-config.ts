import { readFileSync } from "node:fs";
import { ExpectedError } from "../../../lib/command/expected-error";
import { isObject } from "../../../lib/json";
import { isLevel, type PackConfig, type PackInfo, type Policy, type PolicyConfig } from "./pack-info";
import { schemaFaults } from "./schema";

/** The configuration of a pack is wrong; the message holds all faults. */
export class PackConfigError extends ExpectedError {}

/** Name under which a config sets the level of every policy. */
const ALL = "all";

const LEVEL_RULE = "advisory, mandatory, remediate or disabled";

function policyConfig(name: string, value: unknown, faults: string[]): PolicyConfig {
  if (typeof value !== "string" && !isObject(value)) {
    faults.push(`Set ${name} to a level or an object; it is ${JSON.stringify(value)}.`);
    return { properties: {} };
  }
  const { enforcementLevel: level, ...properties } = isObject(value) ? value : { enforcementLevel: value };
  if (level === undefined) return { properties };
  if (isLevel(level)) return { level, properties };
  faults.push(`Set the enforcementLevel of ${name} to ${LEVEL_RULE}; it is ${JSON.stringify(level)}.`);
  return { properties };
}

function readJson(path: string): unknown {
  try {
    const text = readFileSync(path, "utf8");
    return text.trim() === "" ? {} : JSON.parse(text);
  } catch (cause) {
    throw new PackConfigError(`The policies' config ${path} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/**
 * Reads a file of the form of `pulumi preview --policy-pack-config`: by the name of a policy its level, or an
 * object of `enforcementLevel` and properties.
 *
 * Source: Pulumi documentation, "Configuring policy packs".
 *
 * @throws PackConfigError - it cannot be read, or with all faults.
 */
export function readPackConfig(path: string): PackConfig {
  const json = readJson(path);
  if (!isObject(json)) throw new PackConfigError(`The policies' config ${path} must be a JSON object.`);
  const faults: string[] = [];
  const config = Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name, policyConfig(name, value, faults)]),
  );
  if (faults.length > 0) throw new PackConfigError([`The policies' config ${path}:`, ...faults].join("\n"));
  return config;
}

function defaultsOf({ schema }: Policy): Record<string, unknown> {
  const withDefault = Object.entries(schema.properties).flatMap(([name, property]) =>
    isObject(property) && property.default !== undefined ? [[name, property.default] as const] : [],
  );
  return Object.fromEntries(withDefault);
}

/** Lays one policy's config over another; a level of `all` is weaker than one of the policy's own. */
function laidOver(base: PolicyConfig, config: PackConfig, name: string): PolicyConfig {
  const own = config[name];
  const level = own?.level ?? config[ALL]?.level ?? base.level;
  return {
    ...(level !== undefined && { level }),
    properties: { ...base.properties, ...own?.properties },
  };
}

/**
 * What each policy is configured with, as the engine works it out: the defaults of its schema, then what the
 * pack itself configures, then what the file does; judged by the schema in the end.
 *
 * Source: pulumi/pulumi, pkg/resource/analyzer/config.go, `ReconcilePolicyPackConfig`. Stricter than that on
 * one point: a name that is no policy's is refused, as it would be passed over in silence.
 *
 * @throws PackConfigError - with all faults.
 */
export function reconciledConfig(
  { name: pack, policies, config: initial }: PackInfo,
  file: PackConfig,
): PackConfig {
  const names = policies.map(({ name }) => name);
  const strangers = Object.keys(file).filter((name) => name !== ALL && !names.includes(name));
  const reconciled = policies.map((policy): [Policy, PolicyConfig] => {
    const base: PolicyConfig = { level: policy.level, properties: defaultsOf(policy) };
    return [policy, laidOver(laidOver(base, initial, policy.name), file, policy.name)];
  });
  const faults = [
    ...strangers.map((name) => `${name} is no policy of the pack ${pack}. There is: ${names.join(", ")}.`),
    ...reconciled.flatMap(([{ name, schema }, { properties }]) => schemaFaults(schema, properties, name)),
  ];
  if (faults.length > 0) throw new PackConfigError(["The policies' config is wrong:", ...faults].join("\n"));
  return Object.fromEntries(reconciled.map(([{ name }, config]) => [name, config]));
}
