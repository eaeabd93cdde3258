import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  AddThingToThingGroupCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  ListActiveViolationsCommand,
  ListThingsInThingGroupCommand,
} from "@aws-sdk/client-iot";
import { UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { DeleteScheduleCommand } from "@aws-sdk/client-scheduler";
import { makeLedger } from "../../../lib/ledger/ledger";
import { type Clients, destroyClients, makeClients } from "../../../pulumi-host/resources/clients";
import { quarantineCommand } from "../../../tools/quarantine/command";
import { Device } from "../../../tools/rehearsal/device";
import { type DevSandbox, startDevSandbox } from "../../sandbox/support/dev-sandbox";
import { runCommand } from "../../support/run-command";

const FOLDER = mkdtempSync(join(tmpdir(), "simulate-"));
const WINDOW_MS = 300_000;

let dev: DevSandbox;
let clients: Clients;
const devices: Device[] = [];
const output = (name: string) => String(dev.stack.deployed.outputs[name]);

async function create(thingName: string): Promise<void> {
  await clients.iot.send(new CreateThingCommand({ thingName }));
}

/** Devices that violate, and whose alarms wait. */
async function violate(names: readonly string[]): Promise<void> {
  await clients.lambda.send(
    new UpdateEventSourceMappingCommand({ UUID: output("alarmsMappingId"), Enabled: false }),
  );
  await clients.scheduler.send(new DeleteScheduleCommand({ Name: "iot-quarantine-dev-reconcile" }));
  for (const name of names) {
    const device = new Device(dev.sandbox.address.mqtt, name);
    devices.push(device);
    await device.connect();
    for (let count = 0; count < 12; count++) await device.publish(`telemetry/${name}`, "{}");
  }
  await dev.sandbox.clock.advance(WINDOW_MS);
}

beforeAll(async () => {
  dev = await startDevSandbox();
  clients = makeClients(dev.sandbox.address.endpoint, dev.sandbox.address.region);
  for (const name of ["a", "calm", "full"]) await create(name);
  for (let n = 1; n <= 10; n++) {
    const thingGroupName = `g${n}`;
    await clients.iot.send(new CreateThingGroupCommand({ thingGroupName }));
    await clients.iot.send(new AddThingToThingGroupCommand({ thingGroupName, thingName: "full" }));
  }
  await violate(["a", "full"]);
});
afterAll(async () => {
  await Promise.all(devices.map((device) => device.end()));
  destroyClients(clients);
  rmSync(FOLDER, { recursive: true });
  await dev.sandbox.stop();
});

const alarmOf = (thingName: string, over: object = {}) => ({
  violationEventTime: dev.sandbox.clock.now(),
  thingName,
  behavior: { name: "MsgSentBehavior" },
  violationEventType: "in-alarm",
  violationId: "v-1",
  securityProfileName: "MsgSentSecProfile",
  ...over,
});
const simulate = (text: string, ...args: string[]) => {
  const file = join(FOLDER, "alarm.json");
  writeFileSync(file, text);
  const to = ["--sandbox", dev.sandbox.address.endpoint, ...args];
  return runCommand(quarantineCommand(), ["simulate", "--alarm", file, ...to]);
};
const simulated = async (value: unknown) =>
  JSON.parse((await simulate(JSON.stringify(value), "--output", "json")).output);

/** What a simulation must leave as it is. */
async function state() {
  const { Items = [] } = await clients.dynamodb.send(
    new ScanCommand({ TableName: output("ledgerTableName") }),
  );
  const group = new ListThingsInThingGroupCommand({ thingGroupName: "Quarantine" });
  return {
    items: Items.map((item) => JSON.stringify(item)).sort(),
    members: (await clients.iot.send(group)).things,
    isConnected: devices.map(({ isConnected }) => isConnected),
  };
}

test("an alarm that would quarantine is told with its steps, and changes nothing", async () => {
  const before = await state();
  const { activeViolations: [active] = [] } = await clients.iot.send(
    new ListActiveViolationsCommand({ thingName: "a" }),
  );
  expect(await simulated(alarmOf("a"))).toEqual([
    {
      ...{
        thingName: "a",
        outcome: "quarantined",
        reason: expect.stringContaining("shadow set, session cut"),
      },
      looked: ["ledger: not known", "limit: 0 of 25 places taken", `violation: ${active?.violationId} lasts`],
      steps: [
        "put a into group Quarantine",
        "set desired.quarantine of its shadow",
        "cut the session of client id a",
        "record it in the ledger as quarantined",
      ],
    },
  ]);
  const table = await simulate(JSON.stringify(alarmOf("a")));
  expect([table.code, table.output]).toEqual([
    0,
    expect.stringMatching(
      /^a: quarantined \(.*\n {2}looked up {2}ledger: not known\n(.*\n)* {2}would {6}put a into/,
    ),
  ]);
  expect(await state()).toEqual(before);
});

test("SNS's event, and a queue's message with and without SNS's envelope, are read as the function reads them", async () => {
  const Message = JSON.stringify(alarmOf("a"));
  const events = [
    { Records: [{ Sns: { Message } }] },
    { Records: [{ messageId: "1", body: JSON.stringify({ Type: "Notification", Message }) }] },
    { Records: [{ messageId: "1", body: Message }] },
  ];
  for (const event of events) expect(await simulated(event)).toMatchObject([{ outcome: "quarantined" }]);
});

test("what the function would leave alone is told with its reason, and no step beside the record", async () => {
  const alarms = [
    alarmOf("a", { behavior: { name: "Other" } }),
    alarmOf("nobody"),
    alarmOf("calm"),
    alarmOf("calm", { violationEventTime: dev.sandbox.clock.now() - 3_600_000 }),
    alarmOf("a", { violationEventType: "alarm-cleared" }),
  ];
  const Records = [...alarms.map((alarm) => ({ body: JSON.stringify(alarm) })), { body: "{}" }];
  const before = await state();
  expect(await simulated({ Records })).toMatchObject([
    { outcome: "observed", steps: ["record it in the ledger as observed"] },
    { outcome: "unregistered", steps: [] },
    {
      outcome: "held",
      reason: expect.stringMatching(/^unverified/),
      looked: expect.arrayContaining(["violation: none lasts"]),
    },
    { outcome: "stale", steps: [] },
    { outcome: "ignored", steps: [] },
    { outcome: "rejected", reason: expect.stringMatching(/^Records\[5\]/), steps: [] },
  ]);
  expect((await simulate("{}")).code).toBe(1);
  expect(await state()).toEqual(before);
});

test("a thing in ten static groups would be told as not contained, for AWS refuses the group", async () => {
  expect(await simulated(alarmOf("full"))).toMatchObject([
    { outcome: "not-contained", reason: expect.stringContaining("10 static groups") },
  ]);
});

test("who has no place left would be held, and a file's alarms take places from each other", async () => {
  const dynamo = clients.dynamodb;
  const now = () => dev.sandbox.clock.now();
  const ledger = makeLedger({
    dynamo,
    tableName: output("ledgerTableName"),
    callTimeoutMs: () => 60_000,
    now,
  });
  const alarm = { ...alarmOf("x"), behaviorName: "MsgSentBehavior", violationEventType: "in-alarm" } as const;
  for (let n = 1; n <= 24; n++) await ledger.takePlace({ ...alarm, thingName: `other-${n}` }, 25);
  const before = await state();
  const Records = ["a", "full"].map((name) => ({ body: JSON.stringify(alarmOf(name)) }));
  // The sandbox's hour is not the machine's.
  const machine = jest.spyOn(Date, "now").mockReturnValue(now() + 3 * 3_600_000);
  const outcomes = await simulated({ Records });
  machine.mockRestore();
  expect(outcomes).toMatchObject([
    { outcome: "quarantined", looked: expect.arrayContaining(["limit: 24 of 25 places taken"]) },
    { outcome: "held", looked: expect.arrayContaining(["limit: 25 of 25 places taken"]) },
  ]);
  expect(await state()).toEqual(before);
});

test("a file that is not there, and one that is not said, are told", async () => {
  const absent = await runCommand(quarantineCommand(), [
    "simulate",
    "--alarm",
    "no-such-file",
    "--sandbox",
    dev.sandbox.address.endpoint,
  ]);
  expect([absent.code, absent.errors]).toEqual([
    2,
    expect.stringContaining("--alarm no-such-file cannot be read"),
  ]);
  const unsaid = await runCommand(quarantineCommand(), ["simulate"]);
  expect([unsaid.code, unsaid.errors]).toEqual([2, "Set --alarm to a file for simulate.\n"]);
});

test("an alarm's age is told by the sandbox's clock, which may be ahead of the machine's", async () => {
  await dev.sandbox.clock.advance(2 * 3_600_000);
  const violationEventTime = dev.sandbox.clock.now() - 40 * 60_000;
  expect(await simulated(alarmOf("calm", { violationEventTime }))).toEqual([
    expect.objectContaining({ outcome: "stale" }),
  ]);
});
