import type { AlarmMessage, ViolationEventType } from "./alarm";
import type { Behavior, MetricValue } from "./behavior";
import { isLowerBound, isNormal } from "./compare";
import {
  type BehaviorSpec,
  type Datapoint,
  type DetectInput,
  type DetectState,
  type Evaluation,
  periodOf,
  type Tick,
  violationId,
} from "./spec";

/** "AWS IoT Device Defender troubleshooting guide": invalidated when no metrics come for more than two days. */
const TWO_DAYS_MS = 2 * 24 * 60 * 60 * 1000;

/** No criteria asks for a longer run (API Reference, `BehaviorCriteria`), so no longer one is remembered. */
const LONGEST_RUN = 10;

/** Keeps the state of any value below 200 bytes. */
const LONGEST_VALUE = 40;

type Verdict = "conforming" | "violating" | "unknown";

function isOf(behavior: Behavior, datapoint: Datapoint): boolean {
  const { metric, metricDimension, durationSeconds } = datapoint;
  const dimension = behavior.metricDimension;
  return (
    metric === behavior.metric &&
    durationSeconds === periodOf(behavior) &&
    metricDimension?.dimensionName === dimension?.dimensionName &&
    (metricDimension?.operator ?? "IN") === (dimension?.operator ?? "IN")
  );
}

/** The value to compare with; a percentile that is missing or another one leaves nothing to compare with. */
function normalValue({ criteria = {} }: Behavior, { fleet }: Datapoint): MetricValue | undefined {
  const statistic = criteria.statisticalThreshold?.statistic;
  if (statistic === undefined) return criteria.value;
  return fleet?.statistic === statistic ? { number: fleet.threshold } : undefined;
}

/**
 * A part of a window never conforms. It violates where more can only make it worse: an upper bound, or a set of
 * which one element already offends.
 */
function judge(behavior: Behavior, datapoint: Datapoint): Verdict {
  const operator = behavior.criteria?.comparisonOperator;
  const normal = normalValue(behavior, datapoint);
  if (operator === undefined || normal === undefined) return "unknown";
  const conforms = isNormal(operator, datapoint.value, normal);
  if (conforms === undefined) return "unknown";
  if (datapoint.complete && !datapoint.lowerBound) return conforms ? "conforming" : "violating";
  return !conforms && datapoint.lowerBound && !isLowerBound(operator) ? "violating" : "unknown";
}

function transition(
  spec: BehaviorSpec,
  thingName: string,
  type: ViolationEventType,
  at: { readonly time: number; readonly id: string; readonly value?: MetricValue },
): AlarmMessage {
  return {
    violationEventTime: at.time,
    thingName,
    behavior: spec.behavior,
    violationEventType: type,
    ...(at.value === undefined ? {} : { metricValue: at.value }),
    violationId: at.id,
    securityProfileName: spec.securityProfileName,
  };
}

/** The state after a datapoint, but for runs and alarm; a changed spec resets the runs and keeps the alarm. */
function moved(spec: BehaviorSpec, state: DetectState | undefined, datapoint: Datapoint): DetectState {
  const { value, windowEnd: end } = datapoint;
  const short = JSON.stringify(value).length <= LONGEST_VALUE;
  const first: DetectState = { v: 1, spec: spec.hash, end, ...(short ? { value } : {}) };
  if (state === undefined) return first;
  const { value: _, ...kept } = state;
  const { violating: __, conforming: ___, ...withoutRuns } = kept;
  return { ...(state.spec === spec.hash ? kept : withoutRuns), ...first };
}

function takeViolating(spec: BehaviorSpec, state: DetectState, datapoint: Datapoint): Evaluation {
  const { conforming: _, ...rest } = state;
  const violating = Math.min((state.violating ?? 0) + 1, LONGEST_RUN);
  const next = { ...rest, violating };
  if (state.alarm !== undefined || violating < (spec.behavior.criteria?.consecutiveDatapointsToAlarm ?? 1)) {
    return { state: next, transitions: [] };
  }
  const { thingName, windowEnd: time, value } = datapoint;
  const id = violationId(spec, thingName, time);
  return {
    state: { ...next, alarm: { since: time, id } },
    transitions: [transition(spec, thingName, "in-alarm", { time, id, value })],
  };
}

function takeConforming(spec: BehaviorSpec, state: DetectState, datapoint: Datapoint): Evaluation {
  const { violating: _, alarm, ...rest } = state;
  const conforming = Math.min((state.conforming ?? 0) + 1, LONGEST_RUN);
  const next = { ...rest, conforming };
  if (alarm === undefined) return { state: next, transitions: [] };
  if (conforming < (spec.behavior.criteria?.consecutiveDatapointsToClear ?? 1)) {
    return { state: { ...next, alarm }, transitions: [] };
  }
  const { thingName, windowEnd: time, value } = datapoint;
  return {
    state: next,
    transitions: [transition(spec, thingName, "alarm-cleared", { time, id: alarm.id, value })],
  };
}

function takeDatapoint(spec: BehaviorSpec, state: DetectState | undefined, datapoint: Datapoint): Evaluation {
  if (state !== undefined && datapoint.windowEnd <= state.end) {
    return { state: { ...state, late: (state.late ?? 0) + 1 }, transitions: [] };
  }
  const verdict = judge(spec.behavior, datapoint);
  if (verdict === "unknown" && !datapoint.complete) {
    // The window is not taken, so that it can still be judged once it is complete.
    return { state, transitions: [] };
  }
  const next = moved(spec, state, datapoint);
  if (verdict === "unknown") return { state: next, transitions: [] };
  return verdict === "violating"
    ? takeViolating(spec, next, datapoint)
    : takeConforming(spec, next, datapoint);
}

/** Dates the event by the data, not by the tick, so that it is the same however often the driver ticks. */
function takeTick(spec: BehaviorSpec, state: DetectState | undefined, tick: Tick): Evaluation {
  if (state?.alarm === undefined || tick.now - state.end <= TWO_DAYS_MS) return { state, transitions: [] };
  const { alarm, violating: _, conforming: __, ...rest } = state;
  const time = state.end + TWO_DAYS_MS;
  return {
    state: rest,
    transitions: [transition(spec, tick.thingName, "alarm-invalidated", { time, id: alarm.id })],
  };
}

/**
 * Judges one input for one key (profile, behavior, thing). Pure: no clock, no I/O, no randomness, and the
 * arguments stay as they are, so that a live detector and a backtest give the same answers.
 *
 * N violating datapoints in a row raise an alarm, M conforming ones in a row clear it; missing data keeps the
 * state; a datapoint of another metric, dimension or period is ignored, one at or before the last window is
 * ignored and counted as late; what cannot be judged (ML, too few samples for a percentile) counts for neither.
 *
 * Source: AWS IoT Device Defender developer guide, "Detect concepts"; API Reference, `BehaviorCriteria`.
 *
 * @param state - What the last call for this key returned; `undefined` at first.
 * @returns The state to remember and what happened.
 */
export function evaluate(spec: BehaviorSpec, state: DetectState | undefined, input: DetectInput): Evaluation {
  switch (input.kind) {
    case "removed":
      return { state: undefined, transitions: [] };
    case "tick":
      return takeTick(spec, state, input);
    case "datapoint":
      return isOf(spec.behavior, input) ? takeDatapoint(spec, state, input) : { state, transitions: [] };
  }
}
