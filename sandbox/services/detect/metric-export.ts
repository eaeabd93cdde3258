import type { MetricsExportConfig } from "@aws-sdk/client-iot";
import type { MetricValue } from "../../../lib/detect/behavior";
import type { ActivityLog } from "./activity-log";
import { isCountable, metricUses, type TopicScope } from "./metric-uses";
import type { SecurityProfile } from "./records";
import type { DetectStore } from "./store";
import { isTargeted } from "./targets";
import { seriesOf } from "./topic-scopes";

/** Most values in one message, far below the 128 KB of a message; how AWS batches is not documented. */
const BATCH = 100;

const MESSAGE_SIZE = "aws:message-byte-size";

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

/** A thing's value at a time, epoch milliseconds; `undefined` of a thing without one. */
type Exported = readonly [thing: string, value: MetricValue, at: number] | undefined;

/**
 * Of a message size three values. How AWS tells them apart is not documented: assumed is the order in which the guide
 * names them.
 */
function* sizesOf(
  log: ActivityLog,
  metricDimension: TopicScope | undefined,
  end: number,
): Generator<Exported> {
  for (const [thing, window] of log.windows({ metric: MESSAGE_SIZE, metricDimension }, 300, end)) {
    const isSeen = window?.kind === "amount" && window.samples > 0;
    if (!isSeen) yield undefined;
    else for (const count of [window.least, window.most, window.total]) yield [thing, { count }, end];
  }
}

/** The values that a profile exports of the window that ended then, as they are written; `undefined` for other things. */
function* exportedValues(store: DetectStore, log: ActivityLog, profile: SecurityProfile, end: number) {
  for (const use of exportedBy(profile)) {
    const { metric = "", metricDimension } = use;
    if (!isCountable(store, use)) continue;
    const values: Iterable<Exported> =
      metric === MESSAGE_SIZE
        ? sizesOf(log, metricDimension, end)
        : store.history.at(metric, metricDimension, end);
    const dimension = metricDimension && {
      name: metricDimension.dimensionName,
      operator: metricDimension.operator ?? "IN",
    };
    for (const exported of values) {
      const [thing = "", value, timestamp] = exported ?? [];
      const written = { name: metric, thing, value, version: 1, timestamp, ...(dimension && { dimension }) };
      yield exported && isTargeted(store.registry, profile.targets, thing) ? written : undefined;
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
  log: ActivityLog,
  end: number,
  publish: (profile: SecurityProfile, to: MetricsExportConfig, payload: string) => void,
): Generator<void> {
  for (const profile of [...store.profiles.values()]) {
    const { metricsExportConfig: to } = profile.settings;
    if (!to) continue;
    let metrics: object[] = [];
    const send = () => publish(profile, to, JSON.stringify({ version: "1.0", metrics }));
    for (const value of exportedValues(store, log, profile, end)) {
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
