import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { lintWorkflowsCommand } from "../../../tools/ci/lint-workflows";
import { runCommand } from "../../support/run-command";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lint-"));
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(folder, ".github", "workflows"), { recursive: true });
  writeFileSync(join(folder, ".github", "workflows", "a.yml"), "on: push\n");
  writeFileSync(join(folder, ".github", "workflows", "README.md"), "");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Puts a program on PATH that prints its arguments and ends with the given code. */
function fake(name: string, code: number, errorOutput = ""): void {
  const script = [
    `#!${process.execPath}`,
    `console.log(${JSON.stringify(name)} + " " + process.argv.slice(2).join(" "));`,
    `process.stderr.write(${JSON.stringify(errorOutput)});`,
    `process.exitCode = ${code};`,
  ];
  writeFileSync(join(folder, "bin", name), script.join("\n"), { mode: 0o755 });
}

const lint = (args: readonly string[] = ["--folder", ".", "--cache", "cache"], PATH = join(folder, "bin")) =>
  runCommand(lintWorkflowsCommand, args, { cwd: folder, env: { PATH } });

test("both run over the workflows, and one sentence each says that nothing was found", async () => {
  fake("actionlint", 0);
  fake("zizmor", 0);
  const { code, output } = await lint();
  expect([code, output]).toEqual([0, "actionlint has no finding.\nzizmor has no finding.\n"]);
});

test.each([
  ["actionlint", 1, 1, "actionlint -no-color -shellcheck= -pyflakes= .github/workflows/a.yml\n"],
  ["zizmor", 12, 1, "zizmor --offline --no-progress --persona=auditor --color=never .github\n"],
])("findings of %s (its exit code %s) are shown and exit with %s", async (name, code, exit, shown) => {
  fake("actionlint", 0);
  fake("zizmor", 0);
  fake(name, code);
  const { output, ...rest } = await lint();
  expect(rest).toEqual({ code: exit, errors: "" });
  expect(output).toContain(shown);
});

test.each([
  ["actionlint", 3],
  ["zizmor", 1],
])("a %s that fails (exit code %s) is no finding and no success", async (name, code) => {
  fake("actionlint", 0);
  fake("zizmor", 0);
  fake(name, code, "first\nit broke\n");
  expect(await lint()).toMatchObject({
    code: 2,
    errors: expect.stringContaining(`${name} could not run: it broke\n`),
  });
});

test("one that cannot be had is skipped with the reason, and the other still counts", async () => {
  fake("zizmor", 14);
  const { code, output } = await lint();
  expect(code).toBe(1);
  expect(output).toContain(
    "actionlint is skipped: it is not on PATH and cannot be installed (spawnSync python3 ENOENT).\n",
  );
});

test("an installation that fails is tried once and leaves nothing that a later run would take", async () => {
  fake("python3", 1, "no such module: venv\n");
  const expected = ["actionlint", "zizmor"]
    .map((name) => `${name} is skipped: it is not on PATH and cannot be installed (no such module: venv).\n`)
    .join("");
  expect([(await lint()).output, (await lint()).output]).toEqual([expected, expected]);
});

test("what was installed from the pins is used from then on", async () => {
  // Stands for `python3 -m venv`: makes the folder with a `python` that stands for pip and makes both programs.
  const program = (line: string) => `#!/bin/sh\n${line}\n`;
  const pip =
    'd=$(/usr/bin/dirname "$0"); for n in actionlint zizmor; do printf "#!/bin/sh\\necho pinned $n\\nexit 1\\n" > $d/$n; /bin/chmod +x $d/$n; done';
  const venv = `/bin/mkdir -p "$4/bin"; /bin/cp "${join(folder, "pip")}" "$4/bin/python"; echo made >> "${join(folder, "made")}"`;
  writeFileSync(join(folder, "pip"), program(pip), { mode: 0o755 });
  writeFileSync(join(folder, "bin", "python3"), program(venv), { mode: 0o755 });
  for (let time = 0; time < 2; time++) {
    expect((await lint()).output).toBe("pinned actionlint\npinned zizmor\n");
  }
  // The second run takes them from the cache, before PATH.
  rmSync(join(folder, "bin", "python3"));
  fake("actionlint", 0);
  expect((await lint()).output).toContain("pinned actionlint\n");
});

test("programs of an installation that did not come to its end are not taken", async () => {
  const program = (line: string) => `#!/bin/sh\n${line}\n`;
  const pip = 'd=$(/usr/bin/dirname "$0"); /bin/cp "$0" "$d/actionlint"; echo no network >&2; exit 1';
  writeFileSync(join(folder, "pip"), program(pip), { mode: 0o755 });
  const venv = `/bin/mkdir -p "$4/bin"; /bin/cp "${join(folder, "pip")}" "$4/bin/python"`;
  writeFileSync(join(folder, "bin", "python3"), program(venv), { mode: 0o755 });
  expect((await lint()).output).toContain(
    "actionlint is skipped: it is not on PATH and cannot be installed (no network).",
  );
});

test("what PATH names relative to the working folder is not taken for a tool", async () => {
  symlinkSync(process.execPath, join(folder, "actionlint"));
  const { output } = await lint(undefined, `${relative(process.cwd(), folder)}:`);
  expect(output).toContain("actionlint is skipped");
});

test.each([
  [["--nope"], 2, /Unknown option '--nope'/],
  [["--folder", "/nowhere/at/all"], 2, /ENOENT/],
])("%j cannot run and exits with %s", async (args, status, message) => {
  fake("actionlint", 0);
  fake("zizmor", 0);
  expect(await lint(args)).toMatchObject({ code: status, errors: expect.stringMatching(message) });
});

test("its help says how it is used", async () => {
  expect(await lint(["--help"])).toMatchObject({ code: 0, output: expect.stringMatching(/^Usage: /) });
});
