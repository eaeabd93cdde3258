import { RunError } from "@pulumi/pulumi/errors";
import { readConfig } from "../../infra/config/config";
import type { ProgramConfig } from "../../infra/config/program-config";
import { ExpectedError } from "../../lib/command/expected-error";
import type { Option } from "../../lib/command/option";
import { isObject, type JsonObject, parseObject } from "../../lib/json";
import { ProgramError } from "../../pulumi-host/program/deploy-error";
import type { StackFiles } from "../../pulumi-host/program/stack-files";
import { HealthyError } from "./healthy";
import { type Said, type Scenario, scenarioOf } from "./scenario";

/** Pairs of a name and a value, with commas between them. */
export const pairs = (help: string): Option<Readonly<Record<string, string>>> => ({
  help,
  value: "<name=value,...>",
  wanted: "name=value pairs with commas between them",
  read: (text) => {
    const parts = text.split(",").map((part) => /^\s*([^=\s]+)=(.*?)\s*$/s.exec(part));
    if (parts.includes(null)) return undefined;
    return Object.fromEntries(parts.map((part) => [part?.[1] ?? "", part?.[2] ?? ""]));
  },
});

/** The config of a stack. @throws ProgramError - it has faults, of which the program itself would die. */
export function configOf({ config, project, stack }: StackFiles): ProgramConfig {
  try {
    return readConfig(config, { project, stack });
  } catch (cause) {
    if (!(cause instanceof RunError)) throw cause;
    throw new ProgramError(cause.message);
  }
}

const asText = (value: unknown): string => (Array.isArray(value) ? value.join("+") : String(value));

/** What the stack's file says under the key `rehearsal`. @throws ExpectedError - it says something else. */
function ofStackFile({ config, project }: StackFiles): Said {
  const key = `${project}:rehearsal`;
  const block = parseObject(config[key] ?? "{}");
  const { healthy = {}, dimensions = {}, ...others } = block ?? {};
  if (block === undefined || !isObject(healthy) || !isObject(dimensions) || Object.keys(others).length > 0) {
    throw new ExpectedError(
      `Set ${key} to an object with \`healthy\` and \`dimensions\`; it is ${config[key]}.`,
    );
  }
  const texts = (values: JsonObject) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, asText(value)]));
  return { healthy: texts(healthy), dimensions: texts(dimensions) };
}

/**
 * The scenario of a stack. What the command line says goes before what the stack's file says.
 *
 * @throws ExpectedError - its config has faults, or what is said of healthy devices cannot be.
 */
export function readScenario(files: StackFiles, said: Partial<Said>, now: number): Scenario {
  const { healthy, dimensions } = ofStackFile(files);
  const all = { healthy: { ...healthy, ...said.healthy }, dimensions: { ...dimensions, ...said.dimensions } };
  try {
    return scenarioOf(configOf(files), all, now);
  } catch (cause) {
    if (!(cause instanceof HealthyError)) throw cause;
    throw new ExpectedError(cause.message, { cause });
  }
}
