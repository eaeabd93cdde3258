import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, stop } from "esbuild";
import { stringify } from "yaml";

/** What the pack's own `package.json` says. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly author: string;
  readonly homepage: string;
  readonly keywords: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
}

const ROOT = join(__dirname, "..", "..");
const PACK = join(ROOT, "policy-pack");
const ENTRY = "index.js";
/** Heading of the README from which on it speaks to those who have the sources. */
const SOURCES_ONLY = "\n## In this repository\n";

/** What it must find where it is installed: Pulumi's packages, as the engine itself looks for them there. */
const needed = ({ dependencies }: Manifest) =>
  Object.fromEntries(
    Object.entries(dependencies)
      .filter(([name]) => name.startsWith("@pulumi/"))
      .map(([name, version]) => [name, `^${version}`]),
  );

/** @throws Error - the README has no such heading, and would tell of files that are not there. */
function readmeOf(text: string): string {
  const [kept = "", ...rest] = text.split(SOURCES_ONLY);
  if (rest.length !== 1)
    throw new Error(`policy-pack/README.md must have the heading "${SOURCES_ONLY.trim()}" once.`);
  return kept;
}

async function bundle(outfile: string): Promise<void> {
  await build({
    absWorkingDir: PACK,
    entryPoints: ["index.ts"],
    outfile,
    bundle: true,
    platform: "node",
    // The oldest Node that the product runs on.
    target: "node20",
    format: "cjs",
    external: ["@pulumi/*"],
    banner: { js: "// SPDX-License-Identifier: Apache-2.0" },
    logLevel: "silent",
  });
  await stop();
}

/**
 * Makes the pack as it is installed elsewhere: one file that needs nothing of this repository, with its manifests,
 * README and licence. What was in the folder is gone.
 *
 * @returns what its `package.json` says.
 * @throws esbuild's BuildFailure if the sources do not build
 */
export async function buildPack(folder: string): Promise<Manifest> {
  const manifest = JSON.parse(readFileSync(join(PACK, "package.json"), "utf8")) as Manifest;
  const { name, version, description, license, author, homepage, keywords } = manifest;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await bundle(join(folder, ENTRY));
  const about = { version, description, author, license };
  const project = { runtime: "nodejs", main: ENTRY, ...about, website: homepage };
  const npm = {
    name,
    ...about,
    homepage,
    keywords,
    type: "commonjs",
    main: ENTRY,
    files: [ENTRY, "PulumiPolicy.yaml"],
    engines: { node: ">=20.19.0" },
    dependencies: needed(manifest),
  };
  writeFileSync(join(folder, "PulumiPolicy.yaml"), stringify(project));
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(npm, undefined, 2)}\n`);
  writeFileSync(join(folder, "README.md"), readmeOf(readFileSync(join(PACK, "README.md"), "utf8")));
  copyFileSync(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
  return manifest;
}
