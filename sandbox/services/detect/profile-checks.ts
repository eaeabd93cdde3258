import type * as sdk from "@aws-sdk/client-iot";
import type { Behavior } from "../../../lib/detect/behavior";
import { formatFault } from "../../../lib/detect/fault";
import { dimensionFaults, metricFaults, profileFaults } from "../../../lib/detect/validate-behavior";
import { invalidRequest } from "../iot/errors";
import type { AlertTarget } from "./records";

/** AWS IoT API Reference, "CreateSecurityProfile", "CreateCustomMetric": so many of `[\p{Graph}\x20]`. */
const PLAIN_TEXT = /^(?:[^\p{White_Space}\p{Cc}\p{Cs}\p{Cn}]|\x20)*$/u;
const TOPIC_ARN = /^arn:[^:]+:sns:[^:]+:\d{12}:[^:]+$/;
const ROLE_ARN = /^arn:[^:]+:iam::\d{12}:role\/.+$/;
/** API Reference, `ErrorMessage`. */
const LONGEST_MESSAGE = 2048;

/**
 * Says what is wrong with behaviors, one sentence a fault. The beginning is AWS's ("Behavior Authorization is
 * malformed. ...", AWS CLI Command Reference, "validate-security-profile-behaviors"), the rest is our own words.
 */
export function behaviorErrors(behaviors: readonly sdk.Behavior[]): string[] {
  if (behaviors.length === 0) return [];
  return profileFaults(behaviors, "behaviors").map((fault) => {
    const index = /^behaviors\[(\d+)\]/.exec(fault.path)?.[1];
    const name = index === undefined ? undefined : behaviors[Number(index)]?.name;
    const subject = index === undefined ? "Behaviors are" : `Behavior ${name ?? index} is`;
    return `${subject} malformed. ${formatFault(fault)}`.slice(0, LONGEST_MESSAGE);
  });
}

/** Takes the behaviors of a request, or refuses them as a whole. */
export function checkBehaviors(behaviors: readonly sdk.Behavior[]): readonly Behavior[] {
  const errors = behaviorErrors(behaviors);
  if (errors.length > 0) throw invalidRequest(errors.join(" "));
  // The check has just shown that they have our narrower shape.
  return behaviors as unknown as readonly Behavior[];
}

/** Takes the alert targets of a request, or refuses them. That topic and role exist shows when an alarm is sent. */
export function checkAlertTargets(
  targets: Readonly<Record<string, sdk.AlertTarget>>,
): Readonly<Record<string, AlertTarget>> {
  for (const [kind, { alertTargetArn = "", roleArn = "" }] of Object.entries(targets)) {
    if (kind !== "SNS") throw invalidRequest(`Invalid alert target type ${kind}. It must be SNS.`);
    if (!TOPIC_ARN.test(alertTargetArn)) {
      throw invalidRequest(`Invalid alertTargetArn ${alertTargetArn}. It must be the ARN of an SNS topic.`);
    }
    if (!ROLE_ARN.test(roleArn)) {
      throw invalidRequest(`Invalid roleArn ${roleArn}. It must be the ARN of an IAM role.`);
    }
  }
  return targets as Readonly<Record<string, AlertTarget>>;
}

/** Refuses a text that AWS does not take, of a member and of at most so many characters. */
export function checkPlainText(member: string, text = "", most = 1000): void {
  if (PLAIN_TEXT.test(text) && [...text].length <= most) return;
  throw invalidRequest(
    `${member} must have at most ${most} characters, without line breaks, tabs or control characters.`,
  );
}

/** Takes the metrics to retain of a request, or refuses them as a whole. */
export function checkRetained(uses: readonly sdk.MetricToRetain[]): readonly sdk.MetricToRetain[] {
  const faults = uses.flatMap(({ metric, metricDimension }, index) => {
    const place = { path: `additionalMetricsToRetain[${index}]`, subject: "the metric to retain" };
    return [...metricFaults(place, metric, metric), ...dimensionFaults(place, metricDimension, metric)];
  });
  if (faults.length > 0) throw invalidRequest(faults.map(formatFault).join(" "));
  return uses;
}

/** Refuses an export that AWS does not take. Source: API Reference, `MetricsExportConfig`. */
export function checkExport({ mqttTopic = "", roleArn = "" }: sdk.MetricsExportConfig): void {
  if (mqttTopic.length < 1 || mqttTopic.length > 512)
    throw invalidRequest("metricsExportConfig.mqttTopic must have 1 to 512 characters.");
  if (!ROLE_ARN.test(roleArn))
    throw invalidRequest(`Invalid roleArn ${roleArn}. It must be the ARN of an IAM role.`);
}
