import type {
  CustomMetricType,
  DimensionType,
  MetricsExportConfig,
  MetricToRetain,
  PutVerificationStateOnViolationRequest,
} from "@aws-sdk/client-iot";
import type { Behavior, MetricValue } from "../../../lib/detect/behavior";
import type { DetectState } from "../../../lib/detect/spec";
import type { Tags } from "../../wire/tags";

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
  metricsToRetain: readonly MetricToRetain[];
  /** Where values of metrics with `exportMetric` go. */
  metricsExportConfig?: MetricsExportConfig;
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
  readonly type: CustomMetricType;
  displayName?: string | undefined;
}

/** A set of topics, by filters. */
export interface Dimension extends Definition {
  readonly type: DimensionType;
  values: readonly string[];
}

/** What a person said of a violation. */
export type Verification = Pick<
  PutVerificationStateOnViolationRequest,
  "verificationState" | "verificationStateDescription"
>;

/** Profiles and dimensions, each by name. */
export interface Definitions {
  readonly profiles: ReadonlyMap<string, SecurityProfile>;
  readonly dimensions: ReadonlyMap<string, Dimension>;
}
