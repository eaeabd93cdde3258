import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../infra/documents/policy-document";

import program = require("../index");

import { named, type Registration, record, summary } from "./infra/recorder";
import { asEngine, devConfig } from "./infra/stack-files";

const COMPONENTS = {
  "alert-topic": "AlertTopic",
  "quarantine-group": "QuarantineGroup",
  "restrictive-policy": "RestrictivePolicy",
  "alarm-queue": "AlarmQueue",
  notifications: "Notifications",
  "callback-lambda": "CallbackLambda",
  ledger: "Ledger",
  reconcile: "Reconcile",
  "defender-profile": "DefenderProfile",
} as const;

/** The CloudWatch alarms; that of reconciling comes with its function. */
const ALARMS = [
  ...["dead-letters", "alarms-waiting", "function-errors", "function-throttles", "reconcile-not-running"],
  ...["held", "not-contained", "notice-failed", "violations-without-alarm"],
];

/** Types that AWS lets carry no tags. */
const UNTAGGED: ReadonlySet<string> = new Set([
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iot/policyAttachment:PolicyAttachment",
  "aws:kms/alias:Alias",
  "aws:scheduler/schedule:Schedule",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:sns/topicSubscription:TopicSubscription",
  "pulumi:providers:aws-native",
]);

const run = (config: Record<string, string>, preview = false) => record(() => program(), { config, preview });

/** The dev stack, made once: the tests only look at it. */
let dev: Awaited<ReturnType<typeof run>>;

beforeAll(async () => {
  dev = await run(devConfig());
});

const isComponent = ({ type }: Registration) => type.startsWith("iot-quarantine:");

/** Every statement of every policy document in the program, with the resource and the input it is in. */
function statementsOf(registrations: readonly Registration[]) {
  return registrations.flatMap(({ name, inputs }) =>
    ["policy", "assumeRolePolicy"].flatMap((key) => {
      const text = inputs[key];
      if (typeof text !== "string" || !text.startsWith("{")) return [];
      const { Statement } = JSON.parse(text) as { Statement: Statement[] };
      return Statement.map((statement) => ({ where: `${name}.${key}`, statement }));
    }),
  );
}

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : [value].flat();

test("the dev stack is exactly these resources", () => {
  const { registrations } = dev;
  expect(summary(registrations)).toEqual(
    [
      "aws-native:iot:SecurityProfile defender-profile-MsgSentSecProfile",
      "aws:cloudwatch/logGroup:LogGroup callback-lambda-log",
      "aws:cloudwatch/logGroup:LogGroup reconcile-log",
      ...ALARMS.map((key) => `aws:cloudwatch/metricAlarm:MetricAlarm notifications-${key}`),
      "aws:dynamodb/table:Table ledger-table",
      "aws:iam/role:Role alert-topic-role",
      "aws:iam/role:Role callback-lambda-role",
      "aws:iam/role:Role reconcile-role",
      "aws:iam/role:Role reconcile-schedule-role",
      "aws:iam/rolePolicy:RolePolicy alert-topic-role-policy",
      "aws:iam/rolePolicy:RolePolicy callback-lambda-role-policy",
      "aws:iam/rolePolicy:RolePolicy reconcile-role-policy",
      "aws:iam/rolePolicy:RolePolicy reconcile-schedule-role-policy",
      "aws:iot/policy:Policy restrictive-policy-policy",
      "aws:iot/policyAttachment:PolicyAttachment restrictive-policy-attachment",
      "aws:iot/thingGroup:ThingGroup quarantine-group-group",
      "aws:kms/alias:Alias alert-topic-key-alias",
      "aws:kms/key:Key alert-topic-key",
      "aws:lambda/eventSourceMapping:EventSourceMapping callback-lambda-alarms",
      "aws:lambda/function:Function callback-lambda-function",
      "aws:lambda/function:Function reconcile-function",
      "aws:scheduler/schedule:Schedule reconcile-schedule",
      "aws:sns/topic:Topic alert-topic-topic",
      "aws:sns/topic:Topic notifications-topic",
      "aws:sns/topicPolicy:TopicPolicy alert-topic-policy",
      "aws:sns/topicPolicy:TopicPolicy notifications-policy",
      "aws:sns/topicSubscription:TopicSubscription alarm-queue-subscription",
      "aws:sqs/queue:Queue alarm-queue-dead-letters",
      "aws:sqs/queue:Queue alarm-queue-queue",
      ...Object.entries(COMPONENTS).map(([name, type]) => `iot-quarantine:index:${type} ${name}`),
      "pulumi:providers:aws-native defender-profile-provider",
    ].sort(),
  );
});

test("the documents tell how many resources that is, and the outputs", () => {
  const { registrations } = dev;
  const read = (path: string) => readFileSync(join(__dirname, "..", path), "utf8");
  const ofAws = registrations.filter(({ type }) => type.startsWith("aws"));
  // With the stack itself.
  const all = registrations.length + 1;
  expect(read("README.md")).toContain(`makes ${ofAws.length} AWS resources (Pulumi counts ${all}:`);
  const [, outputs = ""] = /Stack outputs: ([^.]+)\./.exec(read("docs/configuration.md")) ?? [];
  expect([...outputs.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(
    Object.keys(dev.result as object),
  );
});

test("no resource is an orphan, and every child bears its component's name", () => {
  const { registrations } = dev;
  const components = registrations.filter(isComponent);
  for (const child of registrations.filter((registration) => !isComponent(registration))) {
    const parent = components.find(({ urn }) => urn === child.parent);
    expect([child.name, parent?.name]).toEqual([child.name, expect.any(String)]);
    expect(child.name.startsWith(`${parent?.name}-`)).toBe(true);
  }
});

test("everything that can carry tags names its stack and its component", () => {
  const { registrations } = dev;
  const resources = registrations.filter((registration) => !isComponent(registration));
  for (const { name, type, inputs } of resources.filter((resource) => !UNTAGGED.has(resource.type))) {
    const tags = Array.isArray(inputs.tags)
      ? Object.fromEntries(
          (inputs.tags as { key: string; value: string }[]).map((tag) => [tag.key, tag.value]),
        )
      : inputs.tags;
    const component = Object.entries(COMPONENTS).find(([prefix]) => name.startsWith(`${prefix}-`))?.[1];
    expect([type, tags]).toEqual([
      type,
      { "iot-quarantine:stack": "dev", "iot-quarantine:component": component },
    ]);
  }
});

// Service Authorization Reference, "AWS IoT": no resource type; both only list names.
const UNSCOPABLE = ["iot:ListThingPrincipals", "iot:ListAttachedPolicies"];

test("nothing is granted with a star in an action, nor as a resource or in its service, region or account", () => {
  const { registrations } = dev;
  const statements = statementsOf(registrations);
  // The four roles' trusts and permissions, and the policies of key, both topics, both queues and group.
  expect(new Set(statements.map(({ where }) => where)).size).toBe(14);
  const grants = statements.filter(({ statement }) => statement.Effect === "Allow");
  for (const { where, statement } of grants) {
    expect([where, list(statement.Action).filter((action) => action.includes("*"))]).toEqual([where, []]);
    // In a key's own policy the star is the key.
    const isUnscopable = list(statement.Action).every((action) => UNSCOPABLE.includes(action));
    const resources = where === "alert-topic-key.policy" || isUnscopable ? [] : list(statement.Resource);
    const heads = resources.map((arn) => arn.split(":").slice(0, 5).join(":"));
    expect([where, heads.filter((head) => head.includes("*") || !head.startsWith("arn:"))]).toEqual([
      where,
      [],
    ]);
    expect([where, statement.Principal === "*"]).toEqual([where, false]);
    expect([where, statement.NotResource]).toEqual([where, undefined]);
  }
});

test("the group's component tells of another name before it is updated; what uses the group waits for it and its fence", () => {
  const { registrations } = dev;
  const hooked = registrations.filter(({ beforeUpdate }) => beforeUpdate.length > 0);
  expect(hooked.map(({ name, beforeUpdate }) => [name, beforeUpdate])).toEqual([
    ["quarantine-group", ["quarantine-group-rename"]],
  ]);
  const { dependencies } = named(registrations, "callback-lambda");
  for (const first of ["quarantine-group-group", "restrictive-policy-attachment"]) {
    expect(dependencies).toContain(named(registrations, first).urn);
  }
});

test("whatever AWS would take over by its name is looked for before it is created, with its component; all else waits for the group", () => {
  const { registrations } = dev;
  const hooked = registrations.filter(({ beforeCreate }) => beforeCreate.length > 0);
  expect(hooked.map(({ name }) => name).sort()).toEqual([
    "alarm-queue",
    "alarm-queue-dead-letters",
    "alarm-queue-queue",
    "alert-topic",
    "alert-topic-topic",
    "defender-profile",
    "defender-profile-MsgSentSecProfile",
    "notifications",
    "notifications-topic",
    "quarantine-group",
    "quarantine-group-group",
  ]);
  expect(new Set(hooked.flatMap(({ beforeCreate }) => beforeCreate))).toEqual(new Set(["name-taken"]));
  for (const component of ["alarm-queue", "alert-topic", "notifications", "defender-profile"]) {
    expect(named(registrations, component).dependencies).toContain(
      named(registrations, "quarantine-group-group").urn,
    );
  }
});

test("the security profile is made after everything that closes the loop", () => {
  const { registrations } = dev;
  const profile = named(registrations, "defender-profile-MsgSentSecProfile");
  const others = registrations.filter(
    (other) => !isComponent(other) && other !== profile && other.type !== "pulumi:providers:aws-native",
  );
  expect([...profile.dependencies].sort()).toEqual(others.map(({ urn }) => urn).sort());
});

test("all inputs of the security profile are known in a first preview", async () => {
  const previewed = await run(devConfig(), true);
  const name = "defender-profile-MsgSentSecProfile";
  expect(named(previewed.registrations, name).inputs).toEqual(named(dev.registrations, name).inputs);
  // A preview in which nothing is unknown would prove nothing.
  expect(named(previewed.registrations, "alert-topic-topic").inputs).not.toEqual(
    named(dev.registrations, "alert-topic-topic").inputs,
  );
});

test("what holds the fence and what is remembered of it are protected, nothing else, and only where config says so", async () => {
  const protectedNames = (registrations: readonly Registration[]) =>
    registrations.filter(({ protect }) => protect).map(({ name }) => name);
  expect(protectedNames(dev.registrations)).toEqual([]);
  const { registrations } = await run({});
  expect(protectedNames(registrations).sort()).toEqual([
    "ledger-table",
    "quarantine-group-group",
    "restrictive-policy-attachment",
    "restrictive-policy-policy",
  ]);
});

test("the stack's outputs are the fourteen that operators read", async () => {
  const { result } = dev;
  const outputs = await Promise.all(
    Object.entries(result).map(async ([key, value]) => {
      const output = pulumi.output<unknown>(value) as unknown as { promise(): Promise<unknown> };
      return [key, await output.promise()] as const;
    }),
  );
  const sqs = "https://sqs.us-east-1.amazonaws.com/123456789012";
  expect(Object.fromEntries(outputs)).toEqual({
    responses: {
      version: 2,
      profiles: { MsgSentSecProfile: { MsgSentBehavior: "quarantine" } },
      quarantineLimitPerHour: 25,
      alarmMaxAgeMinutes: 30,
      containment: ["group"],
      exempt: [],
    },
    securityProfiles: [
      {
        name: "MsgSentSecProfile",
        arn: "arn:aws:iot:us-east-1:123456789012:securityprofile/MsgSentSecProfile",
      },
    ],
    alertTopicArn: "arn:aws:sns:us-east-1:123456789012:DDA_Alerts",
    quarantineGroupName: "Quarantine",
    quarantineGroupArn: "arn:aws:iot:us-east-1:123456789012:thinggroup/Quarantine",
    restrictivePolicyName: "iot-quarantine-dev-quarantine",
    callbackFunctionName: "iot-quarantine-dev-quarantine-device",
    callbackLogGroupName: "/aws/lambda/iot-quarantine-dev-quarantine-device",
    reconcileFunctionName: "iot-quarantine-dev-reconcile",
    alarmsQueueUrl: `${sqs}/iot-quarantine-dev-alarms`,
    alarmsDeadLetterQueueUrl: `${sqs}/iot-quarantine-dev-alarms-dead-letters`,
    alarmsMappingId: "mapping-1",
    ledgerTableName: "iot-quarantine-dev-ledger",
    notificationTopicArn: "arn:aws:sns:us-east-1:123456789012:iot-quarantine-dev-notifications",
    iotDataEndpoint: "a1-ats.iot.us-east-1.amazonaws.com",
  });
});

test("the function's code is the bundle of its sources, and its source map stays outside", () => {
  const { registrations } = dev;
  const { code } = named(registrations, "callback-lambda-function").inputs;
  const { assets } = code as { assets: Record<string, { text: string }> };
  expect(Object.keys(assets)).toEqual(["index.js", "responses.json"]);
  expect(assets["index.js"]?.text).toContain("QUARANTINE_GROUP_NAME");
  expect(assets["index.js"]?.text).not.toContain("sourceMappingURL");
  const map = join(__dirname, "..", "dist", "quarantine-device", "index.js.map");
  expect(existsSync(map)).toBe(true);
  expect(JSON.parse(readFileSync(map, "utf8"))).toMatchObject({ version: 3 });
});

test("a faulty config makes nothing", async () => {
  const config = { ...devConfig(), ...asEngine({ logRetentionDays: 2 }) };
  const registrations: Registration[] = [];
  await expect(record(() => program(), { config, registrations })).rejects.toThrow(
    /iot-quarantine:logRetentionDays: Set `logRetentionDays` to one of 1, 3/,
  );
  expect(registrations).toEqual([]);
});

test.each<[string, Record<string, string>, string | undefined]>([
  [
    "as config names it",
    { "iot-quarantine:permissionsBoundary": "bound" },
    "arn:aws:iam::123456789012:policy/bound",
  ],
  ["not at all where config names none", {}, undefined],
])("every role is bounded %s", async (_how, config, boundary) => {
  const { registrations } = await run({ ...devConfig(), ...config }, true);
  const roles = registrations.filter(({ type }) => type === "aws:iam/role:Role");
  expect(roles.map(({ inputs }) => inputs.permissionsBoundary)).toEqual([
    boundary,
    boundary,
    boundary,
    boundary,
  ]);
});
