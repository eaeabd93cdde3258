import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundleFunction } from "./bundle";

/** Entry of the callback function, from the repository's root. */
const ENTRY = "functions/quarantine-device/handler.ts";

/** Where the map goes that turns the bundle's stack traces into the sources'. */
const SOURCE_MAP_FOLDER = join(__dirname, "..", "dist", "quarantine-device");

/**
 * Bundles the callback function from its sources, as they are now, and leaves the source map beside the
 * repository's other build output: in the archive it would be most of what Lambda loads.
 *
 * @returns the code, one CommonJS module.
 * @throws esbuild's BuildFailure when the sources do not build.
 */
export async function buildCallbackCode(): Promise<string> {
  const { code, sourceMap } = await bundleFunction(ENTRY);
  await mkdir(SOURCE_MAP_FOLDER, { recursive: true });
  await writeFile(join(SOURCE_MAP_FOLDER, "index.js.map"), sourceMap);
  return code;
}
