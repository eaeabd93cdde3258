import type { Behavior } from "../../../lib/detect/behavior";
import { behaviorSpec, periodOf } from "../../../lib/detect/spec";

const behavior: Behavior = {
  name: "B",
  metric: "aws:source-ip-address",
  criteria: { comparisonOperator: "in-cidr-set", value: { cidrs: ["10.0.0.0/8", "11.0.0.0/8"] } },
};
const hashOf = (changes: Partial<Behavior>) => behaviorSpec("P", { ...behavior, ...changes }, []).hash;
const withCriteria = (changes: object) => hashOf({ criteria: { ...behavior.criteria, ...changes } });

describe("behaviorSpec", () => {
  test.each([
    ["another name", hashOf({ name: "C" })],
    ["muted alerts", hashOf({ suppressAlerts: true })],
    ["the set in another order", withCriteria({ value: { cidrs: ["11.0.0.0/8", "10.0.0.0/8"] } })],
    [
      "AWS's default written out",
      withCriteria({ consecutiveDatapointsToAlarm: 1, consecutiveDatapointsToClear: 1 }),
    ],
  ])("keeps its hash with %s", (_, hash) => {
    expect(hash).toBe(hashOf({}));
  });

  test("keeps its hash with the dimension's default operator written out", () => {
    const hashWith = (operator?: "IN") =>
      hashOf({ metricDimension: { dimensionName: "d", ...(operator && { operator }) } });
    expect(hashWith("IN")).toBe(hashWith());
  });

  test("has another hash for each change of what is normal", () => {
    const hashes = [
      hashOf({}),
      hashOf({ metric: "aws:destination-ip-addresses" }),
      hashOf({ metricDimension: { dimensionName: "d" } }),
      hashOf({ metricDimension: { dimensionName: "e" } }),
      hashOf({ metricDimension: { dimensionName: "d", operator: "NOT_IN" } }),
      withCriteria({ comparisonOperator: "not-in-cidr-set" }),
      withCriteria({ value: { cidrs: ["10.0.0.0/8"] } }),
      withCriteria({ durationSeconds: 600 }),
      withCriteria({ consecutiveDatapointsToAlarm: 2 }),
      withCriteria({ consecutiveDatapointsToClear: 2 }),
      withCriteria({ statisticalThreshold: { statistic: "p90" } }),
      withCriteria({ mlDetectionConfig: { confidenceLevel: "LOW" } }),
      hashOf({ criteria: {} }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(hashes.every((hash) => /^[0-9a-f]{8}$/.test(hash))).toBe(true);
  });
});

describe("periodOf", () => {
  test("is the behavior's own, or 300 s", () => {
    expect([
      periodOf(behavior),
      periodOf({ name: "B", criteria: { durationSeconds: 3600 } }),
      periodOf({ name: "B" }),
    ]).toEqual([300, 3600, 300]);
  });
});
