import type { ComparisonOperator, DurationSeconds, MetricValue, Statistic } from "./behavior";

/** The periods over which a metric may be evaluated, in seconds. Source: "Cloud-side metrics", "Duration". */
export const DURATIONS = [300, 600, 900, 1800, 3600] as const satisfies readonly DurationSeconds[];

/** The percentiles of a statistical threshold. Source: AWS IoT API Reference, `StatisticalThreshold`. */
export const STATISTICS = [
  "p0",
  "p0.1",
  "p0.01",
  "p1",
  "p10",
  "p50",
  "p90",
  "p99",
  "p99.9",
  "p99.99",
  "p100",
] as const satisfies readonly Statistic[];

/** Name of the one key that a metric's values carry. */
export type ValueKey = "count" | "cidrs" | "ports" | "number" | "numbers" | "strings";

/** What holds for every metric of a family. */
interface FamilyRules {
  /** The key that a criteria's value and a measured value carry. */
  readonly valueKey: ValueKey;
  /** Operators that compare such a value. */
  readonly operators: readonly ComparisonOperator[];
  /** Whether a static criteria has `durationSeconds`; a statistical one always has it, ML never. */
  readonly duration: "required" | "optional" | "refused";
  /** Whether a percentile of the fleet may stand in for the value. */
  readonly statistical: boolean;
  /** Whether ML Detect learns it. */
  readonly ml: boolean;
  /** How measurements of one period become one value: their total, their most extreme, or all of them. */
  readonly fold: "total" | "extreme" | "union";
}

const MAGNITUDE = ["less-than", "less-than-equals", "greater-than", "greater-than-equals"] as const;
const UPPER_BOUND = ["less-than", "less-than-equals"] as const;
const CIDR_SET = ["in-cidr-set", "not-in-cidr-set"] as const;
const PORT_SET = ["in-port-set", "not-in-port-set"] as const;
const SET = ["in-set", "not-in-set"] as const;

const LEARNABLE = { statistical: true, ml: true } as const;
// API Reference, `BehaviorCriteria`: durationSeconds "cannot be used with list-based metric datatypes".
// "ML Detect": no port or address lists.
const LIST = { duration: "refused", statistical: false, ml: false, fold: "union" } as const;

/**
 * The families of metrics: what a behavior on one of their metrics may say.
 *
 * Sources: AWS IoT Device Defender developer guide, "Cloud-side metrics" and "Device-side metrics" (operators,
 * values, duration, examples), "Custom metrics", "ML Detect"; AWS IoT API Reference, `BehaviorCriteria`.
 * Assumed: a static behavior needs `durationSeconds` where the guide lists it, and `aws:disconnect-duration`
 * needs none and takes no statistic.
 */
export const FAMILIES = {
  /** Events counted over a period. */
  rate: { valueKey: "count", operators: MAGNITUDE, duration: "required", ...LEARNABLE, fold: "total" },
  /** A state that is sampled; the guide gives it a period. */
  level: { valueKey: "count", operators: MAGNITUDE, duration: "required", ...LEARNABLE, fold: "extreme" },
  /** The size of each message, the number of connections; a period only with a statistic. */
  gauge: { valueKey: "count", operators: MAGNITUDE, duration: "optional", ...LEARNABLE, fold: "extreme" },
  /** How long a device has been away. */
  absence: {
    valueKey: "count",
    operators: UPPER_BOUND,
    duration: "optional",
    statistical: false,
    ml: false,
    fold: "extreme",
  },
  /** Addresses. */
  cidr: { valueKey: "cidrs", operators: CIDR_SET, ...LIST },
  /** Ports. */
  port: { valueKey: "ports", operators: PORT_SET, ...LIST },
  /** Custom metric of type `number`. */
  customNumber: {
    valueKey: "number",
    operators: MAGNITUDE,
    duration: "optional",
    ...LEARNABLE,
    fold: "extreme",
  },
  /** Custom metric of type `number-list`. */
  customNumbers: { valueKey: "numbers", operators: SET, ...LIST },
  /** Custom metric of type `string-list`. */
  customStrings: { valueKey: "strings", operators: SET, ...LIST },
  /** Custom metric of type `ip-address-list`. */
  customAddresses: { valueKey: "cidrs", operators: CIDR_SET, ...LIST },
} as const satisfies Record<string, FamilyRules>;

/** Name of a family of metrics. */
export type Family = keyof typeof FAMILIES;

/** The rules of any family, for code that does not know which. */
export type Rules = FamilyRules;

/** What holds for one metric of AWS. */
interface MetricRules {
  readonly family: Family;
  /** Measured by AWS IoT (`cloud`) or reported by an agent on the device (`device`). */
  readonly side: "cloud" | "device";
  /** Whether a topic filter dimension may restrict it. */
  readonly topics: boolean;
}

/**
 * Every metric that AWS defines.
 *
 * Sources: "Cloud-side metrics", "Device-side metrics"; "Scoping metrics in security profiles using dimensions"
 * for `topics`.
 */
export const METRICS = {
  "aws:num-messages-sent": { family: "rate", side: "cloud", topics: true },
  "aws:num-messages-received": { family: "rate", side: "cloud", topics: true },
  "aws:num-authorization-failures": { family: "rate", side: "cloud", topics: true },
  "aws:num-connection-attempts": { family: "rate", side: "cloud", topics: false },
  "aws:num-disconnects": { family: "rate", side: "cloud", topics: false },
  "aws:message-byte-size": { family: "gauge", side: "cloud", topics: true },
  "aws:disconnect-duration": { family: "absence", side: "cloud", topics: false },
  "aws:source-ip-address": { family: "cidr", side: "cloud", topics: true },
  "aws:all-bytes-in": { family: "rate", side: "device", topics: false },
  "aws:all-bytes-out": { family: "rate", side: "device", topics: false },
  "aws:all-packets-in": { family: "rate", side: "device", topics: false },
  "aws:all-packets-out": { family: "rate", side: "device", topics: false },
  "aws:num-listening-tcp-ports": { family: "level", side: "device", topics: false },
  "aws:num-listening-udp-ports": { family: "level", side: "device", topics: false },
  "aws:num-established-tcp-connections": { family: "gauge", side: "device", topics: false },
  "aws:listening-tcp-ports": { family: "port", side: "device", topics: false },
  "aws:listening-udp-ports": { family: "port", side: "device", topics: false },
  "aws:destination-ip-addresses": { family: "cidr", side: "device", topics: false },
} as const satisfies Record<`aws:${string}`, MetricRules>;

/** Name of a metric that AWS defines. */
export type MetricName = keyof typeof METRICS;

/** Tells whether AWS defines a metric of this name. */
export function isAwsMetric(metric: string): metric is MetricName {
  return Object.hasOwn(METRICS, metric);
}

const CUSTOM_FAMILIES = ["customNumber", "customNumbers", "customStrings", "customAddresses"] as const;

/**
 * Finds the family of a behavior's metric.
 *
 * A profile names a custom metric but not its type, so that is read from the value and, where there is none,
 * from the operator; a behavior with neither a value nor a list's operator (statistical, ML) is on a number,
 * as only numbers have percentiles and models.
 *
 * @param criteria - Criteria of the behavior; not trusted.
 * @returns Its family; `undefined` for a name that begins with `aws:` and is none of AWS's.
 */
export function familyOf(
  metric: string,
  criteria: { readonly comparisonOperator?: unknown; readonly value?: unknown },
): Family | undefined {
  if (isAwsMetric(metric)) return METRICS[metric].family;
  if (metric.startsWith("aws:")) return undefined;
  const { value, comparisonOperator } = criteria;
  const byValue = CUSTOM_FAMILIES.find(
    (family) => typeof value === "object" && value !== null && FAMILIES[family].valueKey in value,
  );
  const operatorsOf = (family: Family): readonly unknown[] => FAMILIES[family].operators;
  const byOperator = CUSTOM_FAMILIES.find((family) => operatorsOf(family).includes(comparisonOperator));
  return byValue ?? byOperator ?? "customNumber";
}

/** The value of a metric of one family. */
export type ValueOf<F extends Family> = Extract<
  MetricValue,
  Record<(typeof FAMILIES)[F]["valueKey"], unknown>
>;
