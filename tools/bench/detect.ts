import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { defineCommand } from "../../lib/command/command";
import { ExpectedError } from "../../lib/command/expected-error";
import { runMain } from "../../lib/command/main";
import { number, optional } from "../../lib/command/option";
import { startSandbox } from "../../sandbox/start-sandbox";
import { figuresOption } from "../options";
import { BenchFleet } from "./detect/fleet";
import { statusOf } from "./process-tree";

/** Sizes of fleets, in things; the first is the empty sandbox that the others are compared with. */
const SIZES = [0, 1000, 10_000, 100_000];
const WINDOW_MS = 300_000;
/** So many that the longest period of a behavior is over, and the oldest window forgotten. */
const WINDOWS = 13;
const TRANSPILE = resolve(__dirname, "..", "..", "transpile.js");

/** What a fleet of a size took. */
interface Figures {
  readonly things: number;
  /** The slowest window, from its end until all of it is judged. */
  readonly milliseconds: number;
  /** Longest turn of the event loop while windows were judged, milliseconds. */
  readonly hold: number;
  /** The most that the thread worked in one turn, milliseconds: other processes have no part in it. */
  readonly work: number;
  /** The most memory that the process ever had, garbage included, MiB. */
  readonly mebibytes: number;
  readonly alarms: number;
}

/** What a turn of the event loop took at most, milliseconds. */
type Turn = Pick<Figures, "hold" | "work">;

// Node has it since 23.9, its types do not.
const { threadCpuUsage } = process as unknown as { readonly threadCpuUsage: () => NodeJS.CpuUsage };
const threadMs = () => {
  const { user, system } = threadCpuUsage();
  return (user + system) / 1000;
};

/** Watches turns of the event loop until it is told to stop. */
function watchTurns(): () => Promise<Turn> {
  let isOver = false;
  const watching = (async () => {
    let [hold, work] = [0, 0];
    for (let [time, worked] = [performance.now(), threadMs()]; !isOver; ) {
      await nextTurn();
      const [now, workedNow] = [performance.now(), threadMs()];
      [hold, work] = [Math.max(hold, now - time), Math.max(work, workedNow - worked)];
      [time, worked] = [now, workedNow];
    }
    return { hold, work };
  })();
  return () => {
    isOver = true;
    return watching;
  };
}

/** Plays a fleet of a size beside a sandbox in this very process. */
async function play(things: number): Promise<Figures> {
  const sandbox = await startSandbox({ port: 0 });
  try {
    const { clock, address } = sandbox;
    const fleet = new BenchFleet({ ...address, partition: "aws", clock, log: () => undefined }, things);
    let milliseconds = 0;
    const turns: Turn[] = [];
    for (let window = 0; window < WINDOWS; window++) {
      fleet.act();
      const stopped = watchTurns();
      const began = performance.now();
      await clock.advance(WINDOW_MS);
      milliseconds = Math.max(milliseconds, performance.now() - began);
      turns.push(await stopped());
    }
    const mebibytes = (statusOf(process.pid, "VmHWM") ?? Number.NaN) / 1024;
    const most = (of: keyof Turn) => Math.max(...turns.map((turn) => turn[of]));
    return { things, milliseconds, hold: most("hold"), work: most("work"), mebibytes, alarms: fleet.alarms };
  } finally {
    await sandbox.stop();
  }
}

/** Plays a fleet of a size in a process of its own. */
async function playApart(things: number): Promise<Figures> {
  const args = ["-r", TRANSPILE, __filename, "--things", String(things), "--output", "json"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString("utf8");
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new ExpectedError(`A fleet of ${things} things ended with exit code ${code}.`);
  return JSON.parse(output) as Figures;
}

const HEADS = [
  "things",
  "window judged in",
  "each",
  "longest hold",
  "its work",
  "memory",
  "beside empty",
  "alarms",
];

/** A table of figures, the first of which is the empty sandbox. */
export function tableOf(rows: readonly Figures[]): string {
  const empty = rows[0]?.mebibytes ?? 0;
  const lines = rows.map(({ things, milliseconds, hold, work, mebibytes, alarms }) => [
    things === 0 ? "none" : String(things),
    `${milliseconds.toFixed(0)} ms`,
    things === 0 ? "-" : `${((1000 * milliseconds) / things).toFixed(0)} us`,
    `${hold.toFixed(1)} ms`,
    `${work.toFixed(1)} ms`,
    `${mebibytes.toFixed(0)} MiB`,
    `+${(mebibytes - empty).toFixed(0)} MiB`,
    String(alarms),
  ]);
  return [HEADS, ...lines]
    .map((cells) => cells.map((cell, index) => cell.padStart(HEADS[index]?.length ?? 0)).join("  "))
    .join("\n");
}

/** Measures Detect's windows in the sandbox. */
export const benchDetectCommand = defineCommand({
  usage: "npm run bench:detect -- [options]",
  about:
    "Measures what a window of 1,000, 10,000 and 100,000 things takes in the sandbox: time, the event loop, memory.",
  options: {
    things: optional(number("things of one fleet alone, in this very process", { from: 0 })),
    output: figuresOption,
  },
  notes: `Each fleet has a process of its own, with a sandbox beside it, and is compared with the empty sandbox. Every thing connects, sends and receives in each of ${WINDOWS} windows of 300 s; one in a hundred violates. Ten behaviors: all metrics that the broker counts, an hour, topics, a percentile, addresses. The broker itself, the registry and SNS take no part. Time: the slowest window, from its end until all of it is judged, and that for each thing, which a fleet of any size should take alike. Hold: the longest turn of the event loop meanwhile; work: the most that the thread itself did in one, whatever else the machine is busy with. Memory: the most that the process ever had, garbage included.`,
  exits: { 0: "measured" },
  run: async ({ things, output }, { stdout }) => {
    const rows: Figures[] = [];
    if (things !== undefined) rows.push(await play(things));
    else for (const size of SIZES) rows.push(await playApart(size));
    const figures = things === undefined ? { node: process.version, rows } : rows[0];
    stdout.write(`${output === "json" ? JSON.stringify(figures) : tableOf(rows)}\n`);
    return 0;
  },
});

if (require.main === module) void runMain(benchDetectCommand);
