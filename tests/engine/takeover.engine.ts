import {
  AddThingToThingGroupCommand,
  CreateThingCommand,
  DescribeThingGroupCommand,
  ListAttachedPoliciesCommand,
  ListTagsForResourceCommand,
  ListThingsInThingGroupCommand,
} from "@aws-sdk/client-iot";
import {
  GetTopicAttributesCommand,
  ListTagsForResourceCommand as ListTopicTagsCommand,
} from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, GetQueueUrlCommand, ListQueueTagsCommand } from "@aws-sdk/client-sqs";
import { Engine, type EngineRun } from "./support/engine";
import { liveProfile, namesIn } from "./support/live";
import { behavior, configOf } from "./support/profiles";

const FIRST = "iot-quarantine-first";
const GROUP = `${FIRST}-quarantine`;
const ARN = "arn:aws:iot:us-east-1:123456789012";
const TOPIC = `arn:aws:sns:us-east-1:123456789012:${FIRST}-alerts`;

let engine: Engine;

const configure = (stack: string, more: Readonly<Record<string, unknown>> = {}, name?: string) =>
  engine.project.configure(
    stack,
    configOf([{ ...(name && { name }), behaviors: [behavior("A", 10)], targets: ["all-things"] }], more),
  );

/** Everything of the first stack that another could change. */
async function firstStack() {
  const { clients } = engine.sandbox;
  const { iot, sns, sqs } = clients;
  const target = `${ARN}:thinggroup/${GROUP}`;
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: `${FIRST}-alarms` }));
  const { Attributes, ...rest } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
  );
  const { LastModifiedTimestamp } = Attributes ?? {};
  const answers = [
    await iot.send(new DescribeThingGroupCommand({ thingGroupName: GROUP })),
    await iot.send(new ListTagsForResourceCommand({ resourceArn: target })),
    await iot.send(new ListThingsInThingGroupCommand({ thingGroupName: GROUP })),
    await iot.send(new ListAttachedPoliciesCommand({ target })),
    await sns.send(new GetTopicAttributesCommand({ TopicArn: TOPIC })),
    await sns.send(new ListTopicTagsCommand({ ResourceArn: TOPIC })),
    await sqs.send(new ListQueueTagsCommand({ QueueUrl })),
    { ...rest, Attributes, LastModifiedTimestamp },
  ].map(({ $metadata: _metadata, ...answer }) => answer);
  return { answers, profile: await liveProfile(clients, FIRST), names: await namesIn(clients) };
}

beforeAll(async () => {
  engine = await Engine.start();
  configure("first");
  await engine.init("first");
  await engine.init("second");
  await engine.apply({ stack: "first" });
  const { iot } = engine.sandbox.clients;
  await iot.send(new CreateThingCommand({ thingName: "held" }));
  await iot.send(new AddThingToThingGroupCommand({ thingName: "held", thingGroupName: GROUP }));
});

afterAll(() => engine.stop());

function expectRefused({ code, text }: EngineRun, what: string, remedy: RegExp): void {
  expect(code).not.toBe(0);
  // The CLI breaks no line of a diagnostic.
  const line = text.split("\n").find((each) => each.includes(`The ${what} exists already`)) ?? text;
  expect(line).toContain("iot-quarantine:stack = first");
  expect(line).toMatch(remedy);
  expect(line).toContain("docs/adopt.md");
}

describe.each<[string, () => void, string, RegExp]>([
  [
    "group",
    () => configure("second", { quarantineGroupName: GROUP }),
    `thing group ${GROUP}`,
    /free.*`quarantineGroupName`/,
  ],
  [
    "topic",
    () => configure("second", { alertTopicName: `${FIRST}-alerts` }),
    `SNS topic ${FIRST}-alerts`,
    /`alertTopicName`/,
  ],
  ["profile", () => configure("second", {}, FIRST), `security profile ${FIRST}`, /`profiles`/],
])("a stack that names another's %s", (_what, set, named, remedy) => {
  test("is refused by the preview, also that of an update, which makes nothing and touches nothing", async () => {
    const before = await firstStack();
    set();
    expectRefused(await engine.run("up", { stack: "second" }), named, remedy);
    expect(await firstStack()).toEqual(before);
  });

  test("takes nothing over without a preview either; its destruction leaves the other's", async () => {
    const before = await firstStack();
    expectRefused(await engine.run("up", { stack: "second", args: ["--skip-preview"] }), named, remedy);
    const after = await firstStack();
    expect({ ...after, names: [] }).toEqual({ ...before, names: [] });
    expect(after.names).toEqual(expect.arrayContaining([...before.names]));
    await engine.succeed("destroy", { stack: "second" });
    expect(await firstStack()).toEqual(before);
    await engine.sandbox.sandbox.clock.advance(61_000);
  });
});

test("a stack that names another's group makes nothing at all, also without a preview", async () => {
  configure("second", { quarantineGroupName: GROUP });
  const { code, done } = await engine.run("up", { stack: "second", args: ["--skip-preview"] });
  expect([code === 0, done]).toEqual([false, []]);
});

test("a stack of the same project and name, of which this backend knows nothing, is refused, for its queues and topic too", async () => {
  const before = await firstStack();
  const state = await engine.export("first");
  // Another backend has a state of its own, which is empty.
  const { deployment } = JSON.parse(state) as { deployment: { manifest: unknown } };
  await engine.import("first", JSON.stringify({ version: 3, deployment: { manifest: deployment.manifest } }));
  const { code, text } = await engine.run("up", { stack: "first" });
  expect(code).not.toBe(0);
  expect(text).toMatch(
    new RegExp(`The thing group ${GROUP} exists already, .* = first, so of another project or backend`),
  );
  configure("first", { quarantineGroupName: "Other", alertTopicName: "Other" });
  const others = await engine.run("up", { stack: "first" });
  expect(others.code).not.toBe(0);
  // Several are asked about at a time, and the first that answers ends the preview.
  expect(others.text).toMatch(
    new RegExp(
      `The (SQS queue ${FIRST}-alarms(-dead-letters)?|SNS topic ${FIRST}-notifications) exists already`,
    ),
  );
  expect(await firstStack()).toEqual(before);
  configure("first");
  await engine.import("first", state);
  expect((await engine.succeed("preview", { stack: "first" })).steps).toEqual([]);
});

test("another name that is taken is refused for a stack that there is, and it keeps its own", async () => {
  configure("second");
  await engine.apply({ stack: "second" });
  const before = await firstStack();
  configure("second", { quarantineGroupName: GROUP });
  const { code, text } = await engine.run("up", { stack: "second", args: ["--skip-preview"] });
  expect(code).not.toBe(0);
  expect(text).toContain(`The thing group ${GROUP} exists already`);
  expect(await firstStack()).toEqual(before);
});
