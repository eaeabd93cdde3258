import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { strToU8, zipSync } from "fflate";
import { type Bundle, bundleFunction } from "../../infra/bundle";

const ENTRY = "functions/quarantine-device/handler.ts";
const ROOT = join(__dirname, "..", "..");

let bundle: Bundle;

beforeAll(async () => {
  bundle = await bundleFunction(ENTRY);
});

test("two builds are the same to the byte, also in a program that was started in another folder", async () => {
  const folder = process.cwd();
  process.chdir(tmpdir());
  try {
    // Loaded afresh, for esbuild takes note of the current folder as it loads.
    await jest.isolateModulesAsync(async () => {
      const fresh = await import("../../infra/bundle");
      expect(await fresh.bundleFunction(ENTRY)).toEqual(bundle);
    });
  } finally {
    process.chdir(folder);
  }
});

test("the archive is at most 250 kB", () => {
  expect(zipSync({ "index.js": strToU8(bundle.code) }).length).toBeLessThanOrEqual(250_000);
});

test("neither code nor source map holds a path of the machine, and the code has no map in it", () => {
  expect(bundle.code).not.toContain(ROOT);
  expect(bundle.sourceMap).not.toContain(ROOT);
  expect(bundle.code).not.toContain("sourceMappingURL");
  const { sources }: { readonly sources: readonly string[] } = JSON.parse(bundle.sourceMap);
  expect(sources).toContain(ENTRY);
});

test("nothing of Pulumi is in the bundle", () => {
  expect(bundle.sourceMap).not.toContain("@pulumi/");
});

test("an entry that is not there fails the build", async () => {
  await expect(bundleFunction("functions/none.ts")).rejects.toThrow("functions/none.ts");
});

describe("in a process of its own", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "bundle-"));
    await writeFile(join(folder, "index.js"), bundle.code);
  });
  afterAll(() => rm(folder, { recursive: true }));

  // Tells the message itself: Node's report of an uncaught error quotes the line that threw, and what of a minified
  // bundle's line does not fit into the pipe is cut off, with the message that follows it.
  const LOAD = `
    try { const { handler } = require("./index.js"); console.log(typeof handler, handler.length); }
    catch (error) { console.log(error.message); }
  `;

  /** What loading the bundle prints: what its handler is and takes, or why it does not start. */
  async function load(env: NodeJS.ProcessEnv): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", LOAD], { cwd: folder, env });
    return stdout.trim();
  }

  test("the bundle exports the handler, which takes no callback: Lambda's Node 24 refuses one", async () => {
    const env = {
      QUARANTINE_GROUP_NAME: "Quarantine",
      IOT_DATA_ENDPOINT: "h.invalid",
      LEDGER_TABLE_NAME: "ledger",
      RESTRICTIVE_POLICY_NAME: "fence",
      NOTIFICATION_TOPIC_ARN: "arn:aws:sns:us-east-1:123456789012:people",
      STACK_NAME: "dev",
      LAMBDA_TASK_ROOT: folder,
      AWS_REGION: "us-east-1",
    };
    expect(await load(env)).toMatch(/^ENOENT: .*responses\.json/);
    await writeFile(
      join(folder, "responses.json"),
      JSON.stringify({
        version: 2,
        profiles: {},
        quarantineLimitPerHour: 1,
        alarmMaxAgeMinutes: 30,
        containment: ["group"],
        exempt: [],
      }),
    );
    expect(await load(env)).toBe("function 2");
  });

  test("without its environment it does not start and says all that is missing", async () => {
    expect(await load({ AWS_REGION: "us-east-1" })).toMatch(
      /Set QUARANTINE_GROUP_NAME .* Set IOT_DATA_ENDPOINT .* Set LEDGER_TABLE_NAME .* Set LAMBDA_TASK_ROOT .* Set RESTRICTIVE_POLICY_NAME /,
    );
  });
});
