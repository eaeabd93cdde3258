import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { defineCommand } from "../../lib/command/command";
import { ExpectedError } from "../../lib/command/expected-error";
import { runMain } from "../../lib/command/main";
import { preset } from "../../lib/command/option";
import { figuresOption, runsOption, stackOption } from "../options";
import { median } from "./median";

const MAIN = resolve(__dirname, "..", "sandbox", "main.ts");
const TRANSPILE = resolve(__dirname, "..", "..", "transpile.js");

/** Boots one sandbox and stops it; milliseconds from spawn to `ready`. */
async function boot(stack: string): Promise<number> {
  const began = performance.now();
  const args = ["-r", TRANSPILE, MAIN, "--port", "0", "--mqtt-port", "0", "--stack", stack];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString("utf8");
  });
  const closed = once(child, "close");
  let elapsed: number | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith("ready ")) continue;
    elapsed = performance.now() - began;
    child.kill("SIGTERM");
  }
  await closed;
  if (elapsed === undefined) throw new ExpectedError(`The sandbox did not become ready:\n${errors}`);
  return elapsed;
}

/** Measures how long the sandbox takes to boot. */
export const bootCommand = defineCommand({
  usage: "npm run bench:boot -- [options]",
  about: "Measures how long the sandbox takes to boot with a stack deployed into it.",
  options: {
    runs: runsOption("fresh processes that are measured, after one that is not", 5),
    stack: preset(stackOption("stack to deploy"), "dev"),
    output: figuresOption,
  },
  notes:
    "Time: from spawning node to the `ready` line, transpiling included, page cache warm; the median of the runs.",
  exits: { 0: "measured" },
  run: async ({ runs, stack, output }, { stdout }) => {
    await boot(stack);
    const runsMs: number[] = [];
    for (let run = 0; run < runs; run++) runsMs.push(await boot(stack));
    const result = { stack, node: process.version, medianMs: median(runsMs), runsMs };
    const seconds = (ms: number) => (ms / 1000).toFixed(2);
    const table = [
      `boot of the sandbox with the stack ${stack}, node ${result.node}, ${runs} runs`,
      `median ${seconds(result.medianMs)} s; all: ${runsMs.map(seconds).join(", ")}`,
    ];
    stdout.write(`${output === "json" ? JSON.stringify(result, null, 2) : table.join("\n")}\n`);
    return 0;
  },
});

if (require.main === module) void runMain(bootCommand);
