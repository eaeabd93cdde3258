import { formatFault } from "../../../lib/detect/fault";
import { METRICS } from "../../../lib/detect/metrics";
import { behaviorFaults } from "../../../lib/detect/validate-behavior";

type Change = Readonly<Record<string, unknown>>;

const sent = {
  name: "MsgSent",
  metric: "aws:num-messages-sent",
  criteria: { comparisonOperator: "less-than", value: { count: 10 }, durationSeconds: 300 },
};

function withCriteria(criteria: Change, behavior: Change = {}): unknown {
  return { ...sent, ...behavior, criteria };
}

function texts(behavior: unknown): string[] {
  return behaviorFaults(behavior, "b").map(formatFault);
}

function paths(behavior: unknown): string[] {
  return behaviorFaults(behavior, "b").map(({ path }) => path);
}

const ports = { comparisonOperator: "in-port-set", value: { ports: [0, 443, 65535] } };
const cidrs = { comparisonOperator: "not-in-cidr-set", value: { cidrs: ["12.8.0.0/16", "2001:db8::/32"] } };
const ml = { mlDetectionConfig: { confidenceLevel: "HIGH" } };
const p90 = {
  comparisonOperator: "less-than-equals",
  statisticalThreshold: { statistic: "p90" },
  durationSeconds: 900,
};

const LEGAL: readonly (readonly [string, string, Change])[] = [
  [
    "a count with all its settings",
    "aws:num-disconnects",
    { ...sent.criteria, consecutiveDatapointsToAlarm: 10, consecutiveDatapointsToClear: 1 },
  ],
  ["a statistical rate", "aws:all-bytes-out", p90],
  ["a learned rate", "aws:num-messages-received", { ...ml, consecutiveDatapointsToAlarm: 2 }],
  [
    "a message size without a period",
    "aws:message-byte-size",
    { comparisonOperator: "greater-than", value: { count: 5000 } },
  ],
  ["a message size with a period", "aws:message-byte-size", sent.criteria],
  [
    "a disconnect duration",
    "aws:disconnect-duration",
    { comparisonOperator: "less-than-equals", value: { count: 5 } },
  ],
  ["source addresses", "aws:source-ip-address", cidrs],
  ["destination addresses", "aws:destination-ip-addresses", { ...cidrs, consecutiveDatapointsToAlarm: 3 }],
  ["listening ports", "aws:listening-udp-ports", ports],
  ["a custom number", "batteryPercentage", { comparisonOperator: "greater-than", value: { number: -7.5 } }],
  ["a custom number's percentile", "batteryPercentage", p90],
  ["a learned custom number", "batteryPercentage", ml],
  ["custom numbers", "versions", { comparisonOperator: "in-set", value: { numbers: [1.5, -2] } }],
  ["custom strings", "my:names", { comparisonOperator: "not-in-set", value: { strings: ["root"] } }],
  ["custom addresses", "peers", { comparisonOperator: "in-cidr-set", value: { cidrs: ["10.0.0.0/8"] } }],
];

const ILLEGAL: readonly (readonly [string, unknown, readonly string[]])[] = [
  ["no behavior at all", null, ["b"]],
  ["a list for a behavior", [], ["b"]],
  ["an empty behavior", {}, ["b.name", "b.metric", "b.criteria"]],
  ["an unknown key of a behavior", { ...sent, threshold: 1 }, ["b.threshold"]],
  ["a name with a space", { ...sent, name: "Msg Sent" }, ["b.name"]],
  ["an empty name", { ...sent, name: "" }, ["b.name"]],
  ["a name of 129 characters", { ...sent, name: "a".repeat(129) }, ["b.name"]],
  ["a name that ends in a line feed", { ...sent, name: "a\n" }, ["b.name"]],
  ["a misspelt metric of AWS", { ...sent, metric: "aws:num-messages-published" }, ["b.metric"]],
  ["a metric named like a property of every object", { ...sent, metric: "aws:constructor" }, ["b.metric"]],
  ["a metric that is no text", { ...sent, metric: 7 }, ["b.metric"]],
  [
    "a custom metric with a space",
    withCriteria({ comparisonOperator: "less-than", value: { number: 1 } }, { metric: "my metric" }),
    ["b.metric"],
  ],
  ["a flag as text", { ...sent, suppressAlerts: "false" }, ["b.suppressAlerts"]],
  ["an export that is no flag", { ...sent, exportMetric: 1 }, ["b.exportMetric"]],
  [
    "a dimension on connections",
    { ...sent, metric: "aws:num-connection-attempts", metricDimension: { dimensionName: "d" } },
    ["b.metricDimension"],
  ],
  [
    "a dimension on a custom metric",
    withCriteria(ml, { metric: "m", metricDimension: { dimensionName: "d" } }),
    ["b.metricDimension"],
  ],
  ["a dimension that is a name only", { ...sent, metricDimension: "d" }, ["b.metricDimension"]],
  [
    "a dimension without a name, with strangers",
    { ...sent, metricDimension: { operator: "OUT", topic: "a" } },
    ["b.metricDimension.topic", "b.metricDimension.dimensionName", "b.metricDimension.operator"],
  ],
];

describe("behaviorFaults", () => {
  test.each(LEGAL)("accepts %s", (_, metric, criteria) => {
    expect(texts({ name: "B", metric, criteria })).toEqual([]);
  });

  test.each(ILLEGAL)("refuses %s", (_, behavior, expected) => {
    expect(paths(behavior)).toEqual(expected);
  });

  test.each(Object.keys(METRICS))("knows what makes a behavior on %s legal", (metric) => {
    const candidates = [
      sent.criteria,
      { comparisonOperator: "less-than", value: { count: 1 } },
      ports,
      cidrs,
    ];
    const accepted = candidates.filter((criteria) => texts({ name: "B", metric, criteria }).length === 0);
    expect(accepted.length).toBeGreaterThanOrEqual(1);
  });

  test("accepts both flags and a dimension with either operator", () => {
    for (const operator of ["IN", "NOT_IN"]) {
      const metricDimension = { dimensionName: "TopicsOfTelemetry", operator };
      expect(texts({ ...sent, metricDimension, suppressAlerts: true, exportMetric: false })).toEqual([]);
    }
  });

  test("says key, rule, value and remedy in one sentence", () => {
    expect(texts(withCriteria({ ...sent.criteria, durationSeconds: 60 }))).toEqual([
      "b.criteria.durationSeconds: Set `durationSeconds` of behavior `MsgSent` to one of 300, 600, 900, 1800, 3600; it is 60.",
    ]);
    expect(texts(withCriteria({ ...ml, value: { count: 1 } }))).toEqual([
      "b.criteria.value: Remove `value` from behavior `MsgSent`, as ML Detect finds out by itself what is normal; it is an object.",
    ]);
    expect(texts({ ...sent, metricDimension: {} })).toEqual([
      "b.metricDimension.dimensionName: Set `dimensionName` of the dimension of behavior `MsgSent` to 1 to 128 of the characters a-z, A-Z, 0-9, colon, underscore and hyphen; it is not set.",
    ]);
  });

  test("reports all faults of a behavior at once", () => {
    const broken = {
      name: "a b",
      metric: "aws:num-messages-sent",
      criteria: {
        comparisonOperator: "in-set",
        value: { count: -1 },
        durationSeconds: 1,
        consecutiveDatapointsToAlarm: 0,
      },
      suppressAlerts: 1,
    };
    expect(paths(broken)).toEqual([
      "b.name",
      "b.criteria.comparisonOperator",
      "b.criteria.value.count",
      "b.criteria.durationSeconds",
      "b.criteria.consecutiveDatapointsToAlarm",
      "b.suppressAlerts",
    ]);
  });

  test("still checks what does not depend on the metric when the metric is unknown", () => {
    const criteria = { ...p90, durationSeconds: 1, consecutiveDatapointsToAlarm: 99 };
    expect(paths({ name: "B", metric: "aws:nothing", criteria })).toEqual([
      "b.metric",
      "b.criteria.durationSeconds",
      "b.criteria.consecutiveDatapointsToAlarm",
    ]);
  });
});

describe("a wrong metric hides nothing else that is wrong", () => {
  const all = { comparisonOperator: "lesser", value: { count: -1 }, durationSeconds: 60 };

  it.each([
    ["one that nearly is AWS's", "aws:num-mesages-sent", "b.criteria.value.count"],
    ["one that is none of AWS's", "aws:temperature", "b.criteria.value.count"],
    ["none at all", undefined, "b.criteria.value.count"],
    ["one that lacks its prefix", "num-messages-sent", "b.criteria.value.count"],
  ])("%s", (_title, metric, value) => {
    expect(paths(withCriteria(all, { metric }))).toEqual([
      "b.metric",
      "b.criteria.comparisonOperator",
      value,
      "b.criteria.durationSeconds",
    ]);
  });

  it.each([
    ["no object", 5],
    ["no key that a metric has", { amount: 1 }],
    ["two of them", { count: 1, cidrs: ["10.0.0.0/8"] }],
  ])("nor a value with %s", (_title, value) => {
    expect(paths(withCriteria({ ...sent.criteria, value }, { metric: "aws:temperature" }))).toEqual([
      "b.metric",
      "b.criteria.value",
    ]);
  });

  it("says which one was likely meant", () => {
    expect(texts({ ...sent, metric: "aws:num-mesages-sent" })).toEqual([
      "b.metric: Set `metric` of behavior `MsgSent` to a metric of AWS (did you mean aws:num-messages-sent?); " +
        'it is "aws:num-mesages-sent".',
    ]);
  });

  it("names the keys of criteria as a sentence does", () => {
    expect(texts({ ...sent, criteria: 1 })[0]).toContain(
      "an object with keys of comparisonOperator, value, durationSeconds,",
    );
  });
});
