import type { MetricsExportConfig } from "@aws-sdk/client-iot";
import { metricUses } from "./metric-uses";
import type { DetectStore, SecurityProfile } from "./store";
import { isTargeted } from "./targets";
import { seriesOf } from "./topic-scopes";

/** Most values in one message, far below the 128 KB of a message; how AWS batches is not documented. */
const BATCH = 100;

/**
 * Carries exported values to where a profile sends them.
 *
 * @param to - Topic, and the role that publishes.
 * @param profileArn - ARN of the security profile, `aws:SourceArn` of the role's trust.
 * @param payload - JSON.
 * @throws AwsError if the role is refused.
 */
export type MetricsExporter = (to: MetricsExportConfig, profileArn: string, payload: string) => void;

/** What a profile exports, each series once. */
function exportedBy(profile: SecurityProfile) {
  const uses = metricUses(profile).filter(({ exportMetric }) => exportMetric);
  return new Map(uses.map((use) => [seriesOf(use.metric ?? "", use.metricDimension), use])).values();
}

/** The values that a profile exports of the window that ended then, as they are written; `undefined` for other things. */
function* exportedValues(store: DetectStore, profile: SecurityProfile, end: number) {
  for (const { metric = "", metricDimension } of exportedBy(profile)) {
    for (const [thing, value] of store.history.at(metric, metricDimension, end)) {
      const dimension = metricDimension && {
        name: metricDimension.dimensionName,
        operator: metricDimension.operator ?? "IN",
      };
      const exported = {
        name: metric,
        thing,
        value,
        version: 1,
        timestamp: end,
        ...(dimension && { dimension }),
      };
      yield isTargeted(store.registry, profile.targets, thing) ? exported : undefined;
    }
  }
}

/**
 * Exports the values of the window that ended then, a value a step.
 *
 * Source: AWS IoT Device Defender Developer Guide, "Detect metrics export", "Metrics export schema".
 *
 * @param publish - Publishes one message for a profile.
 */
export function* exportWindow(
  store: DetectStore,
  end: number,
  publish: (profile: SecurityProfile, to: MetricsExportConfig, payload: string) => void,
): Generator<void> {
  for (const profile of [...store.profiles.values()]) {
    const { metricsExportConfig: to } = profile.settings;
    if (!to) continue;
    let metrics: object[] = [];
    const send = () => publish(profile, to, JSON.stringify({ version: "1.0", metrics }));
    for (const value of exportedValues(store, profile, end)) {
      if (value) metrics.push(value);
      if (metrics.length === BATCH) {
        send();
        metrics = [];
      }
      yield;
    }
    if (metrics.length > 0) send();
  }
}
