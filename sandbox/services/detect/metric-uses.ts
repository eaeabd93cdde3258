import type { Definitions, SecurityProfile } from "./records";

/** A behavior's or a retained metric's dimension; the SDK's types leave its name open. */
export interface TopicScope {
  readonly dimensionName?: string | undefined;
  readonly operator?: "IN" | "NOT_IN" | undefined;
}

/** What a behavior and a metric to retain have alike. */
export interface MetricUse {
  readonly metric?: string | undefined;
  readonly metricDimension?: TopicScope | undefined;
  readonly exportMetric?: boolean | undefined;
}

/** The metrics that a profile watches, and those that it retains. */
export const metricUses = ({ settings }: SecurityProfile): readonly MetricUse[] => [
  ...settings.behaviors,
  ...settings.metricsToRetain,
];

/** Whether a use can be counted: of a dimension that is not defined nobody knows the topics. */
export const isCountable = (
  { dimensions }: Pick<Definitions, "dimensions">,
  { metricDimension }: MetricUse,
): boolean => metricDimension === undefined || dimensions.has(metricDimension.dimensionName ?? "");
