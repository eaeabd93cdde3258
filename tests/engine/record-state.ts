import "../../lib/process/quiet-sdk";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Engine } from "./support/engine";

/** Where the states of releases are kept. */
const STATES = resolve(__dirname, "../fixtures/states");

interface Resource {
  readonly inputs?: { code?: unknown };
  readonly outputs?: { code?: unknown };
  sourcePosition?: unknown;
  stackTrace?: unknown;
}

/**
 * What an update from the state depends on: not where on which machine a resource was made, nor the function's
 * code, which is most of the state and another one in every release.
 */
function essence(state: string): string {
  const parsed = JSON.parse(state) as { deployment: { resources: Resource[] } };
  for (const resource of parsed.deployment.resources) {
    delete resource.sourcePosition;
    delete resource.stackTrace;
    for (const properties of [resource.inputs, resource.outputs]) {
      if (properties?.code !== undefined) properties.code = shortened(properties.code);
    }
  }
  return `${JSON.stringify(parsed, null, 2)}\n`;
}

/** Another code in place of that of an archive; without hashes, which were of the old one. */
function shortened(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== "hash");
  return Object.fromEntries(
    entries.map(([key, item]) => [key, key === "text" ? "exports.handler = 0" : shortened(item)]),
  );
}

/** Deploys the stack `dev` with the engine and keeps its state as that of a release. */
async function record(release: string): Promise<void> {
  const engine = await Engine.start();
  try {
    await engine.init("dev");
    await engine.apply();
    writeFileSync(resolve(STATES, `${release}.json`), essence(await engine.export()));
  } finally {
    await engine.stop();
  }
}

const [release = ""] = process.argv.slice(2);
if (!/^\d+\.\d+\.\d+$/.test(release)) throw new Error(`Give the release, such as 0.1.0; it is "${release}".`);
void record(release);
