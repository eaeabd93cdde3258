import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { ROOT } from "./run-command";

/** What decides what the program registers, and what becomes of it in a sandbox. */
export const DEPLOYED = [
  ...["index.ts", "main.js", "transpile.js", "Pulumi.yaml", "Pulumi.dev.yaml", "package-lock.json"],
  ...["functions", "infra", "lib", "pulumi-host", "sandbox", "tools/sandbox"],
];
/** What decides a function's bundle. */
export const BUNDLED = ["functions", "infra/bundle.ts", "lib", "package-lock.json"];
const CACHE = join(ROOT, "node_modules", ".cache", "iot-quarantine");

function filesOf(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}

function sourcesHash(sources: readonly string[]) {
  const hash = createHash("sha256").update(ROOT);
  for (const file of sources.flatMap((path) => filesOf(join(ROOT, path)))) hash.update(readFileSync(file));
  return hash;
}

function recorded<T>(path: string): { readonly digest: string; readonly value: T } | undefined {
  try {
    return deserialize(readFileSync(path));
  } catch {
    return undefined;
  }
}

/**
 * What something that only the sources and its variant decide came to: made once, on disk, for all test files that
 * only read it, until a source changes.
 *
 * @param name - The file's name; a later variant of the same name takes the place of an earlier one.
 * @param sources - Files and folders of the repository that decide it.
 */
export async function recording<T>(
  name: string,
  sources: readonly string[],
  variant: string,
  make: () => Promise<T>,
): Promise<T> {
  const [path, digest] = [join(CACHE, name), sourcesHash(sources).update(variant).digest("hex")];
  const last = recorded<T>(path);
  if (last?.digest === digest) return last.value;
  const value = await make();
  mkdirSync(CACHE, { recursive: true });
  // Whole or not at all: another test file may read it now.
  writeFileSync(`${path}.${process.pid}`, serialize({ digest, value }));
  renameSync(`${path}.${process.pid}`, path);
  return value;
}
