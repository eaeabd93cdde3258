import { chunksOf } from "../lib/chunks";
import { NOTICE_FAILED } from "../lib/notices/notice";

/** What the alarms watch, by physical names. */
export interface Watched {
  /** Name of the stack, a dimension of its own metrics. */
  readonly stack: string;
  /** Name of the alert topic. */
  readonly alertTopicName: string;
  /** Name of the queue of alarms. */
  readonly queueName: string;
  /** Name of its dead-letter queue. */
  readonly deadLetterQueueName: string;
  /** Name of the function that acts on alarms. */
  readonly callbackFunctionName: string;
  /**
   * Name of the function that reconciles.
   *
   * @default none, and no alarm of it
   */
  readonly reconcileFunctionName?: string;
  /** Each profile, with those of its behaviors that send alarms. */
  readonly behaviors: readonly { readonly profile: string; readonly behavior: string }[];
}

/** A metric and its statistic. */
interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly stat: "Sum" | "Maximum";
}

/** One CloudWatch alarm. */
export interface AlarmSpec {
  /** What tells it from the others; docs/runbook.md has a section of this name. */
  readonly key: string;
  /** What is the matter, for the mail that CloudWatch sends. */
  readonly description: string;
  /** Metrics, `m0` and so on. */
  readonly metrics: readonly Metric[];
  /** What is watched, of the metrics. */
  readonly expression: string;
  /** Seconds of one datapoint. */
  readonly period: number;
  /** Datapoints in a row. */
  readonly datapoints: number;
  /** It goes off above this. */
  readonly above: number;
  /** What no data is. */
  readonly noData: "breaching" | "notBreaching";
}

/** Most metrics of one alarm. Source: Amazon CloudWatch User Guide, "Alarm data queries", "Metric math". */
const MOST_METRICS = 10;

const MINUTE = 60;
const FIVE_MINUTES = 5 * MINUTE;

/** Where nothing happens there is no data, and with nothing no sum. */
const filled = (index: number) => `FILL(m${index}, 0)`;
const sumOf = (count: number, from = 0) =>
  Array.from({ length: count }, (_none, index) => filled(from + index)).join(" + ");

/** The name of the nth of several alarms of one kind: the first has the bare one. */
const nth = (key: string, index: number) => (index === 0 ? key : `${key}-${index + 1}`);

/** An alarm on any that is counted, told once it is seen. */
const anyOf = (key: string, description: string, metrics: readonly Metric[]): AlarmSpec => ({
  ...{ key, description, metrics, expression: sumOf(metrics.length) },
  ...{ period: FIVE_MINUTES, datapoints: 1, above: 0, noData: "notBreaching" },
});

function ofQueues({ queueName, deadLetterQueueName }: Watched): readonly AlarmSpec[] {
  const of = (metricName: string, QueueName: string): readonly Metric[] => [
    { namespace: "AWS/SQS", metricName, dimensions: { QueueName }, stat: "Maximum" },
  ];
  return [
    {
      key: "dead-letters",
      description: "Alarms were given up: their devices were not acted on",
      metrics: of("ApproximateNumberOfMessagesVisible", deadLetterQueueName),
      ...{ expression: filled(0), period: MINUTE, datapoints: 1, above: 0, noData: "notBreaching" },
    },
    {
      key: "alarms-waiting",
      description:
        "Alarms wait for more than ten minutes: the quarantine is paused, or the function does not keep up",
      metrics: of("ApproximateAgeOfOldestMessage", queueName),
      ...{ expression: filled(0), period: MINUTE, datapoints: 3, above: 600, noData: "notBreaching" },
    },
  ];
}

function ofFunctions({ callbackFunctionName, reconcileFunctionName }: Watched): readonly AlarmSpec[] {
  const functions = [
    callbackFunctionName,
    ...(reconcileFunctionName === undefined ? [] : [reconcileFunctionName]),
  ];
  const of = (metricName: string, names: readonly string[]): readonly Metric[] =>
    names.map((FunctionName) => ({
      ...{ namespace: "AWS/Lambda", metricName, dimensions: { FunctionName }, stat: "Sum" },
    }));
  const always = [
    anyOf("function-errors", "A function failed or ran out of time", of("Errors", functions)),
    anyOf("function-throttles", "A function was refused an execution", of("Throttles", functions)),
  ];
  if (reconcileFunctionName === undefined) return always;
  return [
    ...always,
    {
      key: "reconcile-not-running",
      description: "Nothing was reconciled for fifteen minutes: lost alarms are not made good",
      metrics: of("Invocations", [reconcileFunctionName]),
      // Above nothing goes off: what is not there is as bad as none.
      ...{ expression: `IF(${filled(0)} < 1, 1, 0)`, period: FIVE_MINUTES, datapoints: 3, above: 0 },
      noData: "breaching",
    },
  ];
}

/** The metrics of the product's own; a metric of an outcome has the dimensions profile and outcome. */
function ofOutcomes({ behaviors, stack }: Watched): readonly AlarmSpec[] {
  const profiles = [...new Set(behaviors.map(({ profile }) => profile))];
  const of = (outcome: string, description: string) =>
    chunksOf(profiles, MOST_METRICS).map((some, index) =>
      anyOf(
        nth(outcome, index),
        description,
        some.map((profile) => ({
          ...{
            namespace: "IotQuarantine",
            metricName: outcome,
            dimensions: { profile, outcome },
            stat: "Sum",
          },
        })),
      ),
    );
  return [
    ...of("held", "Devices wait for somebody to approve or reject their quarantine"),
    ...of("not-contained", "A device that should be in quarantine is not contained"),
    anyOf(NOTICE_FAILED, "Somebody could not be told; what could wait comes with the next digest", [
      { namespace: "IotQuarantine", metricName: NOTICE_FAILED, dimensions: { stack }, stat: "Sum" },
    ]),
  ];
}

/**
 * Violations that Device Defender counts in a quarter of an hour in which the alert topic delivers nothing: its role or its
 * key is broken, or the queue refuses it. Counted behavior by behavior: those that suppress their alerts count as well, and
 * send none.
 *
 * Source: AWS IoT Core Developer Guide, "AWS IoT metrics and dimensions", "Device Defender detect metrics"; Amazon SNS
 * Developer Guide, "Monitoring Amazon SNS topics using CloudWatch".
 */
function ofViolations({ behaviors, alertTopicName }: Watched): readonly AlarmSpec[] {
  const delivered: Metric = {
    namespace: "AWS/SNS",
    metricName: "NumberOfNotificationsDelivered",
    dimensions: { TopicName: alertTopicName },
    stat: "Sum",
  };
  return chunksOf(behaviors, MOST_METRICS - 1).map((some, index) => ({
    key: nth("violations-without-alarm", index),
    description:
      "Device Defender counts violations, and no alarm arrives: the alert role or the key is broken",
    metrics: [
      delivered,
      ...some.map(({ profile, behavior }) => ({
        ...{ namespace: "AWS/IoT", metricName: "Violations", stat: "Sum" as const },
        dimensions: { SecurityProfileName: profile, BehaviorName: behavior },
      })),
    ],
    expression: `IF((${sumOf(some.length, 1)}) > 0 AND ${filled(0)} < 1, 1, 0)`,
    ...{ period: 3 * FIVE_MINUTES, datapoints: 1, above: 0, noData: "notBreaching" },
  }));
}

/** Every CloudWatch alarm of a stack. */
export const alarmSpecs = (watched: Watched): readonly AlarmSpec[] => [
  ...ofQueues(watched),
  ...ofFunctions(watched),
  ...ofOutcomes(watched),
  ...ofViolations(watched),
];
