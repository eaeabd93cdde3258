import {
  CreateTopicCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { AwsError } from "../../../../sandbox/wire/aws-error";
import { letsSnsIn } from "../sqs/fake-authorizer";
import { type ServedSns, serveSns } from "./serve-sns";

const FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:callback";
const arnOf = (queue: string) => `arn:aws:sqs:us-east-1:123456789012:${queue}`;

let test: ServedSns;
let TopicArn: string;
beforeEach(async () => {
  test = await serveSns();
  TopicArn = (await test.client.send(new CreateTopicCommand({ Name: "DDA_Alerts" }))).TopicArn ?? "";
});
afterEach(() => test.stop());

const subscribe = async (Protocol: string, Endpoint: string, Attributes: Record<string, string> = {}) =>
  (await test.client.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint, Attributes })))
    .SubscriptionArn;
const publish = async (Message: string, more: object = {}) => {
  const answer = await test.client.send(new PublishCommand({ TopicArn, Message, ...more }));
  await test.served.environment.clock.settle();
  return answer.MessageId;
};
const queue = (name: string, policy = letsSnsIn(TopicArn)) => test.sqs.create(name, { Policy: policy });
const received = (name: string) =>
  test.sqs.named(name)?.receive(10, 0, test.served.environment.clock.now()) ?? [];

describe("publishing", () => {
  it("invokes a subscribed function with the event that SNS makes, in its order of fields", async () => {
    const subscription = await subscribe("lambda", FUNCTION);
    const id = await publish('{"thingName":"dev-XBHY"}');
    expect(test.invoked).toEqual([
      {
        functionArn: FUNCTION,
        payload: expect.any(String),
        principal: { kind: "service", name: "sns.amazonaws.com" },
        context: { "aws:SourceArn": TopicArn, "aws:SourceAccount": "123456789012" },
      },
    ]);
    const event = JSON.parse(test.invoked[0]?.payload ?? "");
    expect(Object.keys(event.Records[0].Sns)).toEqual([
      ...["Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "SignatureVersion"],
      ...["Signature", "SigningCertUrl", "UnsubscribeUrl", "MessageAttributes"],
    ]);
    expect(event).toEqual({
      Records: [
        {
          EventSource: "aws:sns",
          EventVersion: "1.0",
          EventSubscriptionArn: subscription,
          Sns: {
            Type: "Notification",
            MessageId: id,
            TopicArn,
            Subject: null,
            Message: '{"thingName":"dev-XBHY"}',
            Timestamp: test.served.environment.clock.date().toISOString(),
            SignatureVersion: "1",
            Signature: expect.any(String),
            SigningCertUrl: expect.stringMatching(/^https:/),
            UnsubscribeUrl: expect.stringMatching(/\/\?Action=Unsubscribe&SubscriptionArn=[^&]+$/),
            MessageAttributes: {},
          },
        },
      ],
    });
  });

  it("fans out to queues, in SNS's envelope or raw, and to nobody unconfirmed", async () => {
    queue("wrapped");
    queue("raw");
    await subscribe("sqs", arnOf("wrapped"));
    await subscribe("sqs", arnOf("raw"), { RawMessageDelivery: "true" });
    await subscribe("lambda", FUNCTION);
    await subscribe("email", "ops@example.com");
    const MessageAttributes = {
      kind: { DataType: "String", StringValue: "alarm" },
      bytes: { DataType: "Binary", BinaryValue: Buffer.from("x") },
    };
    const id = await publish("news", { Subject: "About", MessageAttributes });
    expect(test.invoked).toHaveLength(1);
    expect(JSON.parse(received("wrapped")[0]?.body ?? "")).toMatchObject({
      Type: "Notification",
      MessageId: id,
      TopicArn,
      Subject: "About",
      Message: "news",
      MessageAttributes: {
        kind: { Type: "String", Value: "alarm" },
        bytes: { Type: "Binary", Value: "eA==" },
      },
    });
    expect(received("raw")).toMatchObject([
      { body: "news", attributes: { kind: { StringValue: "alarm" } }, senderId: "sns.amazonaws.com" },
    ]);
    expect(test.logged).toEqual([]);
  });

  it("is settled only when delivered", async () => {
    await subscribe("lambda", FUNCTION);
    test.sns.publish({ topicArn: TopicArn, message: "x", principal: { kind: "account" } });
    expect(test.invoked).toEqual([]);
    await test.served.environment.clock.advance(0);
    expect(test.invoked).toHaveLength(1);
  });

  it("gives each protocol its own text when the message is structured", async () => {
    queue("q");
    await subscribe("sqs", arnOf("q"), { RawMessageDelivery: "true" });
    await subscribe("lambda", FUNCTION);
    await publish(JSON.stringify({ default: "all", sqs: "for queues" }), { MessageStructure: "json" });
    expect(received("q")).toMatchObject([{ body: "for queues" }]);
    expect(JSON.parse(test.invoked[0]?.payload ?? "").Records[0].Sns.Message).toBe("all");
    await expect(publish('{"sqs":"x"}', { MessageStructure: "json" })).rejects.toThrow("No default entry");
  });

  it("keeps from a subscriber what its filter policy does not let pass", async () => {
    await subscribe("lambda", FUNCTION, {
      FilterPolicy: '{"violationEventType":["in-alarm"]}',
      FilterPolicyScope: "MessageBody",
    });
    await publish('{"violationEventType":"alarm-cleared"}');
    expect(test.invoked).toEqual([]);
    await publish('{"violationEventType":"in-alarm"}');
    expect(test.invoked).toHaveLength(1);
  });

  it.each([
    ["an empty message", { Message: "" }],
    ["a message of more than 256 KB", { Message: "é".repeat(131_073) }],
    ["a subject with a line break", { Subject: "a\nb" }],
    ["a phone number", { PhoneNumber: "+15550100" }],
    ["an unknown structure", { MessageStructure: "xml" }],
  ])("refuses %s", async (_what, input) => {
    await expect(publish("x", input)).rejects.toMatchObject({ name: "InvalidParameterException" });
  });

  it("takes a message of exactly 256 KB", async () => {
    await expect(publish("x".repeat(262_144))).resolves.toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("a delivery that SNS cannot make", () => {
  const redriveTo = (name: string) => ({
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf(name) }),
  });

  it.each(["denied", "missing"] as const)(
    "to a function (%s) goes to the dead-letter queue",
    async (outcome) => {
      queue("dead");
      await subscribe("lambda", FUNCTION, redriveTo("dead"));
      test.functionOutcome = outcome;
      const id = await publish("alarm");
      expect(received("dead").map((message) => JSON.parse(message.body))).toMatchObject([
        { Type: "Notification", MessageId: id, TopicArn, Message: "alarm" },
      ]);
      expect(test.invoked).toHaveLength(1);
      expect(test.logged).toEqual([expect.stringContaining(`(${outcome}); dead-letter queue: accepted`)]);
    },
  );

  it("to a queue that is closed or gone goes to the dead-letter queue", async () => {
    queue("dead");
    queue("closed", letsSnsIn("arn:aws:sns:us-east-1:123456789012:other"));
    await subscribe("sqs", arnOf("closed"), redriveTo("dead"));
    await subscribe("sqs", arnOf("gone"), { ...redriveTo("dead"), RawMessageDelivery: "true" });
    await publish("alarm");
    expect(received("closed")).toEqual([]);
    expect(received("dead").map((message) => message.body)).toEqual([
      expect.stringContaining("Notification"),
      "alarm",
    ]);
  });

  it.each([
    ["there is none", {}, "none"],
    ["its policy does not let SNS in", redriveTo("closed"), "denied"],
    ["it is gone", redriveTo("gone"), "missing"],
  ])("is lost, with a line in the log, when of a dead-letter queue %s", async (_why, attributes, outcome) => {
    test.sqs.create("closed", {});
    await subscribe("lambda", FUNCTION, attributes);
    test.functionOutcome = "denied";
    await publish("secret alarm");
    expect(test.logged).toEqual([expect.stringContaining(`dead-letter queue: ${outcome}`)]);
    expect(test.logged.join()).not.toContain("secret");
    expect(received("closed")).toEqual([]);
  });
});

describe("who may publish", () => {
  it("is not a role without permission, nor anybody whom the topic's policy denies", async () => {
    test.role = "DetectRole";
    await expect(publish("x")).rejects.toMatchObject({
      name: "AuthorizationErrorException",
      message: `User: arn:aws:iam::123456789012:role/DetectRole is not authorized to perform: SNS:Publish on resource: ${TopicArn}`,
      $metadata: { httpStatusCode: 403 },
    });
    test.authorizer.granted.add(`sns:Publish ${TopicArn}`);
    await expect(publish("x")).resolves.toBeDefined();
    test.role = undefined;
    const deny = '{"Statement":[{"Effect":"Deny","Principal":"*"}]}';
    await test.client.send(
      new SetTopicAttributesCommand({ TopicArn, AttributeName: "Policy", AttributeValue: deny }),
    );
    await expect(publish("x")).rejects.toMatchObject({ name: "AuthorizationErrorException" });
  });

  it("must be allowed to use the topic's key, unless it is AWS's own", async () => {
    test.checkKey = (key, principal) => {
      throw new AwsError("KMSAccessDeniedException", 400, `${key} is not for ${principal.kind}`);
    };
    const encryptWith = (AttributeValue: string) =>
      test.client.send(
        new SetTopicAttributesCommand({ TopicArn, AttributeName: "KmsMasterKeyId", AttributeValue }),
      );
    await expect(publish("x")).resolves.toBeDefined();
    await encryptWith("alias/alerts");
    await expect(publish("x")).rejects.toMatchObject({
      name: "KMSAccessDeniedException",
      message: "alias/alerts is not for account",
    });
    await encryptWith("alias/aws/sns");
    await expect(publish("x")).resolves.toBeDefined();
  });

  it("is told, and the message goes nowhere, when refused", async () => {
    await subscribe("lambda", FUNCTION);
    test.role = "DetectRole";
    await expect(publish("x")).rejects.toThrow("not authorized");
    await test.served.environment.clock.settle();
    expect(test.invoked).toEqual([]);
  });
});
