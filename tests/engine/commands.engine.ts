import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EmptySandbox, startEmptySandbox } from "../sandbox/support/empty-sandbox";
import { startCommand } from "../support/command";
import { copyProject } from "../support/project-copy";
import { countOperation } from "./support/engine";
import { liveProfile, namesIn } from "./support/live";

// What a user types: `npm run sandbox:up` and its like, each in a process of its own. The tests build on each other.

/** A name that is longer than the engine takes. */
const LONG = "a".repeat(101);

let sandbox: EmptySandbox;
let folder: string;
let state: string;

beforeAll(async () => {
  sandbox = await startEmptySandbox();
  folder = copyProject();
  // Of a name that a URL cannot hold as it is.
  state = mkdtempSync(join(tmpdir(), "iot-quarantine state#"));
});

afterAll(async () => {
  await sandbox.stop();
  for (const made of [folder, state]) rmSync(made, { recursive: true });
});

function start(verb: string, args: readonly string[] = []) {
  const where = ["--endpoint", `${sandbox.endpoint}/`, "--state", state];
  return startCommand(folder, "tools/sandbox/pulumi.ts", [verb, ...where, ...args]);
}

/** Runs a command that the engine gets to see. */
function command(verb: string, args: readonly string[] = []) {
  countOperation(verb);
  return start(verb, args).ended;
}

const config = () => join(folder, "Pulumi.dev.yaml");
const QUICK = ["--", "--skip-preview"];
const UNPROTECTED = "  iot-quarantine:protectQuarantineGroup: false\n";
const projectFiles = () => readdirSync(folder).filter((name) => name.startsWith("Pulumi"));
const profile = () => liveProfile(sandbox.clients, "MsgSentSecProfile");

test("up makes the stack, under a banner; another changes nothing; the user's own files stay as they are", async () => {
  const example = readFileSync(config(), "utf8");
  // What another backend's passphrase left there is not the sandbox's.
  const salt = "encryptionsalt: v1:AAAAAAAAAAA=:v1:AAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";
  writeFileSync(config(), example.replace(UNPROTECTED, "") + salt);
  const [files, text] = [projectFiles(), readFileSync(config(), "utf8")];
  const first = await command("up");
  expect(first).toMatchObject({
    code: 0,
    errors: expect.stringContaining("This is the SANDBOX at http://127"),
  });
  expect(first.output).toMatch(/\+ \d+ created/);
  expect(first.output).toContain("(local: policy-pack)");
  expect((await profile()).alertTarget).toContain(":DDA_Alerts");
  const second = await command("up", QUICK);
  expect(second).toMatchObject({ code: 0, output: expect.stringMatching(/Resources:\n {4}\d+ unchanged\n/) });
  expect(projectFiles()).toEqual(files);
  expect(readFileSync(config(), "utf8")).toBe(text);
});

test("preview tells of a change, with what is handed on to pulumi, and makes none", async () => {
  const text = readFileSync(config(), "utf8");
  // The engine reads YAML 1.1, in which a date without quotes is none of text.
  const dated = text.replace("behaviors:", 'description: "2026-11-24"\n      behaviors:');
  writeFileSync(config(), dated.replace("count: 10", "count: 9"));
  const { code, output } = await command("preview", ["--", "--diff"]);
  writeFileSync(config(), text);
  expect(code).toBe(0);
  expect(output).toMatch(/count: *"10" => "9"/);
  expect(output).toMatch(/securityProfileDescription: "2026-11-24"/);
  expect((await profile()).behaviors).toEqual([expect.stringMatching(/ 10$/)]);
});

test("a reset empties the account that the state tells of: it is refreshed, once, and up makes everything again", async () => {
  const before = await namesIn(sandbox.clients);
  await fetch(`${sandbox.endpoint}/_sandbox/reset`, { method: "POST", body: '{"deploy": false}' });
  expect(await namesIn(sandbox.clients)).toEqual([]);
  // Also before a command that does not get as far as to look at the state itself.
  const seen = await command("up", ["--", "--help"]);
  expect(seen).toMatchObject({ code: 0, errors: expect.stringContaining("The state is of another sandbox") });
  const { code, errors, output } = await command("up", QUICK);
  expect({ code, errors }).toEqual({ code: 0, errors: expect.not.stringContaining("of another sandbox") });
  expect(output).toMatch(/\+ \d+ created/);
  const after = await namesIn(sandbox.clients);
  const kinds = (names: readonly string[]) => names.filter((name) => !name.startsWith("subscription"));
  expect(kinds(after)).toEqual(kinds(before));
});

test("destroy stops at the protected group; without protection it empties the sandbox, also when the stack's file is gone", async () => {
  const whole = await namesIn(sandbox.clients);
  const stopped = await command("destroy");
  expect(stopped.code).toBe(1);
  expect(stopped.output + stopped.errors).toContain("protect");
  expect(stopped.errors).toMatch(/act on your own stacks unless .*PULUMI_BACKEND_URL=file:/);
  expect(await namesIn(sandbox.clients)).toEqual(whole);
  const text = readFileSync(config(), "utf8");
  writeFileSync(config(), text.replace("config:\n", `config:\n${UNPROTECTED}`));
  expect(await command("up", QUICK)).toMatchObject({ code: 0 });
  rmSync(config());
  expect(await command("destroy")).toMatchObject({ code: 0 });
  writeFileSync(config(), text);
  expect(await namesIn(sandbox.clients)).toEqual([]);
});

test("^C lets what is under way end, and the next up goes on from there", async () => {
  countOperation("up");
  const { child, ended } = start("up", QUICK);
  let interrupts = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    // At a second one the engine would give up at once.
    if (interrupts === 0 && / created /.test(chunk.toString("utf8"))) {
      interrupts++;
      process.kill(-(child.pid ?? Number.NaN), "SIGINT");
    }
  });
  expect(await ended).toMatchObject({ code: 130 });
  expect(await command("up", QUICK)).toMatchObject({ code: 0 });
  expect((await profile()).targets).not.toEqual([]);
});

// What ends before the engine is asked: tests/tools/sandbox/pulumi.process.test.ts.
test.each([
  [
    "a stack that there is not",
    ["destroy", "--stack", "nope"],
    /There is no stack nope in .*to be destroyed\.$/,
  ],
  ["a name that is too long", ["up", "--stack", LONG], /The stack a+ cannot be made: .*100 characters/],
])(
  "%s, which the engine refuses, ends with 2 and a sentence",
  async (_what, [verb = "", ...args], message) => {
    writeFileSync(join(folder, `Pulumi.${LONG}.yaml`), "config: { aws:region: us-east-1 }\n");
    const { code, output, errors } = await start(verb, args).ended;
    expect({ code, output }).toEqual({ code: 2, output: "" });
    expect(errors.trimEnd()).toMatch(message);
    expect(errors).not.toMatch(/^ +at /m);
  },
);
