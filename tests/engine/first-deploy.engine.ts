import { deploy } from "../../pulumi-host/program/deploy";
import type { DeployedResource } from "../../pulumi-host/program/deployment";
import { readStackFiles } from "../../pulumi-host/program/stack-files";
import { rehearse } from "../../tools/rehearsal/rehearse";
import type { StackOutputs } from "../../tools/rehearsal/stage";
import { readScenario } from "../../tools/scenario/said";
import { Engine } from "./support/engine";
import { namesIn } from "./support/live";

/** The resources of the stack `dev`, by type, and how many of each. */
const RESOURCES = {
  "aws-native:iot:SecurityProfile": 1,
  "aws:cloudwatch/logGroup:LogGroup": 2,
  "aws:cloudwatch/metricAlarm:MetricAlarm": 9,
  "aws:dynamodb/table:Table": 1,
  "aws:iam/role:Role": 4,
  "aws:iam/rolePolicy:RolePolicy": 4,
  "aws:iot/policy:Policy": 1,
  "aws:iot/policyAttachment:PolicyAttachment": 1,
  "aws:iot/thingGroup:ThingGroup": 1,
  "aws:kms/alias:Alias": 1,
  "aws:kms/key:Key": 1,
  "aws:lambda/eventSourceMapping:EventSourceMapping": 1,
  "aws:lambda/function:Function": 2,
  "aws:scheduler/schedule:Schedule": 1,
  "aws:sns/topic:Topic": 2,
  "aws:sns/topicPolicy:TopicPolicy": 2,
  "aws:sns/topicSubscription:TopicSubscription": 1,
  "aws:sqs/queue:Queue": 2,
  "iot-quarantine:index:AlarmQueue": 1,
  "iot-quarantine:index:AlertTopic": 1,
  "iot-quarantine:index:CallbackLambda": 1,
  "iot-quarantine:index:DefenderProfile": 1,
  "iot-quarantine:index:Ledger": 1,
  "iot-quarantine:index:Notifications": 1,
  "iot-quarantine:index:QuarantineGroup": 1,
  "iot-quarantine:index:Reconcile": 1,
  "iot-quarantine:index:RestrictivePolicy": 1,
  "pulumi:providers:aws": 1,
  "pulumi:providers:aws-native": 1,
  "pulumi:pulumi:Stack": 1,
};

/** The engine does not count the default provider among them. */
const TOTAL = Object.values(RESOURCES).reduce((sum, count) => sum + count, 0) - 1;

const PROFILE = "defender-profile-MsgSentSecProfile";

let engine: Engine;

beforeAll(async () => {
  engine = await Engine.start({ bundlesAnew: true });
  await engine.init("dev");
});

afterAll(() => engine.stop());

test("a preview of the empty stack shows every resource, fewer than 50, as the offline check sees it, and makes nothing", async () => {
  const args = ["--policy-pack", "policy-pack"];
  const { steps, summary, findings } = await engine.succeed("preview", { args });
  // Nothing is left unjudged either, for all that only AWS can tell yet.
  expect(findings.map(({ policy, level }) => [policy, level])).toEqual([
    ["security-profile-behavior-sane", "advisory"],
  ]);
  const counts: Record<string, number> = {};
  for (const { op, type } of steps) {
    expect(op).toBe("create");
    counts[type] = (counts[type] ?? 0) + 1;
  }
  expect(counts).toEqual(RESOURCES);
  expect(summary.create).toBeLessThan(50);
  expect(steps.find(({ name }) => name === PROFILE)?.inputs).toEqual({
    securityProfileName: "MsgSentSecProfile",
    behaviors: [
      {
        name: "MsgSentBehavior",
        metric: "aws:num-messages-sent",
        criteria: {
          comparisonOperator: "less-than",
          value: { count: "10" },
          durationSeconds: 300,
          consecutiveDatapointsToAlarm: 1,
          consecutiveDatapointsToClear: 1,
        },
      },
    ],
    alertTargets: {
      SNS: {
        alertTargetArn: "arn:aws:sns:us-east-1:123456789012:DDA_Alerts",
        roleArn: "arn:aws:iam::123456789012:role/iot-quarantine-dev-alert-role",
      },
    },
    targetArns: ["arn:aws:iot:us-east-1:123456789012:all/things"],
    tags: [
      { key: "iot-quarantine:stack", value: "dev" },
      { key: "iot-quarantine:component", value: "DefenderProfile" },
    ],
  });
  expect(await namesIn(engine.sandbox.clients)).toEqual([]);

  const offline = await deploy({
    files: readStackFiles(engine.project.folder, "dev"),
    account: "123456789012",
    region: "us-east-1",
    iotDataEndpoint: new URL(engine.sandbox.endpoint).host,
    log: () => undefined,
  });
  // The log of events has no code, and made-up names end in digits of their own.
  const known = ({ code: _, ...properties }: Readonly<Record<string, unknown>>): unknown =>
    JSON.parse(JSON.stringify(properties).replace(/-[0-9a-f]{7}"/g, '-0123abc"'));
  const seenBy = (resources: readonly Pick<DeployedResource, "type" | "name" | "inputs" | "outputs">[]) =>
    resources
      .filter(({ type }) => type.startsWith("aws"))
      .map(({ type, name, inputs, outputs }) => [`${type} ${name}`, known(inputs), known(outputs)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  expect(seenBy(offline.resources)).toEqual(seenBy(steps));
});

test("an update makes them, the profile last of all", async () => {
  const { done, summary } = await engine.apply({ args: ["--policy-pack", "policy-pack"] });
  expect(summary).toEqual({ create: TOTAL });
  expect(done.at(-1)).toBe(`create ${PROFILE}`);
});

test("a second update changes nothing, though the function is bundled anew", async () => {
  const { steps, summary } = await engine.apply();
  expect(steps).toEqual([]);
  expect(summary).toEqual({ same: TOTAL });
});

test("a refresh finds nothing that has drifted", async () => {
  const { text, summary } = await engine.succeed("preview", { args: ["--refresh", "--expect-no-changes"] });
  expect(text).not.toMatch(/drift|\bupdate\b.*\[diff/);
  expect(summary).toEqual({ same: TOTAL });
});

test("the rehearsal holds against the stack that the engine deployed, told of its outputs alone", async () => {
  const rehearsal = await rehearse({
    address: engine.sandbox.sandbox.address,
    outputs: await engine.outputs<StackOutputs>(),
    scenario: readScenario(
      readStackFiles(engine.project.folder, "dev"),
      { healthy: {}, dimensions: {} },
      Date.now(),
    ),
    began: performance.now(),
    onStep: () => undefined,
  });
  expect(rehearsal.steps.filter(({ ok }) => !ok)).toEqual([]);
  expect(rehearsal.ok).toBe(true);
});

test("a destruction begins with the profile and leaves nothing", async () => {
  const before = await namesIn(engine.sandbox.clients);
  expect(before).toContain("profile MsgSentSecProfile");
  const { done } = await engine.succeed("destroy");
  expect(done[0]).toBe(`delete ${PROFILE}`);
  // What the rehearsal made is its own: a queue of its own that listens to the topic, and its device's policy.
  const after = await namesIn(engine.sandbox.clients);
  expect(after.filter((name) => /iot-quarantine|DDA_Alerts|Quarantine|MsgSent/.test(name))).toEqual([]);
});
