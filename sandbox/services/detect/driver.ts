import type { AlarmMessage } from "../../../lib/detect/alarm";
import type { Behavior } from "../../../lib/detect/behavior";
import { amountOf } from "../../../lib/detect/compare";
import { datapointOf } from "../../../lib/detect/datapoint";
import { evaluate } from "../../../lib/detect/evaluate";
import { fleetStatistic } from "../../../lib/detect/fleet-statistic";
import { isAwsMetric, type ValueKey } from "../../../lib/detect/metrics";
import {
  type BehaviorSpec,
  behaviorSpec,
  type Datapoint,
  type Evaluation,
  periodOf,
} from "../../../lib/detect/spec";
import type { Environment } from "../../environment";
import { AwsError } from "../../wire/aws-error";
import { ABSENCE, ActivityLog, BASE_MS } from "./activity-log";
import type { DeviceActivity } from "./device-activity";
import type { DeviceReport } from "./device-report";
import type { AlertTarget, CustomMetric, DetectStore, SecurityProfile, Watched } from "./store";
import { identityOf, isTargeted } from "./targets";

/** Carries alarms to where a profile sends them. */
export interface AlarmPublisher {
  /**
   * Publishes one alarm as the target's role.
   *
   * @param alertTarget - Topic and role.
   * @param profileArn - ARN of the security profile, `aws:SourceArn` of the role's trust.
   * @param message - The alarm; its text is `renderAlarm(message)`.
   * @throws AwsError if the role or the topic refuses.
   */
  publish(alertTarget: AlertTarget, profileArn: string, message: AlarmMessage): void | Promise<void>;
}

/** The key that values of each type of custom metric carry. */
const CUSTOM_VALUES = {
  number: "number",
  "number-list": "numbers",
  "string-list": "strings",
  "ip-address-list": "cidrs",
} as const satisfies Record<CustomMetric["type"], ValueKey>;

/** An absence is judged hourly. Source: Device Defender Developer Guide, "Detect metrics export" (schedule). */
const periodMs = (behavior: Behavior) =>
  behavior.metric === ABSENCE ? 3_600_000 : periodOf(behavior) * 1000;

/**
 * Device Defender Detect: counts what devices do and, at the end of each 300 s of virtual time, holds every
 * behavior whose window ends there against it.
 *
 * It sees what the broker sees, and what agents report. Behaviors that a dimension restricts to topics, and those of ML
 * Detect, are accepted and never alarm. A window that began before the profile did counts whole (assumed).
 */
export class DetectDriver implements DeviceActivity {
  readonly #store: DetectStore;
  readonly #env: Environment;
  readonly #publisher: AlarmPublisher;
  readonly #log: ActivityLog;

  /** Begins at once: the first windows end at the next multiple of 300 s. */
  constructor(store: DetectStore, publisher: AlarmPublisher) {
    this.#store = store;
    this.#env = store.env;
    this.#publisher = publisher;
    this.#log = new ActivityLog(this.#env.clock);
    this.#arm(Math.floor(this.#env.clock.now() / BASE_MS) * BASE_MS + BASE_MS);
  }

  connectionAttempted(clientId: string): void {
    this.#log.connectionAttempted(clientId);
  }

  sessionOpened(clientId: string, ipAddress: string): void {
    this.#log.sessionOpened(clientId, ipAddress);
  }

  sessionClosed(clientId: string): void {
    this.#log.sessionClosed(clientId);
  }

  messageSent(clientId: string, bytes: number): void {
    this.#log.messageSent(clientId, bytes);
  }

  messageReceived(clientId: string, bytes: number): void {
    this.#log.messageReceived(clientId, bytes);
  }

  authorizationFailed(clientId: string): void {
    this.#log.authorizationFailed(clientId);
  }

  /**
   * A device's agent reported. A custom metric that nobody defined, or that is defined as another type, is not kept.
   *
   * Source: README of the AWS IoT Device SDK for C++, Device Defender sample ("will not show/retain the data").
   */
  reported(thingName: string, { values }: DeviceReport): void {
    for (const [metric, value] of values) {
      const type = this.#store.customMetrics.get(metric)?.type;
      if (isAwsMetric(metric) || (type !== undefined && CUSTOM_VALUES[type] in value))
        this.#log.observed(thingName, metric, value);
    }
  }

  #arm(end: number): void {
    this.#env.clock.schedule(end, () => {
      this.#arm(end + BASE_MS);
      this.#log.close(end);
      for (const profile of this.#store.profiles.values()) this.#judgeProfile(profile, end);
    });
  }

  #judgeProfile(profile: SecurityProfile, end: number): void {
    for (const behavior of profile.settings.behaviors) {
      const spec = behaviorSpec(profile.name, behavior, [...profile.targets]);
      if (end % periodMs(behavior) === 0) {
        for (const datapoint of this.#datapoints(profile, behavior, end))
          this.#judge(profile, spec, datapoint);
      }
      this.#tick(profile, spec, end);
    }
  }

  /** The datapoints of the profile's things in the behavior's window that ends now. */
  #datapoints(profile: SecurityProfile, behavior: Behavior, end: number): Datapoint[] {
    if (behavior.metric === undefined || behavior.metricDimension) return [];
    const windows = this.#log.windows(behavior.metric, periodOf(behavior), end);
    const datapoints = [...windows].flatMap(([thingName, window]) =>
      isTargeted(this.#store.registry, profile.targets, thingName)
        ? (datapointOf(behavior, thingName, window) ?? [])
        : [],
    );
    const statistic = behavior.criteria?.statisticalThreshold?.statistic;
    if (statistic === undefined) return datapoints;
    const fleet = fleetStatistic(
      datapoints.map(({ value }) => amountOf(value) ?? 0),
      statistic,
    );
    return fleet ? datapoints.map((datapoint) => ({ ...datapoint, fleet })) : datapoints;
  }

  #judge(profile: SecurityProfile, spec: BehaviorSpec, datapoint: Datapoint): void {
    const { thingName, windowEnd, value } = datapoint;
    const things = profile.watched.get(spec.behavior.name) ?? new Map<string, Watched>();
    profile.watched.set(spec.behavior.name, things);
    const identity = identityOf(this.#store.registry, thingName);
    const before = things.get(identity);
    const evaluation = evaluate(spec, before?.state, datapoint);
    const watched = before ?? (evaluation.state && { thingName, state: evaluation.state });
    if (!watched) return;
    things.set(identity, watched);
    this.#keep(profile, watched, evaluation);
    const { violation, state }: Watched = watched;
    // Without a percentile of the fleet there is nothing to compare with: the violation just lasts.
    const compared = spec.behavior.criteria?.statisticalThreshold === undefined || datapoint.fleet;
    if (violation && compared && state.violating !== undefined) {
      violation.behavior = spec.behavior;
      violation.lastTime = windowEnd;
      violation.lastValue = value;
    }
  }

  /** Ends alarms of things that have not been there for two days. */
  #tick(profile: SecurityProfile, spec: BehaviorSpec, now: number): void {
    for (const watched of profile.watched.get(spec.behavior.name)?.values() ?? []) {
      const { state, thingName } = watched;
      if (state.alarm === undefined) continue;
      this.#keep(profile, watched, evaluate(spec, state, { kind: "tick", thingName, now }));
    }
  }

  /** Remembers what an evaluation led to, and tells the world. */
  #keep(profile: SecurityProfile, watched: Watched, { state, transitions }: Evaluation): void {
    if (!state) return;
    watched.state = state;
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

  #announce(profile: SecurityProfile, message: AlarmMessage): void {
    if (message.behavior.suppressAlerts) return;
    for (const target of Object.values(profile.settings.alertTargets)) {
      void this.#env.clock.track(this.#publish(target, profile.arn, message));
    }
  }

  /** A target that refuses is logged, without the message, and hinders nothing else. */
  async #publish(target: AlertTarget, profileArn: string, message: AlarmMessage): Promise<void> {
    try {
      await this.#publisher.publish(target, profileArn, message);
    } catch (error) {
      const code = error instanceof AwsError ? error.code : error instanceof Error ? error.name : "Error";
      this.#env.log(
        `Detect: an alarm of ${profileArn} was not published to ${target.alertTargetArn} as ${target.roleArn}: ${code}`,
      );
    }
  }
}
