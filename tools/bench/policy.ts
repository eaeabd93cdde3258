import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { defineCommand } from "../../lib/command/command";
import { ExpectedError } from "../../lib/command/expected-error";
import { runMain } from "../../lib/command/main";
import { flag, preset } from "../../lib/command/option";
import { figuresOption, runsOption, stackOption } from "../options";
import { statusOf, treeOf } from "./process-tree";

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
  if (code !== 0 && code !== 1) throw new ExpectedError(`The check ended with ${code}: ${errors}`);
  const processesMib = [...peaksKib.values()].map((kib) => kib / 1024).sort((a, b) => b - a);
  return { caches, wallMs, peakMib: processesMib.reduce((sum, mib) => sum + mib, 0), processesMib };
}

async function measureAll(runs: number, check: readonly string[]): Promise<Run[]> {
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

/** Measures the offline check. */
export const benchPolicyCommand = defineCommand({
  usage: "npm run bench:policy -- [options]",
  about: "Measures the offline policy check: wall time, and the sum of peak RSS over its processes.",
  options: {
    runs: runsOption("runs with cold and with warm caches each", 5),
    up: flag("with a deploy into the sandbox"),
    stack: preset(stackOption("stack to judge"), "dev"),
    output: figuresOption,
  },
  notes:
    "Cold: an empty temporary folder, as in CI. The sum counts the peak (VmHWM) of every process that is seen, " +
    `sampled each ${SAMPLE_MS} ms,\nas if all peaked at once; npm itself is not in it. Linux only.`,
  exits: { 0: "measured" },
  run: async ({ runs, up, stack, output }, { stdout }) => {
    const measured = await measureAll(runs, ["--stack", stack, ...(up ? ["--up"] : [])]);
    const document = { node: process.versions.node, runs: measured };
    stdout.write(`${output === "json" ? JSON.stringify(document, null, 2) : tableOf(measured)}\n`);
    return 0;
  },
});

if (require.main === module) void runMain(benchPolicyCommand);
