import { basename, join } from "node:path";
import { build, type OutputFile, stop } from "esbuild";

/** One JavaScript file, ready for a Lambda archive. */
export interface Bundle {
  /** CommonJS text; its exports are those of the entry. */
  readonly code: string;
  /** The source map of `code`, to be kept by whoever reads stack traces. It does not belong in the archive. */
  readonly sourceMap: string;
}

const REPOSITORY_ROOT = join(__dirname, "..");

/**
 * Bundles a function with all it imports into one file. The same sources give the same bytes, in whatever folder
 * the repository lies: a deploy without a change has no diff. One bundle at a time: it ends esbuild's service.
 *
 * @param entry - path of the entry file, relative to the root of the repository
 * @throws esbuild's BuildFailure if the sources do not build
 */
export async function bundleFunction(entry: string): Promise<Bundle> {
  const { outputFiles } = await build({
    // Every path in the output is relative to this folder.
    absWorkingDir: REPOSITORY_ROOT,
    entryPoints: [entry],
    outfile: "index.js",
    write: false,
    bundle: true,
    platform: "node",
    // The oldest Node that runs it: a sandbox's, which is the developer's own. What is rehearsed is then what is
    // deployed, byte for byte.
    target: "node20",
    format: "cjs",
    // The ES module builds of the AWS SDK can be tree-shaken, its CommonJS builds cannot.
    mainFields: ["module", "main"],
    minify: true,
    sourcemap: "external",
    logLevel: "silent",
  });
  // Its service would hold a hundred megabytes until the program ends.
  await stop();
  return { code: textOf(outputFiles, "index.js"), sourceMap: textOf(outputFiles, "index.js.map") };
}

function textOf(files: readonly OutputFile[], name: string): string {
  const file = files.find(({ path }) => basename(path) === name);
  if (file === undefined) throw new Error(`esbuild made no ${name}.`);
  return file.text;
}
