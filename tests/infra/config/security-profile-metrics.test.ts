import { securityProfileFaults } from "../../../infra/config/security-profiles";

const behavior = {
  name: "B",
  metric: "aws:num-messages-sent",
  criteria: { comparisonOperator: "less-than", value: { count: 10 }, durationSeconds: 300 },
};
const metricsExport = { mqttTopic: "detect/metrics", roleArn: "arn:aws:iam::123456789012:role/path/export" };
const retained = { metric: "aws:num-messages-sent" };
const profile = { name: "P", targets: ["all-things"] };

const faultsOf = (change: object) =>
  securityProfileFaults([{ ...profile, ...change }], "profiles").map(({ path, rule }) => `${path}: ${rule}`);

test.each([
  ["behaviors beside metrics to retain", { behaviors: [behavior], additionalMetricsToRetain: [retained] }],
  ["no behaviors, where it retains metrics", { additionalMetricsToRetain: [retained] }],
  [
    "an empty list of behaviors, where it retains metrics",
    { behaviors: [], additionalMetricsToRetain: [retained] },
  ],
  ["an empty list of metrics to retain", { behaviors: [behavior], additionalMetricsToRetain: [] }],
  [
    "one metric in and outside a dimension, and without",
    {
      additionalMetricsToRetain: [
        retained,
        { ...retained, metricDimension: { dimensionName: "T" } },
        { ...retained, metricDimension: { dimensionName: "T", operator: "NOT_IN" } },
        { metric: "batteryPercentage" },
      ],
    },
  ],
  ["a behavior that is exported", { behaviors: [{ ...behavior, exportMetric: true }], metricsExport }],
  [
    "a retained metric that is exported to Basic Ingest",
    {
      additionalMetricsToRetain: [{ ...retained, exportMetric: true }],
      metricsExport: { ...metricsExport, mqttTopic: "$aws/rules/my_rule/a" },
    },
  ],
])("a profile may have %s", (_title, change) => {
  expect(faultsOf(change)).toEqual([]);
});

test.each<[string, object, string]>([
  ["no list of metrics", { additionalMetricsToRetain: {} }, "additionalMetricsToRetain: a list of metrics"],
  [
    "a bare name",
    { additionalMetricsToRetain: ["x"] },
    "additionalMetricsToRetain[0]: an object with `metric`",
  ],
  [
    "an unknown key",
    { additionalMetricsToRetain: [{ ...retained, name: "x" }] },
    "[0].name: which knows only",
  ],
  ["no metric", { additionalMetricsToRetain: [{}] }, "[0].metric: a metric of AWS, or"],
  ["a misspelt metric", { additionalMetricsToRetain: [{ metric: "aws:num-messages" }] }, "[0].metric: "],
  [
    "one without aws:",
    { additionalMetricsToRetain: [{ metric: "num-messages-sent" }] },
    "did you mean aws:num-messages-sent?",
  ],
  [
    "a dimension on a metric that takes none",
    {
      additionalMetricsToRetain: [{ metric: "aws:num-disconnects", metricDimension: { dimensionName: "T" } }],
    },
    "[0].metricDimension: as this metric cannot be restricted",
  ],
  [
    "a flag that is none",
    { additionalMetricsToRetain: [{ ...retained, exportMetric: "yes" }] },
    "[0].exportMetric: true or false",
  ],
  [
    "a metric twice, once in words",
    {
      additionalMetricsToRetain: [
        { ...retained, metricDimension: { dimensionName: "T" } },
        { ...retained, metricDimension: { dimensionName: "T", operator: "IN" } },
      ],
    },
    "additionalMetricsToRetain[1]: a list without repetition",
  ],
  [
    "an export to nowhere",
    { additionalMetricsToRetain: [{ ...retained, exportMetric: true }] },
    "[0].exportMetric: as the profile has no `metricsExport`",
  ],
  [
    "an export that is none",
    { metricsExport: "x" },
    "metricsExport: an object with `mqttTopic` and `roleArn`",
  ],
  ["an export of nothing", { metricsExport }, "metricsExport: as none of its behaviors"],
])("%s is one fault", (_title, change, expected) => {
  const faults = faultsOf({ behaviors: [behavior], ...change });
  expect(faults).toEqual([expect.stringContaining(expected)]);
});

test("all faults of an export are told at once", () => {
  const behaviors = [{ ...behavior, exportMetric: true }];
  expect(faultsOf({ behaviors, metricsExport: { mqttTopic: "a/#", roleArn: "role/x", key: 1 } })).toEqual([
    expect.stringMatching(/metricsExport\.key: which knows only/),
    expect.stringMatching(/metricsExport\.mqttTopic: a topic of 1 to 512/),
    expect.stringMatching(/metricsExport\.roleArn: the ARN of an IAM role/),
  ]);
});

test.each(["", "a".repeat(513), "a/+", "$aws/things/d/shadow/update", "$aws/rules/", "$SYS/a"])(
  "%j is no topic to export to",
  (mqttTopic) => {
    const behaviors = [{ ...behavior, exportMetric: true }];
    expect(faultsOf({ behaviors, metricsExport: { ...metricsExport, mqttTopic } })).toHaveLength(1);
  },
);
