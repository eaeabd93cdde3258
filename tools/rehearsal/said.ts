import { RunError } from "@pulumi/pulumi";
import { type ProgramConfig, readConfig } from "../../infra/config/config";
import { ExpectedError } from "../../lib/command/expected-error";
import type { Option } from "../../lib/command/option";
import type { StackFiles } from "../../pulumi-host/program/stack-files";
import { HealthyError } from "./scenario/healthy";
import { type Said, type Scenario, scenarioOf } from "./scenario/scenario";

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

/** The config of a stack. @throws ExpectedError - it has faults. */
export function configOf({ config, project, stack }: StackFiles): ProgramConfig {
  try {
    return readConfig(config, { project, stack });
  } catch (cause) {
    if (!(cause instanceof RunError)) throw cause;
    throw new ExpectedError(cause.message, { cause });
  }
}

/**
 * The scenario of a stack.
 *
 * @throws ExpectedError - its config has faults, or what is said of healthy devices cannot be.
 */
export function readScenario(files: StackFiles, said: Said, now: number): Scenario {
  try {
    return scenarioOf(configOf(files), said, now);
  } catch (cause) {
    if (!(cause instanceof HealthyError)) throw cause;
    throw new ExpectedError(cause.message, { cause });
  }
}
