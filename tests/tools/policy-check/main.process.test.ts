import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { policyCommand } from "../../../tools/policy-check/main";
import { startCommand } from "../../support/command";
import { copyProject } from "../../support/project-copy";
import { runCommand } from "../../support/run-command";

const PROJECT = resolve(__dirname, "..", "..", "..");
const MAIN = "tools/policy-check/main.ts";
const PACKS = join(__dirname, "fixtures", "packs");

const run = (args: readonly string[], project = PROJECT) => runCommand(policyCommand, args, { project });

/** Runs the command in a copy of the project in which one file is other than it is. */
async function runChanged(file: string, from: string, to: string, args: readonly string[]) {
  const folder = copyProject();
  try {
    const text = readFileSync(join(folder, file), "utf8");
    expect(text).toContain(from);
    writeFileSync(join(folder, file), text.replace(from, to));
    return await run(args, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface JsonReport {
  readonly values: string;
  readonly policies: readonly { readonly name: string; readonly status: string }[];
  readonly violations: object;
}

const named = ({ policies }: JsonReport, ...statuses: string[]) =>
  policies.filter(({ status }) => statuses.includes(status)).map(({ name }) => name);

/** What the stack of the workshop is advised against: it quarantines whatever connects for a single datapoint. */
const HASTE = ["security-profile-behavior-sane"];

test("our own stack violates no policy in a preview, and is advised against its haste alone", async () => {
  const { code, output, errors } = await startCommand(PROJECT, MAIN, ["--stack", "dev", "--output", "json"])
    .ended;
  expect([code, errors]).toEqual([0, ""]);
  const report = JSON.parse(output) as JsonReport;
  expect(report).toMatchObject({ values: "preview", violations: { mandatory: 0, advisory: 1 } });
  expect(named(report, "passed")).toContain("security-profile-alerts");
  // What is not judged rests on what only a deploy can tell.
  expect(named(report, "violated", "disabled")).toEqual(HASTE);
});

test("our own stack passes every policy with the values of a deploy", async () => {
  const { code, output } = await run(["--up", "--output", "json"]);
  expect(code).toBe(0);
  const report = JSON.parse(output) as JsonReport;
  expect(report).toMatchObject({ values: "up", violations: { mandatory: 0, advisory: 1 } });
  expect(named(report, "violated", "not judged", "disabled")).toEqual(HASTE);
  expect(named(report, "passed").length).toBeGreaterThan(0);
});

test("a profile that tells nobody fails the check, at the line that makes it", async () => {
  const { code, output } = await runChanged(
    "infra/defender-profile.ts",
    "alertTargets: { SNS: { alertTargetArn: args.alertTopicArn, roleArn: args.alertRoleArn } },",
    "",
    ["--output", "github"],
  );
  expect(code).toBe(1);
  expect(output).toMatch(
    /^::error file=infra\/defender-profile\.ts,line=\d+,col=\d+,title=security-profile-alerts::aws-native:iot:SecurityProfile /m,
  );
});

test.each([
  ["a pack that does not load", ["--pack", join(PACKS, "broken")], /could not be loaded: .*half a pack/s],
  [
    "a config that is not there",
    ["--config", "none.json"],
    /^The policies' config .*none\.json cannot be read/,
  ],
])("%s end the command with 2 and one message", async (_title, args, message) => {
  const { code, output, errors } = await run(args);
  expect([code, output]).toEqual([2, ""]);
  expect(errors).toMatch(message);
});

test("a config value that the program refuses ends the command with 2, also as an annotation", async () => {
  const { code, output, errors } = await runChanged(
    "Pulumi.dev.yaml",
    "durationSeconds: 300",
    "durationSeconds: 60",
    ["--output", "github"],
  );
  expect(code).toBe(2);
  expect(errors).toContain("durationSeconds");
  expect(errors).not.toContain("    at ");
  expect(output).toMatch(/^::error title=The policies could not be checked::.*durationSeconds.*\n$/);
});

test("a program that does not even load ends the command with 2", async () => {
  const { code, errors } = await runChanged("index.ts", "export =", "export = (", []);
  expect(code).toBe(2);
  expect(errors).toContain("index.ts");
});

/** How many processes have a text in their environment, which children inherit. */
const processesWith = (text: string) =>
  readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, "utf8").includes(text);
    } catch {
      return false;
    }
  }).length;

test("an interrupt ends the command with 130, and every process with it", async () => {
  const mark = randomUUID();
  const { child, ended } = startCommand(PROJECT, MAIN, ["--up"], { POLICY_TEST_MARK: mark });
  // The first line of progress comes when program and pack are under way.
  await once(child.stderr, "data");
  expect(processesWith(mark)).toBeGreaterThan(2);
  child.kill("SIGINT");
  expect(await ended).toMatchObject({ code: 130, output: "" });
  while (processesWith(mark) > 0) await new Promise((resolved) => setImmediate(resolved));
});
