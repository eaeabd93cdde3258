import { at, UNKNOWN } from "../input/unknown";
import { criteriaOf } from "../stack/behaviors";

/** What is said of a criteria that is in vain. */
export interface Degenerate {
  readonly why: string;
  readonly remedy: string;
}

/** What a healthy device has none of for most of its life. Source: Device Defender guide, "Cloud-side metrics". */
const MOSTLY_NONE: ReadonlyMap<unknown, string> = new Map([
  ["aws:num-authorization-failures", "authorization failures"],
  ["aws:num-connection-attempts", "connection attempts"],
  ["aws:num-disconnects", "disconnects"],
]);

/** What every device has that is seen at all. */
const NEVER_NONE: readonly unknown[] = [
  "aws:num-messages-sent",
  "aws:num-connection-attempts",
  "aws:message-byte-size",
  "aws:all-bytes-out",
  "aws:all-packets-out",
];

/** Of what AWS IoT counts, nothing comes near this in an hour. */
const BEYOND_COUNTING = 2 ** 31 - 1;

/** Largest payload of a message, in bytes. Source: AWS General Reference, "AWS IoT Core endpoints and quotas". */
const LARGEST_MESSAGE = 128 * 1024;

/** From where on no device exceeds a bound of a metric. */
function unreachable(metric: unknown): number {
  if (metric === "aws:message-byte-size") return LARGEST_MESSAGE;
  return typeof metric === "string" && /^aws:(?:num-|all-packets-|disconnect-)/.test(metric)
    ? BEYOND_COUNTING
    : Number.MAX_SAFE_INTEGER;
}

const NORMAL = "a behavior states what is normal, and the alarm is raised when it does not hold";

/** A bound below: what is normal is from `least` on. */
function lowerFault(metric: unknown, least: number): Degenerate | undefined {
  if (least <= 0) {
    return {
      why: "everything that is counted is at least 0, so that it never alarms",
      remedy: "State what is normal: the alarm is raised when it does not hold",
    };
  }
  const none = MOSTLY_NONE.get(metric);
  // That a device does anything at all is a bound that makes sense for what a healthy one always does.
  if (none === undefined && least <= 1) return undefined;
  return {
    why:
      `${NORMAL}; by this one a device is normal from ${least} on, and each with fewer alarms` +
      (none === undefined ? ", an idle one too" : `, although a healthy one has few ${none} or none`),
    remedy: "Set comparisonOperator to less-than-equals and the highest value that is normal",
  };
}

/** A bound above: what is normal is up to `most`. */
function upperFault(behavior: unknown, metric: unknown, most: number): Degenerate | undefined {
  if (most < 0) {
    return {
      why: "nothing that is counted is less than 0, so that every datapoint violates it",
      remedy: "State what is normal: the alarm is raised when it does not hold",
    };
  }
  if (most >= unreachable(metric)) {
    return {
      why: `no device exceeds ${most}, so that it never alarms`,
      remedy: "Set value.count to the highest value that is normal",
    };
  }
  // On some topics only, none may well be normal.
  const isScoped = at(behavior, "metricDimension") !== undefined;
  if (most > 0 || isScoped || !NEVER_NONE.includes(metric)) return undefined;
  return {
    why: `${NORMAL}; by this one only 0 is normal, and every device that does anything alarms`,
    remedy: "Set value.count to the highest value that is normal",
  };
}

/** Says why a count that a criteria compares with is one that no device, or nearly every one, violates. */
export function countBoundFault(behavior: unknown): Degenerate | undefined {
  const criteria = criteriaOf(behavior);
  const { comparisonOperator: operator } = criteria;
  const count = at(criteria, "value", "count");
  const metric = at(behavior, "metric");
  if (typeof count !== "number" || metric === UNKNOWN || at(criteria, "statisticalThreshold") !== undefined)
    return undefined;
  switch (operator) {
    case "greater-than":
      return lowerFault(metric, count + 1);
    case "greater-than-equals":
      return lowerFault(metric, count);
    case "less-than":
      return upperFault(behavior, metric, count - 1);
    case "less-than-equals":
      return upperFault(behavior, metric, count);
    default:
      return undefined;
  }
}
