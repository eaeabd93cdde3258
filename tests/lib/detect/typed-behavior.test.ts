import type { Behavior } from "../../../lib/detect/behavior";
import { customMetric, type TypedBehavior } from "../../../lib/detect/typed-behavior";
import { profileFaults } from "../../../lib/detect/validate-behavior";

const count = { comparisonOperator: "less-than", value: { count: 10 } } as const;
const battery = customMetric("batteryPercentage");

/** Each of these compiles, so each must also be legal to the validator. */
const RULES: readonly TypedBehavior[] = [
  { name: "Rate", metric: "aws:num-messages-sent", criteria: { ...count, durationSeconds: 300 } },
  {
    name: "Topics",
    metric: "aws:num-messages-received",
    metricDimension: { dimensionName: "Telemetry" },
    criteria: { ...count, durationSeconds: 3600, consecutiveDatapointsToAlarm: 10 },
    suppressAlerts: true,
  },
  {
    name: "Percentile",
    metric: "aws:all-bytes-out",
    criteria: {
      comparisonOperator: "less-than",
      statisticalThreshold: { statistic: "p99.9" },
      durationSeconds: 600,
    },
  },
  { name: "Size", metric: "aws:message-byte-size", criteria: count },
  { name: "Away", metric: "aws:disconnect-duration", criteria: count },
  {
    name: "From",
    metric: "aws:source-ip-address",
    criteria: { comparisonOperator: "in-cidr-set", value: { cidrs: ["10.0.0.0/8"] } },
  },
  {
    name: "Ports",
    metric: "aws:listening-tcp-ports",
    criteria: { comparisonOperator: "in-port-set", value: { ports: [443] } },
  },
  {
    name: "Battery",
    metric: battery,
    criteria: { comparisonOperator: "greater-than", value: { number: 20 } },
  },
  {
    name: "Names",
    metric: customMetric("names"),
    criteria: { comparisonOperator: "in-set", value: { strings: ["a"] } },
  },
];

const LEARNED: readonly TypedBehavior[] = [
  {
    name: "Ml",
    metric: "aws:num-disconnects",
    criteria: { mlDetectionConfig: { confidenceLevel: "LOW" }, consecutiveDatapointsToClear: 2 },
  },
];

/** None of these may compile: `tsc` fails where an expected error does not come. */
const ILLEGAL: readonly TypedBehavior[] = [
  // @ts-expect-error a rate is counted over a period, so durationSeconds is missing
  { name: "B", metric: "aws:num-messages-sent", criteria: { ...count } },
  // @ts-expect-error 60 is not a period of Device Defender
  { name: "B", metric: "aws:num-messages-sent", criteria: { ...count, durationSeconds: 60 } },
  {
    name: "B",
    metric: "aws:num-messages-sent",
    // @ts-expect-error a set's operator does not compare counts
    criteria: { comparisonOperator: "in-set", value: { count: 1 }, durationSeconds: 300 },
  },
  {
    name: "B",
    metric: "aws:listening-tcp-ports",
    // @ts-expect-error ports are compared with ports, not with a count
    criteria: { comparisonOperator: "in-port-set", value: { count: 1 } },
  },
  {
    name: "B",
    metric: "aws:listening-tcp-ports",
    // @ts-expect-error ports have no model
    criteria: { mlDetectionConfig: { confidenceLevel: "LOW" } },
  },
  // @ts-expect-error a disconnect duration has an upper bound only
  {
    name: "B",
    metric: "aws:disconnect-duration",
    criteria: { comparisonOperator: "greater-than", value: { count: 1 } },
  },
  {
    name: "B",
    metric: "aws:num-messages-sent",
    // @ts-expect-error a learned behavior has no value of its own
    criteria: { mlDetectionConfig: { confidenceLevel: "LOW" }, value: { count: 1 } },
  },
  // @ts-expect-error connection attempts have no topic
  {
    name: "B",
    metric: "aws:num-connection-attempts",
    criteria: { ...count, durationSeconds: 300 },
    metricDimension: { dimensionName: "Telemetry" },
  },
  {
    name: "B",
    metric: "aws:num-messages-sent",
    // @ts-expect-error at most 10 datapoints
    criteria: { ...count, durationSeconds: 300, consecutiveDatapointsToAlarm: 11 },
  },
  // @ts-expect-error misspelt: a custom metric has to be named by customMetric()
  { name: "B", metric: "aws:num-messages-published", criteria: { ...count, durationSeconds: 300 } },
  {
    name: "B",
    metric: battery,
    // @ts-expect-error a custom number is a number, not a count
    criteria: { comparisonOperator: "less-than", value: { count: 1 } },
  },
];

describe("TypedBehavior", () => {
  test.each([
    ["rules", RULES],
    ["ML", LEARNED],
  ])("compiles only to what the validator takes as %s", (_, behaviors) => {
    const rendered: readonly Behavior[] = behaviors;
    expect(profileFaults(rendered, "p")).toEqual([]);
  });

  test.each(ILLEGAL.map((behavior) => [behavior] as const))(
    "does not compile what the validator refuses: %j",
    (behavior) => {
      expect(profileFaults([behavior], "p")).not.toEqual([]);
    },
  );
});

describe("customMetric", () => {
  test.each(["aws:num-messages-sent", "", "a b", "a".repeat(129)])("throws for %j", (name) => {
    expect(() => customMetric(name)).toThrow(RangeError);
  });
});
