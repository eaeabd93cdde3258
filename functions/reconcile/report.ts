import type { Logger } from "@aws-lambda-powertools/logger";
import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Summary } from "./reconcile";

/**
 * Reports a run that came to its end: one line, and metrics of the function by its name, as each combination of dimensions
 * is a metric that is paid for. `ReconcileRuns` is the heartbeat: a run that fails has none.
 *
 * Source: Amazon CloudWatch User Guide, "Embedded metric format specification".
 */
export function report(
  summary: Summary,
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
  metrics.addMetric("QueuedAlarms", MetricUnit.Count, summary.queued);
  metrics.publishStoredMetrics();
}
