import {
  CreateCustomMetricCommand,
  type CreateCustomMetricRequest,
  CreateDimensionCommand,
  type CreateDimensionRequest,
  DeleteCustomMetricCommand,
  DeleteDimensionCommand,
  DescribeCustomMetricCommand,
  DescribeDimensionCommand,
  ListCustomMetricsCommand,
  ListDimensionsCommand,
  UpdateCustomMetricCommand,
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

const metric = (over: Partial<CreateCustomMetricRequest> = {}) =>
  detect.iot.send(new CreateCustomMetricCommand({ metricName: "charge", metricType: "number", ...over }));
const dimension = (over: Partial<CreateDimensionRequest> = {}) =>
  detect.iot.send(
    new CreateDimensionCommand({ name: "Topics", type: "TOPIC_FILTER", stringValues: ["a/#"], ...over }),
  );
const refused = { name: "InvalidRequestException", $metadata: { httpStatusCode: 400 } };
const missing = { name: "ResourceNotFoundException", $metadata: { httpStatusCode: 404 } };
const conflict = { name: "ResourceAlreadyExistsException", $metadata: { httpStatusCode: 409 } };

describe("a custom metric", () => {
  test.each<[string, Partial<CreateCustomMetricRequest>]>([
    ["named as one of AWS's", { metricName: "aws:charge" }],
    ["with a name of 129", { metricName: "c".repeat(129) }],
    ["with a space in its name", { metricName: "a b" }],
    ["of a type that there is not", { metricType: "text" as never }],
    ["with a display name of 129", { displayName: "c".repeat(129) }],
    ["with a line break in its display name", { displayName: "a\nb" }],
    ["with a token of 65", { clientRequestToken: "t".repeat(65) }],
    ["with a dot in its token", { clientRequestToken: "a.b" }],
  ])("%s is refused", async (_case, over) => {
    await expect(metric(over)).rejects.toMatchObject(refused);
  });

  test("gets another display name, which must be one as well", async () => {
    await metric({ displayName: "Charge (%)" });
    const update = (displayName: string, metricName = "charge") =>
      detect.iot.send(new UpdateCustomMetricCommand({ metricName, displayName }));
    expect(await update("Battery")).toMatchObject({ metricName: "charge", displayName: "Battery" });
    await expect(update("a\nb")).rejects.toMatchObject(refused);
    await expect(update("Battery", "none")).rejects.toMatchObject(missing);
  });
});

describe("a dimension", () => {
  test.each<[string, Partial<CreateDimensionRequest>]>([
    ["with a slash in its name", { name: "a/b" }],
    ["of another type", { type: "THING" as never }],
    ["without values", { stringValues: [] }],
    ["with 101 values", { stringValues: Array(101).fill("a") }],
    ["with an empty value", { stringValues: [""] }],
    ["with a value of 257", { stringValues: ["a".repeat(257)] }],
  ])("%s is refused", async (_case, over) => {
    await expect(dimension(over)).rejects.toMatchObject(refused);
  });

  test("has as many as 100 values", async () => {
    const stringValues = Array.from({ length: 100 }, (_, value) => `a/${value}`);
    await dimension({ stringValues });
    const command = new DescribeDimensionCommand({ name: "Topics" });
    expect((await detect.iot.send(command)).stringValues).toEqual(stringValues);
  });

  test("is made once by its name, and by its token", async () => {
    await dimension({ clientRequestToken: "t" });
    await dimension({ clientRequestToken: "t" });
    await expect(dimension({ clientRequestToken: "u" })).rejects.toMatchObject({
      ...{ ...conflict, resourceId: "Topics" },
      resourceArn: "arn:aws:iot:us-east-1:123456789012:dimension/Topics",
    });
    await expect(dimension({ name: "Others", clientRequestToken: "t" })).rejects.toMatchObject(conflict);
  });

  test("that is not there cannot change, and is as good as deleted", async () => {
    const update = new UpdateDimensionCommand({ name: "none", stringValues: ["a"] });
    await expect(detect.iot.send(update)).rejects.toMatchObject(missing);
    await expect(detect.iot.send(new DescribeDimensionCommand({ name: "none" }))).rejects.toMatchObject(
      missing,
    );
    const remove = (name: string) => detect.iot.send(new DeleteDimensionCommand({ name }));
    await expect(remove("none")).resolves.toBeDefined();
    await expect(remove("a b")).rejects.toMatchObject(refused);
  });
});

test("custom metrics and dimensions are listed in pages", async () => {
  for (const name of ["a", "b", "c"]) {
    await metric({ metricName: name });
    await dimension({ name });
  }
  type Page = { maxResults?: number; nextToken?: string | undefined };
  const metrics = async (page: Page) => {
    const { metricNames: names, nextToken } = await detect.iot.send(new ListCustomMetricsCommand(page));
    return { names, nextToken };
  };
  const dimensions = async (page: Page) => {
    const { dimensionNames: names, nextToken } = await detect.iot.send(new ListDimensionsCommand(page));
    return { names, nextToken };
  };
  for (const list of [metrics, dimensions]) {
    const { names, nextToken } = await list({ maxResults: 2 });
    expect(names).toEqual(["a", "b"]);
    expect(await list({ maxResults: 2, nextToken })).toEqual({ names: ["c"], nextToken: undefined });
  }
});
