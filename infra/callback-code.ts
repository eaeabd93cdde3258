import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { asset } from "@pulumi/pulumi";
import { RESPONSE_TABLE_FILE, type ResponseTable } from "../lib/responses/response-table";
import { bundleFunction } from "./bundle";

/** The code of each function of the stack: one CommonJS module that exports `handler`. */
export interface FunctionCode {
  /** The function that quarantines. */
  readonly callback: string;
  /** The function that finds what no alarm told. */
  readonly reconcile: string;
}

/**
 * Bundles the functions from their sources, as they are now, and leaves the source maps beside the
 * repository's other build output: in the archive they would be most of what Lambda loads.
 *
 * @throws esbuild's BuildFailure when the sources do not build.
 */
export async function buildFunctionCode(): Promise<FunctionCode> {
  const callback = await buildCode("quarantine-device");
  return { callback, reconcile: await buildCode("reconcile") };
}

/** @param folder - the function's, in `functions/`. */
async function buildCode(folder: string): Promise<string> {
  const { code, sourceMap } = await bundleFunction(`functions/${folder}/handler.ts`);
  // What turns the bundle's stack traces into the sources'.
  const map = join(__dirname, "..", "dist", folder, "index.js.map");
  await mkdir(dirname(map), { recursive: true });
  // In one step, as two previews may run side by side.
  const written = `${map}.${process.pid}`;
  await writeFile(written, sourceMap);
  await rename(written, map);
  return code;
}

/**
 * A function's archive. The table of responses lies beside the code: both are of one version, and an environment
 * holds 4 KB (AWS Lambda Developer Guide, "Lambda quotas").
 *
 * @param code - one CommonJS module that exports `handler`.
 */
export function functionArchive(code: string, responses: ResponseTable): asset.AssetArchive {
  return new asset.AssetArchive({
    "index.js": new asset.StringAsset(code),
    [RESPONSE_TABLE_FILE]: new asset.StringAsset(JSON.stringify(responses)),
  });
}
