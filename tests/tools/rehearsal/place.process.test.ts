import { once } from "node:events";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { CreateThingCommand, IoTClient, ListThingsCommand } from "@aws-sdk/client-iot";
import { connectAsync, type MqttClient } from "mqtt";
import { readStackFiles } from "../../../pulumi-host/program/stack-files";
import { type Sandbox, startSandbox } from "../../../sandbox/start-sandbox";
import { rehearsalCommand } from "../../../tools/rehearsal/main";
import { clientSettings } from "../../sandbox/support/dev-sandbox";
import { copyProject } from "../../support/project-copy";
import { replayStack } from "../../support/replayed-stack";
import { ROOT, runCommand } from "../../support/run-command";

const FIXTURES = join(ROOT, "tests", "fixtures", "stacks");

let project: string;
let sandbox: Sandbox;

beforeAll(() => {
  project = copyProject();
  for (const stack of ["battery", "observe"]) {
    copyFileSync(join(FIXTURES, `Pulumi.${stack}.yaml`), join(project, `Pulumi.${stack}.yaml`));
  }
});

afterAll(() => rmSync(project, { recursive: true }));
afterEach(() => sandbox.stop());

/** Starts a sandbox that deploys stacks by itself, one after the other, its clock at a speed. */
async function sandboxWith(stacks: readonly string[], speed = 0): Promise<void> {
  sandbox = await startSandbox({ port: 0, speed });
  for (const stack of stacks) await replayStack(sandbox, readStackFiles(project, stack));
}

const rehearsal = (stack: string, io: Parameters<typeof runCommand>[2] = {}, more: readonly string[] = []) =>
  runCommand(rehearsalCommand, ["--stack", stack, "--sandbox", sandbox.address.endpoint, ...more], {
    project,
    ...io,
  });

/** Names of the things in the sandbox. */
async function things(): Promise<readonly string[]> {
  const iot = new IoTClient(clientSettings(sandbox));
  const { things: all = [] } = await iot.send(new ListThingsCommand({})).finally(() => iot.destroy());
  return all.map(({ thingName = "" }) => thingName);
}

/** Takes what a command prints, and does something at the first line of a step. */
const atStep = (step: string, act: () => void) => ({
  write: (text: string) => {
    if (text.includes(step)) act();
  },
});

it("refuses a stack that is not in the sandbox, or not as its file says it, before anything is made", async () => {
  await sandboxWith(["dev"]);
  const file = join(project, "Pulumi.dev.yaml");
  const text = readFileSync(file, "utf8");
  const refused = async (stack: string, message: RegExp) =>
    expect(await rehearsal(stack)).toEqual({ code: 2, output: "", errors: expect.stringMatching(message) });
  await refused(
    "observe",
    /no security profile Watch\. Deploy it there first: `npm run sandbox:up -- --stack observe/,
  );
  for (const [from, to, message] of [
    [
      "count: 10",
      "count: 20",
      /has MsgSentBehavior: .* less-than 10 in .*, and not .* less-than 20 in .*Start it anew/,
    ],
    ["response: quarantine", "response: notify", /its function .* has other code or other responses/],
    ["- all-things", "- registered-things", /for all\/things, and not .* for all\/registered-things/],
  ] as const) {
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    writeFileSync(file, changed);
    await refused("dev", message);
  }
  writeFileSync(file, text);
  expect(await things()).toEqual([]);
});

it("rehearses beside other stacks and real devices, and takes neither for its own", async () => {
  // A sandbox has the outputs of the last one.
  await sandboxWith(["dev", "observe"]);
  const iot = new IoTClient(clientSettings(sandbox));
  await iot.send(new CreateThingCommand({ thingName: "pump-7" })).finally(() => iot.destroy());
  const device: MqttClient = await connectAsync(sandbox.address.mqtt, {
    clientId: "pump-7",
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  const { code, output, errors } = await rehearsal("dev");
  expect(output).toMatch(/Every step held: 15 of 15\. Not played: what an operator does/);
  expect([code, errors]).toEqual([0, ""]);
  await device.publishAsync("telemetry/pump-7", "still here", { qos: 1 });
  await device.endAsync();
});

it("makes the dimension that the command line alone tells of, as in a sandbox of its own", async () => {
  const criteria = "{ comparisonOperator: less-than, value: { count: 20 }, durationSeconds: 300 }";
  const behavior = `{ name: Sent, metric: "aws:num-messages-sent", metricDimension: { dimensionName: Cmd }, criteria: ${criteria} }`;
  const profile = `{ name: Cmd, behaviors: [${behavior}], targets: [all-things] }`;
  writeFileSync(
    join(project, "Pulumi.topics.yaml"),
    `config:\n  aws:region: us-east-1\n  iot-quarantine:profiles: [${profile}]\n`,
  );
  await sandboxWith(["topics"]);
  const { code, output } = await rehearsal("topics", {}, ["--dimension", "Cmd=cmd/+/run"]);
  expect(output).toContain("Every step held: 9 of 9.");
  expect(code).toBe(0);
});

it("pauses a clock that runs, so that no device reports too soon, and lets it go on", async () => {
  await sandboxWith(["battery"], 1000);
  const { code, output } = await rehearsal("battery");
  expect(output).toContain("Every step held: 9 of 9.");
  expect([code, sandbox.clock.speed]).toEqual([0, 1000]);
});

it("says at an interrupt what it leaves in the sandbox, whose clock goes on", async () => {
  await sandboxWith(["battery"], 1);
  const interrupt = new AbortController();
  const stdout = atStep("connect the devices", () => interrupt.abort());
  const { code, errors } = await rehearsal("battery", { signal: interrupt.signal, stdout });
  expect(errors).toBe(
    `Interrupted: the devices of this rehearsal, their certificates and the queue rehearsal-alarms stay in the sandbox at ${sandbox.address.endpoint}, which takes no other rehearsal before it is started anew or reset.\n`,
  );
  expect([code, sandbox.clock.speed]).toEqual([130, 1]);
  const next = await rehearsal("battery");
  expect(next).toMatchObject({
    code: 2,
    errors: expect.stringMatching(/has seen a rehearsal.*_sandbox\/reset`/),
  });
});

it.each([
  ["has gone", () => sandbox.stop()],
  ["was emptied", () => sandbox.reset(false)],
])("judges nothing by a sandbox that %s meanwhile", async (fate, act) => {
  await sandboxWith(["battery"]);
  const acts: Promise<void>[] = [];
  const stdout = atStep("connect the devices", () => acts.push(act()));
  const { code, errors } = await rehearsal("battery", { stdout });
  await Promise.all(acts);
  expect([code, errors]).toEqual([2, expect.stringContaining(`${fate} while the rehearsal went on`)]);
});

it("takes nothing else for a sandbox", async () => {
  await sandboxWith([]);
  for (const body of ["<html>", "{}", '{"region": "us-east-1"}']) {
    const server = createServer((_request, response) => response.end(body));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, errors } = await runCommand(rehearsalCommand, ["--sandbox", url]);
    server.close();
    expect([code, errors]).toEqual([
      2,
      `No sandbox answers at ${url}: start one with \`npm run sandbox -- --no-deploy --stack dev\`, or set --sandbox.\n`,
    ]);
  }
});
