import {
  CreateTopicCommand,
  type MessageAttributeValue,
  PublishBatchCommand,
  type PublishBatchRequestEntry,
  PublishCommand,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { letsSnsIn } from "../sqs/fake-authorizer";
import { type ServedSns, serveSns } from "./serve-sns";

let test: ServedSns;
let TopicArn: string;
beforeEach(async () => {
  test = await serveSns();
  TopicArn = (await test.client.send(new CreateTopicCommand({ Name: "topic" }))).TopicArn ?? "";
});
afterEach(() => test.stop());

const publish = (Message: string, MessageAttributes: Record<string, MessageAttributeValue> = {}) =>
  test.client.send(new PublishCommand({ TopicArn, Message, MessageAttributes }));
const text = (StringValue: string, DataType = "String") => ({ DataType, StringValue });

describe("a message's attributes", () => {
  const it_ = "The message attribute 'a'";
  const none = (type: string) =>
    `${it_} must contain non-empty message attribute value for message attribute type '${type}'.`;
  it.each<[string, Record<string, MessageAttributeValue>, string]>([
    ["no value", { a: text("") }, none("String")],
    ["no bytes", { a: { DataType: "Binary.png", BinaryValue: Buffer.alloc(0) } }, none("Binary.png")],
    ["no value of any kind", { a: { DataType: "Number" } }, none("Number")],
    [
      "a value of another kind",
      { a: { DataType: "String", BinaryValue: Buffer.from("x") } },
      `${it_} with type 'String' must use field 'String'.`,
    ],
    [
      "an unknown type",
      { a: text("x", "Text") },
      `${it_} has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    ],
    [
      "a number that is none",
      { a: text("x", "Number") },
      "Could not cast message attribute 'a' value to number.",
    ],
    [
      "a name that begins with a dot",
      { ".a": text("x") },
      "Invalid message attribute name starting with character '.' was found.",
    ],
    [
      "a name that ends with a dot",
      { "a.": text("x") },
      "Invalid message attribute name ending with character '.' was found.",
    ],
    [
      "a name with two dots",
      { "a..b": text("x") },
      "Message attribute name can not have successive '.' character.",
    ],
    [
      "a name with another character",
      { "a b": text("x") },
      "Invalid non-alphanumeric character '#x20' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.",
    ],
    [
      "a long name",
      { ["a".repeat(257)]: text("x") },
      "Length of message attribute name must be less than 256 bytes.",
    ],
  ])("are refused with %s", async (_what, attributes, message) => {
    await expect(publish("x", attributes)).rejects.toMatchObject({
      name: "InvalidParameterValueException",
      message,
    });
  });

  it("are taken with names, types and values of each kind", async () => {
    const all = {
      "a-b.c_d": text("x"),
      n: text("-1.5e3", "Number.float"),
      list: text("[1]", "String.Array"),
    };
    await expect(publish("x", all)).resolves.toHaveProperty("MessageId");
  });

  it("count with the message, by their names, types and values", async () => {
    const attributes = { name: text("value") };
    const room = 262_144 - "name".length - "String".length - "value".length;
    await expect(publish("x".repeat(room), attributes)).resolves.toHaveProperty("MessageId");
    await expect(publish("x".repeat(room + 1), attributes)).rejects.toThrow("Message too long");
  });
});

describe("a batch", () => {
  const send = (entries: PublishBatchRequestEntry[]) =>
    test.client.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: entries }));
  const entries = (count: number, Message = "x") =>
    Array.from({ length: count }, (_, index) => ({ Id: String(index), Message }));

  it("publishes each message, and says which failed", async () => {
    test.sqs.create("q", { Policy: letsSnsIn(TopicArn) });
    const Endpoint = "arn:aws:sqs:us-east-1:123456789012:q";
    const Attributes = { RawMessageDelivery: "true" };
    await test.client.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint, Attributes }));
    const answer = await send([
      { Id: "a", Message: "first", MessageAttributes: { kind: text("alarm") } },
      { Id: "b", Message: "" },
      { Id: "c", Message: "third" },
    ]);
    expect(answer.Successful?.map(({ Id }) => Id)).toEqual(["a", "c"]);
    expect(answer.Failed).toEqual([
      { Id: "b", SenderFault: true, Code: "InvalidParameter", Message: "Invalid parameter: Empty message" },
    ]);
    await test.served.environment.clock.settle();
    const received = test.sqs.named("q")?.receive(10, 0, test.served.environment.clock.now()) ?? [];
    expect(received.map(({ body, attributes }) => [body, attributes.kind?.StringValue])).toEqual([
      ["first", "alarm"],
      ["third", undefined],
    ]);
  });

  it.each([
    ["no entries", () => [], "EmptyBatchRequestException"],
    ["eleven entries", () => entries(11), "TooManyEntriesInBatchRequestException"],
    ["an id twice", () => [...entries(1), ...entries(1)], "BatchEntryIdsNotDistinctException"],
    ["an id of other characters", () => [{ Id: "a b", Message: "x" }], "InvalidBatchEntryIdException"],
    ["more than 256 KB", () => entries(2, "x".repeat(131_073)), "BatchRequestTooLongException"],
  ])("is refused with %s", async (_what, make, name) => {
    await expect(send(make())).rejects.toMatchObject({ name });
  });

  it("is refused as a whole to who may not publish", async () => {
    test.role = "writer";
    await expect(send(entries(1))).rejects.toMatchObject({ name: "AuthorizationErrorException" });
  });
});
