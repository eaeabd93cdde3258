import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { asset } from "@pulumi/pulumi";
import { RESPONSE_TABLE_FILE, type ResponseTable } from "../lib/responses/response-table";
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

/**
 * The function's archive. The table of responses lies beside the code: both are of one version, and an environment
 * holds 4 KB (AWS Lambda Developer Guide, "Lambda quotas").
 *
 * @param code one CommonJS module that exports `handler`.
 * @param responses what alarms lead to.
 */
export function callbackArchive(code: string, responses: ResponseTable): asset.AssetArchive {
  return new asset.AssetArchive({
    "index.js": new asset.StringAsset(code),
    [RESPONSE_TABLE_FILE]: new asset.StringAsset(JSON.stringify(responses)),
  });
}
