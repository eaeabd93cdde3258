import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  type AttributeValue,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { AddThingToThingGroupCommand, CreateThingCommand, DetachPolicyCommand } from "@aws-sdk/client-iot";
import { GetConnectionCommand, IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { InvokeCommand, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { DeleteScheduleCommand } from "@aws-sdk/client-scheduler";
import { DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { thingKey, UNTOLD } from "../../../lib/ledger/keys";
import { detailOf } from "../../../lib/notices/event";
import { keep } from "../../../lib/notices/untold";
import { type Clients, destroyClients, makeClients } from "../../../pulumi-host/resources/clients";
import type { Sandbox } from "../../../sandbox/start-sandbox";
import { Device } from "../../../tools/rehearsal/device";
import type { SandboxStack } from "../../../tools/sandbox/deploy-stack";
import { clientSettings, startDevSandbox } from "../../sandbox/support/dev-sandbox";
import { roleRights } from "./role-rights";

const WINDOW_MS = 300_000;

let sandbox: Sandbox;
let stack: SandboxStack;
let clients: Clients;
let data: IoTDataPlaneClient;
let role: Awaited<ReturnType<typeof roleRights>>;
let lost: Device;
let chatty: Device;

const output = (name: string) => String(stack.deployed.outputs[name]);

beforeAll(async () => {
  ({ sandbox, stack } = await startDevSandbox());
  clients = makeClients(sandbox.address.endpoint, sandbox.address.region);
  data = new IoTDataPlaneClient(clientSettings(sandbox));
  role = await roleRights(clients.iam, "iot-quarantine-dev-reconcile-role");
  // Alarms wait in their queue, where they are looked at; and each run is the test's own.
  await clients.lambda.send(
    new UpdateEventSourceMappingCommand({ UUID: output("alarmsMappingId"), Enabled: false }),
  );
  await clients.scheduler.send(new DeleteScheduleCommand({ Name: "iot-quarantine-dev-reconcile" }));
  for (const thingName of ["lost", "chatty", "left", "entered"])
    await clients.iot.send(new CreateThingCommand({ thingName }));
  const thingGroupName = output("quarantineGroupName");
  for (const thingName of ["chatty", "entered"])
    await clients.iot.send(new AddThingToThingGroupCommand({ thingName, thingGroupName }));
  // As long as the group's policy does not act: who is in the group publishes on.
  const fence = { policyName: output("restrictivePolicyName"), target: output("quarantineGroupArn") };
  await clients.iot.send(new DetachPolicyCommand(fence));
  [lost, chatty] = [new Device(sandbox.address.mqtt, "lost"), new Device(sandbox.address.mqtt, "chatty")];
  for (const device of [lost, chatty]) {
    await device.connect();
    for (let count = 0; count < 12; count++) await device.publish(`telemetry/${device.name}`, "{}");
  }
  // The window's end, and the time that an alarm may be on its way. From here on time stands still.
  await sandbox.clock.advance(WINDOW_MS + 150_000);
});

afterEach(() => role.grant());

afterAll(async () => {
  await Promise.all([lost.end(), chatty.end()]);
  data.destroy();
  destroyClients(clients);
  await sandbox.stop();
});

const put = (Item: Record<string, AttributeValue>) =>
  clients.dynamodb.send(new PutItemCommand({ TableName: output("ledgerTableName"), Item }));

async function messages(): Promise<string> {
  const QueueUrl = output("alarmsQueueUrl");
  const { Messages = [] } = await clients.sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
  );
  for (const { ReceiptHandle } of Messages)
    await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages.map(({ Body = "" }) => Body).join();
}

/** The world before a run: two in quarantine by the ledger, of whom one left; a notice of each kind that waits. */
async function prepare(): Promise<void> {
  const TableName = output("ledgerTableName");
  const { Items = [] } = await clients.dynamodb.send(new ScanCommand({ TableName }));
  for (const { pk, sk } of Items)
    await clients.dynamodb.send(new DeleteItemCommand({ TableName, Key: { pk, sk } as never }));
  const now = sandbox.clock.now();
  const since = { S: new Date(now - 2 * WINDOW_MS).toISOString() };
  for (const thingName of ["chatty", "left"])
    await put({
      ...{ ...thingKey(thingName), thingName: { S: thingName }, state: { S: "quarantined" }, since },
      ...{ groupName: { S: output("quarantineGroupName") }, containment: { SS: ["group"] } },
    });
  const detail = detailOf({ kind: "held", thingName: "x", reason: "r", at: now }, "dev");
  for (const whom of ["people", "systems"] as const)
    await put(keep(TableName, { whom, detail }, now - 120_000).Item);
  await messages();
  if (!(await isConnected())) await chatty.connect();
}

const isConnected = () =>
  data.send(new GetConnectionCommand({ clientId: "chatty" })).then(
    ({ connected }) => connected === true,
    ({ name }: Error) => {
      expect(name).toBe("ResourceNotFoundException");
      return false;
    },
  );

async function stateOf(thingName: string): Promise<string | undefined> {
  const Key = thingKey(thingName);
  const command = new GetItemCommand({ TableName: output("ledgerTableName"), Key });
  return (await clients.dynamodb.send(command)).Item?.state?.S;
}

/** Of whom something waits that is to be told. */
async function untold(): Promise<string> {
  const { Items = [] } = await clients.dynamodb.send(
    new QueryCommand({
      TableName: output("ledgerTableName"),
      KeyConditionExpression: "pk = :untold",
      ExpressionAttributeValues: { ":untold": { S: UNTOLD } },
    }),
  );
  return Items.map(({ sk, detail }) => `${sk?.S} ${detail?.S ?? ""}`).join("\n");
}

async function lines(): Promise<readonly string[]> {
  const logGroupName = `/aws/lambda/${output("reconcileFunctionName")}`;
  const { events = [] } = await clients.logs.send(new FilterLogEventsCommand({ logGroupName }));
  return events.map(({ message = "" }) => message);
}

/** What a run does no more, of all that it is for. */
async function broken(): Promise<string[]> {
  await prepare();
  const before = (await lines()).length;
  const FunctionName = output("reconcileFunctionName");
  const { FunctionError } = await clients.lambda.send(new InvokeCommand({ FunctionName }));
  const [left, logged] = [await untold(), (await lines()).slice(before).join("\n")];
  const holds = {
    "the run": FunctionError === undefined,
    "a lost alarm": (await messages()).includes('"thingName":"lost"'),
    "who left": (await stateOf("left")) === "released",
    "who entered": (await stateOf("entered")) === "quarantined",
    "the session of who publishes on": !(await isConnected()),
    "telling people": !/^people#.*by-hand/m.test(left),
    "telling systems": !/^systems#.*by-hand/m.test(left),
    "the digest for people": !/^people#.*"held"/m.test(left),
    "the digest for systems": !/^systems#.*"held"/m.test(left),
    "the log": logged !== "",
  };
  return Object.entries(holds).flatMap(([what, isSo]) => (isSo ? [] : [what]));
}

const DIGEST = ["the digest for people", "the digest for systems"];

/** A run that fails ends there: what comes later in it is left to the next, the digest last of all. */
const NOTHING = [
  ...["the run", "a lost alarm", "who left", "who entered", "the session of who publishes on"],
  ...DIGEST,
];

const NEEDED: Readonly<Record<string, readonly string[]>> = {
  "ReconcileListsViolations: iot:ListActiveViolations on securityprofile/MsgSentSecProfile": [
    "the run",
    "a lost alarm",
    "the session of who publishes on",
    ...DIGEST,
  ],
  "ReconcileListsMembers: iot:ListThingsInThingGroup on thinggroup/Quarantine": NOTHING,
  "ReconcileLooksThingsUp: iot:DescribeThing on thing/*": NOTHING,
  "ReconcileLooksThingsUp: iot:ListThingGroupsForThing on thing/*": NOTHING,
  "ReconcileCutsSessions: iot:DeleteConnection on client/*": [
    "the run",
    "the session of who publishes on",
    ...DIGEST,
  ],
  "ReconcileReadsStates: dynamodb:Query on table/iot-quarantine-dev-ledger/index/byState": NOTHING,
  "ReconcileKeepsLedger: dynamodb:BatchGetItem on table/iot-quarantine-dev-ledger": NOTHING,
  "ReconcileKeepsLedger: dynamodb:PutItem on table/iot-quarantine-dev-ledger": NOTHING.filter(
    (what) => what !== "who left",
  ),
  "ReconcileKeepsLedger: dynamodb:UpdateItem on table/iot-quarantine-dev-ledger": NOTHING,
  "ReconcileQueuesAlarms: sqs:SendMessage on iot-quarantine-dev-alarms": [
    "the run",
    "a lost alarm",
    "the session of who publishes on",
    ...DIGEST,
  ],
  "TellPeople: sns:Publish on iot-quarantine-dev-notifications": ["telling people", "the digest for people"],
  "TellSystems: events:PutEvents on event-bus/default": ["telling systems", "the digest for systems"],
  "DigestNotices: dynamodb:Query on table/iot-quarantine-dev-ledger": DIGEST,
  "DigestNotices: dynamodb:DeleteItem on table/iot-quarantine-dev-ledger": DIGEST,
  "ReconcileWritesOwnLog: logs:CreateLogStream on log-group:/aws/lambda/iot-quarantine-dev-reconcile:*": [
    "the log",
  ],
  "ReconcileWritesOwnLog: logs:PutLogEvents on log-group:/aws/lambda/iot-quarantine-dev-reconcile:*": [
    "the log",
  ],
};

test("with its whole role a run does all that it is for", async () => {
  await expect(broken()).resolves.toEqual([]);
});

test("each right of the role is needed: without it something breaks", async () => {
  const found: Record<string, readonly string[]> = {};
  for (const { sid, name, without } of role.rights) {
    await role.grant(without);
    found[`${sid}: ${name}`] = await broken();
  }
  expect(Object.keys(found).filter((name) => found[name]?.length === 0)).toEqual([]);
  expect(found).toEqual(NEEDED);
});
