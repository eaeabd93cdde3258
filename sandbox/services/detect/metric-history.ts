import type { MetricValue } from "../../../lib/detect/behavior";
import { FAMILIES, isAwsMetric, METRICS } from "../../../lib/detect/metrics";
import type { MetricWindow } from "../../../lib/detect/windows";
import { ABSENCE, type ActivityLog, BASE_MS } from "./activity-log";
import { isCountable, metricUses, type TopicScope } from "./metric-uses";
import type { ReportTimes } from "./report-times";
import type { DetectStore } from "./store";
import { isTargeted } from "./targets";
import { seriesOf } from "./topic-scopes";

/** Source: AWS General Reference, "AWS IoT Device Defender endpoints and quotas": how long values are kept. */
const KEPT_MS = 14 * 24 * 60 * 60 * 1000;
const HOUR_MS = 3_600_000;
/**
 * Most that is kept, in numbers: 14 days of ten metrics of some 50 things. Of more the oldest windows are forgotten sooner
 * than AWS does, as a fleet of 100,000 would fill the machine's memory in a day.
 */
const MOST_KEPT = 2_000_000;
/** Most values of a window that are kept at all: of more, those that are exported alone. */
const MOST_OF_WINDOW = 250_000;
/** What a list takes, in numbers. */
const LIST_WEIGHT = 32;

/** A number is what it is for a metric; only lists say it themselves. */
type Held = number | MetricValue;

/** The values of one series in one base window: a thing's has its place. Bare numbers, as fleets are large. */
interface Values {
  readonly end: number;
  readonly things: readonly string[];
  readonly values: readonly Held[] | Uint32Array;
  /** When each was reported, of a metric that devices report. */
  readonly times: Float64Array | undefined;
  /** What it takes, in numbers. */
  readonly weight: number;
}

const isSmallCount = (held: Held) => typeof held === "number" && held >>> 0 === held;

/** What a metric was for a thing at a time, epoch milliseconds. */
interface MetricDatapoint {
  readonly at: number;
  readonly value: MetricValue;
}

/** The values of metrics that profiles watch or retain, each thing's for 14 days, or as long as there is room. */
export class MetricHistory {
  /** By series, oldest first. */
  readonly #kept = new Map<string, Values[]>();
  readonly #most: number;
  #weight = 0;

  /** @param most - Most that is kept, in numbers. */
  constructor(most = MOST_KEPT) {
    this.#most = most;
  }

  /** Keeps a window of a series. Most are of the same things as the one before, and most values small counts. */
  add(
    series: string,
    end: number,
    things: readonly string[],
    values: readonly Held[],
    times?: readonly number[],
  ): void {
    const windows = this.#kept.get(series) ?? [];
    const known = windows.at(-1)?.things ?? [];
    const isSame = known.length === things.length && things.every((thing, index) => thing === known[index]);
    const weight = values.reduce<number>(
      (sum, held) => sum + (typeof held === "number" ? 1 : LIST_WEIGHT),
      times?.length ?? 0,
    );
    windows.push({
      ...{ end, weight },
      times: times && Float64Array.from(times),
      things: isSame ? known : things,
      values: values.every(isSmallCount) ? Uint32Array.from(values as readonly number[]) : values,
    });
    this.#kept.set(series, windows);
    this.#weight += weight;
    this.#makeRoom(end);
  }

  /** Forgets what is older than 14 days at that time. */
  forget(now: number): void {
    for (const [series, windows] of this.#kept) {
      while (windows[0] && windows[0].end <= now - KEPT_MS) this.#drop(windows);
      if (windows.length === 0) this.#kept.delete(series);
    }
  }

  /** Forgets the oldest windows until the rest has room; those that end last stay, as they are yet to be exported. */
  #makeRoom(last: number): void {
    while (this.#weight > this.#most) {
      const series = [...this.#kept.values()].filter(([oldest]) => oldest !== undefined && oldest.end < last);
      const oldest = Math.min(...series.map(([window]) => window?.end ?? last));
      if (series.length === 0) return;
      for (const windows of series) if (windows[0]?.end === oldest) this.#drop(windows);
    }
  }

  #drop(windows: Values[]): void {
    this.#weight -= windows.shift()?.weight ?? 0;
  }

  /** A thing's values of a metric from a time to another, both included, oldest first. */
  of(thingName: string, metric: string, scope: TopicScope | undefined, from: number, to: number) {
    const windows = this.#kept.get(seriesOf(metric, scope)) ?? [];
    return windows.flatMap(({ end, things, values, times }): MetricDatapoint[] => {
      // What was reported was so in the window itself.
      if (end < from || end - BASE_MS > to) return [];
      const index = things.indexOf(thingName);
      const at = times?.[index] ?? end;
      const held = at < from || at > to ? undefined : values[index];
      return held === undefined ? [] : [{ at, value: metricValueOf(metric, held) }];
    });
  }

  /** Every thing's value of a metric in the window that ended then, and its time. */
  *at(
    metric: string,
    scope: TopicScope | undefined,
    end: number,
  ): Generator<readonly [thingName: string, value: MetricValue, at: number]> {
    const window = this.#kept.get(seriesOf(metric, scope))?.at(-1);
    if (window?.end !== end) return;
    for (const [index, held] of window.values.entries()) {
      yield [window.things[index] ?? "", metricValueOf(metric, held), window.times?.[index] ?? end];
    }
  }
}

function metricValueOf(metric: string, held: Held): MetricValue {
  if (typeof held !== "number") return held;
  return isAwsMetric(metric) ? { count: held } : { number: held };
}

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

function wantedSeries(store: DetectStore): Map<string, Wanted> {
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
