import {
  CreateResourceCommand,
  GetResourceRequestStatusCommand,
  ListResourceRequestsCommand,
  type ListResourceRequestsInput,
  ListResourcesCommand,
} from "@aws-sdk/client-cloudcontrol";
import { HOUR } from "../detect/support";
import { BEHAVIOR, type CloudControl, startCloudControl, TYPE } from "./support";

let cloud: CloudControl;
beforeEach(async () => {
  cloud = await startCloudControl();
});
afterEach(() => cloud.stop());

const begin = async (properties: object) => {
  const command = new CreateResourceCommand({ TypeName: TYPE, DesiredState: JSON.stringify(properties) });
  return (await cloud.control.send(command)).ProgressEvent;
};
const list = async (input: ListResourceRequestsInput = {}) => {
  const answer = await cloud.control.send(new ListResourceRequestsCommand(input));
  return { names: answer.ResourceRequestStatusSummaries?.map(({ Identifier }) => Identifier), ...answer };
};

it("answers that a request is in progress, and ends it though the clock stands still", async () => {
  const event = await begin({ SecurityProfileName: "P" });
  expect(event).toEqual({
    TypeName: TYPE,
    Identifier: "P",
    RequestToken: expect.stringMatching(/^[-0-9a-f]{36}$/),
    Operation: "CREATE",
    OperationStatus: "IN_PROGRESS",
    EventTime: cloud.clock.date(),
  });
  expect(await cloud.ended(event)).toEqual({ ...event, OperationStatus: "SUCCESS" });
});

it("has finished a request when the clock has settled", async () => {
  const event = await begin({ SecurityProfileName: "P" });
  await cloud.clock.settle();
  const status = new GetResourceRequestStatusCommand({ RequestToken: event?.RequestToken });
  expect(await cloud.control.send(status)).toMatchObject({ ProgressEvent: { OperationStatus: "SUCCESS" } });
});

it("knows no request of another token", async () => {
  const status = new GetResourceRequestStatusCommand({ RequestToken: "nobody" });
  await expect(cloud.control.send(status)).rejects.toMatchObject({ name: "RequestTokenNotFoundException" });
});

describe("client tokens", () => {
  it("give a repeated request's own state, for an update too whose patch no longer fits", async () => {
    const first = await cloud.create(
      { SecurityProfileName: "P", Behaviors: [BEHAVIOR] },
      { ClientToken: "t1" },
    );
    const again = await cloud.create(
      { SecurityProfileName: "P", Behaviors: [BEHAVIOR] },
      { ClientToken: "t1" },
    );
    expect(again).toEqual(first);

    const patch = [{ op: "remove", path: "/Behaviors/0" }];
    const update = await cloud.update("P", patch, { ClientToken: "t2" });
    expect(await cloud.update("P", patch, { ClientToken: "t2" })).toEqual(update);
  });

  it("are refused for another request", async () => {
    await cloud.create({ SecurityProfileName: "P" }, { ClientToken: "t" });
    const refusal = { name: "ClientTokenConflictException" };
    await expect(cloud.create({ SecurityProfileName: "Q" }, { ClientToken: "t" })).rejects.toMatchObject(
      refusal,
    );
    await expect(cloud.update("P", [], { ClientToken: "t" })).rejects.toMatchObject(refusal);
  });

  it("mean nothing any more after 36 hours", async () => {
    const first = await cloud.create({ SecurityProfileName: "P" }, { ClientToken: "t" });
    await cloud.clock.advance(36 * HOUR);
    const second = await cloud.create({ SecurityProfileName: "Q" }, { ClientToken: "t" });
    expect(second.RequestToken).not.toBe(first.RequestToken);
  });
});

it("lists requests, newest first, by operation and status, for 7 days", async () => {
  await cloud.create({ SecurityProfileName: "a" });
  await cloud.create({ SecurityProfileName: "b", TargetArns: ["nowhere"] });
  await cloud.remove("a");
  expect((await list()).names).toEqual(["a", "b", "a"]);
  const created = await list({ ResourceRequestStatusFilter: { Operations: ["CREATE"] } });
  expect(created.names).toEqual(["b", "a"]);
  const failed = await list({
    ResourceRequestStatusFilter: { Operations: ["CREATE"], OperationStatuses: ["FAILED"] },
  });
  expect(failed.ResourceRequestStatusSummaries).toMatchObject([
    { Identifier: "b", ErrorCode: "InvalidRequest" },
  ]);

  const page = await list({ MaxResults: 2 });
  expect(page.names).toEqual(["a", "b"]);
  expect((await list({ NextToken: page.NextToken })).names).toEqual(["a"]);

  await cloud.clock.advance(7 * 24 * HOUR);
  expect((await list()).names).toEqual([]);
});

it("lists the resources of the type by name, page by page", async () => {
  for (const SecurityProfileName of ["a", "b", "c"]) await cloud.create({ SecurityProfileName });
  const page = await cloud.control.send(new ListResourcesCommand({ TypeName: TYPE, MaxResults: 2 }));
  const resource = (name: string) => ({
    Identifier: name,
    Properties: JSON.stringify({ SecurityProfileName: name }),
  });
  expect(page).toMatchObject({ TypeName: TYPE, ResourceDescriptions: [resource("a"), resource("b")] });
  const rest = new ListResourcesCommand({ TypeName: TYPE, NextToken: page.NextToken });
  expect((await cloud.control.send(rest)).ResourceDescriptions).toEqual([resource("c")]);
});

it.each([
  [
    "AWS::S3::Bucket",
    "UnsupportedActionException",
    "Resource type AWS::S3::Bucket does not support CREATE action",
  ],
  ["My::Own::Type", "TypeNotFoundException", "The type 'My::Own::Type' cannot be found."],
])("refuses the type %s", async (TypeName, name, message) => {
  await expect(cloud.create({}, { TypeName })).rejects.toMatchObject({ name, message });
});

describe("the shape of a model", () => {
  it.each<[string, unknown, string]>([
    ["an unknown property", { Foo: 1, Behaviors: [] }, "#: extraneous key [Foo] is not permitted"],
    [
      "unknown properties further in, all at once",
      { Behaviors: [{ Name: "B", Foo: 1, Criteria: { Bar: 1 } }] },
      "#/Behaviors/0: extraneous key [Foo] is not permitted\n" +
        "#/Behaviors/0/Criteria: extraneous key [Bar] is not permitted",
    ],
    [
      "the API's own spelling",
      { Behaviors: [{ name: "B" }] },
      "#/Behaviors/0: required key [Name] not found\n#/Behaviors/0: extraneous key [name] is not permitted",
    ],
    [
      "a count that is a number",
      { Behaviors: [{ Name: "B", Criteria: { Value: { Count: 10 } } }] },
      "#/Behaviors/0/Criteria/Value/Count: expected type: String, found: Integer",
    ],
    [
      "a duration that is text",
      { Behaviors: [{ Name: "B", Criteria: { DurationSeconds: "300" } }] },
      "#/Behaviors/0/Criteria/DurationSeconds: expected type: Integer, found: String",
    ],
    [
      "an alert target without a role",
      { AlertTargets: { SNS: { AlertTargetArn: "x" } } },
      "#/AlertTargets/SNS: required key [RoleArn] not found",
    ],
    ["a property of every object", { constructor: "x" }, "#: extraneous key [constructor] is not permitted"],
    ["a list that is none", { TargetArns: "x" }, "#/TargetArns: expected type: JSONArray, found: String"],
    [
      "an object that is none",
      { AlertTargets: [] },
      "#/AlertTargets: expected type: JSONObject, found: JSONArray",
    ],
    [
      "null",
      { SecurityProfileDescription: null },
      "#/SecurityProfileDescription: expected type: String, found: Null",
    ],
    ["true", { SecurityProfileName: true }, "#/SecurityProfileName: expected type: String, found: Boolean"],
    [
      "a fraction",
      { SecurityProfileName: 0.5 },
      "#/SecurityProfileName: expected type: String, found: BigDecimal",
    ],
    ["a model that is a list", [], "#: expected type: JSONObject, found: JSONArray"],
  ])("refuses %s", async (_case, properties, faults) => {
    await expect(cloud.create(properties as object)).rejects.toMatchObject({
      name: "ValidationException",
      message: `Model validation failed (${faults})`,
    });
    expect((await list()).names).toEqual([]);
  });

  it("refuses what is not JSON", async () => {
    const command = new CreateResourceCommand({ TypeName: TYPE, DesiredState: "{" });
    await expect(cloud.control.send(command)).rejects.toMatchObject({ name: "ValidationException" });
  });

  it("takes values of every kind, and gives them back", async () => {
    const value = (Name: string, Metric: string, ComparisonOperator: string, Value: object, more = {}) => ({
      Name,
      Metric,
      Criteria: { ComparisonOperator, Value, ...more },
    });
    const Behaviors = [
      value("cidrs", "aws:source-ip-address", "in-cidr-set", { Cidrs: ["10.0.0.0/8"] }),
      value("ports", "aws:listening-tcp-ports", "in-port-set", { Ports: [22, 443] }),
      value("number", "battery", "greater-than", { Number: 0.5 }),
      value("numbers", "levels", "in-set", { Numbers: [1, 2.5] }),
      value("strings", "modes", "in-set", { Strings: ["on"] }),
      {
        Name: "p90",
        Metric: "aws:num-messages-sent",
        Criteria: {
          ComparisonOperator: "less-than",
          DurationSeconds: 300,
          StatisticalThreshold: { Statistic: "p90" },
        },
      },
    ];
    expect(await cloud.create({ SecurityProfileName: "P", Behaviors })).toMatchObject({
      OperationStatus: "SUCCESS",
    });
    expect((await cloud.get("P")).Behaviors).toEqual(Behaviors.reverse());
  });

  it("takes a profile of ML Detect", async () => {
    const Criteria = { MlDetectionConfig: { ConfidenceLevel: "HIGH" } };
    const Behaviors = [{ Name: "ml", Metric: "aws:num-messages-sent", Criteria }];
    await cloud.create({ SecurityProfileName: "P", Behaviors });
    expect(await cloud.get("P")).toMatchObject({ Behaviors });
  });
});
