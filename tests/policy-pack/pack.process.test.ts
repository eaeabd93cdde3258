import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { POLICIES } from "../../policy-pack/policies";
import { readStackFiles } from "../../pulumi-host/program/stack-files";
import { type Diagnostic, PackProcess } from "../../tools/policy-check/pack/pack-process";
import { withProviders } from "../../tools/policy-check/resources";
import { devRegistrations } from "../support/dev-registrations";
import { resourceOf } from "../tools/policy-check/deployed";
import { ACCOUNT, behavior, mqtt, ROLE_ARN, TOPIC_ARN } from "./support/loop";
import { UNKNOWN } from "./support/stack";

const ROOT = join(__dirname, "..", "..");
const PROFILE = "aws-native:iot:SecurityProfile";

let pack: PackProcess;

beforeAll(async () => {
  const folder = join(ROOT, "policy-pack");
  // The engine gives a pack the stack's config; names in it were chosen on purpose.
  pack = await PackProcess.start({ folder, environment: { PULUMI_CONFIG: JSON.stringify(files().config) } });
});

afterAll(() => pack.stop());

afterEach(() => pack.configure({}));

const files = () => readStackFiles(ROOT, "dev");

const profile = (inputs: Record<string, unknown>) => ({
  resource: resourceOf({
    type: PROFILE,
    name: "watch",
    inputs: {
      behaviors: [behavior],
      alertTargets: { SNS: { alertTargetArn: TOPIC_ARN, roleArn: ROLE_ARN } },
      targetArns: [mqtt("all/things")],
      ...inputs,
    },
  }),
});

const said = (diagnostics: readonly Diagnostic[]) =>
  diagnostics.map(({ policy, level, message }) => [policy, level, message]);

test("every file of the folder is a policy of its name, and in the list", () => {
  const files = readdirSync(join(ROOT, "policy-pack", "policies"));
  expect(POLICIES.map(({ name }) => `${name}.ts`).sort()).toEqual(files.sort());
});

test("each policy says in every field that people and consoles read what it is", async () => {
  const { policies } = await pack.info();
  for (const policy of policies) {
    expect(policy).toMatchObject({
      displayName: expect.stringMatching(/^[A-Z].*[^.]$/),
      description: expect.stringMatching(/\.$/),
      severity: expect.stringMatching(/^(low|medium|high|critical)$/),
      tags: expect.arrayContaining([expect.stringMatching(/^[a-z-]+$/)]),
      url: expect.stringMatching(/^https:\/\/docs\.aws\.amazon\.com\/.+\.html$/),
      remediation: expect.stringMatching(/\.$/),
    });
  }
  expect(new Set(policies.map(({ displayName }) => displayName)).size).toBe(policies.length);
});

test("the pack serves every policy, each with a level that a config can change", async () => {
  const { policies } = await pack.info();
  expect(policies.map(({ name }) => name)).toEqual(POLICIES.map(({ name }) => name));
  expect(policies.map(({ level }) => level)).toEqual(POLICIES.map((policy) => policy.enforcementLevel));
  for (const { name, schema } of policies) {
    for (const [setting, { default: fallback, description }] of Object.entries(
      schema.properties as Record<string, { default?: unknown; description?: string }>,
    )) {
      expect([name, setting, fallback === undefined, description]).toEqual([
        name,
        setting,
        false,
        expect.stringMatching(/\.$/),
      ]);
    }
  }
});

test("the README tells of every policy, its level and its settings", async () => {
  const readme = readFileSync(join(ROOT, "policy-pack", "README.md"), "utf8");
  const { policies } = await pack.info();
  for (const { name, level, schema } of policies) {
    const row = readme.split("\n").find((line) => line.startsWith(`| ${name} | ${level}`));
    const common = ["alertTopics", "quarantineGroups"];
    const settings = Object.keys(schema.properties).filter((setting) => !common.includes(setting));
    expect([name, row, settings.filter((setting) => !row?.includes(`**${setting}**`))]).toEqual([
      name,
      expect.any(String),
      [],
    ]);
  }
});

test("what a preview cannot know is told as advice, and what it knows is judged all the same", async () => {
  const target = { alertTargetArn: UNKNOWN, roleArn: "nobody" };
  expect(said(await pack.analyze(profile({ alertTargets: { SNS: target } })))).toEqual([
    ["security-profile-alerts", "mandatory", expect.stringContaining('"nobody"')],
    ["security-profile-alerts", "advisory", expect.stringMatching(/^Not judged: "watch": .*alertTargetArn/)],
  ]);
  expect(said(await pack.analyze(profile({ alertTargets: UNKNOWN })))).toEqual([
    ["security-profile-alerts", "advisory", expect.stringMatching(/^Not judged: /)],
  ]);
});

test("a config downgrades a policy, switches it off and gives it settings", async () => {
  const foreign = {
    alertTargets: { SNS: { alertTargetArn: TOPIC_ARN.replace(ACCOUNT, "999999999999"), roleArn: ROLE_ARN } },
  };
  const levels = async () => (await pack.analyze(profile(foreign))).map(({ level }) => level);
  expect(await levels()).toEqual(["mandatory"]);
  await pack.configure({ "security-profile-alerts": { level: "advisory", properties: {} } });
  expect(await levels()).toEqual(["advisory"]);
  await pack.configure({ "security-profile-alerts": { level: "disabled", properties: {} } });
  expect(await levels()).toEqual([]);
  await pack.configure({
    "security-profile-alerts": { level: "mandatory", properties: { allowedAccounts: ["999999999999"] } },
  });
  expect(await levels()).toEqual([]);
});

test("our own program, in a first preview, has no fault, and nothing of it cannot be judged", async () => {
  const resources = withProviders(files(), await devRegistrations());
  expect(resources.map(({ resource }) => resource.type)).toContain(PROFILE);
  const diagnostics = [...(await pack.analyzeStack(resources))];
  for (const resource of resources) diagnostics.push(...(await pack.analyze(resource)));
  // The workshop's stack quarantines whatever connects for a single datapoint.
  expect(diagnostics).toMatchObject([{ level: "advisory", policy: "security-profile-behavior-sane" }]);

  const without = (type: string) =>
    pack.analyzeStack(resources.filter(({ resource }) => resource.type !== type));
  // The same resources, without one that closes the loop.
  const lacking = {
    "aws:sns/topicSubscription:TopicSubscription": "security-profile-topic-is-heard",
    "aws:iot/policyAttachment:PolicyAttachment": "quarantine-policy-contains",
    "aws:sns/topicPolicy:TopicPolicy": "alert-topic-closed-and-encrypted",
    "aws:lambda/eventSourceMapping:EventSourceMapping": "security-profile-topic-is-heard",
  };
  for (const [type, policy] of Object.entries(lacking)) {
    const found = (await without(type)).filter(({ level }) => level === "mandatory");
    expect([type, found.map((diagnostic) => diagnostic.policy)]).toEqual([
      type,
      expect.arrayContaining([policy]),
    ]);
  }
});
