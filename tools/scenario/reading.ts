import type { Behavior, DurationSeconds, MetricValue } from "../../lib/detect/behavior";
import { amountOf } from "../../lib/detect/compare";
import { FAMILIES, familyOf, type Rules } from "../../lib/detect/metrics";

/** Length of the windows that everything is counted in, seconds. */
export const BASE_SECONDS = 300;

/** What a device shows in a base window, by metric. */
export type Readings = Readonly<Record<string, MetricValue>>;

/** The number in a value; 0 where there is none. */
export const amountIn = (value: MetricValue | undefined): number => (value && amountOf(value)) ?? 0;

/** The metric of a behavior that watches one; the config refuses the others. */
export const metricOf = ({ metric = "" }: Behavior): string => metric;

/** The rules of a behavior's metric. */
export function rulesOf(behavior: Behavior): Rules {
  const family = familyOf(metricOf(behavior), behavior.criteria ?? {});
  if (family === undefined) throw new Error(`There is no metric ${metricOf(behavior)}.`);
  return FAMILIES[family];
}

/** Whether a percentile of a message size is taken, which is of the total of a window (lib/detect/datapoint.ts). */
export const isTotal = (behavior: Behavior): boolean =>
  rulesOf(behavior).fold === "total" ||
  (metricOf(behavior) === "aws:message-byte-size" && behavior.criteria?.statisticalThreshold !== undefined);

/** Base windows in a period. */
export const windowsIn = (period: DurationSeconds): number => period / BASE_SECONDS;

/** The least number of seconds that each period divides. */
export function commonPeriodOf(periods: readonly number[]): number {
  const longest = Math.max(BASE_SECONDS, ...periods);
  let common = longest;
  while (periods.some((period) => common % period !== 0)) common += longest;
  return common;
}

/** A number as a value of a behavior's metric. */
export const amountValue = (behavior: Behavior, amount: number): MetricValue =>
  rulesOf(behavior).valueKey === "number" ? { number: amount } : { count: amount };

/** The datapoint of a period in which a device shows the same in each base window. */
export function datapointOf(behavior: Behavior, readings: Readings, period: DurationSeconds): MetricValue {
  const reading = readings[metricOf(behavior)];
  if (reading === undefined) throw new Error(`Nothing is known of ${metricOf(behavior)}.`);
  const amount = amountOf(reading);
  if (amount === undefined || !isTotal(behavior)) return reading;
  const messages = amountIn(readings["aws:num-messages-sent"]);
  const perWindow = metricOf(behavior) === "aws:message-byte-size" ? amount * messages : amount;
  return amountValue(behavior, perWindow * windowsIn(period));
}

/** A share of a period's total for each of its base windows, the first ones one more where it does not divide. */
export function shares(total: number, windows: number): readonly number[] {
  const upTo = (window: number) => Math.ceil((total * window) / windows);
  return Array.from({ length: windows }, (_, window) => upTo(window + 1) - upTo(window));
}

/** A value in words. */
export function inWords(value: MetricValue): string {
  const [held] = Object.values(value) as (number | readonly (string | number)[])[];
  return typeof held === "number" ? String(held) : (held ?? []).join(", ") || "none";
}
