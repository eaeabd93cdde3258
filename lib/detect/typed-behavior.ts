import type { ConfidenceLevel, DurationSeconds, MetricDimension, Statistic } from "./behavior";
import type { FAMILIES, Family, METRICS, MetricName, ValueOf } from "./metrics";

type RulesOf<F extends Family> = (typeof FAMILIES)[F];
type Datapoints = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;

interface Runs {
  readonly consecutiveDatapointsToAlarm?: Datapoints;
  readonly consecutiveDatapointsToClear?: Datapoints;
}

interface Period {
  readonly required: { readonly durationSeconds: DurationSeconds };
  readonly optional: { readonly durationSeconds?: DurationSeconds };
  readonly refused: { readonly durationSeconds?: never };
}

type StaticCriteria<F extends Family> = Runs &
  Period[RulesOf<F>["duration"]] & {
    readonly comparisonOperator: RulesOf<F>["operators"][number];
    readonly value: ValueOf<F>;
    readonly statisticalThreshold?: never;
    readonly mlDetectionConfig?: never;
  };

type StatisticalCriteria<F extends Family> = RulesOf<F>["statistical"] extends true
  ? Runs & {
      readonly comparisonOperator: RulesOf<F>["operators"][number];
      readonly statisticalThreshold: { readonly statistic: Statistic };
      readonly durationSeconds: DurationSeconds;
      readonly value?: never;
      readonly mlDetectionConfig?: never;
    }
  : never;

type MlCriteria<F extends Family> = RulesOf<F>["ml"] extends true
  ? Runs & {
      readonly mlDetectionConfig: { readonly confidenceLevel: ConfidenceLevel };
      readonly comparisonOperator?: never;
      readonly value?: never;
      readonly durationSeconds?: never;
      readonly statisticalThreshold?: never;
    }
  : never;

interface BehaviorBase<F extends Family> {
  readonly name: string;
  readonly suppressAlerts?: boolean;
  readonly exportMetric?: boolean;
  readonly criteria: StaticCriteria<F> | StatisticalCriteria<F> | MlCriteria<F>;
}

type AwsBehavior<M extends MetricName> = M extends MetricName
  ? BehaviorBase<(typeof METRICS)[M]["family"]> & {
      readonly metric: M;
      readonly metricDimension?: (typeof METRICS)[M]["topics"] extends true ? MetricDimension : never;
    }
  : never;

declare const custom: unique symbol;

/** Name of a metric that is not AWS's; made by {@link customMetric}. */
type CustomMetricName = string & { readonly [custom]: true };

/**
 * Names a custom metric, so that a misspelt AWS metric cannot pass for one.
 *
 * @param name - Name of the custom metric, 1 to 128 of `[a-zA-Z0-9:_-]`, not beginning with `aws:`.
 * @throws RangeError if AWS would not accept the name. Source: API Reference, `CreateCustomMetric`.
 */
export function customMetric(name: string): CustomMetricName {
  if (!/^(?!aws:)[a-zA-Z0-9:_-]{1,128}$/.test(name)) {
    throw new RangeError(
      `Name the custom metric with 1 to 128 of [a-zA-Z0-9:_-], not beginning with aws:; it is "${name}".`,
    );
  }
  return name as CustomMetricName;
}

type CustomBehavior<F extends Family> = F extends Family
  ? BehaviorBase<F> & { readonly metric: CustomMetricName; readonly metricDimension?: never }
  : never;

/**
 * A behavior written in TypeScript: its metric decides its operators, the key of its value, whether it has a
 * period, may be statistical or learned, and may be restricted to topics, so that an illegal one does not
 * compile. Every one is a `Behavior`.
 *
 * What types cannot say (name patterns, ranges, numbers that are whole) `behaviorFaults` checks.
 */
export type TypedBehavior =
  | AwsBehavior<MetricName>
  | CustomBehavior<"customNumber" | "customNumbers" | "customStrings" | "customAddresses">;
