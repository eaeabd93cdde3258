import {
  AddPermissionCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  PublishCommand,
  RemovePermissionCommand,
  SetTopicAttributesCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sns";
import { type ServedSns, serveSns } from "./serve-sns";

let test: ServedSns;
beforeEach(async () => {
  test = await serveSns();
});
afterEach(() => test.stop());

const create = async (Name: string, Attributes: Record<string, string> = {}) =>
  (await test.client.send(new CreateTopicCommand({ Name, Attributes }))).TopicArn ?? "";
const attributesOf = async (TopicArn: string) =>
  (await test.client.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes ?? {};
const set = (TopicArn: string, AttributeName: string, AttributeValue?: string) =>
  test.client.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));

describe("topics", () => {
  it("have an ARN and SNS's attributes, with a policy for their owner", async () => {
    const arn = await create("alarms");
    expect(arn).toBe("arn:aws:sns:us-east-1:123456789012:alarms");
    const { Policy, EffectiveDeliveryPolicy, ...rest } = await attributesOf(arn);
    expect(rest).toEqual({
      TopicArn: arn,
      Owner: "123456789012",
      DisplayName: "",
      SubscriptionsConfirmed: "0",
      SubscriptionsPending: "0",
      SubscriptionsDeleted: "0",
    });
    expect(JSON.parse(Policy ?? "").Statement).toMatchObject([
      { Resource: arn, Condition: { StringEquals: { "AWS:SourceOwner": "123456789012" } } },
    ]);
    expect(JSON.parse(EffectiveDeliveryPolicy ?? "")).toHaveProperty("http");
  });

  it("are created again with the same attributes and tags, and refused with others", async () => {
    const arn = await create("again", { KmsMasterKeyId: "alias/a" });
    expect(await create("again", { KmsMasterKeyId: "alias/a" })).toBe(arn);
    await expect(create("again", { KmsMasterKeyId: "alias/b" })).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "Invalid parameter: Attributes Reason: Topic already exists with different attributes",
    });
    const tagged = new CreateTopicCommand({ Name: "again", Tags: [{ Key: "a", Value: "1" }] });
    await expect(test.client.send(tagged)).rejects.toThrow("different tags");
  });

  it("are standard topics also where that is said", async () => {
    const arn = await create("standard", { FifoTopic: "false" });
    expect(await create("standard")).toBe(arn);
    const { Attributes } = await test.client.send(new GetTopicAttributesCommand({ TopicArn: arn }));
    expect(Attributes).not.toHaveProperty("FifoTopic");
  });

  it.each([
    ["no blanks", {}],
    ["orders.fifo", {}],
    ["x", { Colour: "red" }],
    ["x", { Policy: "not json" }],
    ["x", { Policy: "[]" }],
  ])("are not made as %s with %j", async (name, attributes) => {
    await expect(create(name, attributes as Record<string, string>)).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });

  it("change their attributes one at a time, and take the default back for an empty value", async () => {
    const arn = await create("changing");
    await set(arn, "DisplayName", "Alarms");
    await set(arn, "Policy", '{"Statement":[]}');
    expect(await attributesOf(arn)).toMatchObject({ DisplayName: "Alarms", Policy: '{"Statement":[]}' });
    await set(arn, "Policy", "");
    expect((await attributesOf(arn)).Policy).toContain("__default_policy_ID");
    await expect(set(arn, "TopicArn", "x")).rejects.toMatchObject({ name: "InvalidParameterException" });
  });

  it("are listed page by page", async () => {
    for (let index = 0; index < 101; index++) test.sns.topics.set(`arn:${index}`, {} as never);
    const first = await test.client.send(new ListTopicsCommand({}));
    expect(first.Topics).toHaveLength(100);
    const second = await test.client.send(new ListTopicsCommand({ NextToken: first.NextToken }));
    expect(second.Topics).toEqual([{ TopicArn: "arn:100" }]);
    expect(second.NextToken).toBeUndefined();
    await expect(test.client.send(new ListTopicsCommand({ NextToken: "?" }))).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });

  it("carry tags", async () => {
    const { TopicArn: ResourceArn } = await test.client.send(
      new CreateTopicCommand({ Name: "tagged", Tags: [{ Key: "a", Value: "1" }] }),
    );
    await test.client.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: "b", Value: "2" }] }));
    await test.client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ["a"] }));
    const tags = await test.client.send(new ListTagsForResourceCommand({ ResourceArn }));
    expect(tags.Tags).toEqual([{ Key: "b", Value: "2" }]);
    const refused = new TagResourceCommand({ ResourceArn, Tags: [{ Key: "aws:x", Value: "2" }] });
    await expect(test.client.send(refused)).rejects.toMatchObject({ name: "InvalidParameterException" });
    await expect(
      test.client.send(new ListTagsForResourceCommand({ ResourceArn: `${ResourceArn}x` })),
    ).rejects.toMatchObject({ name: "ResourceNotFoundException", $metadata: { httpStatusCode: 404 } });
  });

  it("are gone once deleted, and deleting again is fine", async () => {
    const TopicArn = await create("short-lived");
    await test.client.send(new DeleteTopicCommand({ TopicArn }));
    await test.client.send(new DeleteTopicCommand({ TopicArn }));
    await expect(attributesOf(TopicArn)).rejects.toMatchObject({
      name: "NotFoundException",
      message: "Topic does not exist",
      $metadata: { httpStatusCode: 404 },
    });
    const publish = test.client.send(new PublishCommand({ TopicArn: "arn:of:nothing", Message: "x" }));
    await expect(publish).rejects.toMatchObject({ name: "InvalidParameterException" });
  });
});

describe("permissions", () => {
  it("are statements of the topic's policy, added and removed by their labels", async () => {
    const TopicArn = await create("shared");
    const add = (Label: string, AWSAccountId: string[], ActionName: string[]) =>
      test.client.send(new AddPermissionCommand({ TopicArn, Label, AWSAccountId, ActionName }));
    const statements = async () => JSON.parse((await attributesOf(TopicArn)).Policy ?? "").Statement;
    const byDefault = await statements();
    await add("one", ["111122223333"], ["Publish"]);
    await add("two", ["111122223333", "444455556666"], ["Publish", "Subscribe"]);
    expect(await statements()).toEqual([
      ...byDefault,
      {
        Sid: "one",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111122223333:root" },
        Action: "SNS:Publish",
        Resource: TopicArn,
      },
      {
        Sid: "two",
        Effect: "Allow",
        Principal: { AWS: ["arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:root"] },
        Action: ["SNS:Publish", "SNS:Subscribe"],
        Resource: TopicArn,
      },
    ]);
    await expect(add("one", ["111122223333"], ["Publish"])).rejects.toThrow("Statement already exists");
    await expect(add("three", ["111122223333"], ["Dance"])).rejects.toThrow("out of service scope");
    for (const Label of ["one", "two", "none"]) {
      await test.client.send(new RemovePermissionCommand({ TopicArn, Label }));
    }
    expect(await statements()).toEqual(byDefault);
  });
});

describe("an ARN that is none", () => {
  it("is refused with the number of its parts", async () => {
    const refused = { name: "InvalidParameterException" };
    await expect(attributesOf("topic")).rejects.toMatchObject({
      ...refused,
      message: "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1",
    });
    const nowhere = new PublishCommand({ Message: "x" });
    await expect(test.client.send(nowhere)).rejects.toMatchObject({
      ...refused,
      message: "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter",
    });
  });
});
