import fc from "fast-check";
import type { AlarmMessage } from "../../../lib/detect/alarm";
import { evaluate } from "../../../lib/detect/evaluate";
import {
  type BehaviorSpec,
  behaviorSpec,
  type Datapoint,
  type DetectInput,
  type DetectState,
} from "../../../lib/detect/spec";

/** A window's length in milliseconds, and an aligned instant to start from. */
export const PERIOD = 300_000;
export const START = 1_573_786_500_000;
const DAY = 86_400_000;

export type ThingInput = DetectInput & { readonly thingName: string };

/** Builds a spec on the number of messages sent. */
export function sentSpec(changes: Record<string, unknown> = {}, name = "MsgSent"): BehaviorSpec {
  const criteria = {
    comparisonOperator: "less-than" as const,
    value: { count: 10 },
    durationSeconds: 300 as const,
    ...changes,
  };
  return behaviorSpec("Profile", { name, metric: "aws:num-messages-sent", criteria }, []);
}

/** Builds a datapoint of the n-th window. */
export function sent(count: number, window: number, changes: Partial<Datapoint> = {}): Datapoint {
  return {
    kind: "datapoint",
    thingName: "dev-1",
    metric: "aws:num-messages-sent",
    windowEnd: START + window * PERIOD,
    durationSeconds: 300,
    value: { count },
    complete: true,
    lowerBound: false,
    ...changes,
  };
}

/** Feeds a stream of one thing; every state goes through JSON, as a driver's storage would do. */
export function run(
  spec: BehaviorSpec,
  inputs: readonly DetectInput[],
  start?: DetectState,
): { state: DetectState | undefined; transitions: AlarmMessage[] } {
  const transitions: AlarmMessage[] = [];
  let state = start;
  for (const input of inputs) {
    const result = evaluate(spec, state, input);
    transitions.push(...result.transitions);
    state = result.state === undefined ? undefined : JSON.parse(JSON.stringify(result.state));
  }
  return { state, transitions };
}

/** Specs with any operator on numbers and any runs. */
export const anySpec = fc
  .record({
    comparisonOperator: fc.constantFrom(
      "less-than",
      "less-than-equals",
      "greater-than",
      "greater-than-equals",
    ),
    value: fc.record({ count: fc.nat(12) }),
    consecutiveDatapointsToAlarm: fc.integer({ min: 1, max: 4 }),
    consecutiveDatapointsToClear: fc.integer({ min: 1, max: 4 }),
  })
  .map((changes) => sentSpec(changes));

const step = fc.record({
  kind: fc.constantFrom("complete", "complete", "complete", "part", "tick", "late"),
  gap: fc.constantFrom(1, 1, 1, 2, 5, 600, 700),
  count: fc.nat(20),
  lowerBound: fc.boolean(),
});

/** Streams of one thing in the order of time: windows with gaps, parts of windows, late ones and ticks. */
export function anyStream(thingName = "dev-1"): fc.Arbitrary<ThingInput[]> {
  return fc.array(step, { minLength: 1, maxLength: 40 }).map((steps) => {
    let window = 0;
    return steps.map(({ kind, gap, count, lowerBound }): ThingInput => {
      if (kind === "tick") {
        window += gap;
        return { kind: "tick", thingName, now: START + window * PERIOD };
      }
      if (kind === "late") return sent(count, Math.max(0, window - gap), { thingName });
      window += gap;
      return kind === "complete"
        ? sent(count, window, { thingName })
        : sent(count, window, { thingName, complete: false, lowerBound });
    });
  });
}

/** The instant more than two days after a window. */
export function twoDaysAfter(window: number): number {
  return START + window * PERIOD + 2 * DAY + 1;
}
