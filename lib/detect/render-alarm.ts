import type { AlarmMessage } from "./alarm";
import type { BehaviorCriteria } from "./behavior";

function orderedCriteria(criteria: BehaviorCriteria): BehaviorCriteria {
  const { consecutiveDatapointsToClear, value, durationSeconds, consecutiveDatapointsToAlarm, ...others } =
    criteria;
  const { comparisonOperator, statisticalThreshold, mlDetectionConfig } = others;
  const ordered = {
    consecutiveDatapointsToClear,
    value,
    durationSeconds,
    consecutiveDatapointsToAlarm,
    comparisonOperator,
    statisticalThreshold,
    mlDetectionConfig,
  };
  return ordered as BehaviorCriteria;
}

/**
 * Writes the text that Device Defender publishes to the alert target: compact JSON with the keys in the order of
 * the captured message (docs/aws-facts.md, "The alarm message"). A key whose value is not set is left out. Where
 * the keys come that no capture shows is assumed: behind the others.
 *
 * @param message - A transition of the evaluator.
 * @returns The SNS message's body.
 */
export function renderAlarm(message: AlarmMessage): string {
  const { criteria, name, metric, metricDimension, suppressAlerts, exportMetric } = message.behavior;
  return JSON.stringify({
    violationEventTime: message.violationEventTime,
    thingName: message.thingName,
    behavior: {
      criteria: criteria && orderedCriteria(criteria),
      name,
      metric,
      metricDimension: metricDimension && {
        dimensionName: metricDimension.dimensionName,
        operator: metricDimension.operator,
      },
      suppressAlerts,
      exportMetric,
    },
    violationEventType: message.violationEventType,
    metricValue: message.metricValue,
    violationId: message.violationId,
    securityProfileName: message.securityProfileName,
    violationEventAdditionalInfo: message.violationEventAdditionalInfo,
    verificationState: message.verificationState,
    verificationStateDescription: message.verificationStateDescription,
  });
}
