import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..", "..");
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

function lint(args: readonly string[] = ["--folder", folder, "--cache", join(folder, "cache")]) {
  return spawnSync(
    process.execPath,
    ["-r", "./transpile.js", join(ROOT, "tools", "ci", "lint-workflows.ts"), ...args],
    {
      cwd: ROOT,
      encoding: "utf8",
      env: { PATH: join(folder, "bin") },
    },
  );
}

test("both run over the workflows, and one sentence each says that nothing was found", () => {
  fake("actionlint", 0);
  fake("zizmor", 0);
  const { status, stdout } = lint();
  expect([status, stdout]).toEqual([0, "actionlint has no finding.\nzizmor has no finding.\n"]);
});

test.each([
  ["actionlint", 1, 1, "actionlint -no-color -shellcheck= -pyflakes= .github/workflows/a.yml\n"],
  ["zizmor", 12, 1, "zizmor --offline --no-progress --persona=auditor --color=never .github\n"],
])("findings of %s (its exit code %s) are shown and exit with %s", (name, code, exit, shown) => {
  fake("actionlint", 0);
  fake("zizmor", 0);
  fake(name, code);
  const { status, stdout, stderr } = lint();
  expect([status, stderr]).toEqual([exit, ""]);
  expect(stdout).toContain(shown);
});

test.each([
  ["actionlint", 3],
  ["zizmor", 1],
])("a %s that fails (exit code %s) is no finding and no success", (name, code) => {
  fake("actionlint", 0);
  fake("zizmor", 0);
  fake(name, code, "first\nit broke\n");
  const { status, stderr } = lint();
  expect(status).toBe(2);
  expect(stderr).toContain(`${name} could not run: it broke\n`);
});

test("one that cannot be had is skipped with the reason, and the other still counts", () => {
  fake("zizmor", 14);
  const { status, stdout } = lint();
  expect(status).toBe(1);
  expect(stdout).toContain(
    "actionlint is skipped: it is not on PATH and cannot be installed (spawnSync python3 ENOENT).\n",
  );
});

test("an installation that fails is tried once and leaves nothing that a later run would take", () => {
  fake("python3", 1, "no such module: venv\n");
  const expected = ["actionlint", "zizmor"]
    .map((name) => `${name} is skipped: it is not on PATH and cannot be installed (no such module: venv).\n`)
    .join("");
  expect([lint().stdout, lint().stdout]).toEqual([expected, expected]);
});

test("what was installed from the pins is used from then on", () => {
  // Stands for `python3 -m venv`: makes the folder with a `python` that stands for pip and makes both programs.
  const program = (line: string) => `#!/bin/sh\n${line}\n`;
  const pip =
    'd=$(/usr/bin/dirname "$0"); for n in actionlint zizmor; do printf "#!/bin/sh\\necho pinned $n\\nexit 1\\n" > $d/$n; /bin/chmod +x $d/$n; done';
  const venv = `/bin/mkdir -p "$4/bin"; /bin/cp "${join(folder, "pip")}" "$4/bin/python"; echo made >> "${join(folder, "made")}"`;
  writeFileSync(join(folder, "pip"), program(pip), { mode: 0o755 });
  writeFileSync(join(folder, "bin", "python3"), program(venv), { mode: 0o755 });
  for (let time = 0; time < 2; time++) {
    expect(lint().stdout).toBe("pinned actionlint\npinned zizmor\n");
  }
  // The second run takes them from the cache, before PATH.
  rmSync(join(folder, "bin", "python3"));
  fake("actionlint", 0);
  expect(lint().stdout).toContain("pinned actionlint\n");
});

test("programs of an installation that did not come to its end are not taken", () => {
  const program = (line: string) => `#!/bin/sh\n${line}\n`;
  const pip = 'd=$(/usr/bin/dirname "$0"); /bin/cp "$0" "$d/actionlint"; echo no network >&2; exit 1';
  writeFileSync(join(folder, "pip"), program(pip), { mode: 0o755 });
  const venv = `/bin/mkdir -p "$4/bin"; /bin/cp "${join(folder, "pip")}" "$4/bin/python"`;
  writeFileSync(join(folder, "bin", "python3"), program(venv), { mode: 0o755 });
  expect(lint().stdout).toContain(
    "actionlint is skipped: it is not on PATH and cannot be installed (no network).",
  );
});

test("what PATH names relative to the working folder is not taken for a tool", () => {
  symlinkSync(process.execPath, join(folder, "actionlint"));
  const run = spawnSync(
    process.execPath,
    [
      "-r",
      join(ROOT, "transpile.js"),
      join(ROOT, "tools", "ci", "lint-workflows.ts"),
      "--folder",
      folder,
      "--cache",
      join(folder, "cache"),
    ],
    { cwd: folder, encoding: "utf8", env: { PATH: ".:" } },
  );
  expect(run.stdout).toContain("actionlint is skipped");
});

test.each([
  [["--nope"], 2, /Unknown option '--nope'/],
  [["--folder", "/nowhere/at/all"], 2, /ENOENT/],
])("%j cannot run and exits with %s", (args, status, message) => {
  fake("actionlint", 0);
  fake("zizmor", 0);
  const run = lint(args);
  expect(run.status).toBe(status);
  expect(run.stderr).toMatch(message);
});

test("its help says how it is used", () => {
  expect(lint(["--help"])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Usage: /) });
});
