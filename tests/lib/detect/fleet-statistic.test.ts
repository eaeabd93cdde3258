import fc from "fast-check";
import { fleetStatistic } from "../../../lib/detect/fleet-statistic";
import { STATISTICS } from "../../../lib/detect/metrics";

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe("fleetStatistic", () => {
  test.each([
    ["p0", 100, 1],
    ["p0.01", 100, 1],
    ["p1", 100, 1],
    ["p10", 100, 10],
    ["p50", 100, 50],
    ["p50", 11, 6],
    ["p90", 10, 9],
    ["p90", 100, 90],
    ["p99", 100, 99],
    ["p99.9", 1000, 999],
    ["p99.99", 10_000, 9_999],
    ["p0.1", 10_000, 10],
    ["p100", 100, 100],
  ] as const)("%s of 1 to %i is %i", (statistic, count, threshold) => {
    expect(fleetStatistic(upTo(count), statistic)).toEqual({ statistic, threshold, samples: count });
  });

  test.each([
    ["fewer than 10 things", upTo(9), undefined],
    ["fewer things than asked for", upTo(19), 20],
    ["no thing, whatever the minimum", [], 0],
    ["a negative value", [-1, ...upTo(20)], undefined],
  ])("skips %s", (_, values, minimum) => {
    expect(fleetStatistic(values, "p50", minimum)).toBeUndefined();
  });

  test("is one of the values, that exactly so many do not exceed, in any order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(), { minLength: 10 }),
        fc.constantFrom(...STATISTICS),
        (values, statistic) => {
          const threshold = fleetStatistic(values, statistic)?.threshold ?? -1;
          const needed = (Number(statistic.slice(1)) / 100) * values.length - 1e-6;
          expect(values).toContain(threshold);
          expect(values.filter((value) => value <= threshold).length).toBeGreaterThanOrEqual(needed);
          expect(values.filter((value) => value < threshold).length).toBeLessThan(Math.max(1, needed + 1e-5));
          expect(fleetStatistic([...values].reverse(), statistic)?.threshold).toBe(threshold);
        },
      ),
    );
  });
});
