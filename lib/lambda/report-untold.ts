import type { Logger } from "@aws-lambda-powertools/logger";
import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { NOTICE_FAILED } from "../notices/notice";
import { printable } from "../printable";

/**
 * Makes the reporter of what could not be told: an error in the log, and a metric by stack.
 *
 * @param metrics - Powertools metrics with the namespace set; its default dimensions are cleared
 */
export function makeNoticeReporter(
  logger: Pick<Logger, "error">,
  metrics: Metrics,
  stack: string,
): (failure: string) => void {
  return (failure) => {
    logger.error(NOTICE_FAILED, { reason: printable(failure) });
    metrics.clearDefaultDimensions();
    metrics.addDimension("stack", stack);
    metrics.addMetric(NOTICE_FAILED, MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  };
}
