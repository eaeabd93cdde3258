import {
  CreateSecurityProfileCommand,
  type CreateSecurityProfileRequest,
  DeleteSecurityProfileCommand,
  DescribeSecurityProfileCommand,
  ListSecurityProfilesCommand,
  type ListSecurityProfilesRequest,
  UpdateSecurityProfileCommand,
  type UpdateSecurityProfileRequest,
  ValidateSecurityProfileBehaviorsCommand,
} from "@aws-sdk/client-iot";
import { ALERTS, type Detect, MESSAGES_SENT, MINUTE, startDetect } from "./support";

let detect: Detect;
beforeAll(async () => {
  detect = await startDetect();
});
afterAll(() => detect.stop());
beforeEach(() => detect.store.profiles.clear());

const create = (request: Partial<CreateSecurityProfileRequest> = {}) =>
  detect.iot.send(new CreateSecurityProfileCommand({ securityProfileName: "P", ...request }));
const describeProfile = (securityProfileName = "P") =>
  detect.iot.send(new DescribeSecurityProfileCommand({ securityProfileName }));
const update = (request: Partial<UpdateSecurityProfileRequest>) =>
  detect.iot.send(new UpdateSecurityProfileCommand({ securityProfileName: "P", ...request }));

/** Without what belongs to the answer and not to the profile. */
const plain = ({ $metadata: _, ...output }: { $metadata: unknown }) => output;

const refused = (name: string, status: number, message: RegExp | string) => ({
  name,
  $metadata: { httpStatusCode: status },
  message: expect.stringMatching(message),
});

describe("CreateSecurityProfile", () => {
  it("answers name and ARN, and DescribeSecurityProfile gives everything back", async () => {
    const created = await create({
      securityProfileDescription: "what is normal",
      behaviors: [MESSAGES_SENT],
      alertTargets: ALERTS,
      additionalMetricsToRetainV2: [{ metric: "aws:num-disconnects" }],
      metricsExportConfig: { mqttTopic: "a/b", roleArn: ALERTS.SNS.roleArn },
      tags: [{ Key: "k", Value: "v" }],
    });
    const arn = "arn:aws:iot:us-east-1:123456789012:securityprofile/P";
    expect(plain(created)).toEqual({ securityProfileName: "P", securityProfileArn: arn });
    expect(plain(await describeProfile())).toEqual({
      securityProfileName: "P",
      securityProfileArn: arn,
      securityProfileDescription: "what is normal",
      behaviors: [MESSAGES_SENT],
      alertTargets: ALERTS,
      additionalMetricsToRetainV2: [{ metric: "aws:num-disconnects" }],
      metricsExportConfig: { mqttTopic: "a/b", roleArn: ALERTS.SNS.roleArn },
      version: 1,
      creationDate: detect.clock.date(),
      lastModifiedDate: detect.clock.date(),
    });
    expect([...(detect.store.tagsOf(arn) ?? [])]).toEqual([["k", "v"]]);
    expect(detect.store.tagsOf(`${arn}x`)).toBeUndefined();
  });

  it("takes a profile of nothing but its name, and the deprecated list of metrics", async () => {
    await create({ additionalMetricsToRetain: ["aws:num-disconnects"] });
    expect(await describeProfile()).toMatchObject({
      behaviors: [],
      additionalMetricsToRetainV2: [{ metric: "aws:num-disconnects" }],
    });
    expect(await describeProfile()).not.toHaveProperty("alertTargets");
  });

  it.each<[string, Partial<CreateSecurityProfileRequest>]>([
    ["a metric to retain that AWS does not have", { additionalMetricsToRetainV2: [{ metric: "aws:none" }] }],
    ["such a one in the deprecated list", { additionalMetricsToRetain: ["aws:none"] }],
    ["a metric to retain without a name", { additionalMetricsToRetainV2: [{ metric: undefined }] }],
    [
      "a dimension on a metric to retain that has no topics",
      {
        additionalMetricsToRetainV2: [
          { metric: "aws:num-disconnects", metricDimension: { dimensionName: "T" } },
        ],
      },
    ],
    ["an export to no topic", { metricsExportConfig: { mqttTopic: undefined, roleArn: ALERTS.SNS.roleArn } }],
    [
      "an export to a topic of 513",
      { metricsExportConfig: { mqttTopic: "t".repeat(513), roleArn: ALERTS.SNS.roleArn } },
    ],
    ["an export as no role", { metricsExportConfig: { mqttTopic: "a/b", roleArn: "r".repeat(30) } }],
  ])("refuses %s", async (_case, request) => {
    await expect(create(request)).rejects.toMatchObject(refused("InvalidRequestException", 400, ""));
  });

  it("is idempotent for the very same profile, and refuses another one of that name", async () => {
    const tags = [
      { Key: "a", Value: "1" },
      { Key: "b", Value: "2" },
    ];
    await create({ behaviors: [MESSAGES_SENT], tags });
    await create({ behaviors: [MESSAGES_SENT], tags: [...tags].reverse() });
    expect(await describeProfile()).toMatchObject({ version: 1 });

    const exists = refused("ResourceAlreadyExistsException", 409, /^Security profile P already exists/);
    await expect(create({ behaviors: [MESSAGES_SENT], tags: [] })).rejects.toMatchObject({
      ...exists,
      resourceId: "P",
    });
    await expect(create({ tags })).rejects.toMatchObject(exists);
  });

  const target = ALERTS.SNS;
  it.each<[string, Partial<CreateSecurityProfileRequest>, RegExp]>([
    ["a name with a space", { securityProfileName: "a b" }, /securityProfileName/],
    ["a name of 129", { securityProfileName: "x".repeat(129) }, /securityProfileName/],
    ["a description with a line break", { securityProfileDescription: "a\nb" }, /securityProfileDescription/],
    ["a description of 1,001", { securityProfileDescription: "x".repeat(1001) }, /at most 1000/],
    [
      "an operator that the metric does not have",
      {
        behaviors: [
          { ...MESSAGES_SENT, criteria: { ...MESSAGES_SENT.criteria, comparisonOperator: "in-set" } },
        ],
      },
      /^Behavior MsgSentBehavior is malformed\. .*comparisonOperator/,
    ],
    [
      "a profile of rules and learning",
      {
        behaviors: [
          MESSAGES_SENT,
          { ...MESSAGES_SENT, name: "ML", criteria: { mlDetectionConfig: { confidenceLevel: "LOW" } } },
        ],
      },
      /^Behaviors are malformed\./,
    ],
    [
      "an alert target that is no topic",
      { alertTargets: { SNS: { ...target, alertTargetArn: "x" } } },
      /alertTargetArn/,
    ],
    [
      "an alert target without a role",
      { alertTargets: { SNS: { ...target, roleArn: target.alertTargetArn } } },
      /roleArn/,
    ],
    ["an alert target of another kind", { alertTargets: { SQS: target } as never }, /SQS.*SNS/],
  ])("refuses %s", async (_case, request, message) => {
    await expect(create(request)).rejects.toMatchObject(refused("InvalidRequestException", 400, message));
    expect(detect.store.profiles.size).toBe(0);
  });
});

describe("UpdateSecurityProfile", () => {
  const full = {
    securityProfileDescription: "old",
    behaviors: [MESSAGES_SENT],
    alertTargets: ALERTS,
    additionalMetricsToRetainV2: [{ metric: "aws:num-disconnects" }],
    metricsExportConfig: { mqttTopic: "a/b", roleArn: ALERTS.SNS.roleArn },
  };

  it("changes what is given, keeps the rest, and counts the version up", async () => {
    await create(full);
    const created = detect.clock.date();
    await detect.clock.advance(MINUTE);
    const behaviors = [{ ...MESSAGES_SENT, name: "New" }];
    expect(plain(await update({ behaviors }))).toEqual({
      ...full,
      behaviors,
      securityProfileName: "P",
      securityProfileArn: "arn:aws:iot:us-east-1:123456789012:securityprofile/P",
      version: 2,
      creationDate: created,
      lastModifiedDate: detect.clock.date(),
    });
    expect(await update({ securityProfileDescription: "new" })).toMatchObject({
      securityProfileDescription: "new",
      behaviors,
      version: 3,
    });
  });

  it("deletes what it is told to delete", async () => {
    await create(full);
    const left = plain(
      await update({
        deleteBehaviors: true,
        deleteAlertTargets: true,
        deleteAdditionalMetricsToRetain: true,
        deleteMetricsExportConfig: true,
      }),
    );
    expect(left).toEqual({
      securityProfileName: "P",
      securityProfileArn: "arn:aws:iot:us-east-1:123456789012:securityprofile/P",
      securityProfileDescription: "old",
      behaviors: [],
      version: 2,
      creationDate: detect.clock.date(),
      lastModifiedDate: detect.clock.date(),
    });
  });

  it.each<[string, Partial<UpdateSecurityProfileRequest>]>([
    ["behaviors", { behaviors: full.behaviors, deleteBehaviors: true }],
    ["alertTargets", { alertTargets: ALERTS, deleteAlertTargets: true }],
    [
      "additionalMetricsToRetainV2",
      {
        additionalMetricsToRetainV2: full.additionalMetricsToRetainV2,
        deleteAdditionalMetricsToRetain: true,
      },
    ],
  ])("refuses to set and delete %s at once", async (member, request) => {
    await create(full);
    const refusal = refused("InvalidRequestException", 400, new RegExp(member));
    await expect(update(request)).rejects.toMatchObject(refusal);
    expect(await describeProfile()).toMatchObject({ version: 1 });
  });

  it("refuses another version than the expected one", async () => {
    await create();
    await expect(update({ expectedVersion: 2 })).rejects.toMatchObject(
      refused("VersionConflictException", 409, ""),
    );
    expect(await update({ expectedVersion: 1 })).toMatchObject({ version: 2 });
  });

  it("refuses behaviors that are malformed, and a profile that does not exist", async () => {
    await expect(update({})).rejects.toMatchObject(
      refused("ResourceNotFoundException", 404, "Security profile P does not exist"),
    );
    await create();
    const behaviors = [{ ...MESSAGES_SENT, metric: "aws:nonsense" }];
    await expect(update({ behaviors })).rejects.toMatchObject(
      refused("InvalidRequestException", 400, "malformed"),
    );
  });
});

describe("DeleteSecurityProfile", () => {
  const remove = (expectedVersion?: number) =>
    detect.iot.send(new DeleteSecurityProfileCommand({ securityProfileName: "P", expectedVersion }));

  it("deletes the profile of the expected version", async () => {
    await create();
    await expect(remove(7)).rejects.toMatchObject(refused("VersionConflictException", 409, ""));
    await remove(1);
    await expect(describeProfile()).rejects.toMatchObject(refused("ResourceNotFoundException", 404, ""));
  });

  it("takes a profile that does not exist for done", async () => {
    await expect(remove()).resolves.toBeDefined();
  });
});

describe("ListSecurityProfiles", () => {
  const list = async (request: ListSecurityProfilesRequest) => {
    const { securityProfileIdentifiers, nextToken } = await detect.iot.send(
      new ListSecurityProfilesCommand(request),
    );
    return { names: securityProfileIdentifiers?.map(({ name }) => name), nextToken };
  };

  it("lists page by page", async () => {
    for (const securityProfileName of ["a", "b", "c"]) await create({ securityProfileName });
    const first = await list({ maxResults: 2 });
    expect(first.names).toEqual(["a", "b"]);
    expect(await list({ nextToken: first.nextToken })).toEqual({ names: ["c"], nextToken: undefined });
    await expect(list({ nextToken: "bm9uc2Vuc2U=" })).rejects.toMatchObject(
      refused("InvalidRequestException", 400, "token"),
    );
  });

  it("narrows down to the profiles that use a metric or a dimension", async () => {
    const metricDimension = { dimensionName: "T" };
    await create({ securityProfileName: "plain", behaviors: [MESSAGES_SENT] });
    await create({ securityProfileName: "scoped", behaviors: [{ ...MESSAGES_SENT, metricDimension }] });
    await create({ securityProfileName: "kept", additionalMetricsToRetainV2: [{ metric: "battery" }] });
    expect((await list({ dimensionName: "T" })).names).toEqual(["scoped"]);
    expect((await list({ metricName: "battery" })).names).toEqual(["kept"]);
    await expect(list({ dimensionName: "T", metricName: "battery" })).rejects.toMatchObject(
      refused("InvalidRequestException", 400, "same request"),
    );
  });
});

it("ValidateSecurityProfileBehaviors names each behavior that is wrong, and keeps nothing", async () => {
  const validate = (behaviors: CreateSecurityProfileRequest["behaviors"]) =>
    detect.iot.send(new ValidateSecurityProfileBehaviorsCommand({ behaviors }));
  expect(plain(await validate([MESSAGES_SENT]))).toEqual({ valid: true, validationErrors: [] });

  const criteria = { ...MESSAGES_SENT.criteria, consecutiveDatapointsToAlarm: 100_000 };
  const answer = await validate([MESSAGES_SENT, { ...MESSAGES_SENT, name: "Authorization", criteria }]);
  expect(answer.valid).toBe(false);
  expect(answer.validationErrors).toEqual([
    {
      errorMessage: expect.stringMatching(
        /^Behavior Authorization is malformed\. .*consecutiveDatapointsToAlarm.*1 to 10.*100000/,
      ),
    },
  ]);
  expect(detect.store.profiles.size).toBe(0);
});
