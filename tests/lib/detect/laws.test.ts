import fc from "fast-check";
import type { AlarmMessage } from "../../../lib/detect/alarm";
import { evaluate } from "../../../lib/detect/evaluate";
import { renderAlarm } from "../../../lib/detect/render-alarm";
import { behaviorSpec, type DetectState } from "../../../lib/detect/spec";
import captured from "../../fixtures/alarms/captured-dev-izwb.json";
import { anySpec, anyStream, PERIOD, run, START, sent, sentSpec, type ThingInput } from "./streams";

/** Runs the streams of several things, each with its own state, in the order given. */
function fleet(
  spec: ReturnType<typeof sentSpec>,
  inputs: readonly ThingInput[],
): Map<string, AlarmMessage[]> {
  const states = new Map<string, DetectState | undefined>();
  const events = new Map<string, AlarmMessage[]>();
  for (const input of inputs) {
    const { state, transitions } = evaluate(spec, states.get(input.thingName), input);
    states.set(input.thingName, state);
    events.set(input.thingName, [...(events.get(input.thingName) ?? []), ...transitions]);
  }
  return events;
}

describe("the laws of the evaluator", () => {
  test("1: the same input twice gives no second transition, and a late one is counted", () => {
    fc.assert(
      fc.property(anySpec, anyStream(), (spec, inputs) => {
        const doubled = inputs.flatMap((input) => [input, input]);
        expect(run(spec, doubled).transitions).toEqual(run(spec, inputs).transitions);
      }),
    );
    fc.assert(
      fc.property(anySpec, anyStream(), fc.nat(20), fc.nat(3), (spec, inputs, count, back) => {
        const { state } = run(spec, inputs);
        fc.pre(state !== undefined);
        const window = (state.end - START) / PERIOD - back;
        const again = evaluate(spec, state, sent(count, window));
        expect(again).toEqual({ state: { ...state, late: (state.late ?? 0) + 1 }, transitions: [] });
      }),
    );
  });

  test("2: a stream may be split anywhere and go on from the stored state", () => {
    fc.assert(
      fc.property(anySpec, anyStream(), fc.nat(40), (spec, inputs, at) => {
        const first = run(spec, inputs.slice(0, at));
        const second = run(spec, inputs.slice(at), first.state);
        expect([...first.transitions, ...second.transitions]).toEqual(run(spec, inputs).transitions);
      }),
    );
  });

  test("3: the order of the things changes nothing", () => {
    const three = fc.tuple(anyStream("a"), anyStream("b"), anyStream("c"));
    fc.assert(
      fc.property(anySpec, three, fc.infiniteStream(fc.nat(2)), (spec, streams, picks) => {
        const rest = streams.map((stream) => [...stream]);
        const shuffled: ThingInput[] = [];
        while (rest.some((stream) => stream.length > 0)) {
          const next =
            rest[picks.next().value ?? 0]?.shift() ?? rest.find((stream) => stream.length > 0)?.shift();
          shuffled.push(...(next === undefined ? [] : [next]));
        }
        const inOrder = fleet(spec, streams.flat());
        for (const [thing, events] of fleet(spec, shuffled)) expect(events).toEqual(inOrder.get(thing));
      }),
    );
  });

  test("4: transitions alternate, and an alarm ends under the id that it began with", () => {
    let endings = new Set<string>();
    fc.assert(
      fc.property(anySpec, anyStream(), (spec, inputs) => {
        const { transitions } = run(spec, inputs);
        for (const [index, { violationEventType, violationId }] of transitions.entries()) {
          expect(violationEventType === "in-alarm").toBe(index % 2 === 0);
          if (index % 2 === 1) {
            expect(violationId).toBe(transitions[index - 1]?.violationId);
            endings = endings.add(violationEventType);
          }
        }
      }),
      { numRuns: 300 },
    );
    expect([...endings].sort()).toEqual(["alarm-cleared", "alarm-invalidated"]);
  });

  test("5: a part of a window never clears nor conforms, and violates only where more makes it worse", () => {
    const part = { complete: false, lowerBound: true };
    fc.assert(
      fc.property(anySpec, anyStream(), fc.nat(20), fc.boolean(), (spec, inputs, count, lowerBound) => {
        const { state } = run(spec, inputs);
        const window = state === undefined ? 0 : (state.end - START) / PERIOD + 1;
        const partial = evaluate(spec, state, sent(count, window, { complete: false, lowerBound }));
        const whole = evaluate(spec, state, sent(count, window));
        const grown = evaluate(spec, state, sent(1_000_000, window));
        expect(
          partial.transitions.filter(({ violationEventType }) => violationEventType !== "in-alarm"),
        ).toEqual([]);
        expect(partial.state?.conforming ?? 0).toBeLessThanOrEqual(state?.conforming ?? 0);
        // It violates exactly if the count is a lower bound and violates now and however much it still grows.
        const violates = (whole.state?.violating ?? 0) > 0 && (grown.state?.violating ?? 0) > 0 && lowerBound;
        expect(partial).toEqual(violates ? whole : { state, transitions: [] });
      }),
      { numRuns: 300 },
    );
    const minimum = sentSpec({ comparisonOperator: "greater-than" });
    expect(run(minimum, [sent(0, 1, part)]).transitions).toEqual([]);
    expect(run(sentSpec(), [sent(10, 1, part)]).transitions).toHaveLength(1);
  });

  test("6: the violation id is a function of profile, behavior, thing and alarm start alone", () => {
    const idOf = (profile: string, behavior: string, thing: string, window: number, limit = 10) => {
      const criteria = {
        comparisonOperator: "less-than",
        value: { count: limit },
        durationSeconds: 300,
      } as const;
      const spec = behaviorSpec(profile, { name: behavior, metric: "aws:num-messages-sent", criteria }, []);
      return run(spec, [sent(99, window, { thingName: thing })]).transitions[0]?.violationId;
    };
    const key = fc.tuple(fc.string(), fc.string(), fc.string(), fc.nat(1000));
    fc.assert(
      fc.property(key, key, fc.integer({ min: 1, max: 90 }), (a, b, limit) => {
        expect(idOf(...a)).toMatch(/^[0-9a-f]{32}$/);
        expect(idOf(...a, limit)).toBe(idOf(...a));
        expect(idOf(...a) === idOf(...b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
    const different = [
      idOf("P", "B", "t", 1),
      idOf("Q", "B", "t", 1),
      idOf("P", "C", "t", 1),
      idOf("P", "B", "u", 1),
    ];
    expect(new Set([...different, idOf("P", "B", "t", 2)]).size).toBe(5);
  });

  test("6: what is evaluated again after a crash is published under the same id", () => {
    fc.assert(
      fc.property(anySpec, anyStream(), (spec, inputs) => {
        const { state } = run(spec, inputs.slice(0, -1));
        const last = inputs.slice(-1);
        expect(run(spec, last, state)).toEqual(run(spec, last, state));
      }),
    );
  });

  test("7: a changed spec keeps the phase and resets the runs", () => {
    fc.assert(
      fc.property(anySpec, anySpec, anyStream(), fc.nat(20), (before, after, inputs, count) => {
        const { state } = run(before, inputs);
        fc.pre(state !== undefined && before.hash !== after.hash);
        const next = sent(count, (state.end - START) / PERIOD + 1);
        const { violating: _, conforming: __, ...fresh } = state;
        expect(evaluate(after, state, next)).toEqual(evaluate(after, { ...fresh, spec: after.hash }, next));
      }),
    );
    const three = sentSpec({ consecutiveDatapointsToAlarm: 3, consecutiveDatapointsToClear: 2 });
    const stricter = sentSpec({ consecutiveDatapointsToAlarm: 3, consecutiveDatapointsToClear: 3 });
    const twoRun = run(three, [sent(11, 1), sent(11, 2)]).state;
    expect(run(three, [sent(11, 3)], twoRun).transitions).toHaveLength(1);
    expect(run(stricter, [sent(11, 3)], twoRun).transitions).toEqual([]);
    const alarmed = run(three, [sent(11, 1), sent(11, 2), sent(11, 3), sent(1, 4)]).state;
    const cleared = run(stricter, [sent(1, 5), sent(1, 6), sent(1, 7)], alarmed);
    expect(cleared.transitions.map(({ violationEventTime }) => violationEventTime)).toEqual([
      START + 7 * PERIOD,
    ]);
  });

  test("8: the captured message of dev-IZWB is reproduced from its datapoint, but for the id", () => {
    const behavior = {
      name: "MessagesPub",
      metric: "aws:num-messages-sent",
      criteria: {
        comparisonOperator: "less-than",
        value: { count: 10 },
        durationSeconds: 300,
        consecutiveDatapointsToAlarm: 1,
        consecutiveDatapointsToClear: 1,
      },
    } as const;
    const spec = behaviorSpec("MySecProfile", behavior, []);
    const datapoint = sent(54, 1, { thingName: "dev-IZWB", windowEnd: 1573786800000 });
    const [alarm] = run(spec, [datapoint]).transitions;
    const text = alarm === undefined ? "" : renderAlarm(alarm);
    const ours = JSON.parse(text).violationId;
    expect(text.replace(ours, captured.violationId)).toBe(JSON.stringify(captured));
    expect(ours).toMatch(/^[0-9a-f]{32}$/);
  });
});
