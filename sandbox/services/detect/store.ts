import type * as sdk from "@aws-sdk/client-iot";
import type { AlarmMessage } from "../../../lib/detect/alarm";
import type { Behavior, MetricValue } from "../../../lib/detect/behavior";
import type { DetectState } from "../../../lib/detect/spec";
import type { Environment } from "../../environment";
import type { Tags } from "../../wire/tags";
import { checkRegistryName } from "../iot/checks";
import { existing } from "../iot/errors";
import { MetricHistory } from "./metric-history";
import type { Registry } from "./targets";

/** Where alarms of a profile go, and the role that Detect publishes them with. */
export interface AlertTarget {
  /** ARN of the SNS topic. */
  readonly alertTargetArn: string;
  /** ARN of the role. */
  readonly roleArn: string;
}

/** A behavior that a thing violates right now. Times are epoch milliseconds. */
export interface Violation {
  readonly id: string;
  readonly startTime: number;
  /** The behavior as it was when it was last violated. */
  behavior: Behavior;
  lastTime: number;
  lastValue: MetricValue;
}

/** What is known of one thing under one behavior. */
export interface Watched {
  readonly thingName: string;
  state: DetectState;
  violation?: Violation;
}

/** What a profile's creator sets, beside its name and tags. */
export interface ProfileSettings {
  description?: string;
  behaviors: readonly Behavior[];
  /** By kind; `SNS` is the only kind that AWS has. */
  alertTargets: Readonly<Record<string, AlertTarget>>;
  /** Metrics whose values are kept though no behavior watches them. */
  metricsToRetain: readonly sdk.MetricToRetain[];
  /** Where values of metrics with `exportMetric` go. */
  metricsExportConfig?: sdk.MetricsExportConfig;
}

/** A security profile with its targets, and what Detect has found under it. */
export interface SecurityProfile {
  readonly name: string;
  readonly arn: string;
  readonly creationDate: Date;
  lastModifiedDate: Date;
  version: number;
  settings: ProfileSettings;
  readonly tags: Tags;
  /** ARNs, in the order in which they were attached. */
  readonly targets: Set<string>;
  /** By behavior name, then by identity (see `identityOf`). */
  readonly watched: Map<string, Map<string, Watched>>;
}

/** What a custom metric and a dimension have alike. */
interface Definition {
  readonly name: string;
  readonly arn: string;
  readonly creationDate: Date;
  lastModifiedDate: Date;
  readonly tags: Tags;
  /** Of the request that made it. */
  readonly token: string | undefined;
}

/** A metric that devices report and AWS does not know. */
export interface CustomMetric extends Definition {
  readonly type: sdk.CustomMetricType;
  displayName?: string | undefined;
}

/** A set of topics, by filters. */
export interface Dimension extends Definition {
  readonly type: sdk.DimensionType;
  values: readonly string[];
}

/** What a person said of a violation. */
export type Verification = Pick<
  sdk.PutVerificationStateOnViolationRequest,
  "verificationState" | "verificationStateDescription"
>;

/** AWS General Reference, "AWS IoT Device Defender endpoints and quotas": violations are kept 30 days. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** Everything that Device Defender Detect holds. Maps keep the order of creation. */
export class DetectStore {
  readonly env: Environment;
  /** Things and groups. */
  readonly registry: Registry;
  readonly profiles = new Map<string, SecurityProfile>();
  /** By name. */
  readonly customMetrics = new Map<string, CustomMetric>();
  /** By name. */
  readonly dimensions = new Map<string, Dimension>();
  /** Values of metrics that profiles watch or retain. */
  readonly history = new MetricHistory();
  /** By violation id. */
  readonly verifications = new Map<string, Verification>();
  /** Oldest first. */
  readonly #events: AlarmMessage[] = [];

  constructor(env: Environment, registry: Registry) {
    this.env = env;
    this.registry = registry;
  }

  /** The profile of a name. @throws AwsError - `InvalidRequestException`, `ResourceNotFoundException`. */
  profile(name: string | undefined): SecurityProfile {
    checkRegistryName(name ?? "", "securityProfileName");
    return existing(this.profiles.get(name ?? ""), `Security profile ${name}`);
  }

  /** Tags of a profile, custom metric or dimension, to be read and changed; `undefined` for any other ARN. */
  tagsOf(arn: string): Tags | undefined {
    const tagged = [this.profiles, this.customMetrics, this.dimensions].flatMap((named) => [
      ...(named as Map<string, { readonly arn: string; readonly tags: Tags }>).values(),
    ]);
    return tagged.find((one) => one.arn === arn)?.tags;
  }

  /** Keeps what happened to a violation. */
  record(event: AlarmMessage): void {
    this.#events.push(event);
  }

  /** Events that are still kept, oldest first. */
  keptEvents(): AlarmMessage[] {
    const oldest = this.env.clock.now() - KEPT_MS;
    return this.#events.filter((event) => event.violationEventTime > oldest);
  }

  /** Violations that last, the oldest first, each with its profile and thing. */
  activeViolations(): { profile: SecurityProfile; thingName: string; violation: Violation }[] {
    const active = [...this.profiles.values()].flatMap((profile) =>
      [...profile.watched.values()].flatMap((things) =>
        [...things.values()].flatMap(({ thingName, violation }) =>
          violation ? [{ profile, thingName, violation }] : [],
        ),
      ),
    );
    return active.sort((a, b) => a.violation.startTime - b.violation.startTime);
  }
}
