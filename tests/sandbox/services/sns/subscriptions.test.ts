import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  type SubscribeCommandInput,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import { type ServedSns, serveSns } from "./serve-sns";

const FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:callback";
const QUEUE = "arn:aws:sqs:us-east-1:123456789012:queue";

let test: ServedSns;
let TopicArn: string;
beforeEach(async () => {
  test = await serveSns();
  TopicArn = (await test.client.send(new CreateTopicCommand({ Name: "topic" }))).TopicArn ?? "";
});
afterEach(() => test.stop());

const subscribe = async (Protocol: string, Endpoint: string, more: Partial<SubscribeCommandInput> = {}) =>
  (await test.client.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint, ...more }))).SubscriptionArn ??
  "";
const attributesOf = async (SubscriptionArn: string) =>
  (await test.client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))).Attributes;
const set = (SubscriptionArn: string, AttributeName: string, AttributeValue: string) =>
  test.client.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }));

describe("subscriptions", () => {
  it("of functions and queues are confirmed at once, of e-mail wait", async () => {
    const arn = await subscribe("lambda", FUNCTION);
    expect(arn).toMatch(/^arn:aws:sns:us-east-1:123456789012:topic:[0-9a-f-]{36}$/);
    expect(await attributesOf(arn)).toEqual({
      SubscriptionArn: arn,
      TopicArn,
      Owner: "123456789012",
      Protocol: "lambda",
      Endpoint: FUNCTION,
      SubscriptionPrincipal: "arn:aws:iam::123456789012:root",
      PendingConfirmation: "false",
      ConfirmationWasAuthenticated: "true",
      RawMessageDelivery: "false",
    });
    await subscribe("sqs", QUEUE);
    expect(await subscribe("email", "ops@example.com")).toBe("pending confirmation");
    const pending = await subscribe("email", "ops@example.com", { ReturnSubscriptionArn: true });
    expect(await attributesOf(pending)).toMatchObject({ PendingConfirmation: "true" });
    const { Subscriptions } = await test.client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    expect(Subscriptions?.map((each) => [each.Protocol, each.SubscriptionArn])).toEqual([
      ["lambda", arn],
      ["sqs", expect.stringMatching(/^arn:/)],
      ["email", "PendingConfirmation"],
    ]);
    const { Attributes } = await test.client.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes).toMatchObject({ SubscriptionsConfirmed: "2", SubscriptionsPending: "1" });
  });

  it("are the same one for the same endpoint, unless the attributes differ", async () => {
    const arn = await subscribe("sqs", QUEUE, { Attributes: { RawMessageDelivery: "true" } });
    expect(await subscribe("sqs", QUEUE, { Attributes: { RawMessageDelivery: "TrUe" } })).toBe(arn);
    await expect(subscribe("sqs", QUEUE, { Attributes: { RawMessageDelivery: "false" } })).rejects.toThrow(
      "Subscription already exists with different attributes",
    );
  });

  it.each([
    ["http", "http://localhost/", {}, "the sandbox delivers by"],
    ["lambda", QUEUE, {}, "Lambda endpoint"],
    ["sqs", FUNCTION, {}, "SQS endpoint"],
    ["email", "nobody", {}, "Email endpoint"],
    ["sqs", QUEUE, { Colour: "red" }, "AttributeName"],
    ["sqs", QUEUE, { RawMessageDelivery: "yes" }, "RawMessageDelivery"],
    ["sqs", QUEUE, { RedrivePolicy: "{" }, "RedrivePolicy"],
    [
      "sqs",
      QUEUE,
      { RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:123456789012:q"}' },
      "RedrivePolicy",
    ],
    ["sqs", QUEUE, { FilterPolicyScope: "Everything" }, "FilterPolicyScope"],
    ["sqs", QUEUE, { FilterPolicy: '{"a":"b"}' }, "FilterPolicy"],
  ])("are not made by %s to %s with %j", async (protocol, endpoint, attributes, message) => {
    const Attributes = attributes as Record<string, string>;
    await expect(subscribe(protocol, endpoint, { Attributes })).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: expect.stringContaining(message),
    });
  });

  it("change their attributes, and lose those set to an empty value", async () => {
    const arn = await subscribe("lambda", FUNCTION);
    const redrive = JSON.stringify({ deadLetterTargetArn: QUEUE });
    await set(arn, "RedrivePolicy", redrive);
    await set(arn, "FilterPolicy", '{"kind":["a"]}');
    expect(await attributesOf(arn)).toMatchObject({
      RedrivePolicy: redrive,
      FilterPolicy: '{"kind":["a"]}',
      FilterPolicyScope: "MessageAttributes",
    });
    await set(arn, "RedrivePolicy", "");
    expect(await attributesOf(arn)).not.toHaveProperty("RedrivePolicy");
    await set(arn, "RawMessageDelivery", "FALSE");
    expect(await attributesOf(arn)).toMatchObject({ RawMessageDelivery: "false" });
    await expect(set(arn, "Endpoint", "x")).rejects.toMatchObject({ name: "InvalidParameterException" });
    await expect(set(`${arn}x`, "RedrivePolicy", "")).rejects.toMatchObject({ name: "NotFoundException" });
  });

  it("end by unsubscribing, also through the link in a message, and with their topic", async () => {
    const arn = await subscribe("lambda", FUNCTION);
    const link = `${test.served.endpoint}/?Action=Unsubscribe&SubscriptionArn=${arn}`;
    expect((await fetch(link)).status).toBe(200);
    await test.client.send(new UnsubscribeCommand({ SubscriptionArn: arn }));
    await expect(attributesOf(arn)).rejects.toMatchObject({ name: "NotFoundException" });
    const { Attributes } = await test.client.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes).toMatchObject({ SubscriptionsDeleted: "1" });
    await subscribe("sqs", QUEUE);
    await test.client.send(new DeleteTopicCommand({ TopicArn }));
    expect((await test.client.send(new ListSubscriptionsCommand({}))).Subscriptions).toEqual([]);
  });

  it("are listed page by page", async () => {
    for (let index = 0; index < 101; index++) await subscribe("sqs", `${QUEUE}-${index}`);
    const first = await test.client.send(new ListSubscriptionsCommand({}));
    const second = await test.client.send(new ListSubscriptionsCommand({ NextToken: first.NextToken }));
    expect([first.Subscriptions?.length, second.Subscriptions?.length]).toEqual([100, 1]);
  });

  it("name the role that subscribed", async () => {
    test.role = "deployer";
    const arn = await subscribe("sqs", QUEUE);
    expect((await attributesOf(arn))?.SubscriptionPrincipal).toBe("arn:aws:iam::123456789012:role/deployer");
  });

  it.each([
    ["pending confirmation", "SubscriptionArn Reason: An ARN must have at least 6 elements, not 1"],
    ["arn:aws:sns:us-east-1:123456789012:topic", "SubscriptionId"],
  ])("are not ended by %s", async (SubscriptionArn, fault) => {
    await expect(test.client.send(new UnsubscribeCommand({ SubscriptionArn }))).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: `Invalid parameter: ${fault}`,
    });
  });
});
