import { createHash } from "node:crypto";
import type { AlarmMessage } from "./alarm";
import type { Behavior, DurationSeconds, MetricDimension, MetricValue, Statistic } from "./behavior";

/** A behavior as the evaluator takes it; made by {@link behaviorSpec}. */
export interface BehaviorSpec {
  /** Name of the security profile. */
  readonly securityProfileName: string;
  /** The behavior, as the profile holds it. */
  readonly behavior: Behavior;
  /** ARNs of the profile's targets; for the driver, which decides of which things it feeds datapoints. */
  readonly targets: readonly string[];
  /** 8 hexadecimal digits that change with anything that decides whether a datapoint is normal. */
  readonly hash: string;
}

/** A percentile of the whole fleet in one period. */
export interface FleetStatistic {
  /** Which percentile. */
  readonly statistic: Statistic;
  /** Its value. */
  readonly threshold: number;
  /** Number of things that it was taken from. */
  readonly samples: number;
}

/** One measured value of one thing in one window. */
export interface Datapoint {
  readonly kind: "datapoint";
  /** Registry name or client id. */
  readonly thingName: string;
  /** Metric that was measured. */
  readonly metric: string;
  /** Topics that were counted, if not all. */
  readonly metricDimension?: MetricDimension;
  /** End of the window, epoch milliseconds, a multiple of the window's length. */
  readonly windowEnd: number;
  /** Length of the window, in seconds. */
  readonly durationSeconds: DurationSeconds;
  /** What was measured. */
  readonly value: MetricValue;
  /** `true` once nothing of the window is still to come. */
  readonly complete: boolean;
  /** `true` if the truth is at least this: a count of a part, a part of a set. */
  readonly lowerBound: boolean;
  /** The fleet's percentile in the same window; absent where too few things reported. */
  readonly fleet?: FleetStatistic;
}

/** Time passed; ends an alarm that has had no data for more than two days, and does nothing else. */
export interface Tick {
  readonly kind: "tick";
  /** Thing whose state it is. */
  readonly thingName: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The thing or the behavior is gone: its state is dropped without an event, as Detect does. */
interface Removed {
  readonly kind: "removed";
}

/** What the evaluator is fed, in the order of time for each key. */
export type DetectInput = Datapoint | Tick | Removed;

/**
 * What is remembered of one key (profile, behavior, thing): plain JSON below 200 bytes, in which only what is
 * not the default is stored. The key itself is the driver's.
 */
export interface DetectState {
  /** Version of this schema. */
  readonly v: 1;
  /** Hash of the spec that the runs were counted by. */
  readonly spec: string;
  /** End of the last window that was taken, epoch milliseconds. */
  readonly end: number;
  /** Value of the last window; left out where it is longer than 40 characters of JSON. */
  readonly value?: MetricValue;
  /** The alarm and when it began (epoch milliseconds); absent while all is well. */
  readonly alarm?: { readonly since: number; readonly id: string };
  /** Violating datapoints in a row, at most 10. */
  readonly violating?: number;
  /** Conforming datapoints in a row, at most 10. */
  readonly conforming?: number;
  /** Datapoints that came at or before `end` and were ignored. */
  readonly late?: number;
}

/** What an input led to. */
export interface Evaluation {
  /** The state to remember; `undefined` where there is none. */
  readonly state: DetectState | undefined;
  /** What happened: none or one. {@link AlarmMessage} has Device Defender's fields; a driver publishes it unless its behavior has `suppressAlerts`. */
  readonly transitions: readonly AlarmMessage[];
}

/** Hexadecimal digest of anything that JSON can say. */
function digest(value: unknown, length: number): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, length);
}

/** A set is the same set in any order; AWS gives it back in any. */
function orderless(value: MetricValue | undefined): unknown {
  return Object.entries(value ?? {}).map(([key, held]) => [
    key,
    Array.isArray(held) ? held.map(String).sort() : held,
  ]);
}

function specHash({ metric, metricDimension, criteria = {} }: Behavior): string {
  const judged = [
    metric,
    metricDimension?.dimensionName,
    metricDimension && (metricDimension.operator ?? "IN"),
    criteria.comparisonOperator,
    orderless(criteria.value),
    criteria.durationSeconds,
    criteria.consecutiveDatapointsToAlarm ?? 1,
    criteria.consecutiveDatapointsToClear ?? 1,
    criteria.statisticalThreshold?.statistic,
    criteria.mlDetectionConfig?.confidenceLevel,
  ];
  return digest(judged, 8);
}

/**
 * Prepares a behavior for the evaluator.
 *
 * @param securityProfileName - Name of the profile.
 * @param behavior - A legal behavior, in the API's shape.
 * @param targets - ARNs of the profile's targets.
 */
export function behaviorSpec(
  securityProfileName: string,
  behavior: Behavior,
  targets: readonly string[],
): BehaviorSpec {
  return { securityProfileName, behavior, targets, hash: specHash(behavior) };
}

/**
 * Tells the length of a behavior's window. One without `durationSeconds` is judged each 300 s: assumed, from
 * the least time between two reports of a device ("Device Defender quotas").
 *
 * @returns Seconds.
 */
export function periodOf(behavior: Behavior): DurationSeconds {
  return behavior.criteria?.durationSeconds ?? 300;
}

/**
 * Names a violation: a function of nothing but the arguments, so that after a crash between writing the state
 * and publishing the alarm the same id is published again.
 *
 * @param spec - Behavior that is violated.
 * @param thingName - Thing that violates it.
 * @param since - End of the window that raised the alarm, epoch milliseconds.
 * @returns 32 hexadecimal digits, as in the captured messages.
 */
export function violationId(spec: BehaviorSpec, thingName: string, since: number): string {
  return digest([spec.securityProfileName, spec.behavior.name, thingName, since], 32);
}
