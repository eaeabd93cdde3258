import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { parseArgs } from "node:util";

const HELP = `Usage: npm run lint:workflows -- [options]

Runs actionlint and zizmor over the workflows. Each is taken from the cache, else from PATH, else both are installed
from PyPI into the cache, pinned with their hashes. One that cannot be had is skipped with the reason.

  --folder FOLDER  holds .github (default: this repository)
  --cache FOLDER   where they are installed (default: node_modules/.cache)
  --help           print this

Exit code 0 when none has a finding, 1 when one has, 2 when one could not run.
`;

const ROOT = resolve(__dirname, "..", "..");
const REQUIREMENTS = join(__dirname, "workflow-linters.txt");

interface Linter {
  readonly name: string;
  readonly args: (workflows: readonly string[]) => readonly string[];
  /** Whether an exit code other than 0 means findings, rather than a failure of the tool. */
  readonly found: (code: number) => boolean;
}

const LINTERS: readonly Linter[] = [
  {
    name: "actionlint",
    // The same findings on every machine, whether or not it has shellcheck and pyflakes.
    args: (workflows) => ["-no-color", "-shellcheck=", "-pyflakes=", ...workflows],
    // Source: actionlint documentation, "Usage", "Exit status": 1 for findings, 2 and 3 for failures.
    found: (code) => code === 1,
  },
  {
    name: "zizmor",
    args: () => ["--offline", "--no-progress", "--persona=auditor", "--color=never", ".github"],
    // Source: zizmor documentation, "Usage", "Exit codes": 10 and above for findings, 1 to 3 for failures.
    found: (code) => code >= 10,
  },
];

class UsageError extends Error {}

function readOptions(args: string[]) {
  try {
    const folder = { type: "string" as const, default: ROOT };
    const cache = { type: "string" as const, default: join(ROOT, "node_modules", ".cache") };
    return parseArgs({ args, options: { folder, cache, help: { type: "boolean" } } }).values;
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A file with an absolute path: what PATH names relative to a folder could be a file of the repository. */
const onPath = (name: string): string | undefined =>
  (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => resolve(folder) === folder)
    .map((folder) => join(folder, name))
    .find(isProgram);

const lastLine = ({ error, stderr }: SpawnSyncReturns<string>): string =>
  error?.message ?? stderr?.trim().split("\n").at(-1) ?? "it ended by a signal";

/** The linters as this repository pins them, in a Python environment of their own. */
class PinnedLinters {
  readonly #folder: string;
  /** Why they cannot be had; undefined before the first try. */
  #reason: string | undefined;

  constructor(cache: string) {
    // Other pins are another folder, so that a stale one is never taken.
    const pins = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex").slice(0, 12);
    this.#folder = join(cache, `workflow-linters-${pins}`);
  }

  /** The program, if it was installed. */
  installed(name: string): string | undefined {
    const program = join(this.#folder, "bin", name);
    // The mark is made last: an installation that was cut off is none.
    return existsSync(join(this.#folder, "complete")) && isProgram(program) ? program : undefined;
  }

  /** Installs all of them, once. @returns why that failed; empty when it did not. */
  install(): string {
    this.#reason ??= this.#tryInstall();
    return this.#reason;
  }

  #tryInstall(): string {
    const python = join(this.#folder, "bin", "python");
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
    const steps: [string, string[]][] = [
      ["python3", ["-m", "venv", "--clear", this.#folder]],
      [python, [...pip, "--only-binary=:all:", "--require-hashes", "--requirement", REQUIREMENTS]],
    ];
    for (const [program, args] of steps) {
      const run = spawnSync(program, args, { encoding: "utf8" });
      if (run.status !== 0) return lastLine(run);
    }
    writeFileSync(join(this.#folder, "complete"), "");
    return "";
  }
}

function lint(linter: Linter, folder: string, pinned: PinnedLinters): number {
  const { name } = linter;
  let program = pinned.installed(name) ?? onPath(name);
  if (program === undefined) {
    const reason = pinned.install();
    program = pinned.installed(name);
    if (program === undefined) {
      process.stdout.write(`${name} is skipped: it is not on PATH and cannot be installed (${reason}).\n`);
      return 0;
    }
  }
  const workflows = readdirSync(join(folder, ".github", "workflows"))
    .filter((file) => /\.ya?ml$/.test(file))
    .map((file) => join(".github", "workflows", file));
  const run = spawnSync(program, linter.args(workflows), { cwd: folder, encoding: "utf8" });
  if (run.status === 0) {
    process.stdout.write(`${name} has no finding.\n`);
    return 0;
  }
  process.stdout.write(run.stdout ?? "");
  process.stderr.write(run.stderr ?? "");
  if (run.status !== null && linter.found(run.status)) return 1;
  process.stderr.write(`${name} could not run: ${lastLine(run)}\n`);
  return 2;
}

function main(): number {
  const { folder, cache, help } = readOptions(process.argv.slice(2));
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  const pinned = new PinnedLinters(resolve(cache));
  return Math.max(...LINTERS.map((linter) => lint(linter, resolve(folder), pinned)));
}

try {
  process.exitCode = main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
