import type { ObjectShape, Shape } from "./model-shape";

const text: Shape = { kind: "String" };
const whole: Shape = { kind: "Integer" };
const number: Shape = { kind: "Number" };
const flag: Shape = { kind: "Boolean" };
const list = (of: Shape): Shape => ({ kind: "JSONArray", of });
const object = (fields: Readonly<Record<string, Shape>>, required: readonly string[] = []): ObjectShape => ({
  kind: "JSONObject",
  fields,
  required,
});

const dimension = object({ DimensionName: text, Operator: text }, ["DimensionName"]);

const criteria = object({
  ComparisonOperator: text,
  Value: object({
    // A long, which the registry's schemas cannot say.
    Count: { kind: "Long" },
    Cidrs: list(text),
    Ports: list(whole),
    Number: number,
    Numbers: list(number),
    Strings: list(text),
  }),
  DurationSeconds: whole,
  ConsecutiveDatapointsToAlarm: whole,
  ConsecutiveDatapointsToClear: whole,
  StatisticalThreshold: object({ Statistic: text }),
  MlDetectionConfig: object({ ConfidenceLevel: text }),
});

const behavior = object(
  {
    Name: text,
    Metric: text,
    MetricDimension: dimension,
    Criteria: criteria,
    SuppressAlerts: flag,
    ExportMetric: flag,
  },
  ["Name"],
);

const alertTarget = object({ AlertTargetArn: text, RoleArn: text }, ["AlertTargetArn", "RoleArn"]);

/** The properties that the API's own request and answer hold as well, there in camel case. */
export const SETTINGS = object({
  SecurityProfileName: text,
  SecurityProfileDescription: text,
  Behaviors: list(behavior),
  AlertTargets: { kind: "Map", of: alertTarget },
  AdditionalMetricsToRetainV2: list(
    object({ Metric: text, MetricDimension: dimension, ExportMetric: flag }, ["Metric"]),
  ),
  MetricsExportConfig: object({ MqttTopic: text, RoleArn: text }, ["MqttTopic", "RoleArn"]),
});

/**
 * Every property of `AWS::IoT::SecurityProfile`.
 *
 * Source: AWS CloudFormation User Guide, "AWS::IoT::SecurityProfile"; the type's schema, which permits no others.
 */
export const SECURITY_PROFILE = object({
  ...SETTINGS.fields,
  Tags: list(object({ Key: text, Value: text }, ["Key", "Value"])),
  TargetArns: list(text),
  SecurityProfileArn: text,
});

/** Properties that only AWS sets. */
export const READ_ONLY = ["SecurityProfileArn"] as const;

/** Properties that cannot change after creation. */
export const CREATE_ONLY = ["SecurityProfileName"] as const;

/** A security profile as Cloud Control spells it, checked against {@link SECURITY_PROFILE}. */
export interface SecurityProfileModel {
  readonly SecurityProfileName?: string;
  readonly SecurityProfileArn?: string;
  readonly TargetArns?: readonly string[];
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly [property: string]: unknown;
}
