import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  DeleteEventSourceMappingCommand,
  DeleteFunctionCommand,
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  ListTagsCommand,
  PutFunctionConcurrencyCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { createFunction, type ServedLambda, serveLambda } from "./serve-lambda";

const ARN = "arn:aws:sqs:us-east-1:123456789012:alarms";
const DEAD = "arn:aws:sqs:us-east-1:123456789012:dead";
/** Prints what it gets, fails on the bodies that say so, and throws on one that says that. */
const CODE = `exports.handler = async (event) => {
  const bodies = event.Records.map(({ body }) => body);
  console.log(JSON.stringify({ bodies, first: event.Records[0] }));
  if (bodies.includes("throw")) throw new Error("no");
  if (bodies.includes("strange")) return { batchItemFailures: [{ itemIdentifier: "nobody" }] };
  const failed = event.Records.filter(({ body }) => body.startsWith("bad"));
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};`;

let test: ServedLambda;
beforeEach(async () => {
  test = await serveLambda();
  test.sqs.create("dead", {});
  test.sqs.create("alarms", {
    VisibilityTimeout: "30",
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD, maxReceiveCount: 3 }),
  });
  for (const action of ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"]) {
    test.authorizer.granted.add(`sqs:${action} ${ARN}`);
  }
  await createFunction(test, "f", CODE, { Timeout: 30 });
});
afterEach(() => test.stop());

const map = (input: Partial<CreateEventSourceMappingCommandInput> = {}) =>
  test.client.send(
    new CreateEventSourceMappingCommand({
      EventSourceArn: ARN,
      FunctionName: "f",
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ...input,
    }),
  );
const now = () => test.served.environment.clock.now();
const send = (...bodies: string[]) => {
  for (const body of bodies) test.sqs.named("alarms")?.send({ body, attributes: {}, senderId: "me" }, now());
};
const printed = () =>
  test.logs
    .flatMap(({ lines }) => lines.map(({ message }) => /\{"bodies.*\}/.exec(message)?.[0]))
    .flatMap((line) => (line === undefined ? [] : [JSON.parse(line)]));
const batches = (): string[][] => printed().map(({ bodies }) => bodies);
const left = (queue = "alarms") => test.sqs.named(queue)?.counts(now());

describe("a queue's messages", () => {
  it("are taken together, ten at a time, and deleted", async () => {
    await map();
    send(...Array.from({ length: 12 }, (_none, index) => `m${index}`));
    await test.advance(0);
    // They run side by side, and print in any order.
    expect(
      batches()
        .map((bodies) => bodies.length)
        .sort((a, b) => a - b),
    ).toEqual([2, 10]);
    expect(left()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it("have the shape that Lambda gives them", async () => {
    await map();
    send("hello");
    await test.advance(0);
    expect(printed()[0].first).toEqual({
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      receiptHandle: expect.any(String),
      body: "hello",
      attributes: {
        ApproximateReceiveCount: "1",
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: "me",
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      },
      messageAttributes: {},
      md5OfBody: "5d41402abc4b2a76b9719d911017c592",
      eventSource: "aws:sqs",
      eventSourceARN: ARN,
      awsRegion: "us-east-1",
    });
  });

  it("that were there before the mapping are taken too", async () => {
    send("early");
    await map();
    await test.advance(0);
    expect(batches()).toEqual([["early"]]);
  });

  it("wait in a window for others", async () => {
    await map({ MaximumBatchingWindowInSeconds: 20 });
    send("a");
    await test.advance(19);
    send("b");
    expect(batches()).toEqual([]);
    await test.advance(1);
    expect(batches()).toEqual([["a", "b"]]);
  });

  it("that fail come back alone after the visibility timeout, and end as dead letters", async () => {
    await map();
    send("bad", "good");
    await test.advance(0);
    expect(left()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    await test.advance(29);
    expect(batches()).toEqual([["bad", "good"]]);
    await test.advance(61);
    expect(batches()).toEqual([["bad", "good"], ["bad"], ["bad"]]);
    await test.advance(30);
    expect(batches()).toHaveLength(3);
    expect([left()?.inFlight, left("dead")?.visible]).toEqual([0, 1]);
  });

  it.each(["throw", "strange"])(
    "all come back where the function answers nothing of use (%s)",
    async (body) => {
      await map();
      send(body, "good");
      await test.advance(0);
      expect(left()?.inFlight).toBe(2);
      await test.advance(30);
      expect(batches()).toEqual([
        [body, "good"],
        [body, "good"],
      ]);
    },
  );

  it("are all deleted where the mapping does not ask which failed", async () => {
    await map({ FunctionResponseTypes: [] });
    send("bad");
    await test.advance(0);
    expect(left()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it("stay where the role may not take them, and go on when it may again", async () => {
    await map();
    test.authorizer.granted.delete(`sqs:ReceiveMessage ${ARN}`);
    send("late");
    await test.advance(0);
    expect(left()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
    test.authorizer.granted.add(`sqs:ReceiveMessage ${ARN}`);
    await test.advance(60);
    expect(batches()).toEqual([["late"]]);
  });

  it("are taken by a function that was made anew under its mapping, though no other message comes", async () => {
    await map();
    await test.client.send(new DeleteFunctionCommand({ FunctionName: "f" }));
    send("waits");
    await test.advance(60);
    expect(left()?.visible).toBe(1);
    await createFunction(test, "f", CODE, { Timeout: 30 });
    await test.advance(0);
    expect(batches()).toEqual([["waits"]]);
  });

  it("that a queue does not hide are not taken again and again at one moment", async () => {
    await map({ BatchSize: 1 });
    test.sqs.named("alarms")?.configure({ VisibilityTimeout: "0", RedrivePolicy: "" }, now());
    send("a", "b", "c");
    await test.advance(5);
    expect(batches()).toEqual([["a"], ["b"], ["c"]]);
    expect(left()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it("are received and come back while the function has no concurrency at all", async () => {
    await map();
    await test.client.send(
      new PutFunctionConcurrencyCommand({ FunctionName: "f", ReservedConcurrentExecutions: 0 }),
    );
    send("a");
    await test.advance(0);
    expect([batches(), left()?.inFlight]).toEqual([[], 1]);
  });
});

const SLOW = `exports.handler = async (event) => {
  console.log(JSON.stringify({ bodies: [String(Date.now())] }));
  await new Promise((resolve) => setTimeout(resolve, 300));
};`;

it("no more run at a time than the mapping's maximum of concurrency", async () => {
  await createFunction(test, "slow", SLOW, { Timeout: 30 });
  await map({ FunctionName: "slow", BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
  send("a", "b", "c", "d", "e");
  await test.advance(0);
  // Each process has a stream of its own: two of them did all the work.
  const streams = new Set(test.logs.map(({ stream }) => stream));
  expect([test.logs.length, streams.size]).toEqual([5, 2]);
});

it("a mapping that is disabled lets messages wait; enabled again, it takes them", async () => {
  const made = await map({ Enabled: false });
  send("a");
  await test.advance(600);
  expect(batches()).toEqual([]);
  expect(await test.client.send(new GetEventSourceMappingCommand({ UUID: made.UUID }))).toMatchObject({
    State: "Disabled",
  });
  const update = new UpdateEventSourceMappingCommand({ UUID: made.UUID, Enabled: true, BatchSize: 5 });
  expect(await test.client.send(update)).toMatchObject({ State: "Enabling", BatchSize: 5 });
  await test.advance(0);
  expect(batches()).toEqual([["a"]]);
});

describe("the control plane", () => {
  it("answers a mapping with Lambda's defaults, and finds it by queue and function", async () => {
    const made = await map({ FunctionResponseTypes: undefined, Tags: { stack: "dev" } });
    expect(made).toMatchObject({
      UUID: expect.stringMatching(/^[0-9a-f-]{36}$/),
      EventSourceArn: ARN,
      FunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:f",
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 0,
      State: "Creating",
      FunctionResponseTypes: [],
    });
    expect(await test.client.send(new GetEventSourceMappingCommand({ UUID: made.UUID }))).toMatchObject({
      State: "Enabled",
      EventSourceMappingArn: `arn:aws:lambda:us-east-1:123456789012:event-source-mapping:${made.UUID}`,
    });
    expect(
      await test.client.send(new ListTagsCommand({ Resource: made.EventSourceMappingArn })),
    ).toMatchObject({
      Tags: { stack: "dev" },
    });
    const list = (input: object) => test.client.send(new ListEventSourceMappingsCommand(input));
    expect((await list({ FunctionName: "f" })).EventSourceMappings).toHaveLength(1);
    expect((await list({ EventSourceArn: DEAD })).EventSourceMappings).toEqual([]);
  });

  it("keeps what an update does not name, and forgets what is deleted", async () => {
    const { UUID } = await map({ ScalingConfig: { MaximumConcurrency: 30 } });
    await test.client.send(new UpdateEventSourceMappingCommand({ UUID, BatchSize: 1 }));
    expect(await test.client.send(new GetEventSourceMappingCommand({ UUID }))).toMatchObject({
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 30 },
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    });
    await test.client.send(new UpdateEventSourceMappingCommand({ UUID, ScalingConfig: {} }));
    expect(await test.client.send(new GetEventSourceMappingCommand({ UUID }))).not.toHaveProperty(
      "ScalingConfig",
    );
    expect(await test.client.send(new DeleteEventSourceMappingCommand({ UUID }))).toMatchObject({
      State: "Deleting",
    });
    send("nobody takes it");
    await test.advance(60);
    expect(left()?.visible).toBe(1);
    await expect(test.client.send(new GetEventSourceMappingCommand({ UUID }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  it.each<[string, Partial<CreateEventSourceMappingCommandInput>, RegExp]>([
    ["a function that is not there", { FunctionName: "g" }, /Function not found/],
    ["a stream", { EventSourceArn: "arn:aws:kinesis:us-east-1:123456789012:stream/s" }, /SQS queues .* only/],
    [
      "a queue that is not there",
      { EventSourceArn: `${ARN}-not` },
      /does not have permissions to call ReceiveMessage/,
    ],
    ["a batch of more than ten without a window", { BatchSize: 11 }, /Maximum batch window in seconds/],
    ["one invocation at a time", { ScalingConfig: { MaximumConcurrency: 1 } }, /greater than or equal to 2/],
    ["filters", { FilterCriteria: { Filters: [{ Pattern: "{}" }] } }, /does not filter/],
  ])("refuses %s", async (_name, input, message) => {
    await expect(map(input)).rejects.toThrow(message);
  });

  it("refuses a role that may not take messages", async () => {
    test.authorizer.granted.delete(`sqs:DeleteMessage ${ARN}`);
    await expect(map()).rejects.toThrow(
      "The provided execution role does not have permissions to call DeleteMessage on SQS",
    );
  });

  it("refuses a queue that hides messages for less than the function may run", async () => {
    await createFunction(test, "long", CODE, { Timeout: 31 });
    await expect(map({ FunctionName: "long" })).rejects.toThrow(
      "Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds",
    );
  });

  it("refuses a second mapping of the same two", async () => {
    const { UUID } = await map();
    await expect(map()).rejects.toMatchObject({
      name: "ResourceConflictException",
      message: expect.stringContaining(`existing mapping with UUID ${UUID}`),
    });
  });
});
