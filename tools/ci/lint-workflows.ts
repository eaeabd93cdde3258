import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { defineCommand, type Io } from "../../lib/command/command";
import { ExpectedError } from "../../lib/command/expected-error";
import { runMain } from "../../lib/command/main";
import { optional, text } from "../../lib/command/option";

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

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A file with an absolute path: what PATH names relative to a folder could be a file of the repository. */
const onPath = (name: string, { PATH = "" }: NodeJS.ProcessEnv): string | undefined =>
  PATH.split(delimiter)
    .filter((folder) => resolve(folder) === folder)
    .map((folder) => join(folder, name))
    .find(isProgram);

const lastLine = ({ error, stderr }: SpawnSyncReturns<string>): string =>
  error?.message ?? stderr?.trim().split("\n").at(-1) ?? "it ended by a signal";

/** The linters as this repository pins them, in a Python environment of their own. */
class PinnedLinters {
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;
  /** Why they cannot be had; undefined before the first try. */
  #reason: string | undefined;

  constructor(cache: string, env: NodeJS.ProcessEnv) {
    this.#env = env;
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
      const run = spawnSync(program, args, { encoding: "utf8", env: this.#env });
      if (run.status !== 0) return lastLine(run);
    }
    writeFileSync(join(this.#folder, "complete"), "");
    return "";
  }
}

/** The workflows of a folder, by their paths in it. @throws ExpectedError - it has none. */
function workflowsOf(folder: string): string[] {
  const path = join(".github", "workflows");
  try {
    const files = readdirSync(join(folder, path)).filter((file) => /\.ya?ml$/.test(file));
    return files.map((file) => join(path, file));
  } catch (cause) {
    throw new ExpectedError(`Set --folder to one that holds .github: ${(cause as Error).message}`, { cause });
  }
}

function lint(linter: Linter, folder: string, pinned: PinnedLinters, { env, stdout, stderr }: Io): number {
  const { name } = linter;
  let program = pinned.installed(name) ?? onPath(name, env);
  if (program === undefined) {
    const reason = pinned.install();
    program = pinned.installed(name);
    if (program === undefined) {
      stdout.write(`${name} is skipped: it is not on PATH and cannot be installed (${reason}).\n`);
      return 0;
    }
  }
  const run = spawnSync(program, linter.args(workflowsOf(folder)), { cwd: folder, encoding: "utf8", env });
  if (run.status === 0) {
    stdout.write(`${name} has no finding.\n`);
    return 0;
  }
  stdout.write(run.stdout ?? "");
  stderr.write(run.stderr ?? "");
  if (run.status !== null && linter.found(run.status)) return 1;
  stderr.write(`${name} could not run: ${lastLine(run)}\n`);
  return 2;
}

/** Lints the workflows. */
export const lintWorkflowsCommand = defineCommand({
  usage: "npm run lint:workflows -- [options]",
  about:
    "Runs actionlint and zizmor over the workflows. Each is taken from the cache, else from PATH, else both are " +
    "installed from PyPI into the cache, pinned with their hashes. One that cannot be had is skipped with the reason.",
  options: {
    folder: optional(text("folder", "holds .github (default: this repository)", "a folder")),
    cache: optional(text("folder", "where they are installed (default: node_modules/.cache)", "a folder")),
  },
  exits: { 0: "none has a finding", 1: "one has" },
  run: (options, io) => {
    const { folder = io.project, cache = join(io.project, "node_modules", ".cache") } = options;
    const pinned = new PinnedLinters(resolve(io.cwd, cache), io.env);
    return Math.max(...LINTERS.map((linter) => lint(linter, resolve(io.cwd, folder), pinned, io)));
  },
});

if (require.main === module) void runMain(lintWorkflowsCommand);
