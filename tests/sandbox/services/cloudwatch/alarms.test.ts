import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmInput,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch";
import { cloudWatchService } from "../../../../sandbox/services/cloudwatch/service";
import { CloudWatchStore } from "../../../../sandbox/services/cloudwatch/store";
import { type Served, serve } from "../../support/serve";

let served: Served;
let client: CloudWatchClient;

beforeAll(async () => {
  served = await serve((env) => [cloudWatchService(new CloudWatchStore(env))]);
  client = new CloudWatchClient(served.client);
});
afterAll(async () => {
  client.destroy();
  await served.stop();
});

const ALARM = {
  ...{ AlarmName: "a", Namespace: "AWS/SQS", MetricName: "Visible", Statistic: "Sum", Period: 60 },
  ...{ EvaluationPeriods: 1, ComparisonOperator: "GreaterThanThreshold", Threshold: 0 },
} as const satisfies PutMetricAlarmInput;
const QUERIES = {
  ...{ AlarmName: "q", EvaluationPeriods: 1, ComparisonOperator: "GreaterThanThreshold", Threshold: 0 },
  Metrics: [
    {
      Id: "m1",
      MetricStat: { Metric: { Namespace: "N", MetricName: "M" }, Period: 60, Stat: "Sum" },
      ReturnData: false,
    },
    { Id: "e1", Expression: "m1 * 2", Label: "twice" },
  ],
} as const;
const put = (changes: Partial<PutMetricAlarmInput>, base: object = ALARM) =>
  client.send(new PutMetricAlarmCommand({ ...base, ...changes } as PutMetricAlarmInput));
const described = async (...AlarmNames: string[]) =>
  (await client.send(new DescribeAlarmsCommand({ AlarmNames, AlarmTypes: ["MetricAlarm"] }))).MetricAlarms;

test("an alarm is told as it was put, evaluated by nobody, and goes when it is deleted", async () => {
  await put({ Dimensions: [{ Name: "QueueName", Value: "x" }], AlarmActions: ["arn:aws:sns:r:1:t"] });
  expect(await described("a", "none")).toEqual([
    expect.objectContaining({
      ...ALARM,
      AlarmArn: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a",
      Dimensions: [{ Name: "QueueName", Value: "x" }],
      AlarmActions: ["arn:aws:sns:r:1:t"],
      ActionsEnabled: true,
      StateValue: "INSUFFICIENT_DATA",
    }),
  ]);
  await put({ Threshold: 5 });
  expect(await described("a")).toMatchObject([{ Threshold: 5, Dimensions: [], AlarmActions: [] }]);
  await client.send(new DeleteAlarmsCommand({ AlarmNames: ["a", "none"] }));
  expect(await described("a")).toEqual([]);
});

test("an alarm of expressions keeps its queries, and has no dimensions of its own", async () => {
  await put({}, QUERIES);
  const [alarm] = (await described("q")) ?? [];
  expect(alarm?.Metrics).toEqual(QUERIES.Metrics);
  expect(alarm).not.toHaveProperty("Dimensions");
});

test("alarms are found by a prefix, in pages", async () => {
  for (const AlarmName of ["p-1", "p-2", "p-3"]) await put({ AlarmName });
  const page = (NextToken?: string) =>
    client.send(new DescribeAlarmsCommand({ AlarmNamePrefix: "p-", MaxRecords: 2, NextToken }));
  const first = await page();
  const second = await page(first.NextToken);
  const names = [first, second].map(({ MetricAlarms = [] }) =>
    MetricAlarms.map(({ AlarmName }) => AlarmName),
  );
  expect(names).toEqual([["p-1", "p-2"], ["p-3"]]);
  expect(second.NextToken).toBeUndefined();
  await expect(page("made up")).rejects.toMatchObject({ name: "InvalidNextToken" });
  const composite = await client.send(new DescribeAlarmsCommand({ AlarmTypes: ["CompositeAlarm"] }));
  expect(composite).toMatchObject({ MetricAlarms: [], CompositeAlarms: [] });
});

test("tags are given when it is made, changed by their own calls, and kept when it is put again", async () => {
  await put({ AlarmName: "t", Tags: [{ Key: "a", Value: "1" }] });
  await put({ AlarmName: "t", Tags: [{ Key: "ignored", Value: "x" }] });
  const ResourceARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:t";
  await client.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: "b", Value: "2" }] }));
  await client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ["a"] }));
  expect((await client.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags).toEqual([
    { Key: "b", Value: "2" },
  ]);
  const gone = client.send(new ListTagsForResourceCommand({ ResourceARN: `${ResourceARN}x` }));
  await expect(gone).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

const [METRIC, EXPRESSION] = QUERIES.Metrics;
test.each<[string, object, object?]>([
  ["no name", { AlarmName: "" }],
  ["a long name", { AlarmName: "x".repeat(256) }],
  ["an unknown operator", { ComparisonOperator: "Equals" }],
  ["an unknown way with missing data", { TreatMissingData: "ok" }],
  ["an odd period", { Period: 90 }],
  ["no evaluation period", { EvaluationPeriods: 0 }],
  ["more than a day", { Period: 300, EvaluationPeriods: 289 }],
  ["more datapoints than periods", { DatapointsToAlarm: 2 }],
  ["no threshold", { Threshold: undefined }],
  ["no statistic", { Statistic: undefined }],
  ["no period", { Period: undefined }],
  ["six actions", { AlarmActions: Array(6).fill("arn") }],
  ["a metric beside queries", { MetricName: "M" }, QUERIES],
  ["two that return data", { Metrics: [METRIC, EXPRESSION, { Id: "e2", Expression: "m1" }] }, QUERIES],
  ["none that returns data", { Metrics: [METRIC] }, QUERIES],
  ["an id twice", { Metrics: [METRIC, { ...EXPRESSION, Id: "m1" }] }, QUERIES],
  ["an id that is none", { Metrics: [METRIC, { ...EXPRESSION, Id: "E" }] }, QUERIES],
  ["neither metric nor expression", { Metrics: [METRIC, { Id: "e1" }] }, QUERIES],
  [
    "eleven metrics",
    { Metrics: [...Array.from({ length: 11 }, (_none, n) => ({ ...METRIC, Id: `m${n}` })), EXPRESSION] },
    QUERIES,
  ],
])("an alarm with %s is refused", async (_what, changes, base = ALARM) => {
  await expect(put(changes, base)).rejects.toMatchObject({
    name: expect.stringMatching(/^(ValidationError|InvalidParameterCombinationException)$/),
  });
});
