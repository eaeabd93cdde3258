import type { MetricDataQuery, PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import type { Constraints } from "../../wire/constraints";
import { combination, validation } from "./errors";

/** Source: Amazon CloudWatch API Reference, "PutMetricAlarm", `ComparisonOperator`; without those of anomaly bands. */
const OPERATORS = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
];

/** What CloudWatch demands of the members of its inputs. Source: same page. */
export const CLOUDWATCH_CONSTRAINTS: Constraints = {
  AlarmName: { min: 1, max: 255 },
  AlarmDescription: { max: 1024 },
  AlarmActions: { max: 5 },
  OKActions: { max: 5 },
  InsufficientDataActions: { max: 5 },
  MetricName: { min: 1, max: 255 },
  Namespace: { min: 1, max: 255, pattern: "[^:].*" },
  Statistic: { oneOf: ["SampleCount", "Average", "Sum", "Minimum", "Maximum"] },
  Period: { min: 1 },
  EvaluationPeriods: { min: 1 },
  DatapointsToAlarm: { min: 1 },
  ComparisonOperator: { oneOf: OPERATORS },
  TreatMissingData: { oneOf: ["breaching", "notBreaching", "ignore", "missing"] },
  Dimensions: { max: 30 },
  AlarmNames: { max: 100 },
};

/** Most metrics of an alarm's expressions. Source: same page, `Metrics`; CloudWatch User Guide, "Alarm data queries". */
const MOST_METRICS = 10;

/** Longest that an alarm looks back: a day, and a week where a period is an hour or more. Source: same page. */
const lookBackOf = (period: number) => (period >= 3600 ? 7 : 1) * 24 * 60 * 60;

function checkQueries(queries: readonly MetricDataQuery[]): void {
  const ids = queries.map(({ Id }) => Id ?? "");
  const strange = ids.find((id, index) => !/^[a-z]\w{0,254}$/.test(id) || ids.indexOf(id) !== index);
  if (strange !== undefined) throw validation(`Invalid or duplicate metrics id: ${strange}`);
  if (queries.filter(({ MetricStat }) => MetricStat).length > MOST_METRICS) {
    throw validation(`An alarm can have at most ${MOST_METRICS} metrics.`);
  }
  if (
    queries.some(({ MetricStat, Expression }) => (MetricStat === undefined) === (Expression === undefined))
  ) {
    throw combination("Exactly one of MetricStat and Expression must be set for each of Metrics.");
  }
  // An answer is watched unless told otherwise.
  if (queries.filter(({ ReturnData = true }) => ReturnData).length !== 1) {
    throw validation("Exactly one element of the metrics list should return data.");
  }
}

function checkMetric(input: PutMetricAlarmInput): void {
  const { MetricName, Namespace, Statistic, ExtendedStatistic, Period, EvaluationPeriods = 1 } = input;
  if (MetricName === undefined || Namespace === undefined || Period === undefined) {
    throw validation("MetricName, Namespace and Period must be set where Metrics is not.");
  }
  if ((Statistic === undefined) === (ExtendedStatistic === undefined)) {
    throw validation("Exactly one of Statistic and ExtendedStatistic must be set.");
  }
  if (Period % 60 !== 0 && ![10, 20, 30].includes(Period)) {
    throw validation("Period must be 10, 20, 30 or a multiple of 60.");
  }
  if (Period * EvaluationPeriods > lookBackOf(Period)) {
    throw validation("Metrics cannot be checked across more than the longest evaluation range.");
  }
}

/** Refuses an alarm that CloudWatch would refuse. Source: same page. */
export function checkAlarm(input: PutMetricAlarmInput): void {
  const { Metrics, MetricName, EvaluationPeriods = 1, Threshold, ThresholdMetricId } = input;
  if (Metrics !== undefined && MetricName !== undefined) {
    throw combination("The parameters MetricName and Metrics are mutually exclusive.");
  }
  const { DatapointsToAlarm = EvaluationPeriods } = input;
  if (DatapointsToAlarm > EvaluationPeriods) {
    throw validation("DatapointsToAlarm must be less than or equal to EvaluationPeriods.");
  }
  if (Threshold === undefined && ThresholdMetricId === undefined) {
    throw validation("The parameter Threshold is required.");
  }
  if (Metrics === undefined) checkMetric(input);
  else checkQueries(Metrics);
}
