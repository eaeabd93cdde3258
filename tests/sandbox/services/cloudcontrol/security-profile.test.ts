import {
  AttachSecurityProfileCommand,
  DescribeSecurityProfileCommand,
  ListTargetsForSecurityProfileCommand,
} from "@aws-sdk/client-iot";
import { ALERTS, ALL_THINGS, groupTarget, MESSAGES_SENT } from "../detect/support";
import { BEHAVIOR, type CloudControl, startCloudControl, TYPE } from "./support";

let cloud: CloudControl;
beforeAll(async () => {
  cloud = await startCloudControl();
  for (const name of ["A", "B", "C"]) cloud.registry.groups.set(name, { members: new Set() });
});
afterAll(() => cloud.stop());
beforeEach(() => cloud.store.profiles.clear());

const REGISTERED = "arn:aws:iot:us-east-1:123456789012:all/registered-things";
const TAGS = [
  { Key: "a", Value: "1" },
  { Key: "b", Value: "2" },
];
const ALERT_TARGETS = {
  SNS: { AlertTargetArn: ALERTS.SNS.alertTargetArn, RoleArn: ALERTS.SNS.roleArn },
};
const FULL = {
  SecurityProfileName: "P",
  SecurityProfileDescription: "what is normal",
  Behaviors: [BEHAVIOR, { ...BEHAVIOR, Name: "Other", SuppressAlerts: true }],
  AlertTargets: ALERT_TARGETS,
  AdditionalMetricsToRetainV2: [{ Metric: "aws:num-messages-sent", MetricDimension: { DimensionName: "T" } }],
  MetricsExportConfig: { MqttTopic: "a/b", RoleArn: ALERTS.SNS.roleArn },
  TargetArns: [ALL_THINGS, REGISTERED, groupTarget("A")],
  Tags: TAGS,
};
const reversed = {
  Behaviors: [...FULL.Behaviors].reverse(),
  TargetArns: [...FULL.TargetArns].reverse(),
  Tags: [...TAGS].reverse(),
};
const ARN = "arn:aws:iot:us-east-1:123456789012:securityprofile/P";
const success = { OperationStatus: "SUCCESS", Identifier: "P", TypeName: TYPE };

const profile = () => cloud.iot.send(new DescribeSecurityProfileCommand({ securityProfileName: "P" }));
const targets = async () => {
  const command = new ListTargetsForSecurityProfileCommand({ securityProfileName: "P" });
  return (await cloud.iot.send(command)).securityProfileTargets?.map(({ arn }) => arn);
};

describe("create", () => {
  it("makes the profile that the IoT API describes: camel case, counts as numbers", async () => {
    expect(await cloud.create(FULL)).toMatchObject({ ...success, Operation: "CREATE" });
    expect(await profile()).toMatchObject({
      securityProfileDescription: "what is normal",
      behaviors: [MESSAGES_SENT, { ...MESSAGES_SENT, name: "Other", suppressAlerts: true }],
      alertTargets: ALERTS,
      additionalMetricsToRetainV2: [
        { metric: "aws:num-messages-sent", metricDimension: { dimensionName: "T" } },
      ],
      metricsExportConfig: { mqttTopic: "a/b", roleArn: ALERTS.SNS.roleArn },
    });
    expect(await targets()).toEqual(FULL.TargetArns);
    expect([...(cloud.store.tagsOf(ARN) ?? [])]).toEqual([
      ["a", "1"],
      ["b", "2"],
    ]);
  });

  it("reads everything back, lists in another order than they were given", async () => {
    await cloud.create(FULL);
    expect(await cloud.get("P")).toEqual({ ...FULL, ...reversed, SecurityProfileArn: ARN });
  });

  it("makes up a name where none is given", async () => {
    const { Identifier = "" } = await cloud.create({ Behaviors: [BEHAVIOR] });
    expect(Identifier).toMatch(/^[0-9a-f]{12}-[0-9a-f]{12}$/);
    expect(await cloud.get(Identifier)).toMatchObject({ SecurityProfileName: Identifier });
  });

  it("leaves a profile with the targets before the one that failed", async () => {
    const TargetArns = [groupTarget("A"), groupTarget("Nobody"), groupTarget("B")];
    expect(await cloud.create({ ...FULL, TargetArns })).toMatchObject({
      OperationStatus: "FAILED",
      ErrorCode: "NotFound",
      Identifier: "P",
      StatusMessage: "Thing group Nobody does not exist",
    });
    expect(await targets()).toEqual([groupTarget("A")]);
  });

  it("fails for a name that another profile has, and not for the very same profile", async () => {
    await cloud.create(FULL);
    expect(await cloud.create(FULL)).toMatchObject({ OperationStatus: "SUCCESS" });
    expect(await cloud.create({ ...FULL, Tags: [] })).toMatchObject({
      OperationStatus: "FAILED",
      ErrorCode: "AlreadyExists",
      StatusMessage: "Resource of type 'AWS::IoT::SecurityProfile' with identifier 'P' already exists.",
    });
  });

  it("fails where a target has five profiles already", async () => {
    for (let number = 1; number <= 5; number++) {
      await cloud.create({ SecurityProfileName: `p${number}`, TargetArns: [ALL_THINGS] });
    }
    expect(await cloud.create(FULL)).toMatchObject({
      OperationStatus: "FAILED",
      ErrorCode: "ServiceLimitExceeded",
    });
    expect(await targets()).toEqual([]);
  });

  it.each<[string, object, RegExp]>([
    [
      "a behavior that Detect refuses",
      { Behaviors: [{ ...BEHAVIOR, Metric: "aws:x" }] },
      /^Behavior MsgSent/,
    ],
    [
      "a count that is no number",
      { Behaviors: [{ Name: "B", Criteria: { Value: { Count: "x" } } }] },
      /Count: x$/,
    ],
    ["a read-only property", { SecurityProfileArn: ARN }, /^Arn is a read-only property/],
  ])("fails with InvalidRequest for %s", async (_case, properties, message) => {
    expect(await cloud.create({ SecurityProfileName: "P", ...properties })).toMatchObject({
      OperationStatus: "FAILED",
      ErrorCode: "InvalidRequest",
      StatusMessage: expect.stringMatching(message),
    });
    expect(cloud.store.profiles.size).toBe(0);
  });
});

describe("update", () => {
  it("applies a patch to the properties as they are read, so that an index means another behavior", async () => {
    await cloud.create(FULL);
    const path = "/Behaviors/0/Criteria/Value/Count";
    expect(await cloud.update("P", [{ op: "replace", path, value: "25" }])).toMatchObject({
      ...success,
      Operation: "UPDATE",
    });
    const { behaviors = [] } = await profile();
    const counts = behaviors.map(({ name, criteria }) => [name, criteria?.value?.count]);
    expect(new Map(counts as [string, number][])).toEqual(
      new Map([
        ["Other", 25],
        ["MsgSentBehavior", 10],
      ]),
    );
  });

  it("attaches what is missing and detaches what somebody attached by hand", async () => {
    await cloud.create(FULL);
    const byHand = { securityProfileName: "P", securityProfileTargetArn: groupTarget("C") };
    await cloud.iot.send(new AttachSecurityProfileCommand(byHand));
    await cloud.update("P", [
      { op: "replace", path: "/TargetArns", value: [groupTarget("B"), groupTarget("A")] },
    ]);
    expect((await targets())?.sort()).toEqual([groupTarget("A"), groupTarget("B")]);
  });

  it("keeps what is attached when the patch only adds", async () => {
    await cloud.create(FULL);
    await cloud.update("P", [{ op: "add", path: "/TargetArns/-", value: groupTarget("B") }]);
    expect(await targets()).toEqual([...FULL.TargetArns, groupTarget("B")]);
  });

  it("leaves what it did before a target failed", async () => {
    await cloud.create(FULL);
    const patch = [
      { op: "replace", path: "/SecurityProfileDescription", value: "new" },
      { op: "replace", path: "/TargetArns", value: [groupTarget("Nobody")] },
    ];
    expect(await cloud.update("P", patch)).toMatchObject({
      OperationStatus: "FAILED",
      ErrorCode: "NotFound",
    });
    expect(await profile()).toMatchObject({ securityProfileDescription: "new" });
    expect(await targets()).toEqual(FULL.TargetArns);
  });

  it("adds, changes and removes tags", async () => {
    await cloud.create(FULL);
    const value = [
      { Key: "b", Value: "3" },
      { Key: "c", Value: "4" },
    ];
    await cloud.update("P", [{ op: "replace", path: "/Tags", value }]);
    expect([...(cloud.store.tagsOf(ARN) ?? [])]).toEqual([
      ["b", "3"],
      ["c", "4"],
    ]);
  });

  it("deletes what the patch removes, but for the description", async () => {
    await cloud.create(FULL);
    const removed = [
      "SecurityProfileDescription",
      "Behaviors",
      "AlertTargets",
      "AdditionalMetricsToRetainV2",
      "MetricsExportConfig",
      "TargetArns",
      "Tags",
    ];
    await cloud.update(
      "P",
      removed.map((property) => ({ op: "remove", path: `/${property}` })),
    );
    expect(await cloud.get("P")).toEqual({
      SecurityProfileName: "P",
      SecurityProfileArn: ARN,
      SecurityProfileDescription: "what is normal",
      TargetArns: [],
      Tags: [],
    });
  });

  it.each<[string, unknown, string, RegExp]>([
    [
      "a create-only property",
      [{ op: "replace", path: "/SecurityProfileName", value: "Q" }],
      "NotUpdatableException",
      /^Invalid patch update: createOnlyProperties \[\/properties\/SecurityProfileName\] cannot be updated$/,
    ],
    [
      "a read-only property",
      [{ op: "remove", path: "/SecurityProfileArn" }],
      "ValidationException",
      /^Invalid patch update: readOnlyProperties \[\/properties\/SecurityProfileArn\] cannot be updated$/,
    ],
    [
      "a read-only property that is moved away",
      [{ op: "move", from: "/SecurityProfileArn", path: "/SecurityProfileDescription" }],
      "ValidationException",
      /readOnlyProperties/,
    ],
    [
      "the whole document",
      [{ op: "replace", path: "", value: {} }],
      "ValidationException",
      /readOnlyProperties/,
    ],
    ["a path that is not there", [{ op: "remove", path: "/Behaviors/7" }], "ValidationException", /patch/],
    [
      "a test that fails",
      [{ op: "test", path: "/SecurityProfileName", value: "Q" }],
      "ValidationException",
      /patch/,
    ],
    ["no JSON", "{", "ValidationException", /Invalid patch document/],
    ["no list", "{}", "ValidationException", /Invalid patch document/],
    ["a list of something else", [null], "ValidationException", /Invalid patch document/],
    ["a path that is no text", [{ op: "remove", path: 7 }], "ValidationException", /Invalid patch document/],
    ["a move from nowhere", [{ op: "move", path: "/Tags" }], "ValidationException", /Invalid patch document/],
    [
      "an operation that does not exist",
      [{ op: "hop", path: "/Tags" }],
      "ValidationException",
      /patch update/,
    ],
    [
      "an unknown property",
      [{ op: "add", path: "/Foo", value: 1 }],
      "ValidationException",
      /^Model validation failed \(#: extraneous key \[Foo\] is not permitted\)$/,
    ],
  ])("refuses a patch of %s at once", async (_case, patch, name, message) => {
    await cloud.create(FULL);
    await expect(cloud.update("P", patch)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
    expect(await cloud.get("P")).toEqual({ ...FULL, ...reversed, SecurityProfileArn: ARN });
  });
});

describe("delete", () => {
  it("deletes an attached profile", async () => {
    await cloud.create(FULL);
    expect(await cloud.remove("P")).toMatchObject({ ...success, Operation: "DELETE" });
    expect(cloud.store.profiles.size).toBe(0);
  });

  it("fails for a profile that does not exist", async () => {
    expect(await cloud.remove("P")).toMatchObject({ OperationStatus: "FAILED", ErrorCode: "NotFound" });
  });
});

it.each([["get"], ["update"]] as const)(
  "%s answers at once that a profile does not exist",
  async (operation) => {
    const answer = operation === "get" ? cloud.get("P") : cloud.update("P", []);
    await expect(answer).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      $metadata: { httpStatusCode: 400 },
      message: expect.stringMatching(
        /^AWS::IoT::SecurityProfile Handler returned status FAILED: .* \(HandlerErrorCode: NotFound, RequestToken: /,
      ),
    });
  },
);
