import type * as inputs from "@pulumi/aws-native/types/input";
import { defined } from "../../lib/defined";
import type { Behavior, BehaviorCriteria, MetricValue } from "../../lib/detect/behavior";

/**
 * Renders a behavior as CloudFormation takes it: like the API, but a count is a string.
 *
 * What is not set is not rendered: a default that is written out would come back as a difference.
 *
 * Source: AWS CloudFormation Template Reference, "AWS::IoT::SecurityProfile Behavior", "...
 * BehaviorCriteria", "... MetricValue".
 */
export function renderBehavior(behavior: Behavior): inputs.iot.SecurityProfileBehaviorArgs {
  const { name, criteria, metric, metricDimension, suppressAlerts, exportMetric } = behavior;
  const rendered = criteria && renderCriteria(criteria);
  return { name, ...defined({ metric, metricDimension, criteria: rendered, suppressAlerts, exportMetric }) };
}

function renderCriteria(criteria: BehaviorCriteria): inputs.iot.SecurityProfileBehaviorCriteriaArgs {
  const { value, ...rest } = criteria;
  return value === undefined ? rest : { ...rest, value: renderValue(value) };
}

function renderValue(value: MetricValue): inputs.iot.SecurityProfileMetricValueArgs {
  // The provider's types are the mutable siblings of ours.
  return "count" in value
    ? { count: String(value.count) }
    : (value as inputs.iot.SecurityProfileMetricValueArgs);
}
