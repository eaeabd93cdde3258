import {
  AttachSecurityProfileCommand,
  CreateCustomMetricCommand,
  CreateDimensionCommand,
  CreateSecurityProfileCommand,
  GetBehaviorModelTrainingSummariesCommand,
  type GetBehaviorModelTrainingSummariesRequest,
  ListMetricValuesCommand,
  type ListMetricValuesRequest,
  type MetricToRetain,
} from "@aws-sdk/client-iot";
import { ALL_THINGS, type Detect, groupTarget, HOUR, MESSAGES_SENT, MINUTE, startDetect } from "./support";

let detect: Detect;
let start: number;

beforeEach(async () => {
  detect = await startDetect();
  start = detect.clock.now();
});
afterEach(() => detect.stop());

async function retain(metrics: MetricToRetain[], target = ALL_THINGS): Promise<void> {
  const securityProfileName = "Look";
  await detect.iot.send(
    new CreateSecurityProfileCommand({ securityProfileName, additionalMetricsToRetainV2: metrics }),
  );
  await detect.iot.send(
    new AttachSecurityProfileCommand({ securityProfileName, securityProfileTargetArn: target }),
  );
}

const list = (metricName: string, over: Partial<ListMetricValuesRequest> = {}) =>
  detect.iot.send(
    new ListMetricValuesCommand({
      thingName: "d",
      metricName,
      startTime: new Date(start),
      endTime: detect.clock.date(),
      ...over,
    }),
  );

/** Minutes since the start, and values. */
const valuesOf = async (metricName: string, over: Partial<ListMetricValuesRequest> = {}) =>
  ((await list(metricName, over)).metricDatumList ?? []).map(({ timestamp, value }) => [
    (Number(timestamp) - start) / MINUTE,
    value,
  ]);

test("values of a metric that a profile retains are listed though no behavior watches it", async () => {
  await retain([{ metric: "aws:num-messages-sent" }, { metric: "aws:message-byte-size" }]);
  detect.driver.activity.sessionOpened("d", "192.0.2.1");
  detect.send("d", 3, 10);
  detect.send("d", 1, 7);
  detect.send("other", 9);
  await detect.clock.advance(10 * MINUTE);
  expect(await valuesOf("aws:num-messages-sent")).toEqual([
    [5, { count: 4 }],
    [10, { count: 0 }],
  ]);
  expect(await valuesOf("aws:message-byte-size")).toEqual([[5, { count: 10 }]]);
  expect(await valuesOf("aws:num-disconnects")).toEqual([]);
});

test("values of a metric that a behavior watches are listed, of targeted things alone", async () => {
  detect.registry.groups.set("G", { members: new Set(["d"]) });
  await detect.profile("P", [MESSAGES_SENT], [groupTarget("G")]);
  detect.send("d", 3);
  detect.send("other", 3);
  await detect.clock.advance(5 * MINUTE);
  expect(await valuesOf("aws:num-messages-sent")).toEqual([[5, { count: 3 }]]);
  expect(await valuesOf("aws:num-messages-sent", { thingName: "other" })).toEqual([]);
});

test("what agents report is listed as what it is, at the time of the report", async () => {
  await detect.iot.send(
    new CreateCustomMetricCommand({ metricName: "charge", metricType: "number", clientRequestToken: "t" }),
  );
  await retain(
    ["charge", "aws:listening-tcp-ports", "aws:num-established-tcp-connections"].map((metric) => ({
      metric,
    })),
  );
  await detect.clock.advance(2 * MINUTE);
  detect.driver.reported("d", {
    reportId: 1,
    values: [
      ["charge", { number: -1.5 }],
      ["aws:listening-tcp-ports", { ports: [22, 443] }],
      ["aws:num-established-tcp-connections", { count: 2 }],
    ],
  });
  await detect.clock.advance(10 * MINUTE);
  expect(await valuesOf("charge")).toEqual([[2, { number: -1.5 }]]);
  expect(await valuesOf("aws:listening-tcp-ports")).toEqual([[2, { ports: [22, 443] }]]);
  expect(await valuesOf("aws:num-established-tcp-connections")).toEqual([[2, { count: 2 }]]);
  const until = (minutes: number) => ({ endTime: new Date(start + minutes * MINUTE) });
  expect(await valuesOf("charge", until(2))).toHaveLength(1);
  expect(await valuesOf("charge", until(1))).toEqual([]);
});

test("a dimension's values are its own, and those outside it others", async () => {
  await detect.iot.send(
    new CreateDimensionCommand({
      name: "T",
      type: "TOPIC_FILTER",
      stringValues: ["in/#"],
      clientRequestToken: "t",
    }),
  );
  const metric = "aws:num-messages-sent";
  await retain([
    { metric, metricDimension: { dimensionName: "T" } },
    { metric, metricDimension: { dimensionName: "T", operator: "NOT_IN" } },
  ]);
  detect.driver.activity.messageSent("d", 1, "in/a");
  detect.driver.activity.messageSent("d", 1, "out");
  detect.driver.activity.messageSent("d", 1, "out");
  await detect.clock.advance(5 * MINUTE);
  expect(await valuesOf(metric, { dimensionName: "T" })).toEqual([[5, { count: 1 }]]);
  expect(await valuesOf(metric, { dimensionName: "T", dimensionValueOperator: "NOT_IN" })).toEqual([
    [5, { count: 2 }],
  ]);
  expect(await valuesOf(metric)).toEqual([]);
});

test("an absence is listed hourly", async () => {
  await retain([{ metric: "aws:disconnect-duration" }]);
  detect.driver.activity.sessionOpened("d", "192.0.2.1");
  await detect.clock.advance(30 * MINUTE);
  detect.driver.activity.sessionClosed("d");
  await detect.clock.advance(90 * MINUTE);
  expect(await valuesOf("aws:disconnect-duration")).toEqual([
    [60, { count: 1800 }],
    [120, { count: 5400 }],
  ]);
});

test("values are kept 14 days, listed by time and in pages", async () => {
  await retain([{ metric: "aws:num-messages-sent" }]);
  detect.send("d", 1);
  await detect.clock.advance(5 * MINUTE);
  detect.send("d", 2);
  await detect.clock.advance(5 * MINUTE);
  const first = await list("aws:num-messages-sent", { maxResults: 1 });
  expect(first.metricDatumList?.map(({ value }) => value)).toEqual([{ count: 1 }]);
  const { nextToken } = first;
  const second = await list("aws:num-messages-sent", { maxResults: 1, nextToken });
  expect(second.metricDatumList?.map(({ value }) => value)).toEqual([{ count: 2 }]);
  const late = { startTime: new Date(start + 6 * MINUTE) };
  expect(await valuesOf("aws:num-messages-sent", late)).toEqual([[10, { count: 2 }]]);
  await detect.clock.advance(14 * 24 * HOUR - 5 * MINUTE);
  expect(await valuesOf("aws:num-messages-sent")).toEqual([[10, { count: 2 }]]);
});

test.each([
  ["a start after the end", { startTime: new Date(2), endTime: new Date(1) }],
  ["an operator without a dimension", { dimensionValueOperator: "IN" as const }],
  ["an operator that there is not", { dimensionName: "T", dimensionValueOperator: "OF" as never }],
  ["a thing's name of 129", { thingName: "t".repeat(129) }],
  ["a page of 251", { maxResults: 251 }],
])("%s is refused", async (_title, over) => {
  await expect(list("aws:num-messages-sent", over)).rejects.toMatchObject({
    name: "InvalidRequestException",
  });
});

test("each behavior of ML Detect has a model that is yet to be built, ten a page", async () => {
  const criteria = { mlDetectionConfig: { confidenceLevel: "HIGH" as const } };
  const learned = (name: string) => ({ name, metric: "aws:num-messages-sent", criteria });
  await detect.profile("Rules", [MESSAGES_SENT]);
  await detect.profile("Learns", [learned("A"), learned("B")]);
  await detect.profile(
    "Too",
    Array.from({ length: 9 }, (_, index) => learned(`C${index}`)),
  );
  const summaries = async (request: GetBehaviorModelTrainingSummariesRequest = {}) => {
    const answer = await detect.iot.send(new GetBehaviorModelTrainingSummariesCommand(request));
    return { names: answer.summaries?.map(({ behaviorName }) => behaviorName), ...answer };
  };
  expect((await summaries({ securityProfileName: "Rules" })).summaries).toEqual([]);
  const model = {
    securityProfileName: "Learns",
    trainingDataCollectionStartDate: new Date(start),
    modelStatus: "PENDING_BUILD",
    datapointsCollectionPercentage: 0,
  };
  expect((await summaries({ securityProfileName: "Learns" })).summaries).toEqual([
    { ...model, behaviorName: "A" },
    { ...model, behaviorName: "B" },
  ]);
  const first = await summaries();
  expect(first.names).toHaveLength(10);
  const { nextToken } = first;
  expect(await summaries({ nextToken })).toMatchObject({ names: ["C8"] });
  await expect(summaries({ securityProfileName: "NONE" })).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});

test.each([{ maxResults: 0 }, { maxResults: 11 }, { nextToken: "none" }])(
  "models of ML Detect come ten a page: %j is refused",
  async (page) => {
    const command = new GetBehaviorModelTrainingSummariesCommand(page);
    await expect(detect.iot.send(command)).rejects.toMatchObject({ name: "InvalidRequestException" });
  },
);

test("values of a custom metric or of a dimension that nobody defined are not found", async () => {
  const missing = { name: "ResourceNotFoundException", $metadata: { httpStatusCode: 404 } };
  await expect(list("none")).rejects.toMatchObject(missing);
  await expect(list("aws:num-messages-sent", { dimensionName: "none" })).rejects.toMatchObject(missing);
  await expect(list("aws:none")).rejects.toMatchObject({ name: "InvalidRequestException" });
});
