import { isObject, type JsonObject } from "../json";
import {
  choiceFaults,
  flagFaults,
  isName,
  NAME_RULE,
  type Place,
  unknownKeys,
  unwanted,
  wrong,
} from "./checks";
import type { Fault } from "./fault";
import { meantMetric } from "./meant-metric";
import { isAwsMetric, METRICS, type ValueKey } from "./metrics";
import { criteriaFaults, isMl } from "./validate-criteria";
import { valueElements } from "./validate-value";

const BEHAVIOR_KEYS = ["name", "metric", "metricDimension", "criteria", "suppressAlerts", "exportMetric"];

/** AWS General Reference, "AWS IoT Device Defender endpoints and quotas". */
const QUOTA = { behaviors: 100, elements: 1000 };

/** A value of these keys is of a metric of AWS: custom metrics have other types. */
const AWS_VALUES: readonly string[] = ["count", "ports"] satisfies ValueKey[];

/**
 * The metric that a behavior's other parts are judged by: where its own is none, the one that was likely meant, so
 * that one slip hides no other fault.
 */
export function judgedMetric({ metric, criteria }: JsonObject): unknown {
  if (!isName(metric) || isAwsMetric(metric)) return metric;
  const value = isObject(criteria) ? criteria.value : undefined;
  const isOfAws =
    metric.startsWith("aws:") || (isObject(value) && AWS_VALUES.some((key) => Object.hasOwn(value, key)));
  return (isOfAws && meantMetric(metric)) || metric;
}

/** Asks about a metric that is none of AWS's, and nearly one. */
export const meantFault = (place: Place, metric: string, meant: string): Fault =>
  wrong(place, "metric", metric, `a metric of AWS (did you mean ${meant}?)`);

/** Checks a metric's name. @param judged - What {@link judgedMetric} takes it for. */
export function metricFaults(place: Place, metric: unknown, judged: unknown): Fault[] {
  if (!isName(metric)) {
    return [wrong(place, "metric", metric, `a metric of AWS, or a custom metric's name: ${NAME_RULE}`)];
  }
  if (metric !== judged) return [meantFault(place, metric, String(judged))];
  const misspelt = metric.startsWith("aws:") && !isAwsMetric(metric);
  return misspelt ? [wrong(place, "metric", metric, `one of ${Object.keys(METRICS).join(", ")}`)] : [];
}

/** Checks a restriction to topics, which only some metrics take. */
export function dimensionFaults(place: Place, metricDimension: unknown, metric: unknown): Fault[] {
  if (metricDimension === undefined) return [];
  const fits = typeof metric === "string" && isAwsMetric(metric) && METRICS[metric].topics;
  if (!fits) {
    return [
      unwanted(place, "metricDimension", metricDimension, "as this metric cannot be restricted to topics"),
    ];
  }
  if (!isObject(metricDimension)) {
    return [wrong(place, "metricDimension", metricDimension, "an object with the key `dimensionName`")];
  }
  const inside: Place = {
    path: `${place.path}.metricDimension`,
    subject: `the dimension of ${place.subject}`,
  };
  const { dimensionName } = metricDimension;
  return [
    ...unknownKeys(inside, metricDimension, ["dimensionName", "operator"]),
    ...(isName(dimensionName) ? [] : [wrong(inside, "dimensionName", dimensionName, NAME_RULE)]),
    ...choiceFaults(inside, metricDimension, "operator", ["IN", "NOT_IN"], "optional"),
  ];
}

/** The place of a behavior. */
export const placeOf = ({ name }: JsonObject, path: string): Place => ({
  path,
  subject: isName(name) ? `behavior \`${name}\`` : "the behavior",
});

/**
 * Finds everything that is wrong with one behavior of a rules or ML profile.
 *
 * It is stricter than the API in that a behavior must have a metric and criteria, as one without never alarms.
 * Whether a custom metric exists, and of which type it is, only the account knows.
 *
 * @param behavior - Any JSON value, in the API's shape (`count` is a number).
 * @param path - Where it is, for example `profiles[0].behaviors[1]`.
 * @param ownKeys - Keys beside AWS's that somebody else reads and checks.
 * @returns All faults at once; none if AWS would take it. Never throws.
 */
export function behaviorFaults(behavior: unknown, path: string, ownKeys: readonly string[] = []): Fault[] {
  if (!isObject(behavior)) {
    const rule = "an object with `name`, `metric` and `criteria`";
    return [{ path, rule, value: behavior, remedy: "Set the behavior to" }];
  }
  const { name, metric } = behavior;
  const place = placeOf(behavior, path);
  const judged = judgedMetric(behavior);
  return [
    ...unknownKeys(place, behavior, [...BEHAVIOR_KEYS, ...ownKeys]),
    ...(isName(name) ? [] : [wrong(place, "name", name, NAME_RULE)]),
    ...metricFaults(place, metric, judged),
    ...dimensionFaults(place, behavior.metricDimension, judged),
    ...criteriaFaults(place, behavior.criteria, judged),
    ...flagFaults(place, behavior, "suppressAlerts"),
    ...flagFaults(place, behavior, "exportMetric"),
  ];
}

function repeatedNames(behaviors: readonly JsonObject[], path: string): Fault[] {
  const seen = new Set<string>();
  return behaviors.flatMap(({ name }, index) => {
    if (!isName(name) || !seen.has(name)) {
      seen.add(isName(name) ? name : "");
      return [];
    }
    const place: Place = { path: `${path}[${index}]`, subject: `behavior \`${name}\`` };
    return [wrong(place, "name", name, "a name that no other behavior of the profile has")];
  });
}

function mixedKinds(behaviors: readonly JsonObject[], path: string): Fault[] {
  const learned = behaviors.filter(({ criteria }) => isMl(criteria)).length;
  if (learned === 0 || learned === behaviors.length) return [];
  return [
    {
      path,
      // "Behaviors": a security profile is for rules or for ML, not both.
      rule: "only behaviors with `mlDetectionConfig` or only behaviors without",
      value: `${learned} with and ${behaviors.length - learned} without`,
      remedy: "Split the profile so that it has",
    },
  ];
}

function quotaFaults(behaviors: readonly JsonObject[], path: string): Fault[] {
  const elements = behaviors.reduce(
    (sum, { criteria }) => sum + valueElements(isObject(criteria) ? criteria.value : undefined),
    0,
  );
  const fault = (what: string, most: number, value: number): Fault[] =>
    value <= most
      ? []
      : [
          {
            path,
            rule: `at most ${most} ${what}`,
            value,
            remedy: "Split the profile so that it has",
          },
        ];
  return [
    ...fault("behaviors", QUOTA.behaviors, behaviors.length),
    ...fault("value elements (numbers, addresses, ports)", QUOTA.elements, elements),
  ];
}

/**
 * Finds everything that is wrong with the behaviors of one security profile: each of them, and what only shows
 * in the whole (repeated names, quotas, rules and ML in one profile).
 *
 * @param behaviors - Any JSON value; should be a list of behaviors. An empty one is a fault, as its profile
 * would never alarm.
 * @param path - Where it is, for example `profiles[0].behaviors`.
 * @param ownKeys - Keys of a behavior beside AWS's that somebody else reads and checks.
 * @returns All faults at once. Never throws.
 */
export function profileFaults(behaviors: unknown, path: string, ownKeys: readonly string[] = []): Fault[] {
  if (!Array.isArray(behaviors) || behaviors.length === 0) {
    const rule = "a list with at least one behavior";
    return [{ path, rule, value: behaviors, remedy: "Set the behaviors to" }];
  }
  const objects = behaviors.map((behavior: unknown): JsonObject => (isObject(behavior) ? behavior : {}));
  return [
    ...behaviors.flatMap((behavior: unknown, index) =>
      behaviorFaults(behavior, `${path}[${index}]`, ownKeys),
    ),
    ...repeatedNames(objects, path),
    ...mixedKinds(objects, path),
    ...quotaFaults(objects, path),
  ];
}
