import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { readStackFiles } from "../../../pulumi-host/program/stack-files";
import { checkPolicies } from "../../../tools/policy-check/check";

const PROJECT = resolve(__dirname, "..", "..", "..");
const FILES = readStackFiles(PROJECT, "dev");

/** A value of each key that is documented and not the default. */
const DOCUMENTED: Readonly<Record<string, string>> = {
  profiles: JSON.stringify([
    {
      name: "Watch",
      description: "Sizes",
      response: "quarantine",
      behaviors: [
        {
          name: "Size",
          metric: "aws:message-byte-size",
          criteria: {
            comparisonOperator: "less-than",
            value: { count: 1000 },
            consecutiveDatapointsToAlarm: 2,
            consecutiveDatapointsToClear: 2,
          },
          exportMetric: true,
        },
      ],
      targets: ["registered-things", "unregistered-things"],
      metricsExport: { mqttTopic: "detect/metrics", roleArn: "arn:aws:iam::123456789012:role/export" },
    },
    {
      name: "Look",
      targets: ["registered-things"],
      additionalMetricsToRetain: [
        { metric: "aws:num-messages-sent", metricDimension: { dimensionName: "T" }, exportMetric: true },
        { metric: "batteryPercentage" },
      ],
      metricsExport: { mqttTopic: "$aws/rules/look", roleArn: "arn:aws:iam::123456789012:role/export" },
    },
  ]),
  quarantineLimitPerHour: "1000",
  alarmMaxAgeMinutes: "60",
  exempt: '[{"group":"Pumps","reason":"must run","until":"2999-12-31"}]',
  containment: '["group","principal","deactivate"]',
  notifyEmails: '["ops@example.com"]',
  alertTopicName: "dev-alerts",
  quarantineGroupName: "dev-group",
  restrictivePolicyName: "dev-fence",
  callbackFunctionName: "dev-callback",
  quarantineAllows: '["jobs"]',
  protectQuarantineGroup: "true",
  functionMemoryMib: "128",
  functionTimeoutSeconds: "900",
  alarmConcurrency: "1000",
  logRetentionDays: "1",
  permissionsBoundary: "dev-boundary",
  rehearsal: '{"healthy":{"messages-sent":200},"dimensions":{"Commands":"cmd/+"}}',
};

const config = {
  "aws:region": "us-east-1",
  ...Object.fromEntries(Object.entries(DOCUMENTED).map(([key, value]) => [`iot-quarantine:${key}`, value])),
};

test("every key is among them", () => {
  const { config: keys } = parse(readFileSync(join(PROJECT, "Pulumi.yaml"), "utf8"));
  expect(Object.keys(DOCUMENTED)).toEqual(Object.keys(keys));
});

test.each([
  ["before it is made", false],
  ["once it is deployed", true],
])(
  "a stack with a documented value of every key passes the pack %s, which tells what its config allows",
  async (_, up) => {
    const { signal } = new AbortController();
    const pack = join(PROJECT, "policy-pack");
    const { policies } = await checkPolicies({
      files: { ...FILES, config },
      up,
      pack,
      log: () => undefined,
      signal,
    });
    const findings = policies.flatMap((policy) => policy.findings.map((finding) => ({ ...finding, policy })));
    const violations = findings.filter(({ kind }) => kind === "violation");
    expect(violations.filter(({ level }) => level === "mandatory")).toEqual([]);
    const told = violations.filter(({ message }) => message.includes("allowed by the stack's config"));
    expect(told.map(({ policy }) => policy.policy.name)).toEqual(["quarantine-policy-contains"]);
  },
);
