import type { Behavior, DurationSeconds, MetricValue } from "../../lib/detect/behavior";
import { amountOf, isLowerBound, isNormal } from "../../lib/detect/compare";
import { fleetStatistic } from "../../lib/detect/fleet-statistic";
import { periodOf } from "../../lib/detect/spec";
import { candidates } from "./candidates";
import {
  amountIn,
  amountValue,
  datapointOf,
  isTotal,
  metricOf,
  type Readings,
  shares,
  windowsIn,
} from "./reading";

/** Healthy devices that a profile's targets have at least. */
const USUAL_FLEET = 9;
/** Fleets that are tried for a percentile; a larger one is a load test. */
const FLEETS = [20, 101, 1001];

/** What an offender shows, and among how many. */
export interface Offence {
  /** The datapoint that violates. */
  readonly datapoint: MetricValue;
  /** What it shows in each base window of a period, in place of the healthy reading. */
  readonly readings: readonly MetricValue[];
  /** Healthy devices that it takes among the targets. */
  readonly fleet: number;
  /** The percentile of that fleet; absent where the behavior has a value. */
  readonly threshold?: number;
}

/** Why a behavior cannot be played. */
export class Unplayable extends Error {}

/**
 * The most of a metric in a base window.
 *
 * Source: AWS General Reference, "AWS IoT Core endpoints and quotas": 100 publishes and 100 deliveries a second and
 * connection, one connect a second and client id (a refusal ends the connection), 128 KB a message.
 */
const MOST: Readonly<Record<string, number>> = {
  "aws:num-messages-sent": 30_000,
  "aws:num-messages-received": 30_000,
  "aws:num-authorization-failures": 300,
  "aws:num-connection-attempts": 300,
  "aws:num-disconnects": 300,
  "aws:message-byte-size": 128 * 1024,
};

/** The longest absence that is played. */
const LONGEST_ABSENCE_SECONDS = 7 * 24 * 3600;

function inBaseWindows(behavior: Behavior, datapoint: MetricValue, messages: number): readonly MetricValue[] {
  const windows = windowsIn(periodOf(behavior));
  const total = amountOf(datapoint);
  if (total === undefined || !isTotal(behavior)) return Array.from({ length: windows }, () => datapoint);
  if (metricOf(behavior) === "aws:message-byte-size") {
    // The datapoint is the total of all messages.
    return shares(total, windows).map((share) => ({ count: Math.ceil(share / messages) }));
  }
  return shares(total, windows).map((share) => amountValue(behavior, share));
}

function isPossible(behavior: Behavior, readings: readonly MetricValue[]): boolean {
  const most = MOST[metricOf(behavior)] ?? Number.POSITIVE_INFINITY;
  return readings.every((reading) => amountIn(reading) <= most);
}

/** Why nothing can violate a bound, in words. */
function impossible(behavior: Behavior): Unplayable {
  const { comparisonOperator = "", value } = behavior.criteria ?? {};
  const [held] = Object.values(value ?? {}) as unknown[];
  const metric = metricOf(behavior);
  const most = MOST[metric];
  const limit = most === undefined ? "" : `; AWS lets a device have ${most} in five minutes or a message`;
  return new Unplayable(`nothing violates ${comparisonOperator} ${JSON.stringify(held)}${limit}`);
}

/** What a device shows beside: a refusal ends its connection, and a connection that ends is followed by another. */
function shown(metric: string, reading: MetricValue, healthy: Readings): Readings {
  const readings = { ...healthy, [metric]: reading };
  const most = { count: Math.max(...CONNECTIONS.map((each) => amountIn(readings[each]))) };
  return {
    ...readings,
    ...Object.fromEntries(CONNECTIONS.slice(1).map((each) => [each, most])),
    [metric]: reading,
  };
}

/** A metric that ends connections, and those that count its reconnects. */
const CONNECTIONS = [
  "aws:num-authorization-failures",
  "aws:num-connection-attempts",
  "aws:num-disconnects",
] as const;

/** Whether another behavior calls normal what a device shows in each base window. */
function isNormalTo(behavior: Behavior, readings: Readings): boolean {
  const { comparisonOperator, value } = behavior.criteria ?? {};
  if (comparisonOperator === undefined || value === undefined) return true;
  return isNormal(comparisonOperator, datapointOf(behavior, readings, periodOf(behavior)), value) !== false;
}

function staticOffence(
  behavior: Behavior,
  healthy: Readings,
  messages: number,
  beside: readonly Behavior[] = [],
): Offence {
  const { comparisonOperator, value } = behavior.criteria ?? {};
  if (comparisonOperator === undefined || value === undefined) throw new Unplayable("it has no bound");
  const offences = candidates(behavior)
    .filter((datapoint) => isNormal(comparisonOperator, datapoint, value) === false)
    .map((datapoint) => ({ datapoint, readings: inBaseWindows(behavior, datapoint, messages) }))
    .filter(({ readings }) => isPossible(behavior, readings));
  const alone = offences.find(({ readings: [most] }) => {
    const readings = most && shown(metricOf(behavior), most, healthy);
    return readings && beside.every((other) => isNormalTo(other, readings));
  });
  const offence = alone ?? offences[0];
  if (offence === undefined) throw impossible(behavior);
  return { ...offence, fleet: USUAL_FLEET };
}

/** An offender among a fleet of equals, where the percentile of all of them still leaves it outside. */
function statisticalOffence(behavior: Behavior, healthy: Readings, period: DurationSeconds): Offence {
  const { comparisonOperator, statisticalThreshold } = behavior.criteria ?? {};
  const usual = amountIn(datapointOf(behavior, healthy, period));
  if (comparisonOperator === undefined || statisticalThreshold === undefined)
    throw new Unplayable("it has no bound");
  const { statistic } = statisticalThreshold;
  const datapoint = amountValue(behavior, isLowerBound(comparisonOperator) ? 0 : usual * 3 + 10);
  const messages = amountOf(healthy["aws:num-messages-sent"] ?? { count: 1 }) || 1;
  const readings = inBaseWindows(behavior, datapoint, messages);
  for (const fleet of FLEETS) {
    const values = [...Array.from({ length: fleet }, () => usual), amountIn(datapoint)];
    const threshold = fleetStatistic(values, statistic)?.threshold;
    const violates =
      threshold !== undefined && isNormal(comparisonOperator, datapoint, { number: threshold }) === false;
    if (violates && isPossible(behavior, readings)) return { datapoint, readings, fleet, threshold };
  }
  throw new Unplayable(
    `no device is outside ${comparisonOperator} ${statistic} of a fleet of ${FLEETS.at(-1)} whose healthy devices ` +
      `show ${usual} each`,
  );
}

/**
 * What an offender of a behavior does.
 *
 * @param behavior - A legal behavior.
 * @param beside - Other behaviors that would act: where it can, the offence keeps to what they call normal.
 * @throws Unplayable - with the reason.
 */
export function offenceOf(behavior: Behavior, healthy: Readings, beside: readonly Behavior[] = []): Offence {
  const { mlDetectionConfig, statisticalThreshold, value } = behavior.criteria ?? {};
  if (mlDetectionConfig !== undefined) {
    throw new Unplayable("ML Detect learns for 14 days what is normal, and its model is AWS's own");
  }
  if (metricOf(behavior) === "aws:disconnect-duration") return absence(behavior, healthy, amountIn(value));
  const messages = amountOf(healthy["aws:num-messages-sent"] ?? { count: 1 }) || 1;
  return statisticalThreshold === undefined
    ? staticOffence(behavior, healthy, messages, beside)
    : statisticalOffence(behavior, healthy, periodOf(behavior));
}

/** An absence is no amount of a window: it grows until the device is back. */
function absence(behavior: Behavior, healthy: Readings, seconds: number): Offence {
  const offence = staticOffence(behavior, healthy, 1);
  if (seconds <= LONGEST_ABSENCE_SECONDS) return offence;
  throw new Unplayable(`an absence of ${seconds} s is longer than the week that is played at most`);
}
