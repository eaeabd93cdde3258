import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "iot-quarantine-transpile-"));
afterAll(() => rmSync(folder, { recursive: true }));

function printed(main: string): string {
  const transpile = resolve(__dirname, "..", "transpile.js");
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const run = spawnSync(process.execPath, ["-r", transpile, join(folder, main)], { env, encoding: "utf8" });
  return run.stderr + run.stdout;
}

test.each(["js", "json", "node"])("a source is taken before a .%s of its name", (extension) => {
  writeFileSync(join(folder, "main.ts"), 'import { told } from "./part";\nconsole.log(told as string);');
  writeFileSync(join(folder, "part.ts"), 'export const told: string = "source";');
  writeFileSync(join(folder, `part.${extension}`), '{ "told": "compiled" }');
  expect(printed("main.ts")).toBe("source\n");
});

test("what Node can do itself is not rewritten into calls of functions, which loops over a fleet would pay for", () => {
  const code = "(thing?: { name?: string }): string => thing?.name ?? `none`";
  writeFileSync(join(folder, "main.ts"), `console.log(String(${code}));`);
  expect(printed("main.ts")).toContain("thing?.name ?? `none`");
});

test("JavaScript and JSON without a source are loaded as ever", () => {
  writeFileSync(join(folder, "main.ts"), 'console.log(require("./code").told, require("./data").told);');
  writeFileSync(join(folder, "code.js"), 'exports.told = "code";');
  writeFileSync(join(folder, "data.json"), '{ "told": "data" }');
  expect(printed("main.ts")).toBe("code data\n");
});

test("the program's stack traces name the files that run, whatever Pulumi has set up to map them", () => {
  const project = JSON.stringify(resolve(__dirname, "..", "main.js"));
  // Outside of an engine the program itself fails, after its entry has done its part.
  const lines = [
    'Error.prepareStackTrace = () => "mapped";',
    `try { require(${project}) } catch {}`,
    'console.log(new Error("told").stack.split("\\n")[0]);',
    "process.exit(0);",
  ];
  writeFileSync(join(folder, "traced.js"), lines.join("\n"));
  expect(printed("traced.js")).toContain("Error: told");
});
