import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  AddThingToThingGroupCommand,
  CreateThingCommand,
  IoTClient,
  ListThingGroupsForThingCommand,
} from "@aws-sdk/client-iot";
import { GetThingShadowCommand, IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { makeLedger } from "../../../lib/ledger/ledger";
import { startSandbox } from "../../../sandbox/start-sandbox";
import { quarantineCommand } from "../../../tools/quarantine/command";
import { clientSettings, type DevSandbox, startDevSandbox } from "../../sandbox/support/dev-sandbox";
import { ROOT, runCommand } from "../../support/run-command";

let dev: DevSandbox;
let iot: IoTClient;
let outputs: Record<string, string>;

beforeAll(async () => {
  dev = await startDevSandbox();
  iot = new IoTClient(clientSettings(dev.sandbox));
  outputs = dev.stack.deployed.outputs as Record<string, string>;
  for (const thingName of ["a", "b", "c", "d"]) await iot.send(new CreateThingCommand({ thingName }));
});
afterAll(async () => {
  iot.destroy();
  await dev.sandbox.stop();
});

/** Runs a command, a second after the one before. */
async function quarantine(args: readonly string[], ask?: Parameters<typeof quarantineCommand>[0]) {
  await dev.sandbox.clock.advance(1000);
  return runCommand(quarantineCommand(ask), [...args, "--sandbox", dev.sandbox.address.endpoint]);
}
const json = async (...args: string[]) =>
  JSON.parse((await quarantine([...args, "--output", "json"])).output);
const groupsOf = async (thingName: string) => {
  const { thingGroups = [] } = await iot.send(new ListThingGroupsForThingCommand({ thingName }));
  return thingGroups.map(({ groupName }) => groupName);
};
const desiredOf = async (thingName: string) => {
  const client = new IoTDataPlaneClient(clientSettings(dev.sandbox));
  const { payload } = await client.send(new GetThingShadowCommand({ thingName }));
  client.destroy();
  return JSON.parse(Buffer.from(payload ?? []).toString()).state.desired;
};
/** Has the ledger hold a thing, as the function does beyond the limit. */
async function hold(thingName: string, violationId: string): Promise<void> {
  const dynamo = new DynamoDBClient(clientSettings(dev.sandbox));
  const ledger = makeLedger({
    dynamo,
    tableName: outputs.ledgerTableName ?? "",
    callTimeoutMs: () => 60_000,
  });
  const alarm = { thingName, violationId, securityProfileName: "P", behaviorName: "B" };
  const at = { violationEventType: "in-alarm", violationEventTime: Date.now() } as const;
  await ledger.record({ ...alarm, ...at }, "held", "all places are taken");
  dynamo.destroy();
}

test("a list of nothing says of what there is none", async () => {
  expect((await quarantine(["list"])).output).toBe("None in the last 24 hours.\n");
  expect((await quarantine(["list", "--state", "held"])).output).toBe("None is held.\n");
});

test("a thing is added, shown, listed and released, and the ledger says by whom and why", async () => {
  expect(await json("add", "a", "--reason", "seen in a report")).toMatchObject([
    { thingName: "a", outcome: "quarantined", ok: true },
  ]);
  expect(await groupsOf("a")).toEqual(["Quarantine"]);
  expect(await desiredOf("a")).toEqual({ quarantine: true });
  expect(await json("list", "--state", "quarantined")).toMatchObject([
    { thingName: "a", containment: ["group"] },
  ]);
  expect(await json("release", "a", "--reason", "firmware replaced")).toMatchObject([
    {
      outcome: "released",
      ok: true,
      detail: expect.stringMatching(/group Quarantine left.*shadow says false/),
    },
  ]);
  expect(await groupsOf("a")).toEqual([]);
  // A key that is removed makes no delta: the device would never go on.
  expect(await desiredOf("a")).toEqual({ quarantine: false });
  const shown = await json("show", "a");
  expect(shown.record).toMatchObject({
    ...{
      state: "released",
      releaseReason: "firmware replaced",
      releasedBy: expect.stringMatching(/^arn:aws:/),
    },
  });
  expect(shown.timeLine.map(({ decision }: { decision: string }) => decision).sort()).toEqual([
    "approved",
    "quarantined",
    "released",
  ]);
});

test("what a person does in a sandbox is of the sandbox's time, however far that is ahead", async () => {
  const { clock } = dev.sandbox;
  await clock.advance(60 * 60_000);
  await json("add", "a", "--reason", "r");
  await json("release", "a", "--reason", "r");
  const releasedAt = clock.now();
  const { record } = await json("show", "a");
  expect(new Date(record.releasedAt).getTime()).toBe(releasedAt);
  expect((await json("list")).map(({ thingName }: { thingName: string }) => thingName)).toEqual(["a"]);
});

test("a release of a thing that only the group knows works, and again does nothing", async () => {
  await iot.send(new AddThingToThingGroupCommand({ thingName: "b", thingGroupName: "Quarantine" }));
  expect(await json("release", "b", "--reason", "r")).toMatchObject([{ outcome: "released" }]);
  expect(await groupsOf("b")).toEqual([]);
  expect(await json("release", "b", "--reason", "r")).toMatchObject([
    { outcome: "not-in-quarantine", ok: true },
  ]);
});

test("what is held is approved by name, and rejected by behavior; what is not held is told", async () => {
  await hold("c", "v-c");
  await hold("d", "v-d");
  expect(await json("approve", "c", "--reason", "looked at it")).toMatchObject([{ outcome: "quarantined" }]);
  expect(await groupsOf("c")).toEqual(["Quarantine"]);
  expect(await json("reject", "--behavior", "P/B", "--reason", "wrong threshold")).toMatchObject([
    { thingName: "d", outcome: "rejected" },
  ]);
  expect((await json("show", "d")).record).toMatchObject({ state: "released", settledViolationId: "v-d" });
  const { code, output } = await quarantine(["approve", "d", "--reason", "r"]);
  expect([code, output]).toEqual([1, expect.stringMatching(/d +not-held +it is released/)]);
  expect(await groupsOf("d")).toEqual([]);
});

test("more than one thing is asked about, and nothing is done without a yes", async () => {
  const both = ["add", "a", "d", "--reason", "r"];
  const alone = await quarantine(both);
  expect([alone.code, alone.errors]).toEqual([2, expect.stringMatching(/add 2 things\? Set --yes/)]);
  expect((await quarantine(both, async () => false)).code).toBe(1);
  expect(await groupsOf("a")).toEqual([]);
  const yes = await quarantine([...both, "--yes"]);
  expect([yes.code, yes.errors]).toEqual([0, "1 of 2: a\n2 of 2: d\n"]);
  expect(await groupsOf("d")).toEqual(["Quarantine"]);
});

test("a name that the registry does not hold is not quarantined", async () => {
  expect(await quarantine(["add", "nobody", "--reason", "r"])).toMatchObject({ code: 1 });
});

test("an alarm that comes while the loop is paused waits, and nobody loses it", async () => {
  expect(await quarantine(["pause"])).toMatchObject({ code: 0, output: expect.stringMatching(/^Paused/) });
  const sqs = new SQSClient(clientSettings(dev.sandbox));
  await sqs.send(new SendMessageCommand({ QueueUrl: outputs.alarmsDeadLetterQueueUrl, MessageBody: "{}" }));
  sqs.destroy();
  const dry = await quarantine(["redrive"]);
  expect([dry.code, dry.output]).toEqual([
    0,
    "1 dead letters would go back into the queue of alarms. Set --yes to move them.\n",
  ]);
  expect((await quarantine(["redrive", "--yes"])).output).toBe("1 messages were moved.\n");
  expect((await quarantine(["redrive"])).output).toBe("There are no dead letters.\n");
  expect(await quarantine(["resume"])).toMatchObject({ code: 0, output: expect.stringMatching(/^Resumed/) });
});

test("the comparison runs now, and its answer is printed", async () => {
  const { code, output } = await quarantine(["reconcile", "--output", "json"]);
  expect(code).toBe(0);
  expect(JSON.parse(output)).toBeDefined();
});

test("every line of docs/operate.md does what it says, in its order", async () => {
  await iot.send(new CreateThingCommand({ thingName: "dev-XBHY" }));
  const page = readFileSync(join(ROOT, "docs", "operate.md"), "utf8");
  const lines = [...page.matchAll(/^npm run quarantine -- (.*) --stack prod$/gm)].map(
    ([, line = ""]) => line,
  );
  expect(lines.length).toBeGreaterThanOrEqual(11);
  for (const line of lines) {
    const args = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? "");
    // The thing has no certificate, which is a finding.
    const codes = args[0] === "doctor" ? [0, 1] : [0];
    const { code } = await quarantine(args);
    expect([line, codes.includes(code) ? "" : code]).toEqual([line, ""]);
  }
  expect(await groupsOf("dev-XBHY")).toEqual([]);
});

test.each([
  [["release"], /Set --reason.*\nName the things to release/s],
  [["approve", "--reason", "r"], /Name things, or set either --behavior or --all/],
  [["approve", "a", "--all", "--reason", "r"], /Name things, or set either --behavior or --all/],
  [["list", "a"], /list takes no things/],
  [["show"], /Name one thing to show/],
  [["relase", "a"], /Did you mean release\?/],
  [["show", "no name"], /Set things to names of the registry/],
])("%j is refused with all that is wrong", async (args, message) => {
  const { code, errors } = await quarantine(args);
  expect([code, errors]).toEqual([2, expect.stringMatching(message)]);
});

test("a name that no thing has is shown by what the ledger knows of it", async () => {
  await hold("gone", "v-gone");
  expect(await json("show", "gone")).toMatchObject({
    ...{ thingName: "gone", isRegistered: false, principals: [], groups: [], record: { state: "held" } },
  });
  expect(await json("show", "a")).toMatchObject({ isRegistered: true });
});

test("the list gives the reason of the release for who was released, not that of the quarantine", async () => {
  await quarantine(["add", "a", "--reason", "seen in a report"]);
  await quarantine(["release", "a", "--reason", "firmware replaced"]);
  expect((await quarantine(["list", "--state", "released"])).output).toMatch(
    /^a +released .* firmware replaced$/m,
  );
});

test("a sandbox that has deployed no stack says how to give its outputs", async () => {
  const empty = await startSandbox({ port: 0, log: () => undefined });
  const { code, errors } = await runCommand(quarantineCommand(), [
    "list",
    "--sandbox",
    empty.address.endpoint,
  ]);
  await empty.stop();
  expect([code, errors]).toEqual([2, expect.stringMatching(/has deployed no stack itself.*--outputs/)]);
});

test("outputs of another release are refused by name", async () => {
  const { code, errors } = await runCommand(quarantineCommand(), ["list", "--outputs", "package.json"]);
  expect([code, errors]).toEqual([
    2,
    expect.stringMatching(/no output quarantineGroupName, .*responses: deploy/),
  ]);
});

test("outputs that cannot be read are told in a sentence, and a sandbox's address may end in a slash", async () => {
  const absent = await runCommand(quarantineCommand(), ["list", "--outputs", "no-such-file"]);
  expect([absent.code, absent.errors]).toEqual([
    2,
    expect.stringMatching(/^--outputs no-such-file cannot be read: .*\n$/),
  ]);
  const sandbox = `${dev.sandbox.address.endpoint}/`;
  expect((await runCommand(quarantineCommand(), ["list", "--sandbox", sandbox])).code).toBe(0);
});
