import fc from "fast-check";
import type { MetricValue } from "../../../lib/detect/behavior";
import { evaluate } from "../../../lib/detect/evaluate";
import { behaviorSpec, type Datapoint } from "../../../lib/detect/spec";
import { anySpec, anyStream, PERIOD, run, START, sent, sentSpec, twoDaysAfter } from "./streams";

/** Feeds counts window by window, `undefined` where there is no data, and tells in which window what happened. */
function story(spec: ReturnType<typeof sentSpec>, counts: readonly (number | undefined)[]): string[] {
  const inputs = counts.flatMap((count, window) => (count === undefined ? [] : [sent(count, window)]));
  return run(spec, inputs).transitions.map(
    ({ violationEventTime, violationEventType }) =>
      `${(violationEventTime - START) / PERIOD} ${violationEventType}`,
  );
}

const N = (alarm: number, clear: number) =>
  sentSpec({ consecutiveDatapointsToAlarm: alarm, consecutiveDatapointsToClear: clear });

describe("evaluate", () => {
  test.each([
    ["alarms and clears at once by default", sentSpec(), [9, 10, 9], ["1 in-alarm", "2 alarm-cleared"]],
    ["alarms once, however long it lasts", sentSpec(), [30, 30, 30, 30], ["0 in-alarm"]],
    ["says nothing of a thing that is well", sentSpec(), [0, 9, 5, 0], []],
    ["waits for 3 violations in a row", N(3, 1), [30, 30, 0, 30, 30, 30], ["5 in-alarm"]],
    ["waits for 3 conforming in a row", N(1, 3), [30, 0, 0, 30, 0, 0, 0], ["0 in-alarm", "6 alarm-cleared"]],
    [
      "keeps the runs where data is missing",
      N(2, 2),
      [30, undefined, 30, 0, undefined, undefined, 0],
      ["2 in-alarm", "6 alarm-cleared"],
    ],
    ["alarms anew after clearing", sentSpec(), [30, 0, 30], ["0 in-alarm", "1 alarm-cleared", "2 in-alarm"]],
    [
      "counts to the longest run",
      N(10, 10),
      [...Array(10).fill(30), ...Array(10).fill(0)],
      ["9 in-alarm", "19 alarm-cleared"],
    ],
    [
      "reads the operator as what is normal",
      sentSpec({ comparisonOperator: "greater-than" }),
      [11, 10],
      ["1 in-alarm"],
    ],
  ] as const)("%s", (_, spec, counts, expected) => {
    expect(story(spec, counts)).toEqual(expected);
  });

  test("gives a transition the value, the time and the behavior of its datapoint", () => {
    const spec = sentSpec();
    const [alarm, cleared] = run(spec, [sent(54, 1), sent(3, 2)]).transitions;
    expect(alarm).toEqual({
      violationEventTime: START + PERIOD,
      thingName: "dev-1",
      behavior: spec.behavior,
      violationEventType: "in-alarm",
      metricValue: { count: 54 },
      violationId: alarm?.violationId,
      securityProfileName: "Profile",
    });
    expect(cleared).toMatchObject({ metricValue: { count: 3 }, violationId: alarm?.violationId });
  });

  test("invalidates an alarm after more than two days without data, without a value, and not sooner", () => {
    const tick = (now: number) => ({ kind: "tick", thingName: "dev-1", now }) as const;
    const { state, transitions } = run(sentSpec(), [sent(54, 1), tick(twoDaysAfter(1) - 1)]);
    expect(transitions).toHaveLength(1);
    const late = run(sentSpec(), [tick(twoDaysAfter(1)), tick(twoDaysAfter(9)), sent(54, 700)], state);
    expect(late.transitions.map(({ violationEventType }) => violationEventType)).toEqual([
      "alarm-invalidated",
      "in-alarm",
    ]);
    expect(late.transitions[0]).toEqual({
      ...transitions[0],
      violationEventTime: twoDaysAfter(1) - 1,
      violationEventType: "alarm-invalidated",
      metricValue: undefined,
    });
    expect(Object.keys(late.transitions[0] ?? {})).not.toContain("metricValue");
  });

  test("does nothing at a tick to a thing that is not in alarm", () => {
    const spec = N(2, 1);
    const { state } = run(spec, [sent(30, 1)]);
    const tick = { kind: "tick", thingName: "dev-1", now: twoDaysAfter(9) } as const;
    expect(evaluate(spec, state, tick)).toEqual({ state, transitions: [] });
    expect(evaluate(spec, undefined, tick)).toEqual({ state: undefined, transitions: [] });
  });

  test("drops what is removed without an event", () => {
    const { state } = run(sentSpec(), [sent(30, 1)]);
    expect(evaluate(sentSpec(), state, { kind: "removed" })).toEqual({ state: undefined, transitions: [] });
  });

  test("judges a window that was seen in part once more when it is complete", () => {
    const part = { complete: false, lowerBound: true };
    expect(run(sentSpec(), [sent(9, 1, part), sent(30, 1)]).transitions).toHaveLength(1);
    const early = run(sentSpec(), [sent(10, 1, part), sent(5, 1), sent(30, 1)]);
    expect(early.transitions).toHaveLength(1);
    expect(early.state?.late).toBe(2);
  });

  test("takes an incomplete set at its word once an element offends", () => {
    const criteria = { comparisonOperator: "not-in-port-set", value: { ports: [23] } } as const;
    const spec = behaviorSpec("P", { name: "Ports", metric: "aws:listening-tcp-ports", criteria }, []);
    const ports = (list: number[]): Datapoint =>
      sent(0, 1, {
        metric: "aws:listening-tcp-ports",
        value: { ports: list },
        complete: false,
        lowerBound: true,
      });
    expect(run(spec, [ports([23, 80])]).transitions).toHaveLength(1);
    expect(run(spec, [ports([80])])).toEqual({ state: undefined, transitions: [] });
  });

  test.each([
    ["another metric", { metric: "aws:num-messages-received" }],
    ["another period", { durationSeconds: 600 }],
    ["a dimension that the behavior has not", { metricDimension: { dimensionName: "d" } }],
  ] as const)("ignores a datapoint of %s", (_, changes) => {
    expect(run(sentSpec(), [sent(99, 1, changes)])).toEqual({ state: undefined, transitions: [] });
  });

  test("tells the dimension's operator apart, IN being the default", () => {
    const { behavior } = sentSpec();
    const spec = behaviorSpec("P", { ...behavior, metricDimension: { dimensionName: "d" } }, []);
    const of = (operator: "IN" | "NOT_IN") =>
      sent(99, 1, { metricDimension: { dimensionName: "d", operator } });
    expect(run(spec, [of("NOT_IN")]).transitions).toEqual([]);
    expect(run(spec, [of("IN")]).transitions).toHaveLength(1);
  });

  const p90 = sentSpec({ value: undefined, statisticalThreshold: { statistic: "p90" } });
  test.each([
    [
      "violates above the fleet's percentile",
      p90,
      { fleet: { statistic: "p90", threshold: 40, samples: 20 } },
      1,
    ],
    ["conforms below it", p90, { fleet: { statistic: "p90", threshold: 42, samples: 20 } }, 0],
    ["skips where the fleet is too small", p90, {}, 0],
    ["skips another percentile", p90, { fleet: { statistic: "p50", threshold: 0, samples: 20 } }, 0],
  ] as const)("a statistical behavior %s", (_, spec, changes, expected) => {
    expect(run(spec, [sent(41, 1, changes)]).transitions).toHaveLength(expected);
  });

  test("keeps runs and alarm where a complete window cannot be judged, and takes the window as data", () => {
    const fleet = { statistic: "p90", threshold: 10, samples: 20 } as const;
    const alarmed = run(p90, [sent(41, 1, { fleet })]).state;
    const skipped = run(p90, [sent(5, 2)], alarmed);
    expect(skipped.state).toEqual({ ...alarmed, end: START + 2 * PERIOD, value: { count: 5 } });
  });

  test.each([
    [
      "ML Detect",
      { comparisonOperator: undefined, value: undefined, mlDetectionConfig: { confidenceLevel: "LOW" } },
      { count: 99 },
    ],
    ["a value of another kind", {}, { ports: [22] }],
    ["a value without an operator", { comparisonOperator: undefined }, { count: 99 }],
    ["an operator without a value", { value: undefined }, { count: 99 }],
  ])("never alarms on %s", (_, changes, value) => {
    expect(run(sentSpec(changes), [sent(0, 1, { value: value as MetricValue })]).transitions).toEqual([]);
  });

  test("never alarms on a behavior without criteria", () => {
    const spec = behaviorSpec("P", { name: "None", metric: "aws:num-messages-sent" }, []);
    expect(run(spec, [sent(99, 1)]).transitions).toEqual([]);
  });

  test("does not clear by a whole window of which only a least value is known", () => {
    const least = sent(5, 2, { lowerBound: true });
    expect(run(sentSpec(), [sent(30, 1), least]).transitions).toHaveLength(1);
    expect(run(sentSpec(), [sent(30, 1), least, sent(5, 3)]).transitions).toHaveLength(2);
  });

  test("counts anew after an invalidation", () => {
    const tick = { kind: "tick", thingName: "dev-1", now: twoDaysAfter(2) } as const;
    const { state, transitions } = run(N(2, 1), [sent(30, 1), sent(30, 2), tick]);
    expect(transitions).toHaveLength(2);
    expect(run(N(2, 1), [sent(30, 700)], state).transitions).toEqual([]);
  });

  test("remembers runs of ten and no longer ones", () => {
    const windows = (count: number) => Array.from({ length: 12 }, (_, window) => sent(count, window));
    expect(run(sentSpec(), windows(30)).state?.violating).toBe(10);
    expect(run(sentSpec(), windows(5)).state?.conforming).toBe(10);
  });

  test("remembers a value of 40 characters of JSON, and of a longer one neither it nor the one before", () => {
    const text = (length: number) => ({
      strings: ["x".repeat(length - JSON.stringify({ strings: [""] }).length)],
    });
    const stateAfter = (length: number) =>
      run(sentSpec(), [sent(5, 1), sent(0, 2, { value: text(length) })]).state;
    expect(stateAfter(40)).toHaveProperty("value", text(40));
    expect(stateAfter(41)).toMatchObject({ end: START + 2 * PERIOD });
    expect(stateAfter(41)).not.toHaveProperty("value");
  });

  test("keeps its state below 200 bytes of JSON, whatever the stream and the value", () => {
    const value = fc.oneof(
      fc.record({ count: fc.maxSafeNat() }),
      fc.record({ number: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
      fc.record({ cidrs: fc.array(fc.ipV6(), { maxLength: 50 }) }),
    );
    fc.assert(
      fc.property(anySpec, anyStream(), value, fc.nat(40), (spec, inputs, measured, at) => {
        const stream = inputs.map((input, index) =>
          index === at && input.kind === "datapoint" ? { ...input, value: measured } : input,
        );
        const { state } = run(spec, stream);
        expect(JSON.stringify(state ?? {}).length).toBeLessThan(200);
      }),
    );
    const worst = run(N(10, 10), [
      ...Array.from({ length: 10 }, (_, window) => sent(99, window)),
      ...Array.from({ length: 8 }, (_, window) => sent(1, window + 10)),
      ...Array.from({ length: 99_999 }, () => sent(1, 1)),
      sent(0, 30, { value: { number: -1.234567890123456e-300 }, complete: true }),
    ]).state;
    expect(worst).toMatchObject({ late: 99_999, alarm: {}, value: {} });
    expect(JSON.stringify(worst).length).toBeLessThan(200);
  });

  test("leaves its arguments as they are", () => {
    const freeze = <T extends object>(value: T): T => {
      for (const inner of Object.values(value)) {
        if (typeof inner === "object" && inner !== null) freeze(inner);
      }
      return Object.freeze(value);
    };
    fc.assert(
      fc.property(anySpec, anyStream(), (spec, inputs) => {
        const { state } = run(spec, inputs.slice(0, -1));
        const last = inputs.at(-1);
        fc.pre(last !== undefined);
        expect(() => evaluate(freeze(spec), state && freeze(state), freeze(last))).not.toThrow();
      }),
    );
  });
});
