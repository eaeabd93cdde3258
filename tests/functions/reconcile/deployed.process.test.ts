import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetRolePolicyCommand, ListRolePoliciesCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  AddThingToThingGroupCommand,
  CreateThingCommand,
  DeleteThingCommand,
  ListThingsInThingGroupCommand,
  RemoveThingFromThingGroupCommand,
} from "@aws-sdk/client-iot";
import { InvokeCommand, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { PurgeQueueCommand } from "@aws-sdk/client-sqs";
import { thingKey } from "../../../lib/ledger/keys";
import { type Clients, destroyClients, makeClients } from "../../../pulumi-host/resources/clients";
import type { Sandbox } from "../../../sandbox/start-sandbox";
import { Device } from "../../../tools/rehearsal/device";
import type { SandboxStack } from "../../../tools/sandbox/deploy-stack";
import { startDevSandbox } from "../../sandbox/support/dev-sandbox";

const WINDOW_MS = 300_000;

let sandbox: Sandbox;
let stack: SandboxStack;
let clients: Clients;
const devices: Device[] = [];

const output = (name: string) => String(stack.deployed.outputs[name]);

beforeEach(async () => {
  ({ sandbox, stack } = await startDevSandbox());
  clients = makeClients(sandbox.address.endpoint, sandbox.address.region);
});

afterEach(async () => {
  await Promise.all(devices.splice(0).map((device) => device.end()));
  destroyClients(clients);
  await sandbox.stop();
});

async function connected(thingName: string): Promise<Device> {
  await clients.iot.send(new CreateThingCommand({ thingName }));
  const device = new Device(sandbox.address.mqtt, thingName);
  devices.push(device);
  await device.connect();
  return device;
}

/** More messages than the dev stack's behavior allows in a window. */
async function chatter(device: Device): Promise<void> {
  for (let count = 0; count < 12; count++) await device.publish(`telemetry/${device.name}`, "{}");
}

const advance = (milliseconds: number) => sandbox.clock.advance(milliseconds);

async function members(): Promise<readonly string[]> {
  const thingGroupName = output("quarantineGroupName");
  return (await clients.iot.send(new ListThingsInThingGroupCommand({ thingGroupName }))).things ?? [];
}

async function ledger(thingName: string) {
  const command = new GetItemCommand({ TableName: output("ledgerTableName"), Key: thingKey(thingName) });
  const { Item = {} } = await clients.dynamodb.send(command);
  return { state: Item.state?.S, reason: Item.reason?.S, groupName: Item.groupName?.S };
}

/** The summaries of the runs, in order, and what else the function says. */
async function logged(): Promise<Record<string, unknown>[]> {
  const logGroupName = `/aws/lambda/${output("reconcileFunctionName")}`;
  const { events = [] } = await clients.logs.send(new FilterLogEventsCommand({ logGroupName }));
  return events.flatMap(({ message = "" }) => (message.startsWith("{") ? [JSON.parse(message)] : []));
}

const runs = async () => (await logged()).filter(({ message }) => message === "reconciled");

/** Pauses the quarantine, or goes on with it. */
const setMapping = (Enabled: boolean) =>
  clients.lambda.send(new UpdateEventSourceMappingCommand({ UUID: output("alarmsMappingId"), Enabled }));

/** An alarm that begins now, and reaches nobody. */
async function loseAlarm(device: Device): Promise<void> {
  await setMapping(false);
  await chatter(device);
  await advance(WINDOW_MS);
  await clients.sqs.send(new PurgeQueueCommand({ QueueUrl: output("alarmsQueueUrl") }));
  await setMapping(true);
}

test("the schedule has the function run, whose right it is to do all that a run asks", async () => {
  await advance(6 * 60_000);
  const [first, second] = await runs();
  const counts = { members: 0, violations: 0, queued: 0, cut: 0, corrected: 0, held: 0, notContained: 0 };
  expect([first, second]).toEqual([expect.objectContaining(counts), expect.objectContaining(counts)]);
  const metrics = (await logged()).filter(({ ReconcileRuns }) => ReconcileRuns !== undefined);
  expect(metrics).toHaveLength(2);
});

test("an alarm that was lost is made good", async () => {
  const device = await connected("lost");
  await loseAlarm(device);
  expect(await members()).toEqual([]);
  // It goes on, of which Device Defender sends no second alarm.
  await chatter(device);
  await advance(WINDOW_MS);
  expect(await members()).toEqual([]);
  await advance(60_000);
  expect(await members()).toEqual(["lost"]);
  expect(await ledger("lost")).toMatchObject({ state: "quarantined" });
  expect((await runs()).map(({ queued }) => queued)).toEqual([0, 0, 1]);
});

test("who is taken out of the group by hand is released in the ledger, and told once", async () => {
  const device = await connected("freed");
  await chatter(device);
  await advance(WINDOW_MS);
  expect(await members()).toEqual(["freed"]);
  await advance(WINDOW_MS);
  const thingGroupName = output("quarantineGroupName");
  await clients.iot.send(new RemoveThingFromThingGroupCommand({ thingName: "freed", thingGroupName }));
  await advance(WINDOW_MS);
  expect(await ledger("freed")).toMatchObject({
    state: "released",
    reason: "it left thing group Quarantine by another hand than this stack's",
  });
  const told = (await logged()).filter(({ message }) => message === "removed-by-hand");
  expect(told).toHaveLength(1);
});

test("a release that was too early is caught again by the first datapoint after it", async () => {
  const device = await connected("early");
  await chatter(device);
  await advance(WINDOW_MS);
  const thingGroupName = output("quarantineGroupName");
  await clients.iot.send(new RemoveThingFromThingGroupCommand({ thingName: "early", thingGroupName }));
  // Its session was cut; as soon as it is free it goes on. No datapoint in between clears the violation.
  await device.connect();
  await chatter(device);
  // The window's end, and the run after it, which records the removal.
  await advance(WINDOW_MS + 60_000);
  expect(await ledger("early")).toMatchObject({ state: "released" });
  await chatter(device);
  await advance(WINDOW_MS);
  expect(await members()).toEqual(["early"]);
  expect(await ledger("early")).toMatchObject({ state: "quarantined" });
  // By the queue, not by an alarm of Device Defender.
  expect((await runs()).map(({ queued }) => queued)).toEqual([0, 0, 0, 1]);
});

test("a run whose role lacks a right fails, and has no heartbeat", async () => {
  const RoleName = "iot-quarantine-dev-reconcile-role";
  const { PolicyNames: [PolicyName] = [] } = await clients.iam.send(
    new ListRolePoliciesCommand({ RoleName }),
  );
  const { PolicyDocument = "" } = await clients.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
  const document = JSON.parse(decodeURIComponent(PolicyDocument)) as { Statement: { Sid: string }[] };
  const asked = /ListsViolations|ListsMembers|ReadsStates/;
  for (const { Sid } of document.Statement.filter((one) => asked.test(one.Sid))) {
    const Statement = document.Statement.filter((one) => one.Sid !== Sid);
    const without = JSON.stringify({ ...document, Statement });
    await clients.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: without }));
    const FunctionName = output("reconcileFunctionName");
    const { FunctionError } = await clients.lambda.send(new InvokeCommand({ FunctionName }));
    expect([Sid, FunctionError]).toEqual([Sid, "Unhandled"]);
  }
  expect((await logged()).filter(({ ReconcileRuns }) => ReconcileRuns !== undefined)).toEqual([]);
});

test("who enters the group by hand is in the ledger, and told once; who is deleted there is closed", async () => {
  await clients.iot.send(new CreateThingCommand({ thingName: "by-hand" }));
  const thingGroupName = output("quarantineGroupName");
  await clients.iot.send(new AddThingToThingGroupCommand({ thingName: "by-hand", thingGroupName }));
  await advance(2 * WINDOW_MS);
  expect(await ledger("by-hand")).toEqual({
    state: "quarantined",
    reason: "it entered thing group Quarantine by another hand than this stack's",
    groupName: "Quarantine",
  });
  await clients.iot.send(new DeleteThingCommand({ thingName: "by-hand" }));
  await advance(WINDOW_MS);
  expect(await ledger("by-hand")).toMatchObject({ state: "released", reason: "the thing was deleted" });
  const told = (await logged()).filter(({ level }) => level === "WARN");
  expect(told.map(({ message }) => message)).toEqual(["entered-by-hand"]);
  expect((await runs()).map(({ corrected }) => corrected)).toEqual([1, 0, 1]);
});
