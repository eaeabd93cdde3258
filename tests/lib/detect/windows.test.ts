import fc from "fast-check";
import type { MetricValue } from "../../../lib/detect/behavior";
import { DURATIONS } from "../../../lib/detect/metrics";
import {
  foldWindows,
  type MetricWindow,
  type Observation,
  windowize,
  zeroFill,
} from "../../../lib/detect/windows";

const HOUR = 3_600_000;
const BASE = 300_000;
const observation = (at: number, count: number): Observation => ({ at, value: { count } });
const amounts = fc.array(
  fc.record({ at: fc.integer({ min: 0, max: 3 * HOUR }), value: fc.record({ count: fc.nat(1000) }) }),
);

describe("windowize", () => {
  test("sorts numbers into aligned windows, a boundary belonging to the next one", () => {
    const seen = [
      observation(BASE, 7),
      observation(BASE - 1, 5),
      observation(0, 2),
      observation(3 * BASE, 1),
    ];
    const span = { kind: "amount", durationSeconds: 300 };
    expect(windowize(seen, 2 * BASE)).toEqual([
      { ...span, end: BASE, complete: true, samples: 2, total: 7, least: 2, most: 5 },
      { ...span, end: 2 * BASE, complete: true, samples: 1, total: 7, least: 7, most: 7 },
      { ...span, end: 4 * BASE, complete: false, samples: 1, total: 1, least: 1, most: 1 },
    ]);
  });

  test("unites lists", () => {
    const seen = [{ ports: [22, 80] }, { ports: [] }, { ports: [80, 443, 8883] }].map((value, at) => ({
      at,
      value,
    }));
    expect(windowize(seen, BASE)).toEqual([
      {
        kind: "set",
        end: BASE,
        durationSeconds: 300,
        complete: true,
        elements: { ports: [22, 80, 443, 8883] },
      },
    ]);
  });

  test.each<[string, MetricValue[]]>([
    ["numbers and lists", [{ count: 1 }, { ports: [1] }]],
    ["lists and numbers", [{ ports: [1] }, { count: 1 }]],
    ["lists of two kinds", [{ strings: ["1"] }, { numbers: [1] }]],
    ["two kinds in one value", [{ strings: ["1"], numbers: [1] } as unknown as MetricValue]],
    ["a value of no kind with nothing", [{} as MetricValue]],
  ])("refuses to mix %s", (_, values) => {
    expect(() =>
      windowize(
        values.map((value, at) => ({ at, value })),
        BASE,
      ),
    ).toThrow(
      new TypeError("One metric has one kind of value: pass the observations of one metric at a time."),
    );
  });

  test("loses and invents nothing, in any order", () => {
    fc.assert(
      fc.property(amounts, (seen) => {
        const windows = windowize(seen, HOUR);
        const total = windows.reduce((sum, window) => sum + (window.kind === "amount" ? window.total : 0), 0);
        expect(total).toBe(seen.reduce((sum, { value }) => sum + value.count, 0));
        expect(windowize([...seen].reverse(), HOUR)).toEqual(windows);
        for (const { end, complete } of windows) {
          expect([end % BASE, complete]).toEqual([0, end <= HOUR]);
        }
      }),
    );
  });
});

describe("foldWindows", () => {
  test("equals windowizing at once, step by step or directly", () => {
    fc.assert(
      fc.property(amounts, fc.constantFrom(...DURATIONS), (seen, duration) => {
        const upTo = 2 * HOUR;
        const length = duration * 1000;
        const folded = foldWindows(windowize(seen, upTo), duration, upTo);
        const ends = [...new Set(seen.map(({ at }) => (Math.floor(at / length) + 1) * length))].sort(
          (a, b) => a - b,
        );
        expect(folded).toEqual(
          ends.map((end) => {
            const counts = seen
              .filter(({ at }) => at >= end - length && at < end)
              .map(({ value }) => value.count);
            return {
              kind: "amount",
              end,
              durationSeconds: duration,
              complete: end <= upTo,
              samples: counts.length,
              total: counts.reduce((a, b) => a + b),
              least: Math.min(...counts),
              most: Math.max(...counts),
            };
          }),
        );
      }),
    );
  });

  test("an incomplete part makes the whole incomplete, and a window without samples no minimum", () => {
    const part: MetricWindow = {
      kind: "amount",
      end: BASE,
      durationSeconds: 300,
      complete: false,
      samples: 2,
      total: 9,
      least: 4,
      most: 5,
    };
    const zero: MetricWindow = {
      ...part,
      end: 2 * BASE,
      complete: true,
      samples: 0,
      total: 0,
      least: 0,
      most: 0,
    };
    const whole = { ...part, end: 2 * BASE, durationSeconds: 600 };
    expect(foldWindows([part, zero], 600, HOUR)).toEqual([whole]);
    expect(foldWindows([zero, part], 600, HOUR)).toEqual([whole]);
  });
});

describe("zeroFill", () => {
  test("gives zeros to who has none, and leaves the others", () => {
    const span = { end: BASE, durationSeconds: 300, complete: true } as const;
    const busy: MetricWindow = { kind: "amount", ...span, samples: 1, total: 3, least: 3, most: 3 };
    const windows = new Map([["busy", busy]]);
    const filled = zeroFill(windows, ["idle", "busy"], span);
    expect([...filled]).toEqual([
      ["busy", busy],
      ["idle", { kind: "amount", ...span, samples: 0, total: 0, least: 0, most: 0 }],
    ]);
    expect(windows.size).toBe(1);
  });
});
