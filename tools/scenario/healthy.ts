import type { Behavior, MetricValue } from "../../lib/detect/behavior";
import { parseBlock } from "../../lib/detect/cidr";
import { amountOf, isLowerBound, isNormal } from "../../lib/detect/compare";
import { isAwsMetric, METRICS, type MetricName, type ValueKey } from "../../lib/detect/metrics";
import { periodOf } from "../../lib/detect/spec";
import { candidates } from "./candidates";
import { amountIn, amountValue, datapointOf, isTotal, metricOf, type Readings, windowsIn } from "./reading";

/**
 * What a healthy device does in five minutes where nobody says otherwise: it reconnects once, sends five small
 * messages, and listens on nothing.
 */
const DEFAULTS = {
  "aws:num-messages-sent": { count: 5 },
  "aws:num-messages-received": { count: 1 },
  "aws:num-authorization-failures": { count: 0 },
  "aws:num-connection-attempts": { count: 1 },
  "aws:num-disconnects": { count: 1 },
  "aws:message-byte-size": { count: 100 },
  "aws:disconnect-duration": { count: 0 },
  "aws:source-ip-address": { cidrs: ["127.0.0.1"] },
  "aws:all-bytes-in": { count: 10_000 },
  "aws:all-bytes-out": { count: 10_000 },
  "aws:all-packets-in": { count: 100 },
  "aws:all-packets-out": { count: 100 },
  "aws:num-listening-tcp-ports": { count: 0 },
  "aws:num-listening-udp-ports": { count: 0 },
  "aws:num-established-tcp-connections": { count: 1 },
  "aws:listening-tcp-ports": { ports: [] },
  "aws:listening-udp-ports": { ports: [] },
  "aws:destination-ip-addresses": { cidrs: [] },
} as const satisfies Record<MetricName, MetricValue>;

/** A metric as `--healthy` calls it: without what AWS's names have in common. */
export const shortName = (metric: string): string =>
  metric.replace(/^aws:(?:num-)?/, "").replace(/^source-ip-address$/, "source-ip");

/** What healthy devices do, and where it was said. */
export interface Healthy {
  readonly readings: Readings;
  /** Metrics that somebody set. */
  readonly given: readonly string[];
}

/** What is wrong with what was said of healthy devices; the lines say what to set. */
export class HealthyError extends Error {}

/** How a value of each kind is written, and read: undefined where it is not written so. */
const FORMS = {
  count: {
    wanted: "a whole number",
    read: (parts) => (/^\d+$/.test(parts.join("+")) ? { count: Number(parts[0]) } : undefined),
  },
  number: {
    wanted: "a number",
    read: (parts) => (parts.length === 1 && areNumbers(parts) ? { number: Number(parts[0]) } : undefined),
  },
  ports: {
    wanted: "numbers with + between them",
    read: (parts) => (areNumbers(parts) ? { ports: parts.map(Number) } : undefined),
  },
  numbers: {
    wanted: "numbers with + between them",
    read: (parts) => (areNumbers(parts) ? { numbers: parts.map(Number) } : undefined),
  },
  cidrs: {
    wanted: "addresses with + between them",
    read: (parts) => (parts.every((part) => parseBlock(part)) ? { cidrs: parts } : undefined),
  },
  strings: { wanted: "texts with + between them", read: (parts) => ({ strings: parts }) },
} as const satisfies Record<
  ValueKey,
  { wanted: string; read: (parts: readonly string[]) => MetricValue | undefined }
>;

const areNumbers = (parts: readonly string[]) =>
  parts.every((part) => part.trim() !== "" && !Number.isNaN(Number(part)));

/** A connection that ends and one that begins are the same reconnect; who says one of them says both. */
function withReconnects(usual: Readings, given: Readings): Readings {
  const metrics = ["aws:num-connection-attempts", "aws:num-disconnects"] as const;
  const told = metrics.flatMap((metric) => given[metric] ?? []);
  const count = Math.max(...(told.length > 0 ? told : [usual[metrics[0]]]).map(amountIn));
  return { ...usual, ...given, [metrics[0]]: { count }, [metrics[1]]: { count } };
}

/** Datapoints that may suit behaviors of one metric, and the readings of a base window that make them. */
function readingsTried(behavior: Behavior): readonly MetricValue[] {
  const windows = isTotal(behavior) ? windowsIn(periodOf(behavior)) : 1;
  return candidates(behavior).map((value) => {
    const amount = amountOf(value);
    return amount === undefined || windows === 1 ? value : amountValue(behavior, Math.ceil(amount / windows));
  });
}

/** A reading that all behaviors of a metric call normal, the usual one if it is; undefined where there is none. */
function suitable(same: readonly Behavior[], usual?: MetricValue): MetricValue | undefined {
  const isNormalToAll = (reading: MetricValue) =>
    same.every((behavior) => {
      const { comparisonOperator, value: normal } = behavior.criteria ?? {};
      if (!comparisonOperator || !normal) return true;
      const datapoint = datapointOf(behavior, { [metricOf(behavior)]: reading }, periodOf(behavior));
      return isNormal(comparisonOperator, datapoint, normal) !== false;
    });
  return [...(usual ? [usual] : []), ...same.flatMap(readingsTried)].find(isNormalToAll);
}

/** Whether behaviors bound an amount on both sides, as somebody does who knows what it is. */
const isBand = (same: readonly Behavior[]) =>
  [true, false].every((isLower) =>
    same.some(({ criteria }) => criteria?.value && isLowerBound(criteria.comparisonOperator) === isLower),
  );

/**
 * What the stack alone knows of healthy devices. A custom metric's value and an address are known to their owner: unless
 * told, they are such that the behaviors call them normal. So is an amount that has bounds on both sides; of other amounts
 * the usual stands against the behavior.
 */
function ofStack(behaviors: readonly Behavior[]): Readings {
  const statics = behaviors.filter(({ criteria }) => !criteria?.mlDetectionConfig);
  const entries = [...new Set(statics.map(metricOf))].flatMap((metric) => {
    const same = statics.filter((behavior) => metricOf(behavior) === metric);
    if (!isAwsMetric(metric))
      return [[metric, suitable(same) ?? same.flatMap(candidates)[0] ?? { number: 10 }]];
    const isTheirs =
      metric === "aws:source-ip-address" || (metric !== "aws:disconnect-duration" && isBand(same));
    return isTheirs ? [[metric, suitable(same, DEFAULTS[metric]) ?? DEFAULTS[metric]]] : [];
  });
  return Object.fromEntries(entries) as Readings;
}

/**
 * What the healthy devices of a fleet do in five minutes.
 *
 * @param behaviors - All of the stack.
 * @param said - By short name: a number, or elements with `+` between them.
 * @throws HealthyError - with all that cannot be.
 */
export function healthyOf(behaviors: readonly Behavior[], said: Readonly<Record<string, string>>): Healthy {
  const usual: Readings = { ...DEFAULTS, ...ofStack(behaviors) };
  const byShortName = new Map(Object.keys(usual).map((metric) => [shortName(metric), metric]));
  const faults: string[] = [];
  const given: Record<string, MetricValue> = {};
  for (const [name, text] of Object.entries(said)) {
    const metric = byShortName.get(name) ?? name;
    const like = usual[metric];
    if (like === undefined) {
      faults.push(`A healthy device has no ${name}: there is ${[...byShortName.keys()].join(", ")}.`);
      continue;
    }
    const [key] = Object.keys(like) as [ValueKey];
    const value = FORMS[key].read(text === "" ? [] : text.split("+"));
    if (value === undefined)
      faults.push(`Set ${name} of healthy devices to ${FORMS[key].wanted}; it is "${text}".`);
    else given[metric] = value;
  }
  if (faults.length > 0) throw new HealthyError(faults.join("\n"));
  return {
    readings: withPortCounts(withReconnects(usual, given)),
    given: Object.keys(given),
  };
}

/** Ports that are listed are counted as well. */
function withPortCounts(readings: Readings): Readings {
  const counts = (["tcp", "udp"] as const).map((kind) => {
    const list = readings[`aws:listening-${kind}-ports`];
    const counted = `aws:num-listening-${kind}-ports` as const;
    const listed = list && "ports" in list ? list.ports.length : 0;
    return [counted, { count: Math.max(listed, amountIn(readings[counted])) }] as const;
  });
  return { ...readings, ...Object.fromEntries(counts) };
}

/** The healthy readings that a stack's behaviors watch, in words. */
export function healthyInWords(
  { readings, given }: Healthy,
  behaviors: readonly Behavior[],
): readonly string[] {
  const watched = [
    ...new Set(behaviors.filter(({ criteria }) => !criteria?.mlDetectionConfig).map(metricOf)),
  ];
  return watched.map((metric) => {
    const like = readings[metric];
    const [held] = Object.values(like ?? {}) as unknown[];
    const text = Array.isArray(held) ? held.join("+") : String(held);
    return `${shortName(metric)}=${text}${given.includes(metric) ? "" : " (default)"}`;
  });
}

/** Whether a metric is one that an agent on the device reports. */
export const isReported = (metric: string): boolean =>
  !isAwsMetric(metric) || METRICS[metric].side === "device";
