// Has a program take its functions' bundles as they were made before from the same sources, where they are not what is
// looked at: to make them is a third of what a start of the program costs, and the same sources give the same bytes
// (tests/infra/bundle.process.test.ts). A program is started with it by `--require`; KEPT_BUNDLES is the folder that
// keeps them.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");

/** The files of a program's folder that decide a bundle, beside what it is asked for. */
function sourcesIn(folder) {
  const files = ["functions", "lib"].flatMap((part) =>
    readdirSync(join(folder, part), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return [...files.sort(), join(folder, "package-lock.json")];
}

function digestOf({ absWorkingDir: folder, ...options }) {
  const hash = createHash("sha256").update(JSON.stringify(options));
  for (const file of sourcesIn(folder)) hash.update(file.slice(folder.length)).update(readFileSync(file));
  return hash.digest("hex");
}

function readKept(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

const keeping = ({ build, ...esbuild }, folder) => ({
  ...esbuild,
  build: async (options) => {
    const path = join(folder, digestOf(options));
    const kept = readKept(path);
    if (kept) return kept;
    const { outputFiles } = await build(options);
    const made = { outputFiles: outputFiles.map((file) => ({ path: file.path, text: file.text })) };
    mkdirSync(folder, { recursive: true });
    // Whole or not at all: another program may read it now.
    writeFileSync(`${path}.${process.pid}`, JSON.stringify(made));
    renameSync(`${path}.${process.pid}`, path);
    return made;
  },
});

const load = Module._load;
Module._load = function loadKeeping(request, ...others) {
  const loaded = load.call(this, request, ...others);
  return request === "esbuild" ? keeping(loaded, process.env.KEPT_BUNDLES) : loaded;
};
