import {
  AttachSecurityProfileCommand,
  DescribeSecurityProfileCommand,
  DetachSecurityProfileCommand,
  UpdateSecurityProfileCommand,
} from "@aws-sdk/client-iot";
import { GetEventSourceMappingCommand, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsCommand,
  SetSubscriptionAttributesCommand,
} from "@aws-sdk/client-sns";
import { DeleteQueueCommand } from "@aws-sdk/client-sqs";
import { profileFindings } from "../../tools/ci/profile-drift";
import { Engine } from "./support/engine";
import { liveProfile, namesIn } from "./support/live";
import { behavior, configOf } from "./support/profiles";

const NAME = "iot-quarantine-dev";
const PROFILE = `defender-profile-${NAME}`;
const ARNS = "arn:aws:iot:us-east-1:123456789012:all/";

let engine: Engine;

/** A profile whose behaviors set different fields, so that it seems to differ whenever it is looked at. */
const MIXED = "Mixed";

/** What a preview would do to AWS resources, after looking at them, as the check for drift reads it. */
async function planned() {
  const { steps, log } = await engine.succeed("preview", { args: ["--refresh"] });
  const { reordered, unseen } = profileFindings(log);
  const seeming = reordered.map((name) => `defender-profile-${name}`);
  const seen = steps
    .filter(({ op, type, name }) => op !== "refresh" && type.startsWith("aws") && !seeming.includes(name))
    .map(({ op, name, diffs }) => `${op} ${name} ${diffs.join(",")}`.trim());
  return [...seen, ...unseen];
}

/** Configures the stack, with a plain and a mixed profile and whatever else is given. */
function configure(more: Readonly<Record<string, unknown>> = {}): void {
  const targets = ["all-things"];
  const profile = { behaviors: [behavior("A", 10), behavior("B", 20)], targets };
  const { value: _, ...criteria } = behavior("", 0).criteria;
  const behaviors = [
    { ...behavior("Count", 10), suppressAlerts: false },
    {
      name: "Addresses",
      metric: "aws:source-ip-address",
      criteria: { comparisonOperator: "in-cidr-set", value: { cidrs: ["10.0.0.0/8"] } },
    },
    { ...behavior("P90", 0), criteria: { ...criteria, statisticalThreshold: { statistic: "p90" } } },
  ];
  engine.project.configure("dev", configOf([profile, { name: MIXED, behaviors, targets }], more));
}

beforeAll(async () => {
  engine = await Engine.start();
  configure();
  await engine.init("dev");
  await engine.apply();
});

afterAll(() => engine.stop());

test("another order of behaviors, made behind Pulumi's back, is no drift", async () => {
  const { iot } = engine.sandbox.clients;
  const { behaviors = [] } = await iot.send(
    new DescribeSecurityProfileCommand({ securityProfileName: NAME }),
  );
  await iot.send(
    new UpdateSecurityProfileCommand({ securityProfileName: NAME, behaviors: [...behaviors].reverse() }),
  );
  expect(await planned()).toEqual([]);
});

test("behaviors that set different fields seem to differ for aws-native, and do not for the check for drift", async () => {
  const { code, steps, log } = await engine.run("preview", { args: ["--refresh", "--expect-no-changes"] });
  const changes = steps.filter(({ op }) => op !== "refresh").map(({ op, name }) => `${op} ${name}`);
  expect([code, changes]).toEqual([7, [`update defender-profile-${MIXED}`]]);
  expect(profileFindings(log)).toEqual({ reordered: [MIXED], unseen: [], hasOther: false });
});

test("an alarm that somebody silenced is found by the check for drift alone where the config leaves it out", async () => {
  const { iot } = engine.sandbox.clients;
  const silence = async (suppressAlerts: boolean) => {
    const { behaviors = [] } = await iot.send(
      new DescribeSecurityProfileCommand({ securityProfileName: NAME }),
    );
    const all = behaviors.map((one) => ({ ...one, name: one.name, suppressAlerts }));
    await iot.send(new UpdateSecurityProfileCommand({ securityProfileName: NAME, behaviors: all }));
  };
  await silence(true);
  expect(await planned()).toEqual([`${NAME} (A, B)`]);
  await silence(false);
  expect(await planned()).toEqual([]);
});

test("a threshold and a target that were changed behind Pulumi's back are found by a preview that refreshes, not by a plain one", async () => {
  const { iot } = engine.sandbox.clients;
  const { behaviors = [] } = await iot.send(
    new DescribeSecurityProfileCommand({ securityProfileName: NAME }),
  );
  const [first, ...rest] = behaviors;
  const raised = { ...first, criteria: { ...first?.criteria, value: { count: 9999 } } };
  await iot.send(
    new UpdateSecurityProfileCommand({
      securityProfileName: NAME,
      behaviors: [{ ...raised, name: first?.name }, ...rest],
    }),
  );
  expect(await planned()).toEqual([`update ${PROFILE} behaviors`]);

  const target = { securityProfileName: NAME, securityProfileTargetArn: `${ARNS}things` };
  await iot.send(new DetachSecurityProfileCommand(target));
  expect(await planned()).toEqual([`update ${PROFILE} behaviors,targetArns`]);
  const plain = await engine.succeed("preview", { args: ["--expect-no-changes"] });
  expect(plain.summary).toEqual({ same: expect.any(Number) });
});

test("an update that refreshes restores what is declared, and takes away what is not", async () => {
  const { iot } = engine.sandbox.clients;
  await iot.send(
    new AttachSecurityProfileCommand({
      securityProfileName: NAME,
      securityProfileTargetArn: `${ARNS}unregistered-things`,
    }),
  );
  await engine.apply({ args: ["--refresh"] });
  expect(await liveProfile(engine.sandbox.clients, NAME)).toMatchObject({
    behaviors: ["A 10", "B 20"],
    targets: ["things"],
  });
});

test("a filter that silences the function, put on its subscription, is found although the program sets none", async () => {
  const { sns } = engine.sandbox.clients;
  const { Subscriptions = [] } = await sns.send(new ListSubscriptionsCommand({}));
  const [{ SubscriptionArn } = {}] = Subscriptions;
  const AttributeValue = JSON.stringify({ nobody: ["sends this"] });
  await sns.send(
    new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName: "FilterPolicy", AttributeValue }),
  );
  expect(await planned()).toEqual(["update alarm-queue-subscription filterPolicy"]);
  await engine.apply({ args: ["--refresh"] });
  const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  expect(Attributes?.FilterPolicy).toBe("{}");
  expect(await planned()).toEqual([]);
});

test("a mapping that was disabled to pause the quarantine stays so, refreshed, not refreshed and updated", async () => {
  const { lambda } = engine.sandbox.clients;
  const { alarmsMappingId: UUID } = await engine.outputs<{ alarmsMappingId: string }>();
  const mapping = () => lambda.send(new GetEventSourceMappingCommand({ UUID }));
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
  await engine.apply();
  expect(await planned()).toEqual([]);
  configure({ alarmConcurrency: 31 });
  for (const args of [[], ["--refresh"]]) {
    await engine.apply({ args });
    expect(await mapping()).toMatchObject({ State: "Disabled", ScalingConfig: { MaximumConcurrency: 31 } });
  }
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
});

test("a resource that was deleted behind Pulumi's back is made again", async () => {
  const { sqs } = engine.sandbox.clients;
  const { alarmsDeadLetterQueueUrl } = await engine.outputs<{ alarmsDeadLetterQueueUrl: string }>();
  await sqs.send(new DeleteQueueCommand({ QueueUrl: alarmsDeadLetterQueueUrl }));
  const refreshed = await engine.succeed("refresh");
  expect(refreshed.done).toContain("delete alarm-queue-dead-letters");
  expect(await planned()).toContain("create alarm-queue-dead-letters");
  // SQS holds the name of a deleted queue back for a minute.
  await engine.sandbox.sandbox.clock.advance(61_000);
  await engine.apply();
  expect(await namesIn(engine.sandbox.clients)).toContain(`queue ${alarmsDeadLetterQueueUrl}`);
});
