import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { sqsService } from "../../../../sandbox/services/sqs/service";
import { SqsStore } from "../../../../sandbox/services/sqs/store";
import { type Served, serve } from "../../support/serve";
import { FakeAuthorizer } from "./fake-authorizer";

let served: Served;
let client: SQSClient;
let sqs: SqsStore;

beforeAll(async () => {
  served = await serve((env) => {
    sqs = new SqsStore(env, new FakeAuthorizer());
    return [sqsService(sqs)];
  });
  client = new SQSClient(served.client);
});
afterAll(async () => {
  client.destroy();
  await served.stop();
});

const create = async (QueueName: string, Attributes: Record<string, string> = {}) =>
  (await client.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? "";
const send = (QueueUrl: string, MessageBody: string) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
const receive = async (
  QueueUrl: string,
  input: Partial<ReceiveMessageCommandInput> = {},
): Promise<Message[]> =>
  (await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...input }))).Messages ??
  [];
const bodies = (messages: readonly Message[]) => messages.map((message) => message.Body);
const advance = (seconds: number) => served.environment.clock.advance(seconds * 1000);
const counts = async (QueueUrl: string) => {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
  );
  return [
    Attributes?.ApproximateNumberOfMessages,
    Attributes?.ApproximateNumberOfMessagesNotVisible,
    Attributes?.ApproximateNumberOfMessagesDelayed,
  ].map(Number);
};

describe("messages", () => {
  it("come with their body, digest, attributes and times", async () => {
    const url = await create("whole");
    const sentAt = served.environment.clock.now();
    const sent = await client.send(
      new SendMessageCommand({
        QueueUrl: url,
        MessageBody: "hällo\n",
        MessageAttributes: {
          kind: { DataType: "String", StringValue: "greeting" },
          size: { DataType: "Number.int", StringValue: "6" },
          raw: { DataType: "Binary", BinaryValue: Buffer.from([1, 2]) },
        },
      }),
    );
    await advance(10);
    const [message] = await receive(url, { AttributeNames: ["All"], MessageAttributeNames: ["All"] });
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: "hällo\n",
      MD5OfBody: sent.MD5OfMessageBody,
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      Attributes: {
        SenderId: "arn:aws:iam::123456789012:root",
        SentTimestamp: String(sentAt),
        ApproximateReceiveCount: "1",
        ApproximateFirstReceiveTimestamp: String(sentAt + 10_000),
      },
      MessageAttributes: { kind: { DataType: "String", StringValue: "greeting" } },
    });
    await advance(30);
    const [again] = await receive(url, { MessageAttributeNames: ["ki.*", "size"] });
    expect(Object.keys(again?.MessageAttributes ?? {})).toEqual(["size"]);
  });

  it("carry the digest of attributes that AWS computes", async () => {
    const QueueUrl = await create("digest");
    const MessageAttributes = { timestamp: { DataType: "Number", StringValue: "1493147359900" } };
    const sent = await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x", MessageAttributes }));
    expect(sent.MD5OfMessageAttributes).toBe("235c5c510d26fb653d073faed50ae77c");
  });

  it("hide for the visibility timeout in virtual time, then come again", async () => {
    const url = await create("hiding", { VisibilityTimeout: "60" });
    await send(url, "a");
    expect(await counts(url)).toEqual([1, 0, 0]);
    expect(bodies(await receive(url))).toEqual(["a"]);
    expect(await counts(url)).toEqual([0, 1, 0]);
    await advance(59);
    expect(await receive(url)).toEqual([]);
    await advance(1);
    const [again] = await receive(url, { MessageSystemAttributeNames: ["ApproximateReceiveCount"] });
    expect(again?.Attributes).toEqual({ ApproximateReceiveCount: "2" });
  });

  it("are delayed by the queue's delay or their own", async () => {
    const url = await create("delayed", { DelaySeconds: "5" });
    await send(url, "queue's");
    await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "own", DelaySeconds: 0 }));
    expect(await counts(url)).toEqual([1, 0, 1]);
    expect(bodies(await receive(url))).toEqual(["own"]);
    await advance(5);
    expect(bodies(await receive(url))).toEqual(["queue's"]);
  });

  it("are gone once deleted, by the latest receipt handle only", async () => {
    const url = await create("deleted");
    await send(url, "a");
    const [first] = await receive(url, { VisibilityTimeout: 0 });
    const [second] = await receive(url, { VisibilityTimeout: 0 });
    const remove = (handle: string | undefined) =>
      client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: handle }));
    await remove(first?.ReceiptHandle);
    expect(await counts(url)).toEqual([1, 0, 0]);
    await remove(second?.ReceiptHandle);
    await remove(second?.ReceiptHandle);
    expect(await counts(url)).toEqual([0, 0, 0]);
    await expect(remove("nonsense")).rejects.toMatchObject({ name: "ReceiptHandleIsInvalid" });
  });

  it("stay hidden for as long as a receiver says", async () => {
    const url = await create("prolonged");
    await send(url, "a");
    const [message] = await receive(url);
    const change = (seconds: number) =>
      client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: url,
          ReceiptHandle: message?.ReceiptHandle,
          VisibilityTimeout: seconds,
        }),
      );
    await change(100);
    await advance(99);
    expect(await receive(url)).toEqual([]);
    await change(0);
    expect(await counts(url)).toEqual([1, 0, 0]);
    await expect(change(10)).rejects.toMatchObject({ name: "MessageNotInflight" });
    await expect(change(43_201)).rejects.toMatchObject({ name: "InvalidParameterValue" });
  });

  it("are dropped when they are older than the retention period", async () => {
    const url = await create("retained", { MessageRetentionPeriod: "60" });
    await send(url, "old");
    await advance(59);
    await send(url, "young");
    expect(await counts(url)).toEqual([2, 0, 0]);
    await advance(1);
    expect(bodies(await receive(url))).toEqual(["young"]);
  });

  it("go to the dead-letter queue once received too often", async () => {
    const dead = await create("dead");
    const redrive = { deadLetterTargetArn: "arn:aws:sqs:us-east-1:123456789012:dead", maxReceiveCount: 2 };
    const url = await create("source", { VisibilityTimeout: "0", RedrivePolicy: JSON.stringify(redrive) });
    const { MessageId } = await send(url, "poison");
    expect(await receive(url)).toHaveLength(1);
    expect(await receive(url)).toHaveLength(1);
    expect(await receive(url)).toEqual([]);
    const [message] = await receive(dead, { AttributeNames: ["All"] });
    expect(message).toMatchObject({
      MessageId,
      Attributes: {
        ApproximateReceiveCount: "1",
        DeadLetterQueueSourceArn: "arn:aws:sqs:us-east-1:123456789012:source",
      },
    });
  });

  it("arrive at a long poll while the clock stands, and an empty one ends", async () => {
    const url = await create("polled");
    const waiting = receive(url, { WaitTimeSeconds: 20 });
    await send(url, "late");
    expect(bodies(await waiting)).toEqual(["late"]);
    expect(await receive(url, { WaitTimeSeconds: 20 })).toEqual([]);
  });

  it.each([
    [{ MessageBody: "" }, "MissingParameter"],
    [{ MessageBody: "\u0001" }, "InvalidMessageContents"],
    [{ MessageBody: "x", DelaySeconds: 901 }, "InvalidParameterValue"],
    [{ MessageBody: "x".repeat(1025) }, "InvalidParameterValue"],
    [
      { MessageBody: "x", MessageAttributes: { a: { DataType: "Text", StringValue: "b" } } },
      "InvalidParameterValue",
    ],
    [{ MessageBody: "x", MessageAttributes: { a: { DataType: "String" } } }, "InvalidParameterValue"],
    [
      {
        MessageBody: "x",
        MessageAttributes: Object.fromEntries(
          [..."abcdefghijk"].map((name) => [name, { DataType: "String", StringValue: "v" }]),
        ),
      },
      "InvalidParameterValue",
    ],
  ])("are refused as %j", async (input, error) => {
    const url = await create("small", { MaximumMessageSize: "1024" });
    await expect(client.send(new SendMessageCommand({ QueueUrl: url, ...input }))).rejects.toMatchObject({
      name: error,
    });
  });

  it("are received at most ten at a time", async () => {
    const url = await create("ten");
    await expect(receive(url, { MaxNumberOfMessages: 11 })).rejects.toMatchObject({
      name: "InvalidParameterValue",
      message:
        "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
    });
  });
});

describe("batches", () => {
  const entries = (...ids: string[]) => ids.map((Id) => ({ Id, MessageBody: `body of ${Id}` }));

  it("send and delete each entry by itself and say which failed", async () => {
    const url = await create("batched");
    const sent = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: [...entries("a", "b"), { Id: "c", MessageBody: "\u0001" }],
      }),
    );
    expect(sent.Successful?.map((entry) => entry.Id)).toEqual(["a", "b"]);
    expect(sent.Failed).toEqual([
      { Id: "c", SenderFault: true, Code: "InvalidMessageContents", Message: expect.any(String) },
    ]);
    const received = await receive(url);
    const Entries = received.map((message, index) => ({
      Id: `${index}`,
      ReceiptHandle: message.ReceiptHandle,
    }));
    const deleted = await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: [...Entries, { Id: "x", ReceiptHandle: "?" }],
      }),
    );
    expect(deleted.Successful).toHaveLength(2);
    expect(deleted.Failed).toMatchObject([{ Id: "x", Code: "ReceiptHandleIsInvalid" }]);
    expect(await counts(url)).toEqual([0, 0, 0]);
  });

  it.each([
    [[], "EmptyBatchRequest"],
    [entries(..."abcdefghijk"), "TooManyEntriesInBatchRequest"],
    [entries("a", "a"), "BatchEntryIdsNotDistinct"],
    [entries("a b"), "InvalidBatchEntryId"],
    [["a", "b"].map((Id) => ({ Id, MessageBody: "x".repeat(600_000) })), "BatchRequestTooLong"],
  ])("are refused whole (case %#)", async (Entries, error) => {
    const url = await create("refused");
    await expect(client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))).rejects.toMatchObject({
      name: error,
    });
    expect(await counts(url)).toEqual([0, 0, 0]);
  });
});

describe("deliveries by other services", () => {
  const policy = JSON.stringify({
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Condition: { ArnEquals: { "aws:SourceArn": "arn:topic" } },
      },
    ],
  });
  const principal = { kind: "service", name: "sns.amazonaws.com" } as const;

  it("need a queue, and its policy", async () => {
    const url = await create("open-to-sns", { Policy: policy });
    const queueArn = "arn:aws:sqs:us-east-1:123456789012:open-to-sns";
    const deliver = (arn: string, source: string) =>
      sqs.deliver({ queueArn: arn, body: "news", principal, context: { "aws:SourceArn": source } });
    expect(deliver("arn:aws:sqs:us-east-1:123456789012:none", "arn:topic")).toBe("missing");
    expect(deliver(queueArn, "arn:other")).toBe("denied");
    expect(deliver(queueArn, "arn:topic")).toBe("accepted");
    const [message] = await receive(url, { MessageSystemAttributeNames: ["SenderId"] });
    expect(message).toMatchObject({ Body: "news", Attributes: { SenderId: "sns.amazonaws.com" } });
  });
});
