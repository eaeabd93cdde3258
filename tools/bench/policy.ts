import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { statusOf, treeOf } from "./process-tree";

const HELP = `Measures the offline policy check: wall time, and the sum of peak RSS over its processes.

Usage: npm run bench:policy -- [--runs N] [--up] [--stack NAME] [--output table|json]

  --runs N        runs with cold and with warm caches each (default 5)
  --up            with a deploy into the sandbox
  --stack NAME    stack to judge (default dev)
  --output F      table (default) or json
  --help          this text

Cold: an empty temporary folder, as in CI. The sum counts the peak (VmHWM) of
every process that is seen, sampled each 10 ms, as if all peaked at once; npm itself is not in it. Linux only.
Exit codes: 0 measured, 2 could not run.`;

/** How often the process tree is looked at, milliseconds. */
const SAMPLE_MS = 10;

/** One run of the check. */
interface Run {
  readonly caches: "cold" | "warm";
  readonly wallMs: number;
  /** Sum over the processes, MiB. */
  readonly peakMib: number;
  /** Peak of each process, MiB, largest first. */
  readonly processesMib: readonly number[];
}

interface Options {
  readonly runs: number;
  readonly json: boolean;
  readonly check: readonly string[];
}

class UsageError extends Error {}

function readOptions(args: string[]): Options | "help" {
  const options = {
    runs: { type: "string", default: "5" },
    up: { type: "boolean", default: false },
    stack: { type: "string", default: "dev" },
    output: { type: "string", default: "table" },
    help: { type: "boolean", default: false },
  } as const;
  try {
    const { runs, up, stack, output, help } = parseArgs({ args, options }).values;
    if (help) return "help";
    if (!/^[1-9]\d{0,3}$/.test(runs)) throw new Error(`Set --runs to a whole number from 1; it is ${runs}.`);
    if (output !== "table" && output !== "json") {
      throw new Error(`Set --output to table or json; it is ${output}.`);
    }
    const check = ["--stack", stack, ...(up ? ["--up"] : [])];
    return { runs: Number(runs), json: output === "json", check };
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

/** Notes the peak of each process of a tree. */
function sample(root: number, peaksKib: Map<number, number>): void {
  for (const pid of treeOf(root)) {
    peaksKib.set(pid, Math.max(statusOf(pid, "VmHWM") ?? 0, peaksKib.get(pid) ?? 0));
  }
}

async function measure(caches: Run["caches"], temporary: string, check: readonly string[]): Promise<Run> {
  const start = performance.now();
  const child = spawn(process.execPath, ["-r", "./transpile.js", "tools/policy-check/main.ts", ...check], {
    cwd: dirname(dirname(__dirname)),
    env: { ...process.env, TMPDIR: temporary },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString("utf8");
  });
  const peaksKib = new Map<number, number>();
  const timer = setInterval(() => sample(child.pid ?? 0, peaksKib), SAMPLE_MS);
  const [code] = (await once(child, "close")) as [number | null];
  clearInterval(timer);
  const wallMs = performance.now() - start;
  // Violations are a result; only a check that could not run has measured nothing.
  if (code !== 0 && code !== 1) throw new Error(`The check ended with ${code}: ${errors}`);
  const processesMib = [...peaksKib.values()].map((kib) => kib / 1024).sort((a, b) => b - a);
  return { caches, wallMs, peakMib: processesMib.reduce((sum, mib) => sum + mib, 0), processesMib };
}

async function measureAll({ runs, check }: Options): Promise<Run[]> {
  const measured: Run[] = [];
  for (let round = 0; round < runs; round += 1) {
    const temporary = mkdtempSync(join(tmpdir(), "policy-bench-"));
    try {
      measured.push(await measure("cold", temporary, check), await measure("warm", temporary, check));
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  }
  return measured;
}

function tableOf(runs: readonly Run[]): string {
  const rows = (["cold", "warm"] as const).map((caches) => {
    const own = runs.filter((run) => run.caches === caches);
    const wall = Math.max(...own.map(({ wallMs }) => wallMs)) / 1000;
    const peak = Math.max(...own.map(({ peakMib }) => peakMib));
    const processes = Math.max(...own.map(({ processesMib }) => processesMib.length));
    return `${caches.padEnd(8)}${`${wall.toFixed(1)} s`.padStart(9)}${`${peak.toFixed(0)} MiB`.padStart(16)}${String(processes).padStart(11)}`;
  });
  return [
    `${"caches".padEnd(8)}${"wall".padStart(9)}${"sum of peaks".padStart(16)}${"processes".padStart(11)}`,
    ...rows,
    "",
    `The worst of ${runs.length / 2} runs each (Node ${process.versions.node}).`,
  ].join("\n");
}

async function main(): Promise<void> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === "help") {
      console.log(HELP);
      return;
    }
    const runs = await measureAll(options);
    console.log(
      options.json ? JSON.stringify({ node: process.versions.node, runs }, null, 2) : tableOf(runs),
    );
  } catch (error) {
    console.error(error instanceof UsageError ? `${error.message}\nTry --help.` : error);
    process.exitCode = 2;
  }
}

void main();
