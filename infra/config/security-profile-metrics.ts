import type { MetricDimension } from "../../lib/detect/behavior";
import { flagFaults, isName, type Place, unknownKeys, unwanted, wrong } from "../../lib/detect/checks";
import type { Fault } from "../../lib/detect/fault";
import { meantMetric } from "../../lib/detect/meant-metric";
import { isAwsMetric } from "../../lib/detect/metrics";
import { dimensionFaults, judgedMetric, meantFault, metricFaults } from "../../lib/detect/validate-behavior";
import { isObject, type JsonObject } from "../../lib/json";

/** A metric whose values are kept for 14 days though no behavior watches it. */
export interface RetainedMetric {
  /** A metric of AWS, or a custom one. */
  readonly metric: string;
  /** Topics that count. @default all */
  readonly metricDimension?: MetricDimension;
  /** Whether its values are exported; takes the profile's `metricsExport`. @default false */
  readonly exportMetric?: boolean;
}

/** Where Device Defender publishes the values of the metrics that are exported. */
export interface MetricsExport {
  /** MQTT topic, or a rule's Basic Ingest topic (`$aws/rules/NAME`); 1 to 512 characters. */
  readonly mqttTopic: string;
  /** ARN of the role that it publishes with; docs/configuration.md has its documents. */
  readonly roleArn: string;
}

/**
 * No wildcard, and of the reserved topics only Basic Ingest's. Source: AWS IoT API Reference, "MetricsExportConfig"; AWS
 * IoT Core Developer Guide, "MQTT topics", "Basic Ingest".
 */
const TOPIC = /^(?=.{1,512}$)(?:[^$+#\0][^+#\0]*|\$aws\/rules\/\w+(?:\/[^+#\0]*)?)$/s;
const TOPIC_RULE =
  "a topic of 1 to 512 characters without wildcards, which begins with $ only as $aws/rules/NAME does";

/** Source: AWS IoT API Reference, "MetricsExportConfig"; IAM User Guide, "IAM identifiers". */
const ROLE = /^arn:aws(?:-[a-z]+)*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/;

/** Whether a profile names metrics to retain, so that it is of use without behaviors. */
export const retainsMetrics = ({ additionalMetricsToRetain: retained }: JsonObject): boolean =>
  Array.isArray(retained) && retained.length > 0;

const isExported = (use: unknown): boolean => isObject(use) && use.exportMetric === true;

/** Says of a behavior, or of a metric to retain, that it exports to nowhere. */
export const exportFaults = (place: Place, use: JsonObject, profile: JsonObject): Fault[] =>
  isExported(use) && profile.metricsExport === undefined
    ? [unwanted(place, "exportMetric", true, "as the profile has no `metricsExport` that it could go to")]
    : [];

/** By what a metric to retain is the same as another. */
const sameUse = (use: unknown): unknown => {
  if (!isObject(use)) return use;
  const { dimensionName, operator = "IN" } = isObject(use.metricDimension) ? use.metricDimension : {};
  return JSON.stringify([use.metric, dimensionName, dimensionName === undefined ? undefined : operator]);
};

function oneRetainedFaults(use: unknown, path: string, profile: JsonObject): Fault[] {
  if (!isObject(use)) {
    return [{ path, rule: "an object with `metric`", value: use, remedy: "Set the metric to retain to" }];
  }
  const { metric, metricDimension } = use;
  const place: Place = { path, subject: "the metric to retain" };
  const judged = judgedMetric(use);
  const meant = isName(metric) && !isAwsMetric(metric) && judged === metric ? meantMetric(metric) : undefined;
  return [
    ...unknownKeys(place, use, ["metric", "metricDimension", "exportMetric"]),
    ...metricFaults(place, metric, judged),
    ...(meant === undefined ? [] : [meantFault(place, String(metric), meant)]),
    ...dimensionFaults(place, metricDimension, meant ?? judged),
    ...flagFaults(place, use, "exportMetric"),
    ...exportFaults(place, use, profile),
  ];
}

function retainedFaults(place: Place, profile: JsonObject): Fault[] {
  const { additionalMetricsToRetain: retained } = profile;
  if (retained === undefined) return [];
  if (!Array.isArray(retained)) {
    const rule = "a list of metrics, each `{metric, metricDimension, exportMetric}`";
    return [wrong(place, "additionalMetricsToRetain", retained, rule)];
  }
  const path = `${place.path}.additionalMetricsToRetain`;
  const same = retained.map(sameUse);
  return retained.flatMap((use: unknown, index): Fault[] => {
    const at = `${path}[${index}]`;
    const faults = oneRetainedFaults(use, at, profile);
    if (faults.length > 0 || same.indexOf(same[index]) === index) return faults;
    const remedy = `Set the metrics to retain of ${place.subject} to`;
    return [{ path: at, rule: "a list without repetition", value: (use as JsonObject).metric, remedy }];
  });
}

/**
 * Finds all that is wrong with the metrics that a profile retains, and with where it exports metrics to.
 *
 * @param place - Place of the profile.
 * @param profile - The profile; not trusted.
 */
export function profileMetricsFaults(place: Place, profile: JsonObject): Fault[] {
  const { metricsExport, behaviors, additionalMetricsToRetain: retained } = profile;
  const faults = retainedFaults(place, profile);
  if (metricsExport === undefined) return faults;
  if (!isObject(metricsExport)) {
    return [
      ...faults,
      wrong(place, "metricsExport", metricsExport, "an object with `mqttTopic` and `roleArn`"),
    ];
  }
  const inside: Place = { path: `${place.path}.metricsExport`, subject: `the export of ${place.subject}` };
  const { mqttTopic, roleArn } = metricsExport;
  const isTopic = typeof mqttTopic === "string" && TOPIC.test(mqttTopic);
  const isRole = typeof roleArn === "string" && ROLE.test(roleArn);
  const uses: unknown[] = [behaviors, retained].flatMap((list) => (Array.isArray(list) ? list : []));
  const idle = "as none of its behaviors and metrics to retain has `exportMetric: true`";
  return [
    ...faults,
    ...unknownKeys(inside, metricsExport, ["mqttTopic", "roleArn"]),
    ...(isTopic ? [] : [wrong(inside, "mqttTopic", mqttTopic, TOPIC_RULE)]),
    ...(isRole ? [] : [wrong(inside, "roleArn", roleArn, "the ARN of an IAM role")]),
    ...(uses.some(isExported) ? [] : [unwanted(place, "metricsExport", metricsExport, idle)]),
  ];
}
