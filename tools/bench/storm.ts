import { CONFIG_DEFAULTS } from "../../infra/config/defaults";
import { defineCommand } from "../../lib/command/command";
import { runMain } from "../../lib/command/main";
import { number, preset } from "../../lib/command/option";
import { figuresOption } from "../options";
import { type Storm, type StormResult, simulate } from "./storm/simulate";

/** A way to take alarms, and what it is called. */
interface Way extends Omit<Storm, "alarms"> {
  readonly way: string;
}

const UNLIMITED = Number.POSITIVE_INFINITY;
const { alarmConcurrency, quarantineLimitPerHour } = CONFIG_DEFAULTS;

/** The ways that are compared. */
export const WAYS = {
  direct: {
    way: "direct subscription (0.2.0), 10 at a time",
    ...{ limit: UNLIMITED, concurrency: 10, lookUps: "adaptive", isDirect: true },
  },
  usual: {
    way: `queue, limit ${quarantineLimitPerHour}, ${alarmConcurrency} batches`,
    ...{ limit: quarantineLimitPerHour, concurrency: alarmConcurrency, lookUps: "steady", isDirect: false },
  },
  unlimited: {
    way: `queue, no limit, ${alarmConcurrency} batches`,
    ...{ limit: UNLIMITED, concurrency: alarmConcurrency, lookUps: "steady", isDirect: false },
  },
  crowded: {
    way: "queue, no limit, 30 batches",
    ...{ limit: UNLIMITED, concurrency: 30, lookUps: "steady", isDirect: false },
  },
  adaptive: {
    way: `queue, no limit, ${alarmConcurrency} batches, look-ups by the SDK's adaptive mode`,
    ...{ limit: UNLIMITED, concurrency: alarmConcurrency, lookUps: "adaptive", isDirect: false },
  },
} as const satisfies Record<string, Way>;

/** The storms that are played, in alarms. */
const SIZES = [1000, 10_000];

/** A way's figures with a storm of a size. */
interface Row extends StormResult {
  readonly way: string;
  readonly alarms: number;
}

const HEADS = [
  ...["alarms", "decided", "last quarantine", "bound", "times"],
  ...["quarantined", "held", "again", "dead letters", "lost", "throttled"],
];

const cellsOf = (row: Row): readonly string[] => [
  String(row.alarms),
  `${row.decidedAt.toFixed(0)} s`,
  `${row.quarantinedAt.toFixed(0)} s`,
  `${row.bound.toFixed(0)} s`,
  (row.quarantinedAt / row.bound).toFixed(2),
  ...[row.quarantined, row.held, row.duplicates, row.deadLetters, row.lost, row.throttled].map(String),
];

function tableOf(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ way }) => way.length));
  const line = (way: string, cells: readonly string[]) =>
    `${way.padEnd(width)}  ${cells.map((cell, index) => cell.padStart(HEADS[index]?.length ?? 0)).join("  ")}`;
  return [line("", HEADS), ...rows.map((row) => line(row.way, cellsOf(row)))].join("\n");
}

/** Simulates storms of alarms. */
export const benchStormCommand = defineCommand({
  usage: "npm run bench:storm -- [options]",
  about:
    "Simulates how long a storm of alarms in one datapoint takes against AWS's quotas, by the queue and as before it.",
  options: {
    seed: preset(number("of the jitter between retries", { from: 0 }), 1),
    output: figuresOption,
  },
  notes: [
    "No code of the stack runs: the calls that the function makes for an alarm are played in virtual time against the",
    "default quotas of an account. Simulated: quotas as buckets of a second's worth, the SDK's retries, Lambda's growth and",
    "a message's hiding. Assumed: how long AWS takes to answer, the quota of DeleteConnection, and that whoever calls first",
    "after a bucket filled gets the call; other callers, cold starts and the limit's contention are left out. Times: last",
    "quarantine by the bound of the slowest quota.",
  ].join("\n"),
  exits: { 0: "simulated" },
  run: async ({ seed, output }, { stdout }) => {
    const rows: Row[] = [];
    for (const alarms of SIZES) {
      for (const { way, ...storm } of Object.values(WAYS)) {
        rows.push({ way, alarms, ...(await simulate({ ...storm, alarms }, seed)) });
      }
    }
    stdout.write(`${output === "json" ? JSON.stringify({ seed, rows }, null, 2) : tableOf(rows)}\n`);
    return 0;
  },
});

if (require.main === module) void runMain(benchStormCommand);
