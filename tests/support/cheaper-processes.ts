import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Has every process that the tests of this run start cost less: Node keeps what it compiled of the packages, and what is
 * written in Go, esbuild and the engine, collects its garbage less often.
 */
export default function setUp(): void {
  const folder = mkdtempSync(join(tmpdir(), "iot-quarantine-kept-"));
  process.env.KEPT_FOLDER = folder;
  process.env.NODE_COMPILE_CACHE = join(folder, "compiled");
  process.env.KEPT_BUNDLES = join(folder, "bundles");
  process.env.GOGC = "400";
}

/** Variables of a program that may take its functions' bundles as they were made before from the same sources. */
export function withKeptBundles(): Readonly<Record<string, string>> {
  const { KEPT_BUNDLES } = process.env;
  if (KEPT_BUNDLES === undefined) return {};
  return { KEPT_BUNDLES, NODE_OPTIONS: `--require ${JSON.stringify(join(__dirname, "kept-bundles.js"))}` };
}
