import { periodOf } from "../../../lib/detect/spec";
import { matchesFilter } from "../../mqtt/topics";
import { metricUses, type TopicScope } from "./metric-uses";
import type { Definitions, Dimension } from "./records";

/** What is counted together: a metric, of all topics or of those of a dimension. */
export function seriesOf(metric: string, scope?: TopicScope): string {
  return scope ? `${metric} ${scope.operator ?? "IN"} ${scope.dimensionName}` : metric;
}

/** A client id that is itself a wildcard must not widen a filter (assumed). */
const isWild = (clientId: string) => /[+#]/.test(clientId);

/**
 * Source: AWS IoT Device Defender Developer Guide, "Scoping metrics in security profiles using dimensions" (MQTT
 * wildcards, `${iot:ClientId}`); that one of several values suffices is assumed.
 */
function includes({ values }: Dimension, clientId: string, topic: string): boolean {
  return values.some((value) => {
    const filter = value.replaceAll("${iot:ClientId}", () => clientId);
    return !(filter !== value && isWild(clientId)) && matchesFilter(filter, topic);
  });
}

/** A metric that is counted of some topics alone, and the series that it is counted in. */
export interface ScopedSeries {
  readonly metric: string;
  readonly series: string;
}

/**
 * Of the series that behaviors judge or profiles retain of a dimension's topics, those that a topic counts for.
 * For a dimension that is not defined nothing does: nobody knows its topics.
 */
export function scopesOf(store: Definitions, clientId: string, topic: string): ScopedSeries[] {
  const scopes = new Map<string, ScopedSeries>();
  for (const profile of store.profiles.values()) {
    for (const { metric = "", metricDimension } of metricUses(profile)) {
      const dimension = metricDimension && store.dimensions.get(metricDimension.dimensionName ?? "");
      if (!dimension) continue;
      const series = seriesOf(metric, metricDimension);
      const isIn = (metricDimension.operator ?? "IN") === "IN";
      if (includes(dimension, clientId, topic) === isIn) scopes.set(series, { metric, series });
    }
  }
  return [...scopes.values()];
}

/** Every series that behaviors judge or profiles retain, with the seconds that it is needed for. */
export function neededSeries(store: Definitions): Map<string, number> {
  const needed = new Map<string, number>();
  const need = (metric: string | undefined, scope: TopicScope | undefined, seconds: number) => {
    const series = seriesOf(metric ?? "", scope);
    needed.set(series, Math.max(seconds, needed.get(series) ?? 0));
  };
  for (const { settings } of store.profiles.values()) {
    for (const behavior of settings.behaviors)
      need(behavior.metric, behavior.metricDimension, periodOf(behavior));
    for (const { metric, metricDimension } of settings.metricsToRetain) need(metric, metricDimension, 300);
  }
  return needed;
}
