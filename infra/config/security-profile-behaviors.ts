import type * as inputs from "@pulumi/aws-native/types/input";
import type { Behavior, BehaviorCriteria, MetricValue } from "../../lib/detect/behavior";

/**
 * Renders a behavior as CloudFormation takes it: like the API, but a count is a string.
 *
 * What is not set is not rendered: a default that is written out would come back as a difference.
 *
 * Source: AWS CloudFormation Template Reference, "AWS::IoT::SecurityProfile Behavior", "...
 * BehaviorCriteria", "... MetricValue".
 *
 * @param behavior a behavior in the API's shape.
 */
export function renderBehavior(behavior: Behavior): inputs.iot.SecurityProfileBehaviorArgs {
  const { name, metric, metricDimension, criteria, suppressAlerts, exportMetric } = behavior;
  return {
    name,
    ...(metric === undefined ? {} : { metric }),
    ...(metricDimension === undefined ? {} : { metricDimension }),
    ...(criteria === undefined ? {} : { criteria: renderCriteria(criteria) }),
    ...(suppressAlerts === undefined ? {} : { suppressAlerts }),
    ...(exportMetric === undefined ? {} : { exportMetric }),
  };
}

function renderCriteria(criteria: BehaviorCriteria): inputs.iot.SecurityProfileBehaviorCriteriaArgs {
  const { value, ...rest } = criteria;
  return value === undefined ? rest : { ...rest, value: renderValue(value) };
}

function renderValue(value: MetricValue): inputs.iot.SecurityProfileMetricValueArgs {
  if ("count" in value) {
    return { count: String(value.count) };
  }
  if ("cidrs" in value) {
    return { cidrs: [...value.cidrs] };
  }
  if ("ports" in value) {
    return { ports: [...value.ports] };
  }
  if ("numbers" in value) {
    return { numbers: [...value.numbers] };
  }
  return "strings" in value ? { strings: [...value.strings] } : { number: value.number };
}
