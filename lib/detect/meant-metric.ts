import leven from "leven";
import { METRICS, type MetricName } from "./metrics";

/** Letters that may be wrong, missing or too many. */
const MOST_TYPOS = 2;

const NAMES = Object.keys(METRICS) as MetricName[];

/**
 * The metric of AWS that a name is likely to stand for although it is none: it lacks `aws:`, or is misspelt.
 *
 * @param metric - Name of a metric that AWS does not define.
 */
export function meantMetric(metric: string): MetricName | undefined {
  const written = metric.toLowerCase().replaceAll("_", "-");
  const name = `aws:${written.replace(/^aws[:-]/, "")}`;
  return NAMES.find((known) => known === name) ?? NAMES.find((known) => leven(known, name) <= MOST_TYPOS);
}
