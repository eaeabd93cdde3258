import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { median } from "./median";

const HELP = `Measures how long the sandbox takes to boot with a stack deployed into it.

Usage: npm run bench:boot -- [--runs N] [--stack NAME] [--output table|json]

  --runs N       fresh processes that are measured, after one that is not (default 5)
  --stack NAME   stack to deploy (default dev)
  --output F     table (default) or json
  --help         this text

Time: from spawning node to the \`ready\` line, transpiling included, page cache warm; the median of the runs.
Exit codes: 0 measured, 2 could not run.`;

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
  if (elapsed === undefined) throw new Error(`The sandbox did not become ready:\n${errors}`);
  return elapsed;
}

interface Options {
  readonly runs: number;
  readonly stack: string;
  readonly json: boolean;
  readonly help: boolean;
}

function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      runs: { type: "string", default: "5" },
      stack: { type: "string", default: "dev" },
      output: { type: "string", default: "table" },
      help: { type: "boolean", default: false },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1)
    throw new Error(`Set --runs to a whole number from 1; it is "${values.runs}".`);
  if (values.output !== "table" && values.output !== "json") {
    throw new Error(`Set --output to table or json; it is "${values.output}".`);
  }
  return { runs, stack: values.stack, json: values.output === "json", help: values.help };
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return;
  }
  await boot(options.stack);
  const runsMs: number[] = [];
  for (let run = 0; run < options.runs; run++) runsMs.push(await boot(options.stack));
  const result = { stack: options.stack, node: process.version, medianMs: median(runsMs), runsMs };
  if (options.json) {
    console.log(JSON.stringify(result, null, 2));
    return;
  }
  console.log(
    `boot of the sandbox with the stack ${options.stack}, node ${result.node}, ${options.runs} runs`,
  );
  console.log(
    `median ${(result.medianMs / 1000).toFixed(2)} s; all: ${runsMs.map((ms) => (ms / 1000).toFixed(2)).join(", ")}`,
  );
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 2;
});
