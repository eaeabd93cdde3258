import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  TagQueueCommand,
  UntagQueueCommand,
} from "@aws-sdk/client-sqs";
import { sqsService } from "../../../../sandbox/services/sqs/service";
import { SqsStore } from "../../../../sandbox/services/sqs/store";
import { type Served, serve } from "../../support/serve";
import { FakeAuthorizer } from "./fake-authorizer";

let served: Served;
let client: SQSClient;
let role: string | undefined;
const authorizer = new FakeAuthorizer();

beforeAll(async () => {
  served = await serve((env) => [sqsService(new SqsStore(env, authorizer))], {
    callerOf: () => (role ? { kind: "role", roleName: role } : { kind: "user" }),
  });
  client = new SQSClient(served.client);
});
afterAll(async () => {
  client.destroy();
  await served.stop();
});
beforeEach(() => {
  role = undefined;
});

const create = async (QueueName: string, Attributes: Record<string, string> = {}) =>
  (await client.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? "";
const attributesOf = async (QueueUrl: string) =>
  (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }))).Attributes ?? {};

describe("queues", () => {
  it("have the URL, the ARN and the defaults of SQS", async () => {
    const url = await create("defaults");
    const now = String(Math.floor(served.environment.clock.now() / 1000));
    expect(url).toBe(`${served.endpoint}/123456789012/defaults`);
    expect(await attributesOf(url)).toEqual({
      QueueArn: "arn:aws:sqs:us-east-1:123456789012:defaults",
      ApproximateNumberOfMessages: "0",
      ApproximateNumberOfMessagesNotVisible: "0",
      ApproximateNumberOfMessagesDelayed: "0",
      CreatedTimestamp: now,
      LastModifiedTimestamp: now,
      DelaySeconds: "0",
      MaximumMessageSize: "1048576",
      MessageRetentionPeriod: "345600",
      ReceiveMessageWaitTimeSeconds: "0",
      VisibilityTimeout: "30",
      SqsManagedSseEnabled: "true",
    });
  });

  it("are created again with the same attributes, and refused with others", async () => {
    const url = await create("again", { VisibilityTimeout: "5" });
    expect(await create("again", { VisibilityTimeout: "5" })).toBe(url);
    expect(await create("again")).toBe(url);
    await expect(create("again", { VisibilityTimeout: "6" })).rejects.toMatchObject({
      name: "QueueNameExists",
      message:
        "A queue already exists with the same name and a different value for attribute VisibilityTimeout",
    });
  });

  it("are refused with other tags, but not without any", async () => {
    const again = (tags?: Record<string, string>) =>
      client.send(new CreateQueueCommand({ QueueName: "again-tagged", tags }));
    const { QueueUrl } = await again({ a: "1" });
    expect((await again({ a: "1" })).QueueUrl).toBe(QueueUrl);
    expect((await again()).QueueUrl).toBe(QueueUrl);
    await expect(again({ a: "2" })).rejects.toMatchObject({ name: "QueueNameExists" });
    await expect(again({ a: "1", b: "2" })).rejects.toMatchObject({ name: "QueueNameExists" });
  });

  it.each([
    ["bad name!", {}, "InvalidParameterValue"],
    ["orders.fifo", {}, "UnsupportedOperation"],
    ["q", { VisibilityTimeout: "43201" }, "InvalidAttributeValue"],
    ["q", { MessageRetentionPeriod: "" }, "InvalidAttributeValue"],
    ["q", { Nonsense: "1" }, "InvalidAttributeName"],
    ["q", { Policy: "not json" }, "InvalidAttributeValue"],
    ["q", { Policy: "[]" }, "InvalidAttributeValue"],
    ["q", { SqsManagedSseEnabled: "yes" }, "InvalidAttributeValue"],
    ["q", { RedrivePolicy: '{"deadLetterTargetArn":"arn","maxReceiveCount":1001}' }, "InvalidAttributeValue"],
    [
      "q",
      { RedrivePolicy: '{"deadLetterTargetArn":"arn:none","maxReceiveCount":1}' },
      "InvalidParameterValue",
    ],
  ])("are not made as %s with %j", async (name, attributes, error) => {
    await expect(create(name, attributes)).rejects.toMatchObject({ name: error });
  });

  it("are found by name, listed by prefix and page by page", async () => {
    for (const name of ["list-a", "list-b", "list-c"]) await create(name);
    const url = await client.send(new GetQueueUrlCommand({ QueueName: "list-b" }));
    expect(url.QueueUrl).toMatch(/list-b$/);
    const first = await client.send(new ListQueuesCommand({ QueueNamePrefix: "list-", MaxResults: 2 }));
    expect(first.QueueUrls?.map((each) => each.split("/").pop())).toEqual(["list-a", "list-b"]);
    const next = { QueueNamePrefix: "list-", MaxResults: 2, NextToken: first.NextToken };
    const second = await client.send(new ListQueuesCommand(next));
    expect(second.QueueUrls?.map((each) => each.split("/").pop())).toEqual(["list-c"]);
    expect(second.NextToken).toBeUndefined();
    const beyond = await client.send(new ListQueuesCommand({ ...next, NextToken: "list-z" }));
    expect(beyond).not.toHaveProperty("QueueUrls");
  });

  it("change their attributes, and an empty text takes a policy away", async () => {
    const url = await create("changing");
    const policy = '{"Version":"2012-10-17","Statement":[]}';
    const set = (Attributes: Record<string, string>) =>
      client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
    await set({ Policy: policy, VisibilityTimeout: "7" });
    expect(await attributesOf(url)).toMatchObject({ Policy: policy, VisibilityTimeout: "7" });
    await set({ Policy: "", KmsMasterKeyId: "alias/key" });
    const changed = await attributesOf(url);
    expect(changed).toMatchObject({ VisibilityTimeout: "7", SqsManagedSseEnabled: "false" });
    expect(changed).not.toHaveProperty("Policy");
  });

  it("answer only the attributes that were asked for, and refuse unknown ones", async () => {
    const url = await create("asked");
    const ask = (names: string[]) =>
      client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: names as "All"[] }));
    expect((await ask(["DelaySeconds", "Policy"])).Attributes).toEqual({ DelaySeconds: "0" });
    expect((await ask([])).Attributes).toBeUndefined();
    await expect(ask(["Colour"])).rejects.toMatchObject({ name: "InvalidAttributeName" });
  });

  it("carry tags", async () => {
    const { QueueUrl } = await client.send(
      new CreateQueueCommand({ QueueName: "tagged", tags: { a: "1", b: "2" } }),
    );
    await client.send(new TagQueueCommand({ QueueUrl, Tags: { c: "3" } }));
    await client.send(new UntagQueueCommand({ QueueUrl, TagKeys: ["a"] }));
    expect((await client.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ b: "2", c: "3" });
    await client.send(new UntagQueueCommand({ QueueUrl, TagKeys: ["b", "c"] }));
    expect((await client.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toBeUndefined();
  });

  it("are emptied and deleted", async () => {
    const QueueUrl = await create("short-lived");
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    const purge = () => client.send(new PurgeQueueCommand({ QueueUrl }));
    await purge();
    await expect(purge()).rejects.toMatchObject({
      name: "PurgeQueueInProgress",
      message: "Only one PurgeQueue operation on short-lived is allowed every 60 seconds.",
    });
    await served.environment.clock.advance(60_000);
    await purge();
    expect(await attributesOf(QueueUrl)).toMatchObject({ ApproximateNumberOfMessages: "0" });
    await client.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(attributesOf(QueueUrl)).rejects.toMatchObject({ name: "QueueDoesNotExist" });
    await expect(client.send(new GetQueueUrlCommand({ QueueName: "short-lived" }))).rejects.toMatchObject({
      name: "QueueDoesNotExist",
    });
  });

  it("are closed to a role without permission, and to anybody whom the queue's policy denies", async () => {
    const QueueUrl = await create("closed");
    const send = () => client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    role = "writer";
    await expect(send()).rejects.toMatchObject({
      name: "AccessDeniedException",
      message:
        "User: arn:aws:iam::123456789012:role/writer is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:us-east-1:123456789012:closed",
    });
    authorizer.granted.add("sqs:SendMessage arn:aws:sqs:us-east-1:123456789012:closed");
    await expect(send()).resolves.toHaveProperty("MessageId");
    role = undefined;
    const Policy = '{"Statement":[{"Effect":"Deny","Principal":"*"}]}';
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    await expect(send()).rejects.toMatchObject({ name: "AccessDeniedException" });
  });
});
