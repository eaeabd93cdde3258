import type { Logger } from "@aws-lambda-powertools/logger";
import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Notice } from "../../lib/notices/notice";
import type { Summary } from "./reconcile";

/**
 * Reports a run that came to its end: one line, and metrics of the function by its name, as each combination of dimensions
 * is a metric that is paid for. `ReconcileRuns` is the heartbeat: a run that fails has none.
 *
 * Source: Amazon CloudWatch User Guide, "Embedded metric format specification".
 */
export function reportRun(
  summary: Summary & { readonly digested: number },
  functionName: string,
  logger: Pick<Logger, "info">,
  metrics: Metrics,
): void {
  logger.info("reconciled", { ...summary });
  // Powertools adds `service` by itself.
  metrics.clearDefaultDimensions();
  metrics.addDimension("function", functionName);
  metrics.addMetric("ReconcileRuns", MetricUnit.Count, 1);
  metrics.addMetric("HeldThings", MetricUnit.Count, summary.held);
  metrics.addMetric("NotContainedThings", MetricUnit.Count, summary.notContained);
  metrics.publishStoredMetrics();
}

/**
 * Counts a device that turned out not to be contained as the function that quarantines counts one: the same CloudWatch
 * alarm sees both.
 */
export function countNotContained({ securityProfileName = "unknown" }: Notice, metrics: Metrics): void {
  metrics.clearDefaultDimensions();
  metrics.addDimension("profile", securityProfileName);
  metrics.addDimension("outcome", "not-contained");
  metrics.addMetric("not-contained", MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}
