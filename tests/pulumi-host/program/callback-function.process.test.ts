import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import {
  AddThingToThingGroupCommand,
  CreateThingGroupCommand,
  DeleteThingGroupCommand,
  ListThingGroupsForThingCommand,
} from "@aws-sdk/client-iot";
import {
  GetThingShadowCommand,
  IoTDataPlaneClient,
  UpdateThingShadowCommand,
} from "@aws-sdk/client-iot-data-plane";
import { CreateEventSourceMappingCommand, GetFunctionCommand, InvokeCommand } from "@aws-sdk/client-lambda";
import { DeleteScheduleCommand } from "@aws-sdk/client-scheduler";
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { type Clients, destroyClients, makeClients } from "../../../pulumi-host/resources/clients";
import type { Sandbox } from "../../../sandbox/start-sandbox";
import type { SandboxStack } from "../../../tools/sandbox/deploy-stack";
import captured from "../../fixtures/events/captured-dev-izwb.json";
import { clientSettings, startDevSandbox } from "../../sandbox/support/dev-sandbox";
import { violateFor } from "./lasting-violations";
import { roleRights } from "./role-rights";

let sandbox: Sandbox;
let stack: SandboxStack;
let clients: Clients;
let role: Awaited<ReturnType<typeof roleRights>>;
let rounds = 0;

/** As many as there are rights of the role, and one with the whole of it. */
const MOST_ROUNDS = 24;

/** Longer than five receives take, each hidden for six times the function's timeout of a minute. */
const RETRIES_MS = 5 * 6 * 60_000 + 60_000;

const output = (name: string) => String(stack.deployed.outputs[name]);

beforeAll(async () => {
  ({ sandbox, stack } = await startDevSandbox());
  clients = makeClients(sandbox.address.endpoint, sandbox.address.region);
  // Else what a test keeps from the function is made good.
  await clients.scheduler.send(new DeleteScheduleCommand({ Name: "iot-quarantine-dev-reconcile" }));
  const FunctionName = output("callbackFunctionName");
  const { Configuration } = await clients.lambda.send(new GetFunctionCommand({ FunctionName }));
  role = await roleRights(clients.iam, Configuration?.Role?.split("/").at(-1) ?? "");
  const inTurn = Array.from({ length: MOST_ROUNDS }, (_none, index) => `dev-role-${index + 1}`);
  await violateFor(sandbox, clients.iot, ["dev-full", "dev-ten", "dev-other", "dev-late", ...inTurn]);
});

afterAll(async () => {
  destroyClients(clients);
  await sandbox.stop();
});

afterEach(() => role.grant());

/** The captured alarm, as one of another thing and of the stack's own behavior. */
function alarmOf(thingName: string, securityProfileName = "MsgSentSecProfile"): string {
  const [record] = captured.Records;
  const behavior = { name: "MsgSentBehavior" };
  return JSON.stringify({
    ...JSON.parse(record?.Sns.Message ?? "{}"),
    behavior,
    securityProfileName,
    thingName,
  });
}

/** Invokes the function as an operator's console does. */
const invoke = (Message: string) =>
  clients.lambda.send(
    new InvokeCommand({
      FunctionName: output("callbackFunctionName"),
      Payload: Buffer.from(JSON.stringify({ Records: [{ Sns: { Message } }] })),
    }),
  );

const enqueue = (MessageBody: string) =>
  clients.sqs.send(new SendMessageCommand({ QueueUrl: output("alarmsQueueUrl"), MessageBody }));

/** Whether Lambda makes a mapping of the queue for the function, of which there is one. */
async function mayMap(): Promise<boolean> {
  const { Attributes } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: output("alarmsQueueUrl"), AttributeNames: ["QueueArn"] }),
  );
  const [FunctionName, EventSourceArn] = [output("callbackFunctionName"), Attributes?.QueueArn];
  const refused = clients.lambda.send(new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn }));
  return refused.then(
    () => true,
    (error: Error) => error.name === "ResourceConflictException",
  );
}

/** What the log says of an alarm: its lines that name the outcome, of every try. */
async function logged(thingName: string): Promise<{ outcome: string; reason: string }[]> {
  const logGroupName = output("callbackLogGroupName");
  const { events = [] } = await clients.logs.send(
    new FilterLogEventsCommand({ logGroupName, filterPattern: `"${thingName}"` }),
  );
  return events.flatMap(({ message = "" }) => {
    const line = message.startsWith("{") ? JSON.parse(message) : {};
    return line.thingName === thingName ? [{ outcome: line.outcome, reason: line.reason }] : [];
  });
}

/** Bodies of the dead letters, which are taken out. */
async function deadLetters(): Promise<string[]> {
  const QueueUrl = output("alarmsDeadLetterQueueUrl");
  const { Messages = [] } = await clients.sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
  );
  for (const { ReceiptHandle } of Messages)
    await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages.map(({ Body = "" }) => Body);
}

const groupsOf = async (thingName: string) =>
  (await clients.iot.send(new ListThingGroupsForThingCommand({ thingName }))).thingGroups?.map(
    ({ groupName }) => groupName,
  );

/** Whether all could be looked up that the ledger keeps of a thing from before its quarantine. */
async function hasWholeEvidence(thingName: string): Promise<boolean> {
  const Key = { pk: { S: `thing#${thingName}` }, sk: { S: "state" } };
  const { Item = {} } = await clients.dynamodb.send(
    new GetItemCommand({ TableName: output("ledgerTableName"), Key }),
  );
  const { principals = [], failures = [] } = JSON.parse(Item.evidence?.S ?? "{}");
  return principals.length === 1 && failures.length === 0;
}

/** What could not be told since a time. */
async function notTold(startTime: number): Promise<string> {
  const filter = {
    logGroupName: output("callbackLogGroupName"),
    startTime,
    filterPattern: '"notice-failed"',
  };
  const { events = [] } = await clients.logs.send(new FilterLogEventsCommand(filter));
  return events.map(({ message }) => message).join();
}

/** What the function does no more, of all that it is for. */
async function broken(): Promise<string[]> {
  // People are told at once of the first of an hour.
  await sandbox.clock.advance(3_600_000);
  const start = sandbox.clock.now();
  const suffix = `role-${++rounds}`;
  const registered = await invoke(alarmOf(`dev-${suffix}`));
  const unregistered = await invoke(alarmOf(`nobody-${suffix}`));
  const mapped = await mayMap();
  await enqueue(alarmOf(`queued-${suffix}`));
  await enqueue(`no alarm ${suffix}`);
  await sandbox.clock.advance(RETRIES_MS);
  const holds = {
    "the fence": (await groupsOf(`dev-${suffix}`))?.length === 1,
    "the evidence": await hasWholeEvidence(`dev-${suffix}`),
    "the whole of a quarantine": registered.FunctionError === undefined,
    "telling who is not registered": unregistered.FunctionError === undefined,
    "the log": (await logged(`nobody-${suffix}`)).length > 0,
    "taking each alarm once": (await logged(`queued-${suffix}`)).length === 1,
    "the dead letters": (await deadLetters()).join() === `no alarm ${suffix}`,
    "the mapping": mapped,
    "telling people": !(await notTold(start)).includes("message of "),
    "telling other systems": !(await notTold(start)).includes("events not sent"),
  };
  return Object.entries(holds).flatMap(([what, isSo]) => (isSo ? [] : [what]));
}

const LOG = ["the log", "taking each alarm once"];

const ACTS = ["the fence", "the evidence", "the whole of a quarantine"];

const NEEDED: Readonly<Record<string, readonly string[]>> = {
  "dynamodb:GetItem on table/iot-quarantine-dev-ledger": ACTS,
  "dynamodb:PutItem on table/iot-quarantine-dev-ledger": ["the whole of a quarantine"],
  "dynamodb:UpdateItem on table/iot-quarantine-dev-ledger": ACTS,
  "iot:AddThingToThingGroup on thing/*": ["the fence", "the whole of a quarantine"],
  "iot:AddThingToThingGroup on thinggroup/Quarantine": ["the fence", "the whole of a quarantine"],
  "iot:DescribeThing on thing/*": [
    ...ACTS,
    "telling who is not registered",
    "taking each alarm once",
    "the dead letters",
  ],
  "iot:ListActiveViolations on thing/*": ACTS,
  "iot:ListActiveViolations on securityprofile/MsgSentSecProfile": ACTS,
  "iot:ListThingGroupsForThing on thing/*": ["the evidence"],
  "iot:ListThingPrincipals on *": ["the evidence"],
  "iot:ListAttachedPolicies on *": ["the evidence"],
  "iot:GetConnection on client/*": ["the evidence"],
  "iot:UpdateThingShadow on thing/*": ["the whole of a quarantine"],
  "iot:DeleteConnection on client/*": ["the whole of a quarantine"],
  "logs:CreateLogStream on log-group:/aws/lambda/iot-quarantine-dev-quarantine-device:*": LOG,
  "logs:PutLogEvents on log-group:/aws/lambda/iot-quarantine-dev-quarantine-device:*": LOG,
  "sns:Publish on iot-quarantine-dev-notifications": ["telling people"],
  "events:PutEvents on event-bus/default": ["telling other systems"],
  "sqs:ReceiveMessage on iot-quarantine-dev-alarms": [
    "taking each alarm once",
    "the dead letters",
    "the mapping",
  ],
  "sqs:DeleteMessage on iot-quarantine-dev-alarms": [
    "taking each alarm once",
    "the dead letters",
    "the mapping",
  ],
  "sqs:GetQueueAttributes on iot-quarantine-dev-alarms": ["the mapping"],
};

test("a device that filled its shadow is quarantined, and no dead letter", async () => {
  const thingName = "dev-full";
  const data = new IoTDataPlaneClient(clientSettings(sandbox));
  const update = (reported: object) =>
    data.send(
      new UpdateThingShadowCommand({
        thingName,
        payload: Buffer.from(JSON.stringify({ state: { reported } })),
      }),
    );
  // To the last byte: `{"reported":{"x":"..."}}` is 8 KB.
  await update({ x: "x".repeat(8 * 1024 - '{"reported":{"x":""}}'.length) });
  data.destroy();
  await enqueue(alarmOf(thingName));
  await sandbox.clock.advance(RETRIES_MS);
  expect(await groupsOf(thingName)).toEqual(["Quarantine"]);
  expect(await logged(thingName)).toEqual([
    { outcome: "quarantined", reason: expect.stringContaining("the shadow is full") },
  ]);
  expect(await deadLetters()).toEqual([]);
});

test("a thing in ten static groups is told as one that is not contained, and its shadow claims nothing", async () => {
  const thingName = "dev-ten";
  for (let index = 0; index < 10; index++) {
    const thingGroupName = `static-${index}`;
    await clients.iot.send(new CreateThingGroupCommand({ thingGroupName }));
    await clients.iot.send(new AddThingToThingGroupCommand({ thingName, thingGroupName }));
  }
  await enqueue(alarmOf(thingName));
  await sandbox.clock.advance(RETRIES_MS);
  expect((await logged(thingName)).map(({ outcome }) => outcome)).toEqual(["not-contained"]);
  const data = new IoTDataPlaneClient(clientSettings(sandbox));
  await expect(data.send(new GetThingShadowCommand({ thingName }))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
  data.destroy();
  expect(await deadLetters()).toEqual([]);
});

test("an alarm of a profile that the stack does not have touches no device", async () => {
  const thingName = "dev-other";
  await enqueue(alarmOf(thingName, "SomebodyElses"));
  await sandbox.clock.advance(RETRIES_MS);
  expect(await groupsOf(thingName)).toEqual([]);
  expect((await logged(thingName)).map(({ outcome }) => outcome)).toEqual(["observed"]);
});

test("with its whole role the function does all that it is for", async () => {
  await expect(broken()).resolves.toEqual([]);
});

test("each right of the function's role is needed: without it something breaks", async () => {
  const found: Record<string, readonly string[]> = {};
  for (const { name, without } of role.rights) {
    await role.grant(without);
    found[name] = await broken();
  }
  expect(Object.keys(found).filter((name) => found[name]?.length === 0)).toEqual([]);
  expect(found).toEqual(NEEDED);
});

// The last one: it takes the group from the others.
test("with the group deleted no alarm is swallowed: it is tried five times and becomes a dead letter", async () => {
  const thingName = "dev-late";
  await clients.iot.send(new DeleteThingGroupCommand({ thingGroupName: output("quarantineGroupName") }));
  await enqueue(alarmOf(thingName));
  await sandbox.clock.advance(RETRIES_MS);
  const line = { outcome: "failed", reason: expect.stringContaining("the Quarantine group is not there") };
  expect(await logged(thingName)).toEqual([line, line, line, line, line]);
  expect(await deadLetters()).toEqual([expect.stringContaining(thingName)]);
});
