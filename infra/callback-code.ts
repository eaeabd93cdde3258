import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { bundleFunction } from "./bundle";

/** Entry of the callback function, from the repository's root. */
const ENTRY = "functions/quarantine-device/handler.ts";

/** Where the map goes that turns the bundle's stack traces into the sources'. */
const SOURCE_MAP = join(__dirname, "..", "dist", "quarantine-device", "index.js.map");

/**
 * Bundles the callback function from its sources, as they are now, and leaves the source map beside the
 * repository's other build output: in the archive it would be most of what Lambda loads.
 *
 * @returns the code, one CommonJS module.
 * @throws esbuild's BuildFailure when the sources do not build.
 */
export async function buildCallbackCode(): Promise<string> {
  const { code, sourceMap } = await bundleFunction(ENTRY);
  await mkdir(dirname(SOURCE_MAP), { recursive: true });
  // In one step, as two previews may run side by side.
  const written = `${SOURCE_MAP}.${process.pid}`;
  await writeFile(written, sourceMap);
  await rename(written, SOURCE_MAP);
  return code;
}
