import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Sandbox, startSandbox } from "../../../sandbox/start-sandbox";
import { engineCommand } from "../../../tools/sandbox/pulumi";
import { ROOT, runCommand } from "../../support/run-command";

// With a stand-in for `pulumi`; what the real one makes of it: tests/engine/commands.engine.ts.

let folder: string;
let sandbox: Sandbox;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "iot-quarantine-pulumi-"));
  sandbox = await startSandbox({ port: 0 });
});

afterEach(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true });
});

/** A project with a stack `dev` and no program. */
function projectWith(config: string): string {
  const project = mkdtempSync(join(folder, "project-"));
  writeFileSync(join(project, "Pulumi.yaml"), "name: p\nruntime: nodejs\n");
  writeFileSync(join(project, "Pulumi.dev.yaml"), `config:\n${config}`);
  return project;
}

/** Puts a `pulumi` on PATH that notes its arguments, and ends with the code that is given. */
function fakePulumi(code = 0): void {
  const note = `require("node:fs").appendFileSync(${JSON.stringify(join(folder, "calls"))}, args.join(" ") + "\\n");`;
  const script = [
    `#!${process.execPath}`,
    "const args = process.argv.slice(2);",
    `if (args[0] === "version") console.log("v3.300.0"); else { ${note} }`,
    `if (/^(up|preview|destroy)$/.test(args[0])) process.exitCode = ${code};`,
  ];
  writeFileSync(join(folder, "pulumi"), script.join("\n"), { mode: 0o755 });
}

const calls = () => readFileSync(join(folder, "calls"), "utf8").trimEnd().split("\n");

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}, project = ROOT) {
  const PATH = `${folder}:${dirname(process.execPath)}`;
  const state = ["--state", join(folder, "state")];
  return runCommand(engineCommand, [...args.slice(0, 1), ...state, ...args.slice(1)], {
    env: { PATH, ...env },
    project,
  });
}

const at = () => ["--endpoint", `${sandbox.address.endpoint}/`];

test.each([
  ["up", / --policy-pack policy-pack --yes --diff --stack$/],
  ["preview", / --policy-pack policy-pack --diff --stack$/],
  ["destroy", /yaml --yes --diff --stack$/],
])("%s hands on what stands behind --, after what it needs by itself", async (verb, args) => {
  fakePulumi();
  const { code, errors } = await run([verb, ...at(), "--", "--diff", "--stack"]);
  expect([code, errors]).toEqual([0, expect.stringContaining("This is the SANDBOX at http://127")]);
  expect(calls().at(-1)).toMatch(new RegExp(`^${verb} --stack dev --config-file `));
  expect(calls().at(-1)).toMatch(args);
});

test("the sandbox is the one that the variable names, unless an option does", async () => {
  fakePulumi();
  const variable = (endpoint: string) => ({ IOT_QUARANTINE_SANDBOX_ENDPOINT: endpoint });
  expect(await run(["preview"], variable(sandbox.address.endpoint))).toMatchObject({ code: 0 });
  expect(await run(["preview", ...at()], variable("http://127.0.0.1:9"))).toMatchObject({ code: 0 });
});

test.each(["up", "preview"])(
  "%s of a stack in another region than the sandbox is ends before anything is made",
  async (verb) => {
    fakePulumi();
    const { code, errors } = await run([verb, ...at()], {}, projectWith("  aws:region: eu-west-1\n"));
    expect([code, errors]).toEqual([
      2,
      `The stack dev is in eu-west-1, the sandbox at ${sandbox.address.endpoint} in us-east-1: start it with \`npm run sandbox -- --no-deploy --stack dev\`, which takes the stack's region.\n`,
    ]);
    expect(calls).toThrow("ENOENT");
  },
);

test("a sandbox that has deployed the stack by itself is refused, as the engine would make it a second time", async () => {
  fakePulumi();
  await sandbox.deploy({ name: "dev", outputs: () => ({}), deploy: async () => undefined });
  const { code, errors } = await run(["up", ...at()]);
  expect([code, errors]).toEqual([2, expect.stringContaining("start it with --no-deploy")]);
  expect(calls).toThrow("ENOENT");
});

test("an encrypted value, of which the sandbox has no key, ends before anything is made", async () => {
  fakePulumi();
  const sealed = "  aws:region: us-east-1\n  p:alertTopicName:\n    secure: v1:x:y\n";
  const { code, errors } = await run(["up", ...at()], {}, projectWith(sealed));
  expect([code, errors]).toEqual([2, expect.stringContaining("is encrypted")]);
  expect(calls).toThrow("ENOENT");
});

test("an engine that fails ends the command with 1, and says whose stacks its advice is about", async () => {
  fakePulumi(255);
  const { code, errors } = await run(["up", ...at()]);
  expect(code).toBe(1);
  expect(errors).toMatch(/act on your own stacks unless .*PULUMI_BACKEND_URL=file:/);
});

test.each([
  [["refresh"], 'Set verb to one of up, preview, destroy; it is "refresh".'],
  [["up", "destroy"], "Unexpected argument 'destroy'. Try --help."],
  [["up", "--stak", "x"], "Unknown option '--stak'. Did you mean --stack? Try --help."],
  [["up", "--stack", "../x"], 'Set --stack to a stack\'s name; it is "../x".'],
  [["up", "--stack", "nope"], "There is no stack nope: "],
  [["up", "--state", ""], 'Set --state to a folder; it is "".'],
  [["up", "--endpoint", "https://iot.eu-west-1.amazonaws.com"], "set --endpoint or IOT_QUARANTINE_SANDBOX"],
  [["up", "--endpoint", "http://127.0.0.2:4566"], 'it is "http://127.0.0.2:4566"'],
  [["up", "--endpoint", "http://127.0.0.1:9"], "No sandbox answers at http://127.0.0.1:9: start one"],
])("%j ends with 2 and a sentence, before the engine begins", async (args, message) => {
  fakePulumi();
  const { code, output, errors } = await run(args);
  expect([code, output]).toEqual([2, ""]);
  expect(errors).toContain(message);
  expect(errors).not.toMatch(/^ +at /m);
  expect(calls).toThrow("ENOENT");
});

test("without the CLI it ends with 2 and says what to install", async () => {
  const { code, errors } = await run(["up", ...at()], { PATH: folder });
  expect([code, errors]).toEqual([2, expect.stringContaining("install the Pulumi CLI")]);
});
