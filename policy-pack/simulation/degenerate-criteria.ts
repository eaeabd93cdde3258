import { isObject, type JsonObject } from "../../lib/json";
import { at, itemsOf } from "../input/unknown";
import { criteriaOf } from "../stack/behaviors";
import { countBoundFault, type Degenerate } from "./count-bounds";

const UPPER = ["less-than", "less-than-equals"];

/** A percentile of the fleet: by definition a share of the devices is on its wrong side. */
function percentileFault(operator: unknown, statistic: unknown): string | undefined {
  const percentile = typeof statistic === "string" ? Number(statistic.replace(/^p/, "")) : Number.NaN;
  if (Number.isNaN(percentile) || typeof operator !== "string") return undefined;
  if (operator === "less-than-equals" && percentile === 100) {
    return "no device is above the fleet's highest value, so that it never alarms";
  }
  if (operator === "greater-than-equals" && percentile === 0) {
    return "no device is below the fleet's lowest value, so that it never alarms";
  }
  const upper = UPPER.includes(operator);
  if (!upper && !operator.startsWith("greater-than")) return undefined;
  const outside = upper ? 100 - percentile : percentile;
  return outside < 50
    ? undefined
    : `a criteria says what is normal, and about ${outside} % of the devices are always outside of it`;
}

/** An array of addresses that holds them all. */
function addressFault(operator: unknown, cidrs: unknown): string | undefined {
  const all = itemsOf(cidrs).some((cidr) => typeof cidr === "string" && /\/0$/.test(cidr));
  if (!all) return undefined;
  if (operator === "in-cidr-set") return "every address is in a /0 block, so that it never alarms";
  return operator === "not-in-cidr-set"
    ? "every address is in a /0 block, so that every datapoint violates it"
    : undefined;
}

/** What to do about each, by the operator that is there. */
function remedyOf(criteria: JsonObject): string {
  const { comparisonOperator: operator, statisticalThreshold } = criteria;
  if (isObject(statisticalThreshold)) {
    return UPPER.includes(String(operator))
      ? "Set statistic to a high percentile such as p99.9, or a value of your own"
      : "Set comparisonOperator to less-than-equals, if high values are the anomaly";
  }
  return "State what is normal: the alarm is raised when it does not hold";
}

/**
 * Says why a criteria that AWS takes can never alarm, or nearly always does.
 *
 * Source: AWS IoT Device Defender Developer Guide, "Detect concepts" (a behavior is what is normal; the alarm is
 * its negation).
 *
 * @param behavior - a behavior in the API's spelling; not trusted.
 * @returns why, and what to set; `undefined` where there is nothing to say.
 */
export function degenerateCriteria(behavior: unknown): Degenerate | undefined {
  const criteria = criteriaOf(behavior);
  const { comparisonOperator: operator } = criteria;
  const bound = countBoundFault(behavior);
  if (bound !== undefined) return bound;
  const why =
    percentileFault(operator, at(criteria, "statisticalThreshold", "statistic")) ??
    addressFault(operator, at(criteria, "value", "cidrs"));
  return why === undefined ? undefined : { why, remedy: remedyOf(criteria) };
}
