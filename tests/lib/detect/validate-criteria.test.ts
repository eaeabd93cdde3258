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

const ports = { comparisonOperator: "in-port-set", value: { ports: [0, 443, 65535] } };
const cidrs = { comparisonOperator: "not-in-cidr-set", value: { cidrs: ["12.8.0.0/16", "2001:db8::/32"] } };
const ml = { mlDetectionConfig: { confidenceLevel: "HIGH" } };
const p90 = {
  comparisonOperator: "less-than-equals",
  statisticalThreshold: { statistic: "p90" },
  durationSeconds: 900,
};

const ILLEGAL: readonly (readonly [string, unknown, readonly string[]])[] = [
  [
    "an unknown key of the criteria",
    withCriteria({ ...sent.criteria, duration: 300 }),
    ["b.criteria.duration"],
  ],
  [
    "an unknown key of a threshold",
    withCriteria({ ...p90, statisticalThreshold: { statistic: "p90", of: 1 } }),
    ["b.criteria.statisticalThreshold.of"],
  ],
  [
    "an unknown key of a model",
    withCriteria({ mlDetectionConfig: { confidenceLevel: "LOW", level: 1 } }),
    ["b.criteria.mlDetectionConfig.level"],
  ],
  [
    "a set's operator on a count",
    withCriteria({ ...sent.criteria, comparisonOperator: "in-set" }),
    ["b.criteria.comparisonOperator"],
  ],
  [
    "no operator",
    withCriteria({ value: { count: 1 }, durationSeconds: 300 }),
    ["b.criteria.comparisonOperator"],
  ],
  [
    "a lower bound for a disconnect duration",
    withCriteria(
      { comparisonOperator: "greater-than", value: { count: 5 } },
      { metric: "aws:disconnect-duration" },
    ),
    ["b.criteria.comparisonOperator"],
  ],
  [
    "an address operator on ports",
    withCriteria({ ...ports, comparisonOperator: "in-cidr-set" }, { metric: "aws:listening-tcp-ports" }),
    ["b.criteria.comparisonOperator"],
  ],
  [
    "a count operator on custom strings",
    withCriteria({ comparisonOperator: "less-than", value: { strings: ["a"] } }, { metric: "names" }),
    ["b.criteria.comparisonOperator"],
  ],
  [
    "a period of a minute",
    withCriteria({ ...sent.criteria, durationSeconds: 60 }),
    ["b.criteria.durationSeconds"],
  ],
  [
    "a period as text",
    withCriteria({ ...sent.criteria, durationSeconds: "300" }),
    ["b.criteria.durationSeconds"],
  ],
  [
    "no period for a rate",
    withCriteria({ comparisonOperator: "less-than", value: { count: 10 } }),
    ["b.criteria.durationSeconds"],
  ],
  [
    "no period for a percentile",
    withCriteria({ comparisonOperator: "less-than", statisticalThreshold: { statistic: "p1" } }),
    ["b.criteria.durationSeconds"],
  ],
  [
    "a period for ports",
    withCriteria({ ...ports, durationSeconds: 300 }, { metric: "aws:listening-tcp-ports" }),
    ["b.criteria.durationSeconds"],
  ],
  [
    "a period for a custom list",
    withCriteria(
      { comparisonOperator: "in-set", value: { numbers: [1] }, durationSeconds: 300 },
      { metric: "m" },
    ),
    ["b.criteria.durationSeconds"],
  ],
  [
    "0 datapoints to alarm",
    withCriteria({ ...sent.criteria, consecutiveDatapointsToAlarm: 0 }),
    ["b.criteria.consecutiveDatapointsToAlarm"],
  ],
  [
    "11 datapoints to clear",
    withCriteria({ ...sent.criteria, consecutiveDatapointsToClear: 11 }),
    ["b.criteria.consecutiveDatapointsToClear"],
  ],
  [
    "half a datapoint",
    withCriteria({ ...ml, consecutiveDatapointsToClear: 1.5 }),
    ["b.criteria.consecutiveDatapointsToClear"],
  ],
  [
    "CloudFormation's Average",
    withCriteria({ ...p90, statisticalThreshold: { statistic: "Average" } }),
    ["b.criteria.statisticalThreshold.statistic"],
  ],
  [
    "a threshold that is no object",
    withCriteria({ ...p90, statisticalThreshold: "p90" }),
    ["b.criteria.statisticalThreshold"],
  ],
  ["a percentile beside a value", withCriteria({ ...p90, value: { count: 1 } }), ["b.criteria.value"]],
  [
    "a percentile of addresses",
    withCriteria({ ...p90, comparisonOperator: "in-cidr-set" }, { metric: "aws:source-ip-address" }),
    ["b.criteria.statisticalThreshold"],
  ],
  [
    "a percentile of disconnect durations",
    withCriteria(p90, { metric: "aws:disconnect-duration" }),
    ["b.criteria.statisticalThreshold"],
  ],
  [
    "a model beside a rule",
    withCriteria({ ...ml, ...sent.criteria }),
    ["b.criteria.comparisonOperator", "b.criteria.value", "b.criteria.durationSeconds"],
  ],
  [
    "a model beside a percentile",
    withCriteria({ ...ml, statisticalThreshold: { statistic: "p90" } }),
    ["b.criteria.statisticalThreshold"],
  ],
  [
    "a model of ports",
    withCriteria(ml, { metric: "aws:listening-tcp-ports" }),
    ["b.criteria.mlDetectionConfig"],
  ],
  [
    "a model of disconnect durations",
    withCriteria(ml, { metric: "aws:disconnect-duration" }),
    ["b.criteria.mlDetectionConfig"],
  ],
  [
    "a model of nobody's confidence",
    withCriteria({ mlDetectionConfig: { confidenceLevel: "SOME" } }),
    ["b.criteria.mlDetectionConfig.confidenceLevel"],
  ],
  [
    "a model that is no object",
    withCriteria({ mlDetectionConfig: "HIGH" }),
    ["b.criteria.mlDetectionConfig"],
  ],
  ["no value", withCriteria({ comparisonOperator: "less-than", durationSeconds: 300 }), ["b.criteria.value"]],
  [
    "a value of another kind",
    withCriteria({ ...sent.criteria, value: { number: 10 } }),
    ["b.criteria.value.number", "b.criteria.value.count"],
  ],
  [
    "two kinds of value",
    withCriteria({ ...sent.criteria, value: { count: 10, ports: [1] } }),
    ["b.criteria.value.ports"],
  ],
  ["a count as text", withCriteria({ ...sent.criteria, value: { count: "10" } }), ["b.criteria.value.count"]],
  ["a negative count", withCriteria({ ...sent.criteria, value: { count: -1 } }), ["b.criteria.value.count"]],
  ["a broken count", withCriteria({ ...sent.criteria, value: { count: 1.5 } }), ["b.criteria.value.count"]],
  [
    "a count that cannot be kept exactly",
    withCriteria({ ...sent.criteria, value: { count: 2 ** 53 } }),
    ["b.criteria.value.count"],
  ],
  [
    "ports out of range, broken or twice",
    withCriteria(
      { ...ports, value: { ports: [-1, 443, 65536, 1.5, "80", 443] } },
      { metric: "aws:listening-tcp-ports" },
    ),
    [0, 2, 3, 4, 5].map((at) => `b.criteria.value.ports[${at}]`),
  ],
  [
    "an empty list",
    withCriteria({ ...ports, value: { ports: [] } }, { metric: "aws:listening-tcp-ports" }),
    ["b.criteria.value.ports"],
  ],
  [
    "what are no CIDRs",
    withCriteria(
      {
        ...cidrs,
        value: {
          cidrs: [
            "10.0.0.0/33",
            "10.0.0.1",
            "10.0.0/8",
            "::/129",
            "fe80::1%eth0/64",
            "10.0.0.0/08",
            "10.0.0.0/",
            4,
          ],
        },
      },
      { metric: "aws:source-ip-address" },
    ),
    [0, 1, 2, 3, 4, 5, 6, 7].map((at) => `b.criteria.value.cidrs[${at}]`),
  ],
  [
    "an empty string in a set",
    withCriteria({ comparisonOperator: "in-set", value: { strings: ["a", ""] } }, { metric: "names" }),
    ["b.criteria.value.strings[1]"],
  ],
  [
    "a custom metric with a count",
    withCriteria({ comparisonOperator: "less-than", value: { count: 1 } }, { metric: "m" }),
    ["b.criteria.value.count", "b.criteria.value.number"],
  ],
];

describe("criteriaFaults", () => {
  test.each(ILLEGAL)("refuses %s", (_, behavior, expected) => {
    expect(behaviorFaults(behavior, "b").map(({ path }) => path)).toEqual(expected);
  });
});
