import type { Behavior, MetricValue } from "./behavior";
import { isLowerBound } from "./compare";
import { FAMILIES, familyOf, type Rules } from "./metrics";
import type { Datapoint } from "./spec";
import type { MetricWindow } from "./windows";

/**
 * Which number of a window is judged. Device Defender keeps minimum, maximum and total of a message size: the
 * maximum is held against an upper bound, the minimum against a lower one, the total against a percentile.
 */
function judgedBy({ criteria = {} }: Behavior, rules: Rules): "total" | "most" | "least" {
  if (rules.fold === "total" || criteria.statisticalThreshold !== undefined) return "total";
  return isLowerBound(criteria.comparisonOperator) ? "least" : "most";
}

function valueFor(window: MetricWindow, rules: Rules, behavior: Behavior): MetricValue | undefined {
  if (window.kind === "set") return rules.valueKey in window.elements ? window.elements : undefined;
  const by = judgedBy(behavior, rules);
  // Of no messages none is too short: a silent device has no minimum.
  if (rules.fold === "union" || (by === "least" && window.samples === 0)) return undefined;
  return rules.valueKey === "number" ? { number: window[by] } : { count: window[by] };
}

/**
 * Makes the datapoint by which a behavior judges a thing's window.
 *
 * For a behavior with a statistical threshold the driver adds `fleet`, from `fleetStatistic` over the datapoints
 * of all things in the same window.
 *
 * @param behavior - A legal behavior.
 * @param window - The behavior's metric, in a window of the behavior's period (`periodOf`).
 * @returns The datapoint, or `undefined` where the window says nothing about the behavior.
 */
export function datapointOf(
  behavior: Behavior,
  thingName: string,
  window: MetricWindow,
): Datapoint | undefined {
  const { metric, metricDimension, criteria = {} } = behavior;
  const family = metric === undefined ? undefined : familyOf(metric, criteria);
  if (metric === undefined || family === undefined) return undefined;
  const rules: Rules = FAMILIES[family];
  const value = valueFor(window, rules, behavior);
  if (value === undefined) return undefined;
  const datapoint = {
    kind: "datapoint",
    thingName,
    metric,
    windowEnd: window.end,
    durationSeconds: window.durationSeconds,
    value,
    complete: window.complete,
    // More can only lower a minimum; it can only raise the others.
    lowerBound: !window.complete && judgedBy(behavior, rules) !== "least",
  } as const;
  return metricDimension === undefined ? datapoint : { ...datapoint, metricDimension };
}
