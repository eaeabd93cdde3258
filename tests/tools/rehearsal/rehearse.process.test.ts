import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import {
  CreatePolicyVersionCommand,
  DetachPolicyCommand,
  DetachSecurityProfileCommand,
  GetPolicyCommand as GetIoTPolicyCommand,
  IoTClient,
  ListTargetsForSecurityProfileCommand,
  UpdateSecurityProfileCommand,
} from "@aws-sdk/client-iot";
import { DeleteEventSourceMappingCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { DeleteScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { ListSubscriptionsByTopicCommand, SNSClient, UnsubscribeCommand } from "@aws-sdk/client-sns";
import { readStackFiles } from "../../../pulumi-host/program/stack-files";
import type { Sandbox } from "../../../sandbox/start-sandbox";
import { type Rehearsal, rehearse } from "../../../tools/rehearsal/rehearse";
import type { StackOutputs } from "../../../tools/rehearsal/stage";
import type { SandboxStack } from "../../../tools/sandbox/deploy-stack";
import { readScenario } from "../../../tools/scenario/said";
import { clientSettings, PROJECT_FOLDER, startDevSandbox } from "../../sandbox/support/dev-sandbox";

interface Outputs extends StackOutputs {
  readonly alarmsMappingId: string;
  readonly restrictivePolicyName: string;
  readonly quarantineGroupArn: string;
  readonly securityProfiles: readonly { readonly name: string }[];
}

let sandbox: Sandbox;
let stack: SandboxStack;
let used = false;

beforeAll(async () => {
  ({ sandbox, stack } = await startDevSandbox());
});

afterAll(() => sandbox.stop());

beforeEach(async () => {
  // The first test uses the stack that was deployed at the start.
  if (used) await sandbox.reset(true);
  used = true;
});

const outputs = () => stack.deployed.outputs as unknown as Outputs;

const play = (): Promise<Rehearsal> =>
  rehearse({
    address: sandbox.address,
    outputs: outputs(),
    scenario: readScenario(
      readStackFiles(PROJECT_FOLDER, "dev"),
      { healthy: {}, dimensions: {} },
      Date.now(),
    ),
    began: performance.now(),
    onStep: () => undefined,
  });

it("plays the whole story and prints the workshop's documents", async () => {
  const rehearsal = await play();
  expect(rehearsal.steps.filter(({ ok }) => !ok)).toEqual([]);
  expect(rehearsal.steps.map(({ step }) => step)).toEqual([
    "register the devices",
    "connect the devices",
    "healthy fleet",
    "offend",
    "violation",
    "alarm on SNS",
    "outcome of the Lambda",
    "group membership",
    "shadow",
    "cut session",
    "refused publish",
    "device reads and reports its quarantine",
    "device with a narrow certificate does the same",
    "stranger cannot take the device's name",
    "healthy devices go on",
    "observe",
    "switch to quarantine",
    "lost alarm",
    "lost alarm is made good",
    "release that is too early",
    "caught again",
    "pause",
    "resume",
    "held beyond the limit",
    "approve and reject",
    "nothing is left over",
  ]);
  expect(rehearsal.ok).toBe(true);
  const alarmedAt = Date.parse(rehearsal.behaviors[0]?.alarmed ?? "");
  const [violations, groups, shadow] = rehearsal.documents.map(({ output }) => JSON.parse(output));
  expect(violations).toMatchObject({
    activeViolations: [
      {
        thingName: "dev-XBHY",
        securityProfileName: "MsgSentSecProfile",
        behavior: {
          name: "MsgSentBehavior",
          metric: "aws:num-messages-sent",
          criteria: {
            comparisonOperator: "less-than",
            value: { count: 10 },
            durationSeconds: 300,
            consecutiveDatapointsToAlarm: 1,
            consecutiveDatapointsToClear: 1,
          },
        },
        lastViolationValue: { count: 30 },
        lastViolationTime: alarmedAt / 1000,
        violationStartTime: alarmedAt / 1000,
      },
    ],
  });
  expect(groups).toEqual({
    thingGroups: [
      { groupName: "Quarantine", groupArn: "arn:aws:iot:us-east-1:123456789012:thinggroup/Quarantine" },
    ],
  });
  expect(shadow).toMatchObject({
    state: { desired: { quarantine: true }, delta: { quarantine: true } },
    metadata: { desired: { quarantine: { timestamp: expect.any(Number) } } },
    version: 1,
    timestamp: expect.any(Number),
  });
});

/** Takes one piece of the loop away, as somebody could behind Pulumi's back. */
const REMOVALS: Record<string, { readonly fails: string; readonly remove: () => Promise<void> }> = {
  "the alert role": {
    fails: "alarm on SNS",
    remove: async () => {
      const iam = new IAMClient(clientSettings(sandbox));
      const RoleName = "iot-quarantine-dev-alert-role";
      const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
      for (const PolicyName of PolicyNames)
        await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
      await iam.send(new DeleteRoleCommand({ RoleName }));
      iam.destroy();
    },
  },
  "the mapping of the queue": {
    fails: "outcome of the Lambda",
    remove: async () => {
      const lambda = new LambdaClient(clientSettings(sandbox));
      await lambda.send(new DeleteEventSourceMappingCommand({ UUID: outputs().alarmsMappingId }));
      lambda.destroy();
    },
  },
  "the subscription": {
    fails: "outcome of the Lambda",
    remove: async () => {
      const sns = new SNSClient(clientSettings(sandbox));
      const TopicArn = outputs().alertTopicArn;
      const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
      for (const { SubscriptionArn } of Subscriptions)
        await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
      sns.destroy();
    },
  },
  "the policy attachment": {
    fails: "refused publish",
    remove: async () => {
      const iot = new IoTClient(clientSettings(sandbox));
      const { restrictivePolicyName: policyName, quarantineGroupArn: target } = outputs();
      await iot.send(new DetachPolicyCommand({ policyName, target }));
      iot.destroy();
    },
  },
  "the binding of what the policy grants": {
    fails: "stranger cannot take the device's name",
    remove: async () => {
      const iot = new IoTClient(clientSettings(sandbox));
      const { restrictivePolicyName: policyName } = outputs();
      const { policyDocument = "" } = await iot.send(new GetIoTPolicyCommand({ policyName }));
      const { Version, Statement } = JSON.parse(policyDocument) as { Version: string; Statement: object[] };
      const unbound = Statement.map((statement) => ({ ...statement, Condition: undefined }));
      const document = JSON.stringify({ Version, Statement: unbound });
      await iot.send(
        new CreatePolicyVersionCommand({
          policyName,
          policyDocument: document.replaceAll("iot:Connection.Thing.ThingName", "iot:ClientId"),
          setAsDefault: true,
        }),
      );
      iot.destroy();
    },
  },
  "the schedule of reconcile": {
    fails: "switch to quarantine",
    remove: async () => {
      const scheduler = new SchedulerClient(clientSettings(sandbox));
      await scheduler.send(new DeleteScheduleCommand({ Name: "iot-quarantine-dev-reconcile" }));
      scheduler.destroy();
    },
  },
  "the profile's targets": {
    fails: "violation",
    remove: async () => {
      const iot = new IoTClient(clientSettings(sandbox));
      const securityProfileName = outputs().securityProfiles[0]?.name;
      const { securityProfileTargets = [] } = await iot.send(
        new ListTargetsForSecurityProfileCommand({ securityProfileName }),
      );
      for (const { arn: securityProfileTargetArn } of securityProfileTargets) {
        await iot.send(new DetachSecurityProfileCommand({ securityProfileName, securityProfileTargetArn }));
      }
      iot.destroy();
    },
  },
};

it.each(Object.keys(REMOVALS))("fails without %s, and names the step", async (piece) => {
  const removal = REMOVALS[piece];
  await removal?.remove();
  const rehearsal = await play();
  const failed = rehearsal.steps.filter(({ ok }) => !ok);
  expect(failed.map(({ step }) => step)).toEqual([removal?.fails]);
  expect(rehearsal).toMatchObject({ ok: false, documents: [] });
  expect(rehearsal.steps.at(-1)).toBe(failed[0]);
});

it("fails where what is deployed alarms later than the stack says", async () => {
  const iot = new IoTClient(clientSettings(sandbox));
  const securityProfileName = outputs().securityProfiles[0]?.name;
  const criteria = {
    comparisonOperator: "less-than",
    value: { count: 10 },
    durationSeconds: 300,
    consecutiveDatapointsToAlarm: 3,
  } as const;
  const sent = { name: "MsgSentBehavior", metric: "aws:num-messages-sent", criteria };
  await iot.send(new UpdateSecurityProfileCommand({ securityProfileName, behaviors: [sent] }));
  iot.destroy();
  const { steps } = await play();
  expect(steps.at(-1)).toMatchObject({
    step: "violation",
    behavior: "MsgSentSecProfile/MsgSentBehavior",
    ok: false,
    detail: expect.stringMatching(/should be of dev-QPLM and dev-XBHY; they are of nobody/),
  });
});

it("fails for the healthy fleet where what is deployed calls it abnormal, and says how many and what is normal", async () => {
  const iot = new IoTClient(clientSettings(sandbox));
  const securityProfileName = outputs().securityProfiles[0]?.name;
  const criteria = { comparisonOperator: "less-than", value: { count: 3 }, durationSeconds: 300 } as const;
  const sent = { name: "MsgSentBehavior", metric: "aws:num-messages-sent", criteria };
  await iot.send(new UpdateSecurityProfileCommand({ securityProfileName, behaviors: [sent] }));
  iot.destroy();
  const { ok, steps, behaviors } = await play();
  expect(ok).toBe(false);
  expect(steps.at(-1)).toMatchObject({
    step: "healthy fleet",
    behavior: "MsgSentSecProfile/MsgSentBehavior",
    detail: expect.stringMatching(
      /alarms on 11 of 11 healthy devices: each shows 5 by default in 300 s.* NORMAL/,
    ),
  });
  expect(behaviors).toMatchObject([{ state: "failed", reason: expect.stringMatching(/^healthy fleet: /) }]);
});

it("draws what was played: the offender beyond the bound, the healthy device within", async () => {
  const { behaviors, steps } = await play();
  const [behavior] = behaviors;
  expect(behavior).toMatchObject({ state: "held", threshold: 10, response: "quarantine" });
  const end = steps.find(({ step }) => step === "alarm on SNS")?.virtualTime;
  expect(behavior?.alarmed).toBe(end);
  expect(behavior?.points).toEqual([
    { time: expect.any(String), device: "dev-OK1", role: "healthy", value: { count: 5 } },
    { time: end, device: "dev-XBHY", role: "offender", value: { count: 30 } },
    { time: end, device: "dev-QPLM", role: "offender", value: { count: 30 } },
    { time: end, device: "dev-OK1", role: "healthy", value: { count: 5 } },
  ]);
  expect(behavior?.decisions.map(({ outcome }) => outcome)).toEqual(["quarantined", "quarantined"]);
});
