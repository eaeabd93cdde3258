import type { Statistic } from "./behavior";
import type { FleetStatistic } from "./spec";

/** Fewer things than this have no percentiles to speak of. Assumed: AWS does not document its own minimum. */
const MINIMUM_SAMPLES = 10;

/**
 * Takes a percentile of all things in one window, by nearest rank: the least value that at least so many
 * percent of the things do not exceed. How AWS interpolates is not documented: assumed.
 *
 * @param values - One number a thing.
 * @param statistic - Which percentile; `p0` is the least value, `p100` the most.
 * @param minimumSamples - Number of things below which there is no percentile.
 * @returns `undefined` below that number, or where a value is negative ("Custom metrics": percentile statistics
 * are not available when any of the metric values are negative numbers).
 */
export function fleetStatistic(
  values: readonly number[],
  statistic: Statistic,
  minimumSamples = MINIMUM_SAMPLES,
): FleetStatistic | undefined {
  const sorted = Float64Array.from(values).sort();
  // In millionths, as 99.99 % of a number of things is not exact in binary.
  const millionths = Math.round(Number(statistic.slice(1)) * 10_000);
  const rank = Math.max(1, Math.ceil((millionths * sorted.length) / 1_000_000));
  const threshold = sorted[rank - 1];
  if (threshold === undefined || sorted.length < minimumSamples || (sorted[0] ?? 0) < 0) return undefined;
  return { statistic, threshold, samples: sorted.length };
}
