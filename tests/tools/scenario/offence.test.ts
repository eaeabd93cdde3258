import fc from "fast-check";
import type { Behavior, MetricValue } from "../../../lib/detect/behavior";
import { isNormal } from "../../../lib/detect/compare";
import { FAMILIES, METRICS, type MetricName, type Rules } from "../../../lib/detect/metrics";
import { healthyOf } from "../../../tools/scenario/healthy";
import { offenceOf, Unplayable } from "../../../tools/scenario/offence";
import { shares, windowsIn } from "../../../tools/scenario/reading";

const rulesOf = (metric: MetricName): Rules => FAMILIES[METRICS[metric].family];

const values: Readonly<Record<string, fc.Arbitrary<MetricValue>>> = {
  count: fc.record({ count: fc.nat({ max: 40_000 }) }),
  ports: fc.record({ ports: fc.uniqueArray(fc.nat({ max: 65_535 }), { minLength: 1, maxLength: 5 }) }),
  cidrs: fc.record({
    cidrs: fc.subarray(
      ["127.0.0.0/24", "10.0.0.0/8", "0.0.0.0/0", "192.0.2.1", "2001:db8::/32", "127.0.0.0/8"],
      {
        minLength: 1,
      },
    ),
  }),
};

const behaviors: fc.Arbitrary<Behavior> = fc
  .constantFrom(...(Object.keys(METRICS) as MetricName[]))
  .chain((metric) =>
    fc.record({
      name: fc.constant("B"),
      metric: fc.constant(metric),
      criteria: fc.record({
        comparisonOperator: fc.constantFrom(...rulesOf(metric).operators),
        value: values[rulesOf(metric).valueKey] ?? fc.constant({ count: 1 }),
        durationSeconds: fc.constantFrom(300 as const, 900 as const, 3600 as const),
      }),
    }),
  );

const healthy = healthyOf([], {}).readings;

it("finds an offence that the behavior calls abnormal, or says why there is none", () => {
  fc.assert(
    fc.property(behaviors, (behavior) => {
      const {
        comparisonOperator = "less-than",
        value = { count: 0 },
        durationSeconds = 300,
      } = behavior.criteria ?? {};
      try {
        const { datapoint, readings } = offenceOf(behavior, healthy);
        expect(isNormal(comparisonOperator, datapoint, value)).toBe(false);
        expect(readings).toHaveLength(windowsIn(durationSeconds));
      } catch (error) {
        expect(error).toBeInstanceOf(Unplayable);
      }
    }),
    { numRuns: 500 },
  );
});

it("spreads a period's total over its windows without losing any", () => {
  fc.assert(
    fc.property(fc.nat({ max: 10_000 }), fc.constantFrom(1, 3, 12), (total, windows) => {
      const parts = shares(total, windows);
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total);
      expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
    }),
  );
});

const count = (
  metric: MetricName,
  comparisonOperator: "less-than" | "less-than-equals" | "greater-than",
  bound: number,
) =>
  ({
    name: "B",
    metric,
    criteria: { comparisonOperator, value: { count: bound }, durationSeconds: 300 },
  }) as const satisfies Behavior;

it.each<[string, Behavior, MetricValue]>([
  ["a few more than a small bound", count("aws:num-messages-sent", "less-than", 10), { count: 30 }],
  [
    "little more than a large one",
    count("aws:num-messages-sent", "less-than-equals", 15_000),
    { count: 15_020 },
  ],
  ["one more than none", count("aws:num-authorization-failures", "less-than-equals", 0), { count: 1 }],
  ["silence where a minimum is asked for", count("aws:num-messages-sent", "greater-than", 5), { count: 0 }],
  [
    "a port that is not in the set",
    {
      name: "B",
      metric: "aws:listening-tcp-ports",
      criteria: { comparisonOperator: "in-port-set", value: { ports: [443, 4444] } },
    },
    { ports: [4445] },
  ],
  [
    "an address outside the blocks",
    {
      name: "B",
      metric: "aws:source-ip-address",
      criteria: { comparisonOperator: "in-cidr-set", value: { cidrs: ["127.0.0.0/24"] } },
    },
    { cidrs: ["192.0.2.1"] },
  ],
])("offends with %s", (_what, behavior, datapoint) => {
  expect(offenceOf(behavior, healthy).datapoint).toEqual(datapoint);
});

it.each<[string, Behavior, RegExp]>([
  [
    "a bound beyond AWS's own",
    count("aws:num-messages-sent", "less-than", 30_001),
    /nothing violates less-than 30001; AWS/,
  ],
  [
    "a message larger than AWS takes",
    count("aws:message-byte-size", "less-than-equals", 131_072),
    /nothing violates/,
  ],
  [
    "ML",
    {
      name: "B",
      metric: "aws:num-messages-sent",
      criteria: { mlDetectionConfig: { confidenceLevel: "LOW" } },
    },
    /ML/,
  ],
  ["an absence of months", count("aws:disconnect-duration", "less-than", 9_999_999), /longer than the week/],
  [
    "all addresses that there are",
    {
      name: "B",
      metric: "aws:source-ip-address",
      criteria: { comparisonOperator: "in-cidr-set", value: { cidrs: ["0.0.0.0/0", "::/0"] } },
    },
    /nothing violates in-cidr-set \["0\.0\.0\.0\/0","::\/0"\]/,
  ],
])("does not play %s, and says why", (_what, behavior, message) => {
  expect(() => offenceOf(behavior, healthy)).toThrow(message);
});

const percentile = (
  comparisonOperator: "less-than-equals" | "greater-than-equals",
  statistic: "p99" | "p90" | "p100" | "p99.99" | "p0",
) =>
  ({
    name: "B",
    metric: "aws:num-messages-sent",
    criteria: { comparisonOperator, statisticalThreshold: { statistic }, durationSeconds: 300 },
  }) as const satisfies Behavior;

it.each([
  ["p90", 20],
  ["p99", 101],
] as const)("offends %s in a fleet that is large enough for one to be outside", (statistic, fleet) => {
  const offence = offenceOf(percentile("less-than-equals", statistic), healthy);
  expect(offence).toMatchObject({ fleet, threshold: 5, datapoint: { count: 25 } });
});

it.each([
  ["less-than-equals", "p100"],
  ["greater-than-equals", "p0"],
  ["less-than-equals", "p99.99"],
] as const)("does not play %s %s: nobody is outside", (operator, statistic) => {
  expect(() => offenceOf(percentile(operator, statistic), healthy)).toThrow(/no device is outside/);
});
