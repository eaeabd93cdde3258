import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** A YAML file of the repository's root. */
export function readYaml<T>(name: string): T {
  return parse(readFileSync(join(__dirname, "..", "..", name), "utf8")) as T;
}

/** Config values as the engine hands them to the program: all keys in full, all values as texts. */
export function asEngine(values: Record<string, unknown>): Record<string, string> {
  const texts = Object.entries(values).map(([key, value]) => [
    key.includes(":") ? key : `iot-quarantine:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(texts);
}

/** The config of the dev stack. */
export function devConfig(): Record<string, string> {
  return asEngine(readYaml<{ config: Record<string, unknown> }>("Pulumi.dev.yaml").config);
}
