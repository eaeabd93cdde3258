import { isObject, type JsonObject } from "../../lib/json";
import { UNKNOWN } from "../input/unknown";

const COUNT = /^\d+$/;

/** A count as the API has it: CloudFormation's is a string, the API's a number. */
function apiCount(count: unknown): unknown {
  return typeof count === "string" && COUNT.test(count) ? Number(count) : count;
}

/**
 * A behavior of a profile as the AWS IoT API takes it.
 *
 * Source: AWS CloudFormation User Guide, `AWS::IoT::SecurityProfile MetricValue` (`Count` is a string); AWS IoT
 * API Reference, `MetricValue` (a long).
 *
 * @param behavior - not trusted; anything that is no behavior is answered as it is.
 */
export function apiBehavior(behavior: unknown): unknown {
  if (!isObject(behavior) || !isObject(behavior.criteria)) return behavior;
  const { criteria } = behavior;
  const { value } = criteria;
  if (!isObject(value) || value.count === undefined) return behavior;
  return { ...behavior, criteria: { ...criteria, value: { ...value, count: apiCount(value.count) } } };
}

/** The criteria of a behavior; none where it has no object there. */
export function criteriaOf(behavior: unknown): JsonObject {
  return isObject(behavior) && isObject(behavior.criteria) ? behavior.criteria : {};
}

/** Whether it cannot be told what kind of criteria a behavior has: static, statistical or learned. */
export function isKindUnknown(behavior: unknown): boolean {
  const { mlDetectionConfig, statisticalThreshold } = criteriaOf(behavior);
  return mlDetectionConfig === UNKNOWN || statisticalThreshold === UNKNOWN;
}
