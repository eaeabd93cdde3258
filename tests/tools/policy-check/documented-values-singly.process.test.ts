import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { CONFIG_DEFAULTS } from "../../../infra/config/defaults";
import { POLICIES } from "../../../policy-pack/policies";
import { COMPUTED, type Registration, record, SCOPE } from "../../infra/recorder";
import { asEngine } from "../../infra/stack-files";
import { judgeStack, type Stack } from "../../policy-pack/support/stack";

import program = require("../../../index");

// The functions' code takes seconds to make, is the same for every config, and no policy looks at it.
jest.mock("../../../infra/callback-code", () => ({
  ...jest.requireActual("../../../infra/callback-code"),
  buildFunctionCode: () =>
    Promise.resolve({ callback: "exports.handler = 0;", reconcile: "exports.handler = 0;" }),
}));

const ROOT = resolve(__dirname, "..", "..", "..");

const behavior = {
  name: "Size",
  metric: "aws:message-byte-size",
  criteria: { comparisonOperator: "less-than", value: { count: 1000 } },
};
const profile = { name: "Watch", behaviors: [behavior], targets: ["registered-things"] };
const HERE = `${SCOPE.region}:${SCOPE.account}`;

/** Each value, and each kind of value, that the page on the configuration documents of a key. */
const DOCUMENTED: Readonly<Record<string, readonly unknown[]>> = {
  profiles: [
    ...["observe", "notify", "quarantine"].flatMap((response) => [
      [{ ...profile, response }],
      [{ ...profile, behaviors: [{ ...behavior, response }] }],
    ]),
    ...["all-things", "registered-things", "unregistered-things", "Pumps"].map((target) => [
      { ...profile, targets: [target] },
    ]),
    ...["all/things", "all/registered-things", "all/unregistered-things", "thinggroup/Pumps"].map(
      (target) => [{ ...profile, targets: [`arn:aws:iot:${HERE}:${target}`] }],
    ),
    [{ ...profile, description: "Sizes of messages" }],
    [{ ...profile, additionalMetricsToRetain: [{ metric: "aws:num-disconnects" }] }],
    [
      {
        name: "Kept",
        targets: ["all-things"],
        additionalMetricsToRetain: [{ metric: "aws:num-disconnects" }],
      },
    ],
    [
      {
        ...profile,
        behaviors: [{ ...behavior, exportMetric: true }],
        metricsExport: {
          mqttTopic: "detect/metrics",
          roleArn: `arn:aws:iam::${SCOPE.account}:role/export`,
        },
      },
    ],
    [
      { behaviors: profile.behaviors, targets: profile.targets },
      { ...profile, name: "Other" },
    ],
  ],
  quarantineLimitPerHour: [1, 1000],
  alarmMaxAgeMinutes: [60],
  exempt: [
    [],
    [{ thing: "Pump-1", reason: "must run", until: "2999-12-31" }],
    [{ group: "Pumps", reason: "must run", until: "2999-12-31" }],
  ],
  containment: [
    ["group"],
    ["group", "principal"],
    ["group", "deactivate"],
    ["group", "principal", "deactivate"],
  ],
  notifyEmails: [["ops@example.com"], ["ops@example.com", "soc@example.com"]],
  alertTopicName: ["Alerts"],
  quarantineGroupName: ["Fenced"],
  restrictivePolicyName: ["Fence"],
  callbackFunctionName: ["fence-devices"],
  quarantineAllows: [["shadow"], ["jobs"], ["shadow", "jobs"]],
  protectQuarantineGroup: [true, false],
  functionMemoryMib: [128, 1024],
  functionTimeoutSeconds: [30, 900],
  alarmConcurrency: [2, 1000],
  logRetentionDays: [1, 365],
  permissionsBoundary: ["boundary", `arn:aws:iam::${SCOPE.account}:policy/boundary`],
  rehearsal: [
    { healthy: { "messages-sent": 200, "listening-tcp-ports": [443, 8883] } },
    { dimensions: { Commands: "cmd/+" } },
  ],
};

/** Each value in a preview, in which the pack knows the least; of each key the last one in a deployment, too. */
const ONE_BY_ONE = Object.entries(DOCUMENTED).flatMap(([key, values]) => [
  ...values.map((value) => ({ key, value, isPreview: true, when: "preview" })),
  { key, value: values.at(-1), isPreview: false, when: "deployment" },
]);

/** What the pack is shown of a run. */
function shownOf(registrations: readonly Registration[], isPreview: boolean): Stack {
  const names = new Map(registrations.map(({ urn, name }) => [urn, name]));
  return Object.fromEntries(
    registrations.map(({ type, name, inputs, sources, protect, ignoreChanges }) => [
      name,
      {
        type,
        props: isPreview ? inputs : { ...inputs, ...COMPUTED[type]?.(inputs, SCOPE) },
        protect,
        ignoreChanges: [...ignoreChanges],
        sources: Object.fromEntries(
          Object.entries(sources).map(([property, urns]) => [
            property,
            urns.flatMap((urn) => names.get(urn) ?? []),
          ]),
        ),
      },
    ]),
  );
}

/** What the pack says of a stack with one value in its config, but for what it cannot judge yet. */
async function told(key: string, value: unknown, isPreview: boolean): Promise<readonly string[]> {
  const config = asEngine({ "aws:region": SCOPE.region, [key]: value });
  const { registrations } = await record(() => program(), { config, preview: isPreview });
  process.env.PULUMI_CONFIG = JSON.stringify(config);
  const stack = shownOf(registrations, isPreview);
  return POLICIES.flatMap((policy) =>
    judgeStack(policy, stack, {}, "dev")
      .filter(({ message }) => !message.startsWith("Not judged:"))
      .map(({ level, message }) => `${level} ${policy.name}: ${message}`),
  );
}

beforeEach(() => {
  // A stack that quarantines nobody says so.
  jest.spyOn(console, "log").mockImplementation();
});

afterEach(() => {
  jest.restoreAllMocks();
  delete process.env.PULUMI_CONFIG;
});

test("all keys of the page, of the project and of the defaults are among them", () => {
  const page = readFileSync(join(ROOT, "docs", "configuration.md"), "utf8");
  const documented = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key);
  expect(documented).toEqual(Object.keys(DOCUMENTED));
  expect(Object.keys(DOCUMENTED)).toEqual(expect.arrayContaining(Object.keys(CONFIG_DEFAULTS)));
});

/** What is told of a value, as advice; nothing is refused for any. */
const toldOf = (key: string, value: unknown): readonly unknown[] =>
  key === "quarantineAllows" && JSON.stringify(value).includes("jobs")
    ? [expect.stringMatching(/^advisory quarantine-policy-contains: .*allowed by the stack's config/)]
    : [];

test.each(ONE_BY_ONE)("$key: $value alone passes the pack in a $when", async ({ key, value, isPreview }) => {
  expect(await told(key, value, isPreview)).toEqual(toldOf(key, value));
});
