import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { defineCommand } from "../../lib/command/command";
import { ExpectedError } from "../../lib/command/expected-error";
import { runMain } from "../../lib/command/main";
import { engineEnvironment, pulumiFault } from "../../pulumi-host/cli/pulumi";
import { startStandIns } from "../../pulumi-host/cli/stand-ins";
import { startSandbox } from "../../sandbox/start-sandbox";
import { figuresOption, runsOption } from "../options";
import { median } from "./median";
import { type Measured, measure } from "./process-tree";

/** Cold, of Pulumi's defaults: at most this part of the time, and of the memory. */
const BOUNDS = { milliseconds: 0.4, kibibytes: 0.5 } as const;

const REPOSITORY = resolve(__dirname, "..", "..");
const PARTS = [
  ...["main.js", "transpile.js", "index.ts", "Pulumi.yaml", "Pulumi.dev.yaml"],
  ...["package.json", "tsconfig.json"],
  ...["infra", "functions", "lib", "policy-pack"],
];

const SETUPS = ["ours", "defaults"] as const;
type Setup = (typeof SETUPS)[number];
type Samples = Record<Setup, { cold: Measured[]; warm: Measured[] }>;

function replaceIn(path: string, replacements: readonly (readonly [RegExp, string])[]): void {
  const text = readFileSync(path, "utf8");
  const changed = replacements.reduce((current, [from, to]) => current.replace(from, to), text);
  if (changed === text) throw new Error(`${path} is not as this measurement expects it.`);
  writeFileSync(path, changed);
}

/** Copies the project; of the defaults, with the entries that are TypeScript and no word on how to compile them. */
function makeProject(setup: Setup): string {
  const folder = mkdtempSync(join(tmpdir(), `iot-quarantine-bench-${setup}-`));
  for (const part of PARTS) cpSync(join(REPOSITORY, part), join(folder, part), { recursive: true });
  symlinkSync(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
  if (setup === "defaults") {
    replaceIn(join(folder, "Pulumi.yaml"), [
      [/^main: .*$/m, "main: index.ts"],
      [/^runtime:\n(?: .*\n)*/m, "runtime: nodejs\n"],
    ]);
    replaceIn(join(folder, "policy-pack/PulumiPolicy.yaml"), [[/^main: .*$/m, "main: index.ts"]]);
    replaceIn(join(folder, "policy-pack/package.json"), [[/"main": ".*"/, '"main": "index.ts"']]);
    // Pulumi's template of a pack has a tsconfig.json too.
    cpSync(join(folder, "tsconfig.json"), join(folder, "policy-pack/tsconfig.json"));
  }
  return folder;
}

/** Previews in a project of its own, first with empty caches and then with those that the first has left. */
async function previewTwice(
  setup: Setup,
  env: NodeJS.ProcessEnv,
): Promise<{ cold: Measured; warm: Measured }> {
  const folder = makeProject(setup);
  const temporary = join(folder, ".tmp");
  mkdirSync(temporary);
  const options = { cwd: folder, env: { ...env, TMPDIR: temporary } };
  const args = ["preview", "--stack", "dev", "--policy-pack", "policy-pack", "--non-interactive"];
  try {
    return { cold: await measure("pulumi", args, options), warm: await measure("pulumi", args, options) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function sample(runs: number): Promise<Samples> {
  const state = mkdtempSync(join(tmpdir(), "iot-quarantine-bench-state-"));
  const sandbox = await startSandbox({ port: 0 });
  const { endpoint } = sandbox.address;
  const standIns = await startStandIns(endpoint, {});
  const samples: Samples = { ours: { cold: [], warm: [] }, defaults: { cold: [], warm: [] } };
  try {
    const env = engineEnvironment(process.env, { state, providers: standIns.address, endpoint });
    const project = makeProject("ours");
    await measure("pulumi", ["stack", "init", "dev", "--no-select"], { cwd: project, env });
    rmSync(project, { recursive: true });
    for (let run = 0; run < runs; run++) {
      for (const setup of SETUPS) {
        const { cold, warm } = await previewTwice(setup, env);
        samples[setup].cold.push(cold);
        samples[setup].warm.push(warm);
      }
    }
    return samples;
  } finally {
    standIns.stop();
    await sandbox.stop();
    rmSync(state, { recursive: true });
  }
}

/** The medians of both set-ups, and ours as a part of the defaults. */
function summarize(samples: Samples, caches: "cold" | "warm", of: keyof Measured) {
  const [ours, defaults] = SETUPS.map((setup) => median(samples[setup][caches].map((one) => one[of])));
  return { ours: ours ?? Number.NaN, defaults: defaults ?? Number.NaN, ratio: (ours ?? 0) / (defaults ?? 1) };
}

function report(samples: Samples, json: boolean, print: (text: string) => unknown): boolean {
  const rows = (["cold", "warm"] as const).flatMap((caches) => [
    { caches, what: "seconds", by: 1000, ...summarize(samples, caches, "milliseconds") },
    { caches, what: "MiB", by: 1024, ...summarize(samples, caches, "kibibytes") },
  ]);
  const [time, memory] = rows;
  const holds = (time?.ratio ?? 1) <= BOUNDS.milliseconds && (memory?.ratio ?? 1) <= BOUNDS.kibibytes;
  if (json) {
    print(`${JSON.stringify({ rows, bounds: BOUNDS, holds }, null, 2)}\n`);
    return holds;
  }
  print("preview with the pack      ours   defaults   ratio\n");
  for (const { caches, what, by, ours, defaults, ratio } of rows) {
    const cells = [(ours / by).toFixed(1).padStart(10), (defaults / by).toFixed(1).padStart(10)];
    print(`${`${caches}, ${what}`.padEnd(20)} ${cells.join(" ")} ${ratio.toFixed(2).padStart(7)}\n`);
  }
  return holds;
}

/** Measures a preview with the pack. */
export const benchPreviewCommand = defineCommand({
  usage: "npm run bench:preview -- [options]",
  about:
    "Measures `pulumi preview --policy-pack policy-pack` of the stack dev, on its empty stack in a sandbox: as this " +
    "repository sets program and pack up, and as Pulumi does by default (both type-checked by ts-node).",
  options: {
    runs: runsOption("previews of each kind, interleaved; the median counts", 3),
    output: figuresOption,
  },
  notes:
    "Cold: every cache that a temporary folder holds is empty, as in CI; warm: the run after it in the same folder.\n" +
    "Memory: the highest sum of resident memory over the process tree, sampled. The sandbox and the providers run\n" +
    "in this process and do not count. Linux only.",
  exits: {
    0: `cold within ${BOUNDS.milliseconds} of the time and ${BOUNDS.kibibytes} of the memory`,
    1: "not",
  },
  run: async ({ runs, output }, { env, stdout }) => {
    const fault = pulumiFault(env);
    if (fault !== undefined) throw new ExpectedError(fault);
    return report(await sample(runs), output === "json", (text) => stdout.write(text)) ? 0 : 1;
  },
});

if (require.main === module) void runMain(benchPreviewCommand);
