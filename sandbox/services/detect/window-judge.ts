import type { AlarmMessage } from "../../../lib/detect/alarm";
import type { Behavior } from "../../../lib/detect/behavior";
import { amountOf } from "../../../lib/detect/compare";
import { datapointOf } from "../../../lib/detect/datapoint";
import { evaluate } from "../../../lib/detect/evaluate";
import { fleetStatistic } from "../../../lib/detect/fleet-statistic";
import {
  type BehaviorSpec,
  behaviorSpec,
  type Datapoint,
  type DetectState,
  type Evaluation,
  type FleetStatistic,
  periodOf,
} from "../../../lib/detect/spec";
import { ABSENCE, type ActivityLog } from "./activity-log";
import { isCountable } from "./metric-uses";
import type { SecurityProfile, Watched } from "./records";
import type { DetectStore } from "./store";
import { identityOf, isTargeted } from "./targets";

/** An absence is judged hourly. Source: Device Defender Developer Guide, "Detect metrics export" (schedule). */
const periodMs = (behavior: Behavior) =>
  behavior.metric === ABSENCE ? 3_600_000 : periodOf(behavior) * 1000;

/** Told of what happened to violations. */
type Announce = (profile: SecurityProfile, message: AlarmMessage) => void;

/**
 * What else is in a state says nothing of what comes: without an alarm and a run towards one, a thing is as one
 * that was never judged.
 */
const isWorthKeeping = (state: DetectState | undefined): state is DetectState =>
  state?.alarm !== undefined || state?.violating !== undefined;

/** Holds every behavior whose window ends against what devices did in it, and remembers who violates. */
export class WindowJudge {
  readonly #store: DetectStore;
  readonly #log: ActivityLog;
  readonly #announce: Announce;

  constructor(store: DetectStore, log: ActivityLog, announce: Announce) {
    this.#store = store;
    this.#log = log;
    this.#announce = announce;
  }

  /**
   * Judges all windows that end then (epoch milliseconds), a thing a step. Between steps a profile may change: what
   * is gone of it by then is judged no more, what has changed is judged in this window as it was when it ended.
   */
  *judge(end: number): Generator<void> {
    for (const profile of [...this.#store.profiles.values()]) {
      for (const behavior of profile.settings.behaviors) {
        const spec = behaviorSpec(profile.name, behavior, [...profile.targets]);
        const steps = this.#judgeBehavior(profile, spec, end);
        while (this.#isThere(profile, behavior.name) && !steps.next().done) yield;
      }
    }
  }

  #isThere(profile: SecurityProfile, behaviorName: string): boolean {
    return (
      this.#store.profiles.get(profile.name) === profile &&
      profile.settings.behaviors.some(({ name }) => name === behaviorName)
    );
  }

  *#judgeBehavior(profile: SecurityProfile, spec: BehaviorSpec, end: number): Generator<void> {
    if (end % periodMs(spec.behavior) === 0) {
      const fleet = yield* this.#fleet(profile, spec.behavior, end);
      for (const datapoint of this.#datapoints(profile, spec.behavior, end)) {
        if (datapoint) this.#take(profile, spec, fleet ? { ...datapoint, fleet } : datapoint);
        yield;
      }
    }
    const things = thingsOf(profile, spec);
    for (const [identity, { state, thingName }] of things) {
      // Ends alarms of things that have not been there for two days.
      this.#keep(profile, things, identity, evaluate(spec, state, { kind: "tick", thingName, now: end }));
      yield;
    }
  }

  /** The percentile of the profile's things that the behavior is about. */
  *#fleet(
    profile: SecurityProfile,
    behavior: Behavior,
    end: number,
  ): Generator<void, FleetStatistic | undefined> {
    const statistic = behavior.criteria?.statisticalThreshold?.statistic;
    if (statistic === undefined) return undefined;
    const values: number[] = [];
    for (const datapoint of this.#datapoints(profile, behavior, end)) {
      if (datapoint) values.push(amountOf(datapoint.value) ?? 0);
      yield;
    }
    return fleetStatistic(values, statistic);
  }

  /** The datapoints of the profile's things in the behavior's window that ends now; `undefined` for others. */
  *#datapoints(profile: SecurityProfile, behavior: Behavior, end: number): Generator<Datapoint | undefined> {
    const { metric, metricDimension } = behavior;
    if (metric === undefined || !isCountable(this.#store, behavior)) return;
    for (const [thingName, window] of this.#log.windows(
      { metric, metricDimension },
      periodOf(behavior),
      end,
    )) {
      yield window && isTargeted(this.#store.registry, profile.targets, thingName)
        ? datapointOf(behavior, thingName, window)
        : undefined;
    }
  }

  #take(profile: SecurityProfile, spec: BehaviorSpec, datapoint: Datapoint): void {
    const { thingName, windowEnd, value } = datapoint;
    const things = thingsOf(profile, spec);
    const identity = identityOf(this.#store.registry, thingName);
    const before = things.get(identity);
    const evaluation = evaluate(spec, before?.state, datapoint);
    const watched = before ?? (isWorthKeeping(evaluation.state) && { thingName, state: evaluation.state });
    if (!watched) return;
    things.set(identity, watched);
    this.#keep(profile, things, identity, evaluation);
    const { violation, state }: Watched = watched;
    // Without a percentile of the fleet there is nothing to compare with: the violation just lasts.
    const compared = spec.behavior.criteria?.statisticalThreshold === undefined || datapoint.fleet;
    if (violation && compared && state.violating !== undefined) {
      violation.behavior = spec.behavior;
      violation.lastTime = windowEnd;
      violation.lastValue = value;
    }
  }

  /** Remembers what an evaluation led to, and tells the world. */
  #keep(
    profile: SecurityProfile,
    things: Map<string, Watched>,
    identity: string,
    { state, transitions }: Evaluation,
  ): void {
    const watched = things.get(identity);
    if (!state || !watched) return;
    watched.state = state;
    if (!isWorthKeeping(state)) things.delete(identity);
    for (const message of transitions) {
      if (message.violationEventType === "in-alarm" && message.metricValue) {
        watched.violation = {
          id: message.violationId,
          startTime: message.violationEventTime,
          behavior: message.behavior,
          lastTime: message.violationEventTime,
          lastValue: message.metricValue,
        };
      } else {
        delete watched.violation;
      }
      this.#store.record(message);
      this.#announce(profile, message);
    }
  }
}

function thingsOf(profile: SecurityProfile, { behavior }: BehaviorSpec): Map<string, Watched> {
  const things = profile.watched.get(behavior.name) ?? new Map<string, Watched>();
  profile.watched.set(behavior.name, things);
  return things;
}
