import type { AlarmMessage } from "../../../lib/detect/alarm";
import { isAwsMetric, type ValueKey } from "../../../lib/detect/metrics";
import type { Environment } from "../../environment";
import type { DeviceActivity } from "../../mqtt/device-activity";
import { AwsError } from "../../wire/aws-error";
import { ActivityLog, BASE_MS } from "./activity-log";
import type { DeviceReport } from "./device-report";
import { inTurns } from "./in-turns";
import { exportWindow, type MetricsExporter } from "./metric-export";
import { recordWindow } from "./metric-recorder";
import type { AlertTarget, CustomMetric, SecurityProfile } from "./records";
import { ReportTimes } from "./report-times";
import type { DetectStore } from "./store";
import { neededSeries, scopesOf } from "./topic-scopes";
import { WindowJudge } from "./window-judge";

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

/**
 * Device Defender Detect: counts what devices do and, at the end of each 300 s of virtual time, holds every
 * behavior whose window ends there against it.
 *
 * It sees what the broker sees, and what agents report. Behaviors of ML Detect, and of a dimension that does not exist,
 * are accepted and never alarm; topics of a dimension count from the moment that a profile names it (assumed). A window that
 * began before the profile did counts whole (assumed).
 */
export class DetectDriver {
  readonly #store: DetectStore;
  readonly #env: Environment;
  readonly #publisher: AlarmPublisher;
  readonly #exporter: MetricsExporter;
  readonly #log: ActivityLog;
  /** Where the broker tells what devices do. */
  readonly activity: DeviceActivity;
  readonly #judge: WindowJudge;
  readonly #reports = new ReportTimes();

  /** Begins at once: the first windows end at the next multiple of 300 s. */
  constructor(store: DetectStore, publisher: AlarmPublisher, exporter: MetricsExporter = () => undefined) {
    this.#store = store;
    this.#env = store.env;
    this.#publisher = publisher;
    this.#exporter = exporter;
    this.#log = new ActivityLog(this.#env.clock, (clientId, topic) => scopesOf(store, clientId, topic));
    this.activity = this.#log;
    this.#judge = new WindowJudge(store, this.#log, (profile, message) => this.#announce(profile, message));
    this.#arm(Math.floor(this.#env.clock.now() / BASE_MS) * BASE_MS + BASE_MS);
  }

  /**
   * A device's agent reported. A custom metric that nobody defined, or that is defined as another type, is not kept.
   *
   * Source: README of the AWS IoT Device SDK for C++, Device Defender sample ("will not show/retain the data").
   */
  reported(thingName: string, { values }: DeviceReport): void {
    this.#reports.note(thingName, this.#env.clock.now());
    for (const [metric, value] of values) {
      const type = this.#store.customMetrics.get(metric)?.type;
      if (isAwsMetric(metric) || (type !== undefined && CUSTOM_VALUES[type] in value))
        this.#log.observed(thingName, metric, value);
    }
  }

  #arm(end: number): void {
    this.#env.clock.schedule(end, () => {
      this.#arm(end + BASE_MS);
      this.#log.close(end, neededSeries(this.#store));
      return inTurns(this.#endWindow(end));
    });
  }

  *#endWindow(end: number): Generator<void> {
    yield* this.#judge.judge(end);
    yield* recordWindow(this.#store, this.#log, this.#reports, end);
    yield* exportWindow(this.#store, this.#log, end, (profile, to, payload) => {
      void this.#attempt(`an export of ${profile.arn}`, to.mqttTopic, to.roleArn, () =>
        this.#exporter(to, profile.arn, payload),
      );
    });
  }

  #announce(profile: SecurityProfile, message: AlarmMessage): void {
    if (message.behavior.suppressAlerts) return;
    for (const target of Object.values(profile.settings.alertTargets)) {
      const { alertTargetArn, roleArn } = target;
      const publish = () => this.#publisher.publish(target, profile.arn, message);
      void this.#env.clock.track(
        this.#attempt(`an alarm of ${profile.arn}`, alertTargetArn, roleArn, publish),
      );
    }
  }

  /** A target that refuses is logged, without the message, and hinders nothing else. */
  async #attempt(
    what: string,
    to: string | undefined,
    roleArn: string | undefined,
    publish: () => void | Promise<void>,
  ): Promise<void> {
    try {
      await publish();
    } catch (error) {
      const code = error instanceof AwsError ? error.code : error instanceof Error ? error.name : "Error";
      this.#env.log(`Detect: ${what} was not published to ${to} as ${roleArn}: ${code}`);
    }
  }
}
