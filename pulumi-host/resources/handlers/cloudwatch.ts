import * as sdk from "@aws-sdk/client-cloudwatch";
import { type HandlerContext, type ResourceHandler, text } from "../handler";
import { capitalized } from "../known-inputs";
import type { Properties } from "../property-values";
import { changeTags, liveTagList, tagList } from "./tags";

/** Inputs that the API has under the same name with a great letter, and which are as they are on both sides. */
const SAME = [
  ...["actionsEnabled", "alarmActions", "alarmDescription", "comparisonOperator", "datapointsToAlarm"],
  ...["evaluationPeriods", "threshold", "treatMissingData"],
] as const;

/** What the provider sends of what is left out. Source: hashicorp/terraform-provider-aws, `Default` in its schema. */
const DEFAULTS = { actionsEnabled: true, treatMissingData: "missing" };

/** A query as the provider takes it. */
interface Query {
  readonly id: string;
  readonly expression?: string;
  readonly label?: string;
  readonly period?: number;
  readonly returnData?: boolean;
  readonly metric?: {
    readonly dimensions?: Readonly<Record<string, string>>;
    readonly metricName: string;
    readonly namespace?: string;
    readonly period: number;
    readonly stat: string;
  };
}

const dimensionList = (dimensions: Readonly<Record<string, string>> = {}): sdk.Dimension[] =>
  Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));

/** Dimensions as the provider has them, where there are any. */
const dimensionsOf = (dimensions: readonly sdk.Dimension[] = []) =>
  dimensions.length > 0
    ? { dimensions: Object.fromEntries(dimensions.map(({ Name = "", Value = "" }) => [Name, Value])) }
    : {};

const given = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

function queryOf({ id, expression, label, period, returnData = false, metric }: Query): sdk.MetricDataQuery {
  const query = { Id: id, Expression: expression, Label: label, Period: period, ReturnData: returnData };
  if (metric === undefined) return query;
  const { dimensions, metricName: MetricName, namespace: Namespace, stat: Stat } = metric;
  const Metric = { MetricName, Namespace, Dimensions: dimensionList(dimensions) };
  return { ...query, MetricStat: { Metric, Period: metric.period, Stat } };
}

/** A query as the provider has it: what is not returned is what it takes for the default. */
function inputOf({ Id, Expression, Label, Period, ReturnData, MetricStat }: sdk.MetricDataQuery): object {
  const { Metric, Period: period, Stat } = MetricStat ?? {};
  const metric = MetricStat && {
    ...dimensionsOf(Metric?.Dimensions),
    ...given({ metricName: Metric?.MetricName, namespace: Metric?.Namespace, period, stat: Stat }),
  };
  const returnData = ReturnData === true ? true : undefined;
  return given({ id: Id, expression: Expression, label: Label, period: Period, returnData, metric });
}

async function alarmNamed(name: string, { clients }: HandlerContext) {
  const command = new sdk.DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ["MetricAlarm"] });
  return (await clients.cloudwatch.send(command)).MetricAlarms?.[0];
}

/** Puts the alarm whole, as the provider does also where a part of it changes. */
async function put(inputs: Properties, { clients }: HandlerContext): Promise<void> {
  const known: Properties = { ...DEFAULTS, ...inputs };
  const same = SAME.map((input) => [capitalized(input), known[input]] as const);
  const queries = inputs.metricQueries as readonly Query[];
  await clients.cloudwatch.send(
    new sdk.PutMetricAlarmCommand({
      ...given(Object.fromEntries(same)),
      AlarmName: text(inputs, "name"),
      ComparisonOperator: text(inputs, "comparisonOperator") as sdk.ComparisonOperator,
      EvaluationPeriods: Number(inputs.evaluationPeriods),
      Metrics: queries.map(queryOf),
      Tags: tagList(inputs),
    }),
  );
}

/** `aws:cloudwatch/metricAlarm:MetricAlarm`, of queries: one that names a single metric itself is not made. */
export const metricAlarm: ResourceHandler = {
  inputs: ["name", ...SAME, "metricQueries", "tags"],
  computedIfAbsent: { evaluateLowSampleCountPercentiles: "" },
  computed: ["arn", "tagsAll"],
  autoName: "name",
  createOnly: ["name"],
  defaults: DEFAULTS,
  unordered: ["alarmActions", "metricQueries"],
  async create(inputs, context) {
    await put(inputs, context);
    return text(inputs, "name");
  },
  async read(id, _known, context) {
    const found = await alarmNamed(id, context);
    if (!found) return undefined;
    const { AlarmArn: ResourceARN, AlarmActions = [], Metrics = [] } = found;
    const listed = await context.clients.cloudwatch.send(new sdk.ListTagsForResourceCommand({ ResourceARN }));
    const { tags, tagsAll } = liveTagList(listed.Tags);
    const told: Readonly<Record<string, unknown>> = { ...found };
    return {
      inputs: {
        ...Object.fromEntries(SAME.map((input) => [input, told[capitalized(input)]])),
        name: id,
        alarmActions: AlarmActions.length > 0 ? AlarmActions : undefined,
        metricQueries: Metrics.map(inputOf),
        tags,
      },
      outputs: { arn: ResourceARN, tagsAll },
    };
  },
  async update(change, context) {
    const { id, inputs, changed } = change;
    if ([...changed].some((name) => name !== "tags")) await put(inputs, context);
    if (!changed.has("tags")) return;
    const ResourceARN = (await alarmNamed(id, context))?.AlarmArn;
    const { cloudwatch } = context.clients;
    await changeTags(change, {
      untag: (TagKeys) => cloudwatch.send(new sdk.UntagResourceCommand({ ResourceARN, TagKeys })),
      tag: (Tags) => cloudwatch.send(new sdk.TagResourceCommand({ ResourceARN, Tags })),
    });
  },
  async delete(id, _known, { clients }) {
    await clients.cloudwatch.send(new sdk.DeleteAlarmsCommand({ AlarmNames: [id] }));
  },
};
