import { nearest } from "../nearest";
import { METRICS, type MetricName } from "./metrics";

const NAMES = Object.keys(METRICS) as MetricName[];

/**
 * The metric of AWS that a name is likely to stand for although it is none: it lacks `aws:`, or is misspelt.
 *
 * @param metric - Name of a metric that AWS does not define.
 */
export function meantMetric(metric: string): MetricName | undefined {
  const written = metric.toLowerCase().replaceAll("_", "-");
  return nearest(`aws:${written.replace(/^aws[:-]/, "")}`, NAMES);
}
