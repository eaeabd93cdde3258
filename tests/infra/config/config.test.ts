import * as pulumi from "@pulumi/pulumi";
import { readConfig } from "../../../infra/config/config";
import { CONFIG_DEFAULTS } from "../../../infra/config/defaults";
import { asEngine, devConfig, readYaml } from "../stack-files";

const identity = { project: "iot-quarantine", stack: "dev" };

interface ProjectFile {
  readonly config: Record<string, { type: string; description: string; default: unknown }>;
}
const projectFile = readYaml<ProjectFile>("Pulumi.yaml");

/** The lines of the error that a config is refused with, without the heading. */
function faultsOf(values: Record<string, unknown>): string[] {
  try {
    readConfig(asEngine(values), identity);
  } catch (error) {
    if (!pulumi.RunError.isInstance(error)) throw error;
    return error.message.split("\n").slice(1);
  }
  return [];
}

const behavior = {
  name: "B",
  metric: "aws:num-messages-sent",
  criteria: { comparisonOperator: "less-than", value: { count: 10 }, durationSeconds: 300 },
};
const profile = { name: "P", behaviors: [behavior], targets: ["all-things"] };

test("the defaults in code are those that Pulumi.yaml declares", () => {
  const declared = Object.entries(projectFile.config).map(([key, { default: value }]) => [key, value]);
  expect(Object.fromEntries(declared)).toEqual(CONFIG_DEFAULTS);
});

test("every key is declared with the type of its default and with a description", () => {
  const typeOf = (value: unknown) =>
    Array.isArray(value) ? "array" : typeof value === "number" ? "integer" : typeof value;
  for (const declaration of Object.values(projectFile.config)) {
    expect(declaration.type).toBe(typeOf(declaration.default));
    expect(declaration.description).toMatch(/^[A-Z].{20,}\.$/s);
  }
});

test("no config at all is the defaults, named after project and stack", () => {
  const config = readConfig({}, identity);
  expect(config).toEqual(readConfig(asEngine({ ...CONFIG_DEFAULTS }), identity));
  const responses = {
    version: 2,
    profiles: { "iot-quarantine-dev": { MessagesSent: "observe" } },
    quarantineLimitPerHour: 25,
    alarmMaxAgeMinutes: 30,
    containment: ["group"],
    exempt: [],
  };
  expect(config).toEqual({
    profiles: [{ ...CONFIG_DEFAULTS.profiles[0], name: "iot-quarantine-dev" }],
    alertTopic: {
      topicName: "iot-quarantine-dev-alerts",
      roleName: "iot-quarantine-dev-alert-role",
      keyAlias: "alias/iot-quarantine-dev-alerts",
      securityProfileNames: ["iot-quarantine-dev"],
    },
    alarmQueue: {
      queueName: "iot-quarantine-dev-alarms",
      deadLetterQueueName: "iot-quarantine-dev-alarms-dead-letters",
      topicName: "iot-quarantine-dev-alerts",
      functionTimeoutSeconds: 60,
    },
    notifications: {
      topicName: "iot-quarantine-dev-notifications",
      alarmPrefix: "iot-quarantine-dev",
      emails: [],
      watched: {
        alertTopicName: "iot-quarantine-dev-alerts",
        queueName: "iot-quarantine-dev-alarms",
        deadLetterQueueName: "iot-quarantine-dev-alarms-dead-letters",
        callbackFunctionName: "iot-quarantine-dev-quarantine-device",
        reconcileFunctionName: "iot-quarantine-dev-reconcile",
        behaviors: [{ profile: "iot-quarantine-dev", behavior: "MessagesSent" }],
      },
    },
    quarantineGroup: { groupName: "iot-quarantine-dev-quarantine", protect: true },
    ledger: { tableName: "iot-quarantine-dev-ledger", protect: true },
    restrictivePolicy: { policyName: "iot-quarantine-dev-quarantine", allows: ["shadow"], protect: true },
    callbackLambda: {
      functionName: "iot-quarantine-dev-quarantine-device",
      roleName: "iot-quarantine-dev-callback-role",
      alarmQueueName: "iot-quarantine-dev-alarms",
      notificationTopicName: "iot-quarantine-dev-notifications",
      quarantineGroupName: "iot-quarantine-dev-quarantine",
      responses,
      restrictivePolicyName: "iot-quarantine-dev-quarantine",
      ledgerTableName: "iot-quarantine-dev-ledger",
      memoryMib: 256,
      timeoutSeconds: 60,
      alarmConcurrency: 15,
      logRetentionDays: 90,
    },
    reconcile: {
      functionName: "iot-quarantine-dev-reconcile",
      roleName: "iot-quarantine-dev-reconcile-role",
      scheduleName: "iot-quarantine-dev-reconcile",
      scheduleRoleName: "iot-quarantine-dev-schedule-role",
      notificationTopicName: "iot-quarantine-dev-notifications",
      alarmQueueName: "iot-quarantine-dev-alarms",
      quarantineGroupName: "iot-quarantine-dev-quarantine",
      responses,
      ledgerTableName: "iot-quarantine-dev-ledger",
      logRetentionDays: 90,
    },
  });
});

test("two stacks share no name", () => {
  const names = (stack: string) =>
    JSON.stringify(readConfig({}, { ...identity, stack })).match(/iot-quarantine-[\w-]+/g) ?? [];
  const one = new Set(names("one"));
  expect(names("two").filter((name) => one.has(name))).toEqual([]);
  expect(one.size).toBeGreaterThanOrEqual(8);
});

test("the dev stack is the workshop's", () => {
  const config = readConfig(devConfig(), identity);
  expect(config.profiles).toEqual([
    {
      name: "MsgSentSecProfile",
      response: "quarantine",
      behaviors: [
        {
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
      ],
      targets: ["all-things"],
    },
  ]);
  expect(config.alertTopic.topicName).toBe("DDA_Alerts");
  expect(config.quarantineGroup).toEqual({ groupName: "Quarantine", protect: false });
});

test("a profile that retains metrics may leave its behaviors out, and asks for no alarm of CloudWatch's", () => {
  const metrics = { additionalMetricsToRetain: [{ metric: "aws:num-messages-sent" }] };
  const config = readConfig(asEngine({ profiles: [{ targets: ["Fleet"], ...metrics }] }), identity);
  expect(config.profiles).toEqual([
    { name: "iot-quarantine-dev", behaviors: [], targets: ["Fleet"], ...metrics },
  ]);
  expect(config.notifications.watched.behaviors).toEqual([]);
});

test("every key can be set", () => {
  const config = readConfig(
    asEngine({
      profiles: [profile, { behaviors: [behavior], targets: ["Fleet:A", "Fleet:B"], description: "two" }],
      alertTopicName: "T",
      quarantineGroupName: "G",
      restrictivePolicyName: "R",
      callbackFunctionName: "F",
      quarantineAllows: ["jobs", "shadow"],
      protectQuarantineGroup: false,
      functionMemoryMib: 512,
      functionTimeoutSeconds: 45,
      alarmConcurrency: 2,
      logRetentionDays: 365,
      permissionsBoundary: "teams/iot/bound",
    }),
    identity,
  );
  expect(config.profiles.map(({ name, targets }) => [name, targets])).toEqual([
    ["P", ["all-things"]],
    ["iot-quarantine-dev", ["Fleet:A", "Fleet:B"]],
  ]);
  expect(config.alertTopic.securityProfileNames).toEqual(["P", "iot-quarantine-dev"]);
  expect(config.restrictivePolicy).toEqual({
    policyName: "R",
    allows: ["jobs", "shadow"],
    protect: false,
  });
  expect(config.permissionsBoundary).toBe("teams/iot/bound");
  expect(config.callbackLambda).toMatchObject({
    functionName: "F",
    quarantineGroupName: "G",
    memoryMib: 512,
    timeoutSeconds: 45,
    alarmConcurrency: 2,
    logRetentionDays: 365,
  });
});

test.each<[string, unknown, string]>([
  ["notifyEmails", "ops@example.com", "a list of mail addresses, each once"],
  ["notifyEmails", ["ops"], "a list of mail addresses"],
  ["notifyEmails", ["a@b", "a@b"], "a list of mail addresses"],
  ["notifyEmails", [1], "a list of mail addresses"],
  ["alertTopicName", "a topic", "1 to 256 of [a-zA-Z0-9_-], or leave it empty to name it after the stack"],
  ["alertTopicName", "x".repeat(257), "1 to 256 of [a-zA-Z0-9_-]"],
  ["quarantineGroupName", "a/b", "1 to 128 of [a-zA-Z0-9:_-]"],
  ["restrictivePolicyName", "a b", "1 to 128 of [a-zA-Z0-9_+=,.@-]"],
  ["callbackFunctionName", "x".repeat(65), "1 to 64 of [a-zA-Z0-9_-]"],
  ["quarantineAllows", [], 'a list of any of "shadow" and "jobs", each once'],
  ["quarantineAllows", ["shadow", "shadow"], "a list of any"],
  ["quarantineAllows", ["shadow", "all"], "a list of any"],
  ["quarantineAllows", "shadow", "a list of any"],
  ["protectQuarantineGroup", "yes", "true or false"],
  ["protectQuarantineGroup", 1, "true or false"],
  ["functionMemoryMib", 127, "a whole number of MiB from 128 to 10240"],
  ["functionMemoryMib", 10241, "a whole number of MiB from 128 to 10240"],
  ["functionMemoryMib", 256.5, "a whole number of MiB from 128 to 10240"],
  ["functionTimeoutSeconds", 0, "a whole number of seconds from 1 to 900"],
  ["functionTimeoutSeconds", 901, "a whole number of seconds from 1 to 900"],
  ["functionTimeoutSeconds", "30s", "a whole number of seconds from 1 to 900"],
  ["alarmConcurrency", 1, "a whole number of batches from 2 to 1000"],
  ["alarmConcurrency", 1001, "a whole number of batches from 2 to 1000"],
  ["alarmConcurrency", "none", "a whole number of batches from 2 to 1000"],
  [
    "permissionsBoundary",
    "arn:aws:iam::123456789012:role/r",
    "the name of a managed policy of the account or its",
  ],
  [
    "permissionsBoundary",
    "arn:aws:iam::aws:policy/AdministratorAccess",
    "the name of a managed policy of the",
  ],
  [
    "permissionsBoundary",
    "arn:aws:iam::123456789012:policy/*",
    "the name of a managed policy of the account",
  ],
  ["permissionsBoundary", "a policy", "the name of a managed policy of the account"],
  ["permissionsBoundary", "x".repeat(129), "the name of a managed policy of the account"],
  ["logRetentionDays", 91, "one of 1, 3, 5, 7, 14, 30, 60, 90, 120"],
  ["logRetentionDays", 0, "one of 1, 3, 5, 7, 14, 30, 60, 90, 120"],
])("`%s` = %j is refused with key, rule and value", (key, value, rule) => {
  const faults = faultsOf({ [key]: value });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(`iot-quarantine:${key}: Set \`${key}\` to ${rule}`);
  expect(faults[0]).toMatch(/; it is .+\.$/);
});

test.each(["bound", "teams/iot/bound", "arn:aws-us-gov:iam::123456789012:policy/teams/bound"])(
  "the boundary may be named %s",
  (permissionsBoundary) => {
    expect(readConfig(asEngine({ permissionsBoundary }), identity).permissionsBoundary).toBe(
      permissionsBoundary,
    );
  },
);

test("a key that the program does not know is refused with the command that removes it", () => {
  expect(faultsOf({ profile: "x" })).toEqual([
    expect.stringContaining(
      "Remove it with `pulumi config rm iot-quarantine:profile` or use one of profiles, ",
    ),
  ]);
  expect(faultsOf({ "aws:region": "us-east-1", "other:key": "x" })).toEqual([]);
});

test("a profile's own faults carry their path from the config key", () => {
  expect(faultsOf({ profiles: [{ ...profile, name: "a b" }] })).toEqual([
    expect.stringMatching(/^ {2}iot-quarantine:profiles\[0\]\.name: .*; it is "a b"\.$/),
  ]);
  expect(faultsOf({ profiles: "not json" })).toEqual([
    expect.stringContaining("iot-quarantine:profiles: Set the profiles to a list of at least one"),
  ]);
});

test("a profile may not carry the name that another gets from the stack", () => {
  const faults = faultsOf({
    profiles: [
      { ...profile, name: "iot-quarantine-dev" },
      { behaviors: [behavior], targets: ["G"] },
    ],
  });
  expect(faults).toEqual([expect.stringContaining("iot-quarantine:profiles[1].name")]);
});

test("all faults are told at once, each on a line of its own", () => {
  const faults = faultsOf({
    profiles: [
      { ...profile, behaviors: [{ ...behavior, criteria: { ...behavior.criteria, durationSeconds: 60 } }] },
    ],
    alertTopicName: "a topic",
    functionMemoryMib: 1,
    bogus: "x",
  });
  expect(faults.map((line) => line.trim().split(": ")[0])).toEqual([
    "iot-quarantine:profiles[0].behaviors[0].criteria.durationSeconds",
    "iot-quarantine:alertTopicName",
    "iot-quarantine:functionMemoryMib",
    "iot-quarantine:bogus",
  ]);
});

test("jobs alone leave the shadow open, without which a device could never learn of its quarantine", () => {
  const config = readConfig({ "iot-quarantine:quarantineAllows": '["jobs"]' }, identity);
  expect(config.restrictivePolicy.allows).toEqual(["shadow", "jobs"]);
});

test("a value that was set as a secret is refused, as what it is for is none, and is not shown", () => {
  const raw = { "iot-quarantine:quarantineGroupName": "hunter 2", "iot-quarantine:stray": "hunter 3" };
  const run = () => readConfig(raw, identity, () => true);
  expect(run).toThrow(
    /quarantineGroupName: Set it again by `pulumi config set .*plain.*\n.*stray: Set it again/,
  );
  expect(run).not.toThrow(/hunter/);
});

test("the default profile acts on nothing that others can do in a device's name", () => {
  const { profiles } = readConfig({}, identity);
  const metrics = profiles.flatMap(({ behaviors }) => behaviors.map(({ metric }) => metric));
  // A message counts for the client id of a connection that was allowed to send it; every other metric of the cloud side
  // counts what somebody claims to be, or what others send.
  expect(metrics).toEqual(["aws:num-messages-sent"]);
  expect(profiles.map(({ targets }) => targets)).toEqual([["registered-things"]]);
});

test("a key of an earlier version is refused with what to set instead", () => {
  expect(faultsOf({ functionReservedConcurrency: "10" })).toEqual([
    expect.stringMatching(
      /Remove it with `pulumi config rm iot-quarantine:functionReservedConcurrency` and set `alarmConcurrency` where .*; it is "10"\.$/,
    ),
  ]);
});
