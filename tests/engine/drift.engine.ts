import {
  AttachSecurityProfileCommand,
  DescribeSecurityProfileCommand,
  DetachSecurityProfileCommand,
  UpdateSecurityProfileCommand,
} from "@aws-sdk/client-iot";
import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsCommand,
  SetSubscriptionAttributesCommand,
} from "@aws-sdk/client-sns";
import { DeleteQueueCommand } from "@aws-sdk/client-sqs";
import { Engine } from "./support/engine";
import { liveProfile, namesIn } from "./support/live";
import { behavior, configOf } from "./support/profiles";

const NAME = "iot-quarantine-dev";
const PROFILE = `defender-profile-${NAME}`;
const ARNS = "arn:aws:iot:us-east-1:123456789012:all/";

let engine: Engine;

/** What a preview would do to AWS resources, after looking at them. */
async function planned() {
  const { steps } = await engine.succeed("preview", { args: ["--refresh"] });
  return steps
    .filter(({ op, type }) => op !== "refresh" && type.startsWith("aws"))
    .map(({ op, name, diffs }) => `${op} ${name} ${diffs.join(",")}`.trim());
}

beforeAll(async () => {
  engine = await Engine.start();
  const profile = { behaviors: [behavior("A", 10), behavior("B", 20)], targets: ["all-things"] };
  engine.project.configure("dev", configOf([profile]));
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
  expect(await planned()).toEqual(["update callback-lambda-subscription filterPolicy"]);
  await engine.apply({ args: ["--refresh"] });
  const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  expect(Attributes?.FilterPolicy).toBe("{}");
  expect(await planned()).toEqual([]);
});

test("a resource that was deleted behind Pulumi's back is made again", async () => {
  const { sqs } = engine.sandbox.clients;
  const { functionDeadLetterQueueUrl } = await engine.outputs<{ functionDeadLetterQueueUrl: string }>();
  await sqs.send(new DeleteQueueCommand({ QueueUrl: functionDeadLetterQueueUrl }));
  const refreshed = await engine.succeed("refresh");
  expect(refreshed.done).toContain("delete callback-lambda-function-queue");
  expect(await planned()).toContain("create callback-lambda-function-queue");
  // SQS holds the name of a deleted queue back for a minute.
  await engine.sandbox.sandbox.clock.advance(61_000);
  await engine.apply();
  expect(await namesIn(engine.sandbox.clients)).toContain(`queue ${functionDeadLetterQueueUrl}`);
});
