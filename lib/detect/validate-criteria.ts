import { isObject, type JsonObject } from "../json";
import { choiceFaults, type Place, unknownKeys, unwanted, wrong } from "./checks";
import type { Fault } from "./fault";
import { DURATIONS, FAMILIES, familyOf, type Rules, STATISTICS } from "./metrics";
import { anyValueFaults, valueFaults } from "./validate-value";

const CRITERIA_KEYS = [
  "comparisonOperator",
  "value",
  "durationSeconds",
  "consecutiveDatapointsToAlarm",
  "consecutiveDatapointsToClear",
  "statisticalThreshold",
  "mlDetectionConfig",
];

/** API Reference, `BehaviorCriteria`: 1 to 10, 1 if absent. */
const DATAPOINTS = { keys: ["consecutiveDatapointsToAlarm", "consecutiveDatapointsToClear"], most: 10 };

function datapointFaults(place: Place, criteria: JsonObject): Fault[] {
  return DATAPOINTS.keys.flatMap((key) => {
    const count = criteria[key];
    const holds =
      count === undefined ||
      (Number.isInteger(count) && Number(count) >= 1 && Number(count) <= DATAPOINTS.most);
    return holds ? [] : [wrong(place, key, count, `a whole number from 1 to ${DATAPOINTS.most}`)];
  });
}

function refused(place: Place, criteria: JsonObject, keys: readonly string[], why: string): Fault[] {
  return keys
    .filter((key) => criteria[key] !== undefined)
    .map((key) => unwanted(place, key, criteria[key], why));
}

/** Checks an object that holds one choice, such as `{"statistic": "p90"}`. */
function nestedChoice(
  place: Place,
  criteria: JsonObject,
  key: string,
  inner: string,
  choices: readonly string[],
) {
  const value = criteria[key];
  if (!isObject(value)) return [wrong(place, key, value, `an object with the key \`${inner}\``)];
  const inside: Place = { path: `${place.path}.${key}`, subject: `\`${key}\` of ${place.subject}` };
  return [...unknownKeys(inside, value, [inner]), ...choiceFaults(inside, value, inner, choices, "required")];
}

function mlFaults(place: Place, criteria: JsonObject, rules: Rules | undefined): Fault[] {
  const key = "mlDetectionConfig";
  const unfit = rules === undefined || rules.ml;
  return [
    ...(unfit ? [] : [unwanted(place, key, criteria[key], "as ML Detect does not learn this metric")]),
    ...nestedChoice(place, criteria, key, "confidenceLevel", ["LOW", "MEDIUM", "HIGH"]),
    ...refused(
      place,
      criteria,
      ["comparisonOperator", "value", "durationSeconds", "statisticalThreshold"],
      "as ML Detect finds out by itself what is normal",
    ),
  ];
}

/** Every operator that there is, for a metric that is not known. */
const OPERATORS = [...new Set(Object.values<Rules>(FAMILIES).flatMap(({ operators }) => operators))];

function operatorFaults(place: Place, criteria: JsonObject, rules: Rules | undefined): Fault[] {
  return choiceFaults(place, criteria, "comparisonOperator", rules?.operators ?? OPERATORS, "required");
}

function statisticalFaults(place: Place, criteria: JsonObject, rules: Rules | undefined): Fault[] {
  const key = "statisticalThreshold";
  const fit = rules === undefined || rules.statistical;
  return [
    ...(fit ? [] : [unwanted(place, key, criteria[key], "as this metric has no percentiles")]),
    ...nestedChoice(place, criteria, key, "statistic", STATISTICS),
    ...operatorFaults(place, criteria, rules),
    ...refused(place, criteria, ["value"], "as the percentile stands in for it"),
    ...choiceFaults(place, criteria, "durationSeconds", DURATIONS, "required"),
  ];
}

function staticFaults(place: Place, criteria: JsonObject, rules: Rules | undefined): Fault[] {
  if (rules === undefined) {
    return [
      ...operatorFaults(place, criteria, rules),
      ...anyValueFaults(place, criteria.value),
      ...choiceFaults(place, criteria, "durationSeconds", DURATIONS, "optional"),
    ];
  }
  const duration =
    rules.duration === "refused"
      ? refused(place, criteria, ["durationSeconds"], "as this metric has no period")
      : choiceFaults(place, criteria, "durationSeconds", DURATIONS, rules.duration);
  return [
    ...operatorFaults(place, criteria, rules),
    ...valueFaults(place, criteria.value, rules.valueKey),
    ...duration,
  ];
}

/** Tells whether a criteria asks for ML Detect. */
export function isMl(criteria: unknown): boolean {
  return isObject(criteria) && criteria.mlDetectionConfig !== undefined;
}

/**
 * Checks the criteria of a behavior: static, statistical or learned, by the rules of its metric's family.
 *
 * @param criteria - The criteria; not trusted.
 * @param metric - The metric; not trusted.
 * @returns All faults; of a metric that is not known, what is wrong whatever it is.
 */
export function criteriaFaults(place: Place, criteria: unknown, metric: unknown): Fault[] {
  if (!isObject(criteria)) {
    return [wrong(place, "criteria", criteria, `an object with keys of ${CRITERIA_KEYS.join(", ")}`)];
  }
  const family = typeof metric === "string" ? familyOf(metric, criteria) : undefined;
  const rules = family === undefined ? undefined : FAMILIES[family];
  const inside: Place = { path: `${place.path}.criteria`, subject: place.subject };
  const byKind = isMl(criteria)
    ? mlFaults
    : criteria.statisticalThreshold !== undefined
      ? statisticalFaults
      : staticFaults;
  return [
    ...unknownKeys(inside, criteria, CRITERIA_KEYS),
    ...byKind(inside, criteria, rules),
    ...datapointFaults(inside, criteria),
  ];
}
