import { GetRolePolicyCommand, ListRolePoliciesCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateThingCommand, paginateListThingsInThingGroup } from "@aws-sdk/client-iot";
import { GetFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { connectAsync } from "mqtt";
import { quarantineCommand } from "../../../tools/quarantine/command";
import { runCommand } from "../../support/run-command";
import { WatchedStack } from "./watched-stack";

/** Healthy devices that a wrong threshold makes alarm. */
const HEALTHY = Array.from({ length: 2000 }, (_none, index) => `healthy-${index}`);
/** Does what no healthy device does, in the same window. */
const COMPROMISED = "compromised";
/** Things that do nothing, in whose name alarms are forged. */
const INNOCENT = ["innocent-1", "innocent-2", "innocent-3"] as const;
const LIMIT = 25;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Devices that do something at a time. */
const AT_ONCE = 20;

const behavior = (name: string, metric: string, count: number, durationSeconds?: number) => ({
  ...{ name, metric },
  criteria: {
    ...{ comparisonOperator: "less-than", value: { count }, durationSeconds },
    ...{ consecutiveDatapointsToAlarm: 1, consecutiveDatapointsToClear: 1 },
  },
});

const PROFILES = [
  {
    ...{ name: "P", response: "quarantine", targets: ["registered-things"] },
    behaviors: [
      behavior("Wrong", "aws:num-messages-sent", 2, 300),
      behavior("Large", "aws:message-byte-size", 1000),
    ],
  },
];

let stack: WatchedStack;

beforeAll(async () => {
  stack = await WatchedStack.start({
    "iot-quarantine:profiles": JSON.stringify(PROFILES),
    // More processes than that only wait for each other on a small machine.
    "iot-quarantine:alarmConcurrency": "4",
  });
});
afterAll(() => stack.stop());

const advance = (milliseconds: number) => stack.sandbox.clock.advance(milliseconds);

async function operator(...args: string[]) {
  const sandbox = ["--sandbox", stack.sandbox.address.endpoint, "--output", "json"];
  const { code, output } = await runCommand(quarantineCommand(), [...args, ...sandbox]);
  expect([args[0], code]).toEqual([args[0], 0]);
  return JSON.parse(output);
}

interface Listed {
  readonly thingName: string;
  readonly behaviorName: string;
  readonly reason: string;
}
const inState = (state: string): Promise<Listed[]> => operator("list", "--state", state);
const namesOf = (things: readonly Listed[]) => things.map(({ thingName }) => thingName).sort();

async function members(): Promise<string[]> {
  const input = { thingGroupName: stack.output("quarantineGroupName") };
  const names: string[] = [];
  for await (const page of paginateListThingsInThingGroup({ client: stack.clients.iot }, input)) {
    names.push(...(page.things ?? []));
  }
  return names.sort();
}

/** Messages that wait in a queue, and those that were taken and not deleted. */
async function inQueue(output = "alarmsQueueUrl") {
  const AttributeNames = ["All" as const];
  const get = new GetQueueAttributesCommand({ QueueUrl: stack.output(output), AttributeNames });
  const { Attributes = {} } = await stack.clients.sqs.send(get);
  const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = Attributes;
  return {
    waiting: Number(ApproximateNumberOfMessages),
    taken: Number(ApproximateNumberOfMessagesNotVisible),
  };
}

/** Registers a device, which sends messages and goes away. */
async function send(clientId: string, payloads: readonly string[]): Promise<void> {
  await stack.clients.iot.send(new CreateThingCommand({ thingName: clientId }));
  const device = await connectAsync(stack.sandbox.address.mqtt, { clientId, reconnectPeriod: 0 });
  for (const payload of payloads) await device.publishAsync(`devices/${clientId}`, payload, { qos: 1 });
  await device.endAsync();
}

async function enqueue(...bodies: readonly string[]): Promise<void> {
  const QueueUrl = stack.output("alarmsQueueUrl");
  for (const MessageBody of bodies) {
    await stack.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  }
}

/** An alarm that Device Defender has not sent. */
const alarm = (thingName: string, behaviorName: string, { type = "in-alarm", minutesAgo = 0 } = {}) =>
  JSON.stringify({
    ...{ thingName, violationEventType: type, violationId: `of-${thingName}`, securityProfileName: "P" },
    violationEventTime: stack.sandbox.clock.now() - minutesAgo * MINUTE_MS,
    behavior: { name: behaviorName },
  });

/** Copies of ten alarms, which stay in the queue. */
async function copies(): Promise<string[]> {
  const QueueUrl = stack.output("alarmsQueueUrl");
  const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
  const { Messages = [] } = await stack.clients.sqs.send(receive);
  return Messages.map(({ Body = "" }) => Body);
}

/** Takes the ledger away from the function; gives it back when called. */
async function loseLedger(): Promise<() => Promise<unknown>> {
  const { iam, lambda } = stack.clients;
  const FunctionName = stack.output("callbackFunctionName");
  const { Role = "" } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const RoleName = Role.split("/").at(-1) ?? "";
  const { PolicyNames: [PolicyName] = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
  const whole = decodeURIComponent(PolicyDocument);
  const { Statement, ...rest } = JSON.parse(whole) as { Statement: object[] };
  const without = Statement.filter((one) => !JSON.stringify(one).includes("dynamodb:"));
  expect(without.length).toBeLessThan(Statement.length);
  const put = (document: string) =>
    iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: document }));
  await put(JSON.stringify({ ...rest, Statement: without }));
  return () => put(whole);
}

/** Everybody alarms in one window; alarms wait, as it is paused. */
async function storm(): Promise<void> {
  // All of it is within an hour, as the limit is.
  await advance(HOUR_MS - (stack.sandbox.clock.now() % HOUR_MS));
  await operator("pause");
  for (const thingName of INNOCENT) await stack.clients.iot.send(new CreateThingCommand({ thingName }));
  const rest = HEALTHY.values();
  const work = async () => {
    for (const name of rest) await send(name, ["1", "2"]);
  };
  await Promise.all([send(COMPROMISED, ["x".repeat(2000)]), ...Array.from({ length: AT_ONCE }, work)]);
  await advance(5 * MINUTE_MS);
}

const because = ["--reason", "the threshold was wrong", "--yes"];

test("of 2,000 devices that a wrong threshold has alarm the limit is quarantined, and the rest held; two commands undo it", async () => {
  await storm();
  expect([await inQueue(), await members()]).toEqual([{ waiting: HEALTHY.length + 1, taken: 0 }, []]);

  // Replayed, out of order, forged, of nobody, and far too late.
  const replayed = await copies();
  expect(replayed).toHaveLength(10);
  const [first, second, third] = INNOCENT;
  await enqueue(
    ...[...replayed].reverse(),
    ...replayed,
    alarm(COMPROMISED, "Large", { type: "alarm-cleared" }),
  );
  await enqueue(alarm(first, "Wrong"), alarm(second, "Large"), alarm("nobody", "Large"));
  await enqueue(alarm(third, "Large", { minutesAgo: 45 }), alarm(COMPROMISED, "Large", { minutesAgo: 20 }));
  const { waiting: all } = await inQueue();

  // Without the ledger there is no limit: what is tried fails, and comes again.
  const mend = await loseLedger();
  await operator("resume");
  await advance(0);
  const { waiting, taken: failed } = await inQueue();
  expect([waiting + failed, failed > 0, await members()]).toEqual([all, true, []]);
  await mend();
  await advance(2000);

  // What failed comes again while it is paused, and waits.
  await operator("pause");
  const fenced = await members();
  await advance(7 * MINUTE_MS);
  expect([(await inQueue()).waiting >= failed, await members()]).toEqual([true, fenced]);
  await operator("resume");
  await advance(20 * MINUTE_MS);

  const quarantined = await inState("quarantined");
  const held = await inState("held");
  const wronged = namesOf(quarantined.filter(({ behaviorName }) => behaviorName === "Wrong"));
  expect(wronged).toHaveLength(LIMIT);
  expect(namesOf(quarantined)).toEqual([COMPROMISED, ...wronged]);
  expect(await members()).toEqual(namesOf(quarantined));
  expect([...namesOf(held), ...wronged].sort()).toEqual([...HEALTHY, first, second].sort());
  expect(await inQueue()).toEqual({ waiting: 0, taken: 0 });
  expect(await inQueue("alarmsDeadLetterQueueUrl")).toEqual({ waiting: 0, taken: 0 });

  await operator("reject", "--all", ...because);
  await operator("release", ...wronged, ...because);
  // Their violations last, as nobody sends, and their alarms come once more: a person has decided.
  await enqueue(...replayed);
  await advance(15 * MINUTE_MS);
  expect([await inState("held"), await members()]).toEqual([[], [COMPROMISED]]);
  expect(namesOf(await inState("released"))).toEqual([...HEALTHY, first, second].sort());
  expect(await inQueue()).toEqual({ waiting: 0, taken: 0 });
});
