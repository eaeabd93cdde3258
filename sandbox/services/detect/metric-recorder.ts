import { FAMILIES, isAwsMetric, METRICS } from "../../../lib/detect/metrics";
import type { MetricWindow } from "../../../lib/detect/windows";
import { ABSENCE, type ActivityLog } from "./activity-log";
import type { Held } from "./metric-history";
import { isCountable, metricUses, type TopicScope } from "./metric-uses";
import type { Definitions } from "./records";
import type { ReportTimes } from "./report-times";
import type { DetectStore } from "./store";
import { isTargeted } from "./targets";
import { seriesOf } from "./topic-scopes";

const HOUR_MS = 3_600_000;
/** Most values of a window that are kept at all: of more, those that are exported alone. */
const MOST_OF_WINDOW = 250_000;

/** Whether devices report a metric, and not AWS IoT. */
const isReported = (metric: string) => !isAwsMetric(metric) || METRICS[metric].side === "device";

/** What is kept of a window: what was counted, the most of what was sampled (assumed), or the list. */
function heldOf(metric: string, window: MetricWindow): Held | undefined {
  if (window.kind === "set") return window.elements;
  const isTotal = isAwsMetric(metric) && FAMILIES[METRICS[metric].family].fold === "total";
  if (isTotal) return window.total;
  return window.samples === 0 ? undefined : window.most;
}

/** A series, and the targets of each profile that watches or retains it. */
interface Wanted {
  readonly metric: string;
  readonly metricDimension?: TopicScope | undefined;
  readonly targets: Iterable<string>[];
  isExported: boolean;
}

function wantedSeries(store: Definitions): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const profile of store.profiles.values()) {
    for (const use of metricUses(profile)) {
      const { metric, metricDimension, exportMetric } = use;
      if (metric === undefined || !isCountable(store, use)) continue;
      const series = seriesOf(metric, metricDimension);
      const known = wanted.get(series) ?? { metric, metricDimension, targets: [], isExported: false };
      known.targets.push(profile.targets);
      known.isExported ||= exportMetric === true;
      wanted.set(series, known);
    }
  }
  return wanted;
}

/** A series with the values of the things that profiles mean, a device a step. */
function* recordSeries(
  { history, registry }: DetectStore,
  log: ActivityLog,
  reports: ReportTimes,
  end: number,
  [series, { metric, metricDimension, targets }]: [string, Wanted],
): Generator<void> {
  const things: string[] = [];
  const values: Held[] = [];
  const times: number[] | undefined = isReported(metric) ? [] : undefined;
  for (const [thingName, window] of log.windows({ metric, metricDimension }, 300, end)) {
    const held = window && heldOf(metric, window);
    if (held !== undefined && targets.some((some) => isTargeted(registry, some, thingName))) {
      things.push(thingName);
      values.push(held);
      times?.push(reports.in(end, thingName) ?? end);
    }
    yield;
  }
  history.add(series, end, things, values, times);
}

/**
 * Keeps the values of the base window that ended then.
 *
 * Of an absence once an hour, as it is judged; what devices report at the time of their report, of which there is one in a
 * window. Source: AWS IoT Device Defender Developer Guide, "Detect metrics export", "Metrics export schema" (timestamp).
 */
export function* recordWindow(
  store: DetectStore,
  log: ActivityLog,
  reports: ReportTimes,
  end: number,
): Generator<void> {
  store.history.forget(end);
  const wanted = wantedSeries(store);
  const isLarge = log.deviceCount * wanted.size > MOST_OF_WINDOW;
  for (const one of wanted) {
    const [, { metric, isExported }] = one;
    if (isLarge && !isExported) continue;
    if (metric === ABSENCE && end % HOUR_MS !== 0) continue;
    yield* recordSeries(store, log, reports, end, one);
  }
}
