import {
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  type PutFunctionEventInvokeConfigCommandInput,
} from "@aws-sdk/client-lambda";
import { createFunction, invoke, type ServedLambda, serveLambda } from "./serve-lambda";

const QUEUE = "arn:aws:sqs:us-east-1:123456789012:failures";
const LETTERS = "arn:aws:sqs:us-east-1:123456789012:letters";
const FAILING =
  "exports.handler = async (event) => { console.log('tried'); throw new Error(event.why ?? 'no'); };";

let test: ServedLambda;
beforeEach(async () => {
  test = await serveLambda();
  test.sqs.create("failures", {});
  test.sqs.create("letters", {});
  test.authorizer.granted.add(`sqs:SendMessage ${QUEUE}`).add(`sqs:SendMessage ${LETTERS}`);
});
afterEach(() => test.stop());

const configure = (input: Partial<PutFunctionEventInvokeConfigCommandInput>) =>
  test.client.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName: "f",
      DestinationConfig: { OnFailure: { Destination: QUEUE }, OnSuccess: { Destination: QUEUE } },
      ...input,
    }),
  );
const send = (event: unknown = {}) => invoke(test, "f", event, { InvocationType: "Event" });
const reserve = (ReservedConcurrentExecutions: number) =>
  test.client.send(new PutFunctionConcurrencyCommand({ FunctionName: "f", ReservedConcurrentExecutions }));
const received = (queue: string) =>
  test.sqs.named(queue)?.receive(10, 0, test.served.environment.clock.now()) ?? [];
const records = () => received("failures").map((message) => JSON.parse(message.body));

describe("an event that nobody waits for", () => {
  it("is answered at once, and run before the clock goes on", async () => {
    await createFunction(test, "f", "exports.handler = async (event) => console.log(event.n);");
    expect(await send({ n: 1 })).toMatchObject({ StatusCode: 202, body: undefined });
    await test.advance(0);
    expect(test.logs).toHaveLength(1);
    expect(test.logs[0]?.lines[1]?.message).toContain("\t1");
  });

  it("is tried again 60 s and 120 s later with the same id, then recorded at the destination", async () => {
    await createFunction(test, "f", FAILING);
    await configure({});
    const { $metadata } = await send({ why: "bad luck" });
    const tries: number[] = [];
    for (const seconds of [0, 59, 1, 119]) {
      await test.advance(seconds);
      tries.push(test.logs.length);
    }
    expect(tries).toEqual([1, 1, 2, 2]);
    expect(records()).toEqual([]);
    await test.advance(1);
    expect(test.logs).toHaveLength(3);
    for (const log of test.logs) {
      expect(log.lines[0]?.message).toBe(`START RequestId: ${$metadata.requestId} Version: $LATEST`);
    }
    expect(records()).toEqual([
      {
        version: "1.0",
        timestamp: test.served.environment.clock.date().toISOString(),
        requestContext: {
          requestId: $metadata.requestId,
          functionArn: "arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST",
          condition: "RetriesExhausted",
          approximateInvokeCount: 3,
        },
        requestPayload: { why: "bad luck" },
        responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
        responsePayload: { errorType: "Error", errorMessage: "bad luck", trace: expect.any(Array) },
      },
    ]);
    expect(received("failures")[0]?.senderId).toBe("arn:aws:iam::123456789012:role/callback-role");
    await test.advance(6 * 3600);
    expect(test.logs).toHaveLength(3);
  });

  it("is retried with the code of then", async () => {
    const code =
      "let n = 0; exports.handler = async () => { if (++n === 1) throw new Error('first'); return n; };";
    await createFunction(test, "f", code);
    await configure({});
    await send();
    await test.advance(60);
    expect(records()).toMatchObject([
      { requestContext: { condition: "Success", approximateInvokeCount: 2 }, responsePayload: 2 },
    ]);
  });

  it.each([
    [0, [1, 1, 1]],
    [1, [1, 2, 2]],
  ])("is tried again %i times if the function says so", async (MaximumRetryAttempts, expected) => {
    await createFunction(test, "f", FAILING);
    await configure({ MaximumRetryAttempts });
    await send();
    const tries: number[] = [];
    for (const seconds of [0, 60, 120]) {
      await test.advance(seconds);
      tries.push(test.logs.length);
    }
    expect(tries).toEqual(expected);
    expect(records()).toHaveLength(1);
  });

  it("is given up when it is too old", async () => {
    await createFunction(test, "f", FAILING);
    await configure({ MaximumEventAgeInSeconds: 60 });
    await send();
    await test.advance(60);
    expect(test.logs).toHaveLength(1);
    expect(records()).toMatchObject([
      { requestContext: { condition: "EventAgeExceeded", approximateInvokeCount: 1 } },
    ]);
  });

  it("waits while the function is throttled, longer each time, and runs when it no longer is", async () => {
    await createFunction(test, "f", "exports.handler = async () => 1;");
    await configure({});
    await reserve(0);
    await send();
    await test.advance(6);
    await test.client.send(new DeleteFunctionConcurrencyCommand({ FunctionName: "f" }));
    // Tried at 0, 1, 3 and, four seconds later, 7.
    await test.advance(0);
    expect(test.logs).toHaveLength(0);
    await test.advance(1);
    expect(test.logs).toHaveLength(1);
    expect(records()).toMatchObject([
      { requestContext: { condition: "Success", approximateInvokeCount: 1 } },
    ]);
  });

  it("is given up after six hours of throttling, without an answer in its record", async () => {
    await createFunction(test, "f", "exports.handler = async () => 1;", {
      DeadLetterConfig: { TargetArn: LETTERS },
    });
    await configure({});
    await reserve(0);
    await send({ a: 1 });
    await test.advance(6 * 3600 - 1);
    expect(records()).toEqual([]);
    await test.advance(301);
    const [record] = records();
    expect(record.requestContext).toMatchObject({ condition: "EventAgeExceeded", approximateInvokeCount: 0 });
    expect(record).not.toHaveProperty("responsePayload");
    expect(received("letters")).toMatchObject([
      {
        body: '{"a":1}',
        attributes: {
          ErrorCode: { DataType: "Number", StringValue: "429" },
          ErrorMessage: { StringValue: "EventAgeExceeded" },
        },
      },
    ]);
    expect(test.logs).toEqual([]);
  });

  it("goes to the dead-letter queue as it was, with what went wrong beside it", async () => {
    await createFunction(test, "f", FAILING, { DeadLetterConfig: { TargetArn: LETTERS } });
    await configure({ MaximumRetryAttempts: 0 });
    const { $metadata } = await send({ why: "x".repeat(2000) });
    await test.advance(0);
    expect(received("letters")).toMatchObject([
      {
        body: JSON.stringify({ why: "x".repeat(2000) }),
        attributes: {
          RequestID: { DataType: "String", StringValue: $metadata.requestId },
          ErrorCode: { DataType: "Number", StringValue: "200" },
          ErrorMessage: { DataType: "String", StringValue: "x".repeat(1024) },
        },
      },
    ]);
    expect(records()).toHaveLength(1);
  });

  it("is lost, with a line in the log, when the role may no longer send to the destination", async () => {
    await createFunction(test, "f", FAILING);
    await configure({ MaximumRetryAttempts: 0 });
    test.authorizer.granted.delete(`sqs:SendMessage ${QUEUE}`);
    await send({ why: "secret" });
    await test.advance(0);
    expect(records()).toEqual([]);
    expect(test.logged).toEqual([expect.stringContaining(`did not reach ${QUEUE}: denied`)]);
    expect(test.logged.join()).not.toContain("secret");
  });

  it("is dropped when its function is deleted before the next try", async () => {
    await createFunction(test, "f", FAILING);
    await configure({});
    await send();
    await test.advance(0);
    await test.client.send(new DeleteFunctionCommand({ FunctionName: "f" }));
    await test.advance(60);
    expect(test.logs).toHaveLength(1);
    expect(test.logged).toEqual([expect.stringContaining("was dropped")]);
  });
});
