import type { MetricValue } from "../../../lib/detect/behavior";
import { isAwsMetric } from "../../../lib/detect/metrics";
import { BASE_MS } from "./activity-log";
import type { TopicScope } from "./metric-uses";
import { seriesOf } from "./topic-scopes";

/** Source: AWS General Reference, "AWS IoT Device Defender endpoints and quotas": how long values are kept. */
const KEPT_MS = 14 * 24 * 60 * 60 * 1000;
/**
 * Most that is kept, in numbers: 14 days of ten metrics of some 50 things. Of more the oldest windows are forgotten sooner
 * than AWS does, as a fleet of 100,000 would fill the machine's memory in a day.
 */
const MOST_KEPT = 2_000_000;
/** What a list takes, in numbers. */
const LIST_WEIGHT = 32;

/** A number is what it is for a metric; only lists say it themselves. */
export type Held = number | MetricValue;

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
