import { createHash } from "node:crypto";
import { type EmptySandbox, startEmptySandbox } from "../support/empty-sandbox";

// What clients send that were made before SQS spoke JSON and before IoT was signed for by its own name.

let sandbox: EmptySandbox;
beforeEach(async () => {
  sandbox = await startEmptySandbox();
});
afterEach(() => sandbox.stop());

const signed = (name: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKIDX/20300102/us-east-1/${name}/aws4_request, SignedHeaders=host, Signature=0`,
});

describe("a request to IoT that is signed for execute-api", () => {
  const ask = async (method: string, path: string, body?: string) => {
    const request = { method, headers: signed("execute-api"), ...(body !== undefined && { body }) };
    const response = await fetch(`${sandbox.endpoint}${path}`, request);
    return [response.status, await response.json()];
  };

  test("reaches the control plane or the data plane by its method and path", async () => {
    expect(await ask("POST", "/things/lamp", "{}")).toEqual([
      200,
      expect.objectContaining({ thingName: "lamp" }),
    ]);
    const desired = { state: { desired: { on: true } } };
    expect(await ask("POST", "/things/lamp/shadow", JSON.stringify(desired))).toEqual([
      200,
      expect.objectContaining(desired),
    ]);
    expect(await ask("GET", "/things/lamp")).toEqual([200, expect.objectContaining({ thingName: "lamp" })]);
    expect(await ask("GET", "/things/lamp/shadow")).toEqual([200, expect.objectContaining({ version: 1 })]);
    expect(await ask("POST", "/topics/a?qos=1", "x")).toEqual([200, {}]);
    expect(await ask("GET", "/nowhere")).toEqual([
      400,
      expect.objectContaining({ message: expect.any(String) }),
    ]);
  });
});

describe("SQS by the Query protocol", () => {
  const QUEUE = "/123456789012/work";
  const send = async (Action: string, parameters: Record<string, string> = {}, path = "/") => {
    const body = new URLSearchParams({ Action, Version: "2012-11-05", ...parameters });
    const response = await fetch(`${sandbox.endpoint}${path}`, {
      method: "POST",
      headers: signed("sqs"),
      body,
    });
    return { status: response.status, xml: await response.text() };
  };
  /** The contents of each element of a name, in order. */
  const all = (xml: string, name: string) =>
    [...xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, "gs"))].map(([, content]) => content ?? "");
  const one = (xml: string, name: string) => all(xml, name)[0] ?? "";
  const md5 = (text: string) => createHash("md5").update(text).digest("hex");
  const url = () => `${sandbox.endpoint}${QUEUE}`;

  beforeEach(async () => {
    const made = await send("CreateQueue", {
      QueueName: "work",
      "Attribute.1.Name": "VisibilityTimeout",
      "Attribute.1.Value": "40",
      "Tag.1.Key": "team",
      "Tag.1.Value": "iot",
    });
    expect(made).toEqual({ status: 200, xml: expect.stringContaining(`<QueueUrl>${url()}</QueueUrl>`) });
    expect(made.xml).toMatch(
      /^<CreateQueueResponse xmlns="http:\/\/queue\.amazonaws\.com\/doc\/2012-11-05\/">/,
    );
    expect(one(made.xml, "RequestId")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("finds queues and tells and sets their attributes and tags", async () => {
    expect(one((await send("GetQueueUrl", { QueueName: "work" })).xml, "QueueUrl")).toBe(url());
    await send("CreateQueue", { QueueName: "more" });
    expect(all((await send("ListQueues")).xml, "QueueUrl")).toEqual([
      `${sandbox.endpoint}/123456789012/more`,
      url(),
    ]);
    const changed = { "Attribute.1.Name": "DelaySeconds", "Attribute.1.Value": "5" };
    const { xml } = await send("SetQueueAttributes", { QueueUrl: url(), ...changed });
    expect(xml).toMatch(/^<SetQueueAttributesResponse [^>]*><ResponseMetadata>/);
    const asked = { "AttributeName.1": "VisibilityTimeout", "AttributeName.2": "DelaySeconds" };
    expect(one((await send("GetQueueAttributes", asked, QUEUE)).xml, "GetQueueAttributesResult")).toBe(
      "<Attribute><Name>DelaySeconds</Name><Value>5</Value></Attribute>" +
        "<Attribute><Name>VisibilityTimeout</Name><Value>40</Value></Attribute>",
    );
    expect(one((await send("ListQueueTags", {}, QUEUE)).xml, "Tag")).toBe(
      "<Key>team</Key><Value>iot</Value>",
    );
  });

  test("sends, receives with attributes, hides and deletes a message", async () => {
    const sent = await send(
      "SendMessage",
      {
        MessageBody: "a <b> & \r\n",
        "MessageAttribute.1.Name": "kind",
        "MessageAttribute.1.Value.DataType": "String",
        "MessageAttribute.1.Value.StringValue": "alarm",
        "MessageAttribute.2.Name": "bytes",
        "MessageAttribute.2.Value.DataType": "Binary",
        "MessageAttribute.2.Value.BinaryValue": "eA==",
      },
      QUEUE,
    );
    expect(one(sent.xml, "MD5OfMessageBody")).toBe(md5("a <b> & \r\n"));
    const ask = { "AttributeName.1": "ApproximateReceiveCount", "MessageAttributeName.1": "All" };
    const { xml } = await send("ReceiveMessage", { ...ask, MaxNumberOfMessages: "10" }, QUEUE);
    const [message = "", ...others] = all(xml, "Message");
    expect(others).toEqual([]);
    expect(one(message, "MessageId")).toBe(one(sent.xml, "MessageId"));
    expect(one(message, "Body")).toBe("a &lt;b&gt; &amp; &#xD;\n");
    expect(one(message, "MD5OfBody")).toBe(md5("a <b> & \r\n"));
    expect(one(message, "MD5OfMessageAttributes")).toBe(one(sent.xml, "MD5OfMessageAttributes"));
    expect(one(message, "Attribute")).toBe("<Name>ApproximateReceiveCount</Name><Value>1</Value>");
    expect(all(message, "MessageAttribute").sort()).toEqual([
      "<Name>bytes</Name><Value><DataType>Binary</DataType><BinaryValue>eA==</BinaryValue></Value>",
      "<Name>kind</Name><Value><DataType>String</DataType><StringValue>alarm</StringValue></Value>",
    ]);
    const ReceiptHandle = one(message, "ReceiptHandle");
    const shown = await send("ChangeMessageVisibility", { ReceiptHandle, VisibilityTimeout: "0" }, QUEUE);
    expect(shown.status).toBe(200);
    const again = one((await send("ReceiveMessage", {}, QUEUE)).xml, "ReceiptHandle");
    expect((await send("DeleteMessage", { ReceiptHandle: again }, QUEUE)).status).toBe(200);
    expect(
      one((await send("ReceiveMessage", { VisibilityTimeout: "0" }, QUEUE)).xml, "ReceiveMessageResult"),
    ).toBe("");
  });

  test("sends, hides and deletes in batches, and says what failed", async () => {
    const entry = (action: string, index: number, members: Record<string, string>) =>
      Object.fromEntries(
        Object.entries(members).map(([name, value]) => [
          `${action}BatchRequestEntry.${index}.${name}`,
          value,
        ]),
      );
    const sent = await send(
      "SendMessageBatch",
      {
        ...entry("SendMessage", 1, { Id: "a", MessageBody: "1" }),
        ...entry("SendMessage", 2, { Id: "b", MessageBody: "2", DelaySeconds: "901" }),
      },
      QUEUE,
    );
    expect(all(one(sent.xml, "SendMessageBatchResultEntry"), "Id")).toEqual(["a"]);
    expect(one(sent.xml, "BatchResultErrorEntry")).toContain(
      "<Id>b</Id><SenderFault>true</SenderFault><Code>InvalidParameterValue</Code>",
    );
    const handle = one((await send("ReceiveMessage", {}, QUEUE)).xml, "ReceiptHandle");
    const hidden = await send(
      "ChangeMessageVisibilityBatch",
      entry("ChangeMessageVisibility", 1, { Id: "a", ReceiptHandle: handle, VisibilityTimeout: "0" }),
      QUEUE,
    );
    expect(one(hidden.xml, "ChangeMessageVisibilityBatchResultEntry")).toBe("<Id>a</Id>");
    const shown = one((await send("ReceiveMessage", {}, QUEUE)).xml, "ReceiptHandle");
    const gone = await send(
      "DeleteMessageBatch",
      entry("DeleteMessage", 1, { Id: "a", ReceiptHandle: shown }),
      QUEUE,
    );
    expect(one(gone.xml, "DeleteMessageBatchResultEntry")).toBe("<Id>a</Id>");
  });

  test("purges and deletes a queue, and answers errors with their old codes", async () => {
    expect((await send("PurgeQueue", {}, QUEUE)).status).toBe(200);
    expect((await send("DeleteQueue", { QueueUrl: url() })).status).toBe(200);
    const missing = await send("SendMessage", { QueueUrl: url(), MessageBody: "x" });
    expect(missing.status).toBe(400);
    expect(one(missing.xml, "Error")).toBe(
      "<Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>" +
        "<Message>The specified queue does not exist for this wsdl version.</Message>",
    );
  });

  test("takes a GET as well, signed or not", async () => {
    const query = new URLSearchParams({ Action: "SendMessage", MessageBody: "x", Version: "2012-11-05" });
    const response = await fetch(`${sandbox.endpoint}${QUEUE}?${query}`);
    expect(one(await response.text(), "MD5OfMessageBody")).toBe(md5("x"));
  });
});
