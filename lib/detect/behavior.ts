/**
 * The shapes of a Device Defender Detect behavior, as the AWS IoT API spells them.
 *
 * Source: AWS IoT API Reference, data types `Behavior`, `BehaviorCriteria`, `MetricValue`,
 * `MetricDimension`, `StatisticalThreshold`, `MachineLearningDetectionConfig`.
 */

/** How a measured value is compared with a behavior's value. A behavior states what is NORMAL. */
export type ComparisonOperator =
  | "less-than"
  | "less-than-equals"
  | "greater-than"
  | "greater-than-equals"
  | "in-cidr-set"
  | "not-in-cidr-set"
  | "in-port-set"
  | "not-in-port-set"
  | "in-set"
  | "not-in-set";

/** The percentiles that a statistical threshold may name. */
export type Statistic =
  | "p0"
  | "p0.1"
  | "p0.01"
  | "p1"
  | "p10"
  | "p50"
  | "p90"
  | "p99"
  | "p99.9"
  | "p99.99"
  | "p100";

/** The periods, in seconds, over which a metric may be evaluated. */
export type DurationSeconds = 300 | 600 | 900 | 1800 | 3600;

/** How sure ML Detect must be before it alarms. */
export type ConfidenceLevel = "LOW" | "MEDIUM" | "HIGH";

/** A value of a metric: exactly one of the keys is set. */
export type MetricValue =
  | { readonly count: number }
  | { readonly cidrs: readonly string[] }
  | { readonly ports: readonly number[] }
  | { readonly number: number }
  | { readonly numbers: readonly number[] }
  | { readonly strings: readonly string[] };

/** Restricts a metric to messages of some topics. */
export interface MetricDimension {
  /** Name of a dimension of type `TOPIC_FILTER`. */
  readonly dimensionName: string;
  /** Whether the topics that match count (`IN`, AWS's default) or the others (`NOT_IN`). */
  readonly operator?: "IN" | "NOT_IN";
}

/** When a datapoint is normal. Either static, or statistical, or machine learning. */
export interface BehaviorCriteria {
  /** Comparison that a normal datapoint passes; absent with machine learning. */
  readonly comparisonOperator?: ComparisonOperator;
  /** Value to compare with; absent with a statistical threshold and with machine learning. */
  readonly value?: MetricValue;
  /** Period of a datapoint, in seconds. */
  readonly durationSeconds?: DurationSeconds;
  /** Violating datapoints in a row that raise an alarm, 1 to 10. AWS's default is 1. */
  readonly consecutiveDatapointsToAlarm?: number;
  /** Conforming datapoints in a row that clear an alarm, 1 to 10. AWS's default is 1. */
  readonly consecutiveDatapointsToClear?: number;
  /** Compares with a percentile of all devices in the same period instead of a fixed value. */
  readonly statisticalThreshold?: { readonly statistic: Statistic };
  /** Lets ML Detect learn what is normal. */
  readonly mlDetectionConfig?: { readonly confidenceLevel: ConfidenceLevel };
}

/** One behavior of a security profile. */
export interface Behavior {
  /** Name within its profile, 1 to 128 of `[a-zA-Z0-9:_-]`. */
  readonly name: string;
  /** Metric that it watches, for example `aws:num-messages-sent`, or a custom metric's name. */
  readonly metric?: string;
  /** Topics that count. */
  readonly metricDimension?: MetricDimension;
  /** What is normal. */
  readonly criteria?: BehaviorCriteria;
  /** `true` records violations but publishes no alarm. AWS's default is `false`. */
  readonly suppressAlerts?: boolean;
  /** `true` exports the metric's values by MQTT. */
  readonly exportMetric?: boolean;
}
