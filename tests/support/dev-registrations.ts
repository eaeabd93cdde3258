import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { DeployedResource } from "../../pulumi-host/program/deployment";
import { readStackFiles } from "../../pulumi-host/program/stack-files";
import { registeredResources } from "../../tools/policy-check/resources";
import { ROOT } from "./run-command";

/** What decides what the program registers. */
const SOURCES = [
  ...["index.ts", "main.js", "transpile.js", "Pulumi.yaml", "Pulumi.dev.yaml", "package-lock.json"],
  ...["functions", "infra", "lib", "pulumi-host"],
];
const CACHE = join(ROOT, "node_modules", ".cache", "iot-quarantine");

interface Recording {
  readonly sources: string;
  readonly resources: readonly DeployedResource[];
}

function filesOf(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}

function digest(): string {
  const hash = createHash("sha256").update(ROOT);
  for (const file of SOURCES.flatMap((path) => filesOf(join(ROOT, path)))) hash.update(readFileSync(file));
  return hash.digest("hex");
}

function recorded(path: string): Recording | undefined {
  try {
    return deserialize(readFileSync(path));
  } catch {
    return undefined;
  }
}

/**
 * What the program registers for the dev stack in a preview: recorded once, on disk, for all test files that only read
 * it, until a source changes.
 */
export async function devRegistrations(): Promise<readonly DeployedResource[]> {
  const [path, sources] = [join(CACHE, "dev-registrations"), digest()];
  const last = recorded(path);
  if (last?.sources === sources) return last.resources;
  const resources = await registeredResources({
    files: readStackFiles(ROOT, "dev"),
    region: "us-east-1",
    up: false,
    log: () => undefined,
    signal: new AbortController().signal,
  });
  mkdirSync(CACHE, { recursive: true });
  // Whole or not at all: another test file may read it now.
  writeFileSync(`${path}.${process.pid}`, serialize({ sources, resources } satisfies Recording));
  renameSync(`${path}.${process.pid}`, path);
  return resources;
}
