import * as kmsSdk from "@aws-sdk/client-kms";
import { CreateKeyCommand, DescribeKeyCommand, KMSClient, ListGrantsCommand } from "@aws-sdk/client-kms";
import * as sqsSdk from "@aws-sdk/client-sqs";
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AwsError } from "../../../sandbox/wire/aws-error";
import type { Service } from "../../../sandbox/wire/service";
import { type Served, serve } from "../support/serve";

let served: Served;
let answer: unknown;
let input: unknown;

function act(given: unknown): unknown {
  input = given;
  if (answer instanceof Error) throw answer;
  return answer;
}

beforeAll(async () => {
  const invalid = (message: string) => new AwsError("ValidationException", 400, message);
  const kms: Service = {
    name: "kms",
    signingNames: ["kms"],
    protocol: "json-1.1",
    targetPrefix: "TrentService",
    sdk: kmsSdk,
    actions: { CreateKey: act, DescribeKey: act },
    invalid,
  };
  const sqs: Service = {
    name: "sqs",
    signingNames: ["sqs"],
    protocol: "json-1.0",
    targetPrefix: "AmazonSQS",
    sdk: sqsSdk,
    actions: { GetQueueUrl: act, SendMessage: act },
    invalid,
  };
  served = await serve(() => [kms, sqs]);
});
afterAll(() => served.stop());

const kms = () => new KMSClient(served.client);
// The answer's checksums are not what is tried here.
const sqs = () => new SQSClient({ ...served.client, md5: false });
const post = (target: string, body: string, headers: Record<string, string> = {}) =>
  fetch(served.endpoint, { method: "POST", headers: { "x-amz-target": target, ...headers }, body });

describe("the JSON protocols", () => {
  it("read members, nested lists and truth values", async () => {
    answer = { KeyMetadata: { KeyId: "k" } };
    const given = { Description: "d", MultiRegion: false, Tags: [{ TagKey: "a", TagValue: "b" }] };
    await kms().send(new CreateKeyCommand(given));
    expect(input).toEqual(given);
  });

  it("read and write blobs in maps as base64", async () => {
    answer = { MessageId: "m" };
    const bytes = new Uint8Array([0, 255, 10]);
    await sqs().send(
      new SendMessageCommand({
        QueueUrl: "q",
        MessageBody: "x",
        MessageAttributes: { a: { DataType: "Binary", BinaryValue: bytes } },
      }),
    );
    expect(input).toMatchObject({ MessageAttributes: { a: { DataType: "Binary", BinaryValue: bytes } } });
  });

  it("write dates as epoch seconds, with their fraction", async () => {
    const CreationDate = new Date("2030-01-02T03:04:05.678Z");
    answer = { KeyMetadata: { KeyId: "k", CreationDate, Nonsense: 1 } };
    const response = await post("TrentService.DescribeKey", '{"KeyId":"k"}');
    expect(response.headers.get("content-type")).toBe("application/x-amz-json-1.1");
    expect(await response.json()).toEqual({ KeyMetadata: { KeyId: "k", CreationDate: 1_893_553_445.678 } });
    const output = await kms().send(new DescribeKeyCommand({ KeyId: "k" }));
    expect(output.KeyMetadata?.CreationDate).toEqual(CreationDate);
  });

  it("write an empty object for an action that answers nothing", async () => {
    answer = undefined;
    const response = await post("AmazonSQS.GetQueueUrl", '{"QueueName":"q"}');
    expect(response.headers.get("content-type")).toBe("application/x-amz-json-1.0");
    expect(await response.text()).toBe("{}");
  });

  it("answer an error with its type, and with its old name to clients that ask for it", async () => {
    answer = new AwsError("QueueDoesNotExist", 400, "gone", { Extra: "e" });
    const response = await post("AmazonSQS.GetQueueUrl", '{"QueueName":"q"}', {
      "x-amzn-query-mode": "true",
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ __type: "QueueDoesNotExist", message: "gone", Extra: "e" });
    expect(response.headers.get("x-amzn-query-error")).toBe("AWS.SimpleQueueService.NonExistentQueue;Sender");
    const failed = sqs().send(new GetQueueUrlCommand({ QueueName: "q" }));
    await expect(failed).rejects.toBeInstanceOf(sqsSdk.QueueDoesNotExist);
    await expect(failed).rejects.toMatchObject({ Code: "AWS.SimpleQueueService.NonExistentQueue" });
    answer = new AwsError("NotFoundException", 400, "gone");
    const other = await post("TrentService.DescribeKey", '{"KeyId":"k"}');
    expect(other.headers.get("x-amzn-query-error")).toBeNull();
    await expect(kms().send(new DescribeKeyCommand({ KeyId: "k" }))).rejects.toBeInstanceOf(
      kmsSdk.NotFoundException,
    );
  });

  it.each([
    ["TrentService.DescribeKey", "{}", "ValidationException", "Missing required member: KeyId"],
    ["TrentService.DescribeKey", "", "ValidationException", "Missing required member: KeyId"],
    ["TrentService.DescribeKey", "{half", "SerializationException", "The request body is not JSON"],
    [
      "TrentService.DescribeKey",
      "null",
      "ValidationException",
      "the request body must be an object, not null",
    ],
    ["TrentService.DescribeKey", '{"KeyId":["k"]}', "ValidationException", "KeyId must be text, not a list"],
    [
      "TrentService.CreateKey",
      '{"MultiRegion":"yes"}',
      "ValidationException",
      "MultiRegion must be true or false",
    ],
    [
      "TrentService.CreateKey",
      '{"Tags":[null]}',
      "ValidationException",
      "Tags[0] must be an object, not null",
    ],
    [
      "AmazonSQS.SendMessage",
      '{"QueueUrl":"q","MessageBody":"m","MessageAttributes":{"a":{"DataType":"x","BinaryValue":1}}}',
      "ValidationException",
      "MessageAttributes.a.BinaryValue must be base64 text, not number",
    ],
    ["AmazonSQS.SendMessage", '{"DelaySeconds":"1"}', "ValidationException", "DelaySeconds must be a number"],
    ["TrentService.Encrypt", "{}", "UnknownOperationException", "Encrypt of kms"],
    ["TrentService.toString", "{}", "UnknownOperationException", "toString of kms"],
    ["TrentService", "{}", "UnknownOperationException", "kms"],
  ])("refuse %s %s", async (target, body, type, message) => {
    answer = undefined;
    const response = await post(target, body);
    expect(response.status).toBe(400);
    const error = (await response.json()) as { __type: string; message: string };
    expect(error.__type).toBe(type);
    expect(error.message).toContain(message);
  });

  it("name the operation that the sandbox does not know to an SDK", async () => {
    await expect(kms().send(new ListGrantsCommand({ KeyId: "k" }))).rejects.toMatchObject({
      name: "UnknownOperationException",
      message: expect.stringContaining("ListGrants"),
    });
  });
});
