import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { sandboxCommand } from "../../../tools/sandbox/main";
import { PROJECT_FOLDER } from "../../sandbox/support/dev-sandbox";
import { copyProject } from "../../support/project-copy";
import { runCommand } from "../../support/run-command";

interface Run {
  readonly child: ChildProcess;
  readonly firstLine: Promise<string>;
  readonly ended: Promise<{ code: number | null; errors: string }>;
}

const MAIN = join(PROJECT_FOLDER, "tools", "sandbox", "main.ts");

function run(command: string, args: readonly string[]): Run {
  const { NODE_OPTIONS: _options, npm_lifecycle_event: _event, ...env } = process.env;
  const child = spawn(command, [...args], { cwd: PROJECT_FOLDER, env, stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    errors += chunk.toString("utf8");
  });
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  return {
    child,
    firstLine: once(lines, "line").then(([line]) => line as string),
    ended: once(child, "close").then(([code]) => ({ code: code as number | null, errors })),
  };
}

const node = (args: readonly string[]) => run(process.execPath, ["-r", "./transpile.js", MAIN, ...args]);
const FREE = ["--port", "0", "--mqtt-port", "0"];

/** Whether something still answers at the endpoint. */
const answers = (endpoint: string) =>
  fetch(`${endpoint}/_sandbox/clock`).then(
    () => true,
    () => false,
  );

/** Resolves once nothing answers at the endpoint any more. */
async function silence(endpoint: string): Promise<void> {
  while (await answers(endpoint)) await new Promise((resolve) => setImmediate(resolve));
}

it("says where it serves in one line, deploys the stack, and ends with 0 on SIGTERM", async () => {
  const { child, firstLine, ended } = node(FREE);
  const line = await firstLine;
  expect(line).toMatch(/^ready \{/);
  const ready = JSON.parse(line.slice("ready ".length));
  expect(ready).toEqual({
    endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    mqtt: expect.stringMatching(/^mqtt:\/\/127\.0\.0\.1:\d+$/),
    region: "us-east-1",
    account: "123456789012",
  });
  const groups = await fetch(`${ready.endpoint}/thing-groups`);
  expect(await groups.json()).toMatchObject({ thingGroups: [{ groupName: "Quarantine" }] });
  child.kill("SIGTERM");
  expect((await ended).code).toBe(0);
  expect(await answers(ready.endpoint)).toBe(false);
});

it("dies with npm, which passes no signal on", async () => {
  const { child, firstLine, ended } = run("npm", [
    "run",
    "--silent",
    "sandbox",
    "--",
    ...FREE,
    "--no-deploy",
  ]);
  const { endpoint } = JSON.parse((await firstLine).slice("ready ".length));
  // Only npm: not its process group.
  child.kill("SIGKILL");
  await silence(endpoint);
  await ended;
  expect(await answers(endpoint)).toBe(false);
});

it("ends with 2 for a config that the program refuses, and with 1 for what cannot be made in it", async () => {
  const project = copyProject();
  const outcomeOf = (config: string) => {
    writeFileSync(join(project, "Pulumi.bad.yaml"), `config:\n  aws:region: us-east-1\n  ${config}\n`);
    return runCommand(sandboxCommand, ["--stack", "bad", ...FREE], { project });
  };
  try {
    const refused = await outcomeOf("iot-quarantine:quarantineAllows: [everything]");
    expect(refused.errors).toContain("quarantineAllows");
    expect(refused.code).toBe(2);
    const boundary = "arn:aws:iam::999999999999:policy/Boundary";
    const failed = await outcomeOf(`iot-quarantine:permissionsBoundary: ${boundary}`);
    expect(failed.errors).toContain(`The permissions boundary ${boundary} is of another account`);
    expect(failed.code).toBe(1);
  } finally {
    rmSync(project, { recursive: true });
  }
});
