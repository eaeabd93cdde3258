import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { zipSync } from "fflate";
import { bundleFunction } from "../../infra/bundle";
import { defineCommand } from "../../lib/command/command";
import { runMain } from "../../lib/command/main";
import { RESPONSE_TABLE_FILE } from "../../lib/responses/response-table";
import { figuresOption, runsOption } from "../options";
import { median } from "./median";

/** What alarms lead to; the alarm of the measurement is one that has cleared. */
const RESPONSES = JSON.stringify({
  version: 2,
  profiles: {},
  quarantineLimitPerHour: 1,
  alarmMaxAgeMinutes: 30,
  containment: ["group"],
  exempt: [],
});

/** What the function reads; the endpoint is never called. */
const FUNCTION_ENV = {
  QUARANTINE_GROUP_NAME: "Quarantine",
  IOT_DATA_ENDPOINT: "bench.invalid",
  LEDGER_TABLE_NAME: "bench",
  RESTRICTIVE_POLICY_NAME: "bench",
  NOTIFICATION_TOPIC_ARN: "arn:aws:sns:us-east-1:123456789012:bench",
  STACK_NAME: "bench",
  AWS_REGION: "us-east-1",
  // Lambda's Node 22 has no such notice; on Node 20 it would be part of neither package's work.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
};

// After the clock has stopped the handler is called once: the proof that both packages hold the working function. With
// an alarm that calls for no AWS call, and not with a malformed one: a class that extends Error comes out broken of
// Pulumi's serializer.
const CLEARED_ALARM = JSON.stringify({
  violationEventTime: 0,
  thingName: "dev-1",
  behavior: { name: "Sent" },
  violationEventType: "alarm-cleared",
  violationId: "0",
  securityProfileName: "Profile",
});
const PROBE = `
const start = performance.now();
const { handler } = require(process.argv[1]);
const milliseconds = performance.now() - start;
handler({ Records: [{ Sns: { Message: process.argv[2] } }] }).then(() => console.log(milliseconds));`;

/** A package on disk. */
interface Package {
  readonly name: string;
  readonly folder: string;
  /** The handler's file in it. */
  readonly file: string;
}

/** What was measured of a package. */
interface Measurement {
  readonly name: string;
  readonly zipBytes: number;
  /** Median. */
  readonly coldRequireMs: number;
  readonly runsMs: readonly number[];
}

async function makeBundlePackage(folder: string): Promise<Package> {
  const { code } = await bundleFunction("functions/quarantine-device/handler.ts");
  await writePackageFile(folder, "index.js", code);
  await writePackageFile(folder, RESPONSE_TABLE_FILE, RESPONSES);
  return { name: "bundle", folder, file: "index.js" };
}

/**
 * Packs the same handler as `aws.lambda.CallbackFunction` does by default: the closure serialized to
 * `__index.js`, beside every dependency of package.json (@pulumi/aws, lambda/lambdaMixins, `CallbackFunction`
 * and `computeCodePaths`). As `callbackFactory`, for AWS clients and loggers cannot be serialized.
 */
async function makeCallbackPackage(folder: string): Promise<Package> {
  // Loading the module makes its handler, which reads the environment: it cannot be imported before that is set.
  Object.assign(process.env, FUNCTION_ENV, { LAMBDA_TASK_ROOT: folder });
  await writePackageFile(folder, RESPONSE_TABLE_FILE, RESPONSES);
  const { makeHandler } = await import("../../functions/quarantine-device/handler");
  const { text } = await pulumi.runtime.serializeFunction(() => makeHandler(process.env), {
    serialize: () => true,
    exportName: "handler",
    isFactoryFunction: true,
    allowSecrets: true,
  });
  await writePackageFile(folder, "__index.js", text);
  const codePaths = await pulumi.runtime.computeCodePaths({ extraExcludePackages: ["aws-sdk"] });
  for (const [path, asset] of codePaths) {
    if (!(asset instanceof pulumi.asset.FileArchive || asset instanceof pulumi.asset.FileAsset)) {
      throw new Error(`Pulumi packs ${path} in a way that this benchmark does not know.`);
    }
    await cp(await asset.path, join(folder, path), { recursive: true });
  }
  return { name: "CallbackFunction", folder, file: "__index.js" };
}

async function writePackageFile(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), text);
}

async function zipBytesOf(folder: string): Promise<number> {
  const files: Record<string, Uint8Array> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) {
      const path = join(entry.parentPath, entry.name);
      files[relative(folder, path)] = await readFile(path);
    }
  }
  return zipSync(files, { level: 6 }).length;
}

async function coldRequireMs({ name, folder, file }: Package): Promise<number> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["-e", PROBE, join(folder, file), CLEARED_ALARM],
    { cwd: folder, env: { ...FUNCTION_ENV, LAMBDA_TASK_ROOT: folder, PATH: process.env.PATH } },
  );
  const milliseconds = Number(stdout.trimEnd().split("\n").at(-1));
  if (!stdout.includes('"outcome":"ignored"') || !(milliseconds > 0)) {
    throw new Error(`The handler of ${name} does not work: ${stdout}`);
  }
  return milliseconds;
}

async function measure(packages: readonly Package[], runs: number): Promise<readonly Measurement[]> {
  const times = new Map<string, number[]>(packages.map(({ name }) => [name, []]));
  // The first round fills the file cache and is not counted.
  for (let round = 0; round <= runs; round += 1) {
    for (const each of packages) {
      const milliseconds = await coldRequireMs(each);
      if (round > 0) times.get(each.name)?.push(milliseconds);
    }
  }
  return Promise.all(
    packages.map(async ({ name, folder }) => {
      const runsMs = times.get(name) ?? [];
      return { name, zipBytes: await zipBytesOf(folder), coldRequireMs: median(runsMs), runsMs };
    }),
  );
}

function tableOf(measurements: readonly Measurement[], ratio: number, runs: number): string {
  const rows = measurements.map(({ name, zipBytes, coldRequireMs: ms }) =>
    [
      name.padEnd(18),
      `${(zipBytes / 1000).toFixed(1)} kB`.padStart(12),
      `${ms.toFixed(1)} ms`.padStart(16),
    ].join(""),
  );
  return [
    `${"package".padEnd(18)}${"zip".padStart(12)}${"cold require".padStart(16)}`,
    ...rows,
    "",
    `The bundle loads ${ratio.toFixed(2)} times as fast (medians of ${runs} fresh processes each, in turn, Node ${process.versions.node}).`,
    "Measured: require() of the handler, file cache warm. Not measured: node's own start, Lambda's download and unpacking.",
  ].join("\n");
}

async function compare(runs: number) {
  const folder = await mkdtemp(join(tmpdir(), "cold-start-"));
  try {
    // Pulumi finds package.json and node_modules from the current folder.
    process.chdir(dirname(dirname(__dirname)));
    const packages = [
      await makeBundlePackage(join(folder, "bundle")),
      await makeCallbackPackage(join(folder, "callback")),
    ];
    const measurements = await measure(packages, runs);
    const [bundle, callback] = measurements;
    const ratio = (callback?.coldRequireMs ?? Number.NaN) / (bundle?.coldRequireMs ?? Number.NaN);
    return { node: process.versions.node, runs, ratio, packages: measurements };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Compares two ways to pack the function. */
export const coldStartCommand = defineCommand({
  usage: "npm run bench:cold-start -- [options]",
  about:
    "Compares two ways to pack the quarantine function: our bundle, and Pulumi's CallbackFunction with its defaults.",
  options: {
    runs: runsOption("fresh processes for each package, at least 10", 20, 10),
    output: figuresOption,
  },
  notes:
    "Zip size: all files of the package, deflated at level 6. Cold require: time from require() of the handler's file to\n" +
    "its return, in a fresh node process, the packages in turn, the median; file cache warm. Neither the start of node nor\n" +
    "Lambda's download and unpacking is in it.",
  exits: { 0: "measured" },
  run: async ({ runs, output }, { stdout }) => {
    const report = await compare(runs);
    const table = () => tableOf(report.packages, report.ratio, runs);
    stdout.write(`${output === "json" ? JSON.stringify(report, null, 2) : table()}\n`);
    return 0;
  },
});

if (require.main === module) void runMain(coldStartCommand);
