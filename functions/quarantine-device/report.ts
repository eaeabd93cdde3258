import type { Logger } from "@aws-lambda-powertools/logger";
import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { REGISTRY_NAME } from "../../lib/aws/names";
import { printable } from "../../lib/printable";
import type { Outcome } from "../../lib/quarantine/outcome";

const LEVELS = {
  quarantined: "info",
  observed: "info",
  notified: "warn",
  held: "error",
  stale: "warn",
  exempt: "warn",
  ignored: "info",
  unregistered: "warn",
  rejected: "error",
  "not-contained": "error",
  failed: "error",
} as const satisfies Record<Outcome["outcome"], "info" | "warn" | "error">;

/**
 * Makes the reporter: one structured log line and one EMF metric for each outcome.
 *
 * The metric is named after the outcome, counts 1, and has the dimensions `profile` and `outcome` and no other,
 * the thing's name least of all: each combination of dimensions is a metric that is paid for. Each is published
 * by itself, as all metrics of one EMF line share its dimensions.
 *
 * Source: Amazon CloudWatch User Guide, "Embedded metric format specification"; Amazon CloudWatch API Reference,
 * `Dimension` (values: 1 to 1,024 ASCII characters without controls).
 *
 * @param metrics - Powertools metrics with the namespace set; its default dimensions are cleared
 */
export function makeReporter(
  logger: Pick<Logger, "info" | "warn" | "error">,
  metrics: Metrics,
): (outcome: Outcome) => void {
  // Powertools adds `service` by itself.
  metrics.clearDefaultDimensions();
  return (outcome) => {
    logger[LEVELS[outcome.outcome]](`alarm ${outcome.outcome}`, fieldsOf(outcome));
    metrics.addDimension("profile", profileOf(outcome));
    metrics.addDimension("outcome", outcome.outcome);
    metrics.addMetric(outcome.outcome, MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  };
}

function fieldsOf(outcome: Outcome): Record<string, string> {
  if (outcome.outcome === "rejected") {
    return { outcome: outcome.outcome, path: outcome.path, reason: printable(outcome.reason) };
  }
  const { alarm } = outcome;
  return {
    outcome: outcome.outcome,
    thingName: printable(alarm.thingName),
    securityProfileName: printable(alarm.securityProfileName),
    behaviorName: printable(alarm.behaviorName),
    violationId: printable(alarm.violationId),
    reason: printable(outcome.reason),
  };
}

/** A dimension's value must be neither empty nor of an unbounded set. */
function profileOf(outcome: Outcome): string {
  if (outcome.outcome === "rejected" || !REGISTRY_NAME.test(outcome.alarm.securityProfileName)) {
    return "unknown";
  }
  return outcome.alarm.securityProfileName;
}
