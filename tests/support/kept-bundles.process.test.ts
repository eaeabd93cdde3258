import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./run-command";

let folder: string;
const place = (name: string) => join(folder, name);
const keptFiles = () => readdirSync(place("kept")).sort();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "iot-quarantine-bundles-"));
  for (const part of ["functions", "lib"]) mkdirSync(place(part));
  writeFileSync(place("functions/handler.ts"), 'export { said } from "../lib/said";');
  writeFileSync(place("lib/said.ts"), "export const said: string = `one`;");
  writeFileSync(place("package-lock.json"), "{}");
});

afterEach(() => rmSync(folder, { recursive: true }));

/** What a program's bundle says, of a program that keeps it. */
function said(minify = false): string {
  const options = {
    absWorkingDir: folder,
    entryPoints: ["functions/handler.ts"],
    outfile: "index.js",
    minify,
  };
  const built = { ...options, bundle: true, write: false, platform: "node", format: "cjs" };
  const program = `const { build } = require("esbuild");
    build(${JSON.stringify(built)}).then(({ outputFiles: [{ path, text }] }) => {
      const made = { exports: {} };
      new Function("module", text)(made);
      process.stdout.write(path.slice(-8) + " " + made.exports.said);
    });`;
  const args = ["--require", join(ROOT, "tests", "support", "kept-bundles.js"), "-e", program];
  const { NODE_OPTIONS: _options, ...env } = process.env;
  return execFileSync(process.execPath, args, {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...env, KEPT_BUNDLES: place("kept") },
  });
}

test("a bundle that was made of the same sources is taken as it is", () => {
  expect(said()).toBe("index.js one");
  const [file = ""] = keptFiles();
  const other = { outputFiles: [{ path: "/index.js", text: "module.exports = { said: `kept` };" }] };
  writeFileSync(place(`kept/${file}`), JSON.stringify(other));
  expect(said()).toBe("index.js kept");
  expect(keptFiles()).toEqual([file]);
});

test.each(["functions/handler.ts", "lib/said.ts", "package-lock.json"])(
  "another %s has it made anew",
  (file) => {
    said();
    writeFileSync(place(file), file.endsWith("json") ? "[]" : "export const said = `two`;");
    expect(said()).toBe(file.endsWith("json") ? "index.js one" : "index.js two");
    expect(keptFiles()).toHaveLength(2);
  },
);

test("so have other options", () => {
  said();
  expect(said(true)).toBe("index.js one");
  expect(keptFiles()).toHaveLength(2);
});
