import {
  CreateCustomMetricCommand,
  CreateDimensionCommand,
  DeleteCustomMetricCommand,
  DescribeCustomMetricCommand,
  DescribeDimensionCommand,
  ListCustomMetricsCommand,
  ListDimensionsCommand,
  UpdateDimensionCommand,
} from "@aws-sdk/client-iot";
import { type Detect, startDetect } from "./support";

let detect: Detect;

beforeEach(async () => {
  detect = await startDetect();
});
afterEach(() => detect.stop());

const CUSTOM_TYPES = {
  charge: "number",
  codes: "number-list",
  apps: "string-list",
  peers: "ip-address-list",
} as const;
const defineCustomMetrics = async () => {
  for (const [metricName, metricType] of Object.entries(CUSTOM_TYPES)) {
    await detect.iot.send(
      new CreateCustomMetricCommand({ metricName, metricType, clientRequestToken: metricName }),
    );
  }
};

test("a custom metric is made once by its token, described, listed, and kept while a profile names it", async () => {
  await defineCustomMetrics();
  await defineCustomMetrics();
  const again = new CreateCustomMetricCommand({
    ...{ metricName: "charge", metricType: "number", clientRequestToken: "other" },
  });
  await expect(detect.iot.send(again)).rejects.toMatchObject({ name: "ResourceAlreadyExistsException" });
  const described = await detect.iot.send(new DescribeCustomMetricCommand({ metricName: "charge" }));
  expect(described).toMatchObject({
    ...{ metricType: "number", metricArn: "arn:aws:iot:us-east-1:123456789012:custommetric/charge" },
  });
  const { metricNames } = await detect.iot.send(new ListCustomMetricsCommand({}));
  expect(metricNames).toEqual(Object.keys(CUSTOM_TYPES));
  await detect.profile("P", [
    { name: "B", metric: "charge", criteria: { comparisonOperator: "greater-than", value: { number: 20 } } },
  ]);
  const remove = (metricName: string) => detect.iot.send(new DeleteCustomMetricCommand({ metricName }));
  await expect(remove("charge")).rejects.toMatchObject({ name: "InvalidRequestException" });
  await expect(remove("apps")).resolves.toBeDefined();
});

test("a dimension is described as it was made and changed", async () => {
  const make = {
    name: "Topics",
    type: "TOPIC_FILTER",
    stringValues: ["a/#"],
    clientRequestToken: "t",
  };
  await detect.iot.send(new CreateDimensionCommand({ ...make, type: "TOPIC_FILTER" }));
  await detect.iot.send(new UpdateDimensionCommand({ name: "Topics", stringValues: ["b/#"] }));
  expect(await detect.iot.send(new DescribeDimensionCommand({ name: "Topics" }))).toMatchObject({
    ...{ type: "TOPIC_FILTER", stringValues: ["b/#"] },
  });
  expect((await detect.iot.send(new ListDimensionsCommand({}))).dimensionNames).toEqual(["Topics"]);
});
