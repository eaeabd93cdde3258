import {
  AddPermissionCommand,
  type AddPermissionCommandInput,
  DeleteFunctionConcurrencyCommand,
  DeleteFunctionEventInvokeConfigCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  RemovePermissionCommand,
  UpdateFunctionEventInvokeConfigCommand,
} from "@aws-sdk/client-lambda";
import { createFunction, type ServedLambda, serveLambda } from "./serve-lambda";

const ARN = "arn:aws:lambda:us-east-1:123456789012:function:f";
const TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms";
const QUEUE = "arn:aws:sqs:us-east-1:123456789012:failures";
const FunctionName = "f";

let test: ServedLambda;
beforeEach(async () => {
  test = await serveLambda();
  await createFunction(test, "f", "exports.handler = async () => console.log('ran');");
});
afterEach(() => test.stop());

const permit = (more: Partial<AddPermissionCommandInput> = {}) =>
  test.client.send(
    new AddPermissionCommand({
      FunctionName,
      StatementId: "sns",
      Action: "lambda:InvokeFunction",
      Principal: "sns.amazonaws.com",
      ...more,
    }),
  );

describe("a function's resource policy", () => {
  it("has the statements that were added, worded as Lambda words them", async () => {
    const { Statement } = await permit({ SourceArn: TOPIC, SourceAccount: "123456789012" });
    const statement = {
      Sid: "sns",
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "lambda:InvokeFunction",
      Resource: ARN,
      Condition: {
        StringEquals: { "AWS:SourceAccount": "123456789012" },
        ArnLike: { "AWS:SourceArn": TOPIC },
      },
    };
    expect(JSON.parse(Statement ?? "")).toEqual(statement);
    await permit({ StatementId: "people", Principal: "123456789012" });
    await permit({ StatementId: "role", Principal: "arn:aws:iam::123456789012:role/r" });
    await permit({ StatementId: "all", Principal: "*" });
    const { Policy, RevisionId } = await test.client.send(new GetPolicyCommand({ FunctionName }));
    expect(RevisionId).toEqual(expect.any(String));
    expect(JSON.parse(Policy ?? "")).toMatchObject({
      Version: "2012-10-17",
      Id: "default",
      Statement: [
        statement,
        { Principal: { AWS: "arn:aws:iam::123456789012:root" } },
        { Principal: { AWS: "arn:aws:iam::123456789012:role/r" } },
        { Principal: "*" },
      ],
    });
  });

  it("takes no statement twice, and no malformed one", async () => {
    await permit();
    await expect(permit()).rejects.toMatchObject({ name: "ResourceConflictException" });
    await expect(permit({ StatementId: "a b" })).rejects.toMatchObject({ name: "ValidationException" });
    await expect(permit({ StatementId: "b", Action: "sns:Publish" })).rejects.toThrow("'action'");
    await expect(permit({ StatementId: "c", SourceArn: "topic" })).rejects.toThrow("'sourceArn'");
    await expect(permit({ StatementId: "d", Principal: "nobody" })).rejects.toMatchObject({
      name: "InvalidParameterValueException",
    });
  });

  it("loses a statement, and is not there without any", async () => {
    await permit();
    const remove = () => test.client.send(new RemovePermissionCommand({ FunctionName, StatementId: "sns" }));
    await remove();
    await expect(remove()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await expect(test.client.send(new GetPolicyCommand({ FunctionName }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  it("decides whether another service's event comes in", async () => {
    await permit({ SourceArn: TOPIC, SourceAccount: "123456789012" });
    const hand = (functionArn: string, source: string, account = "123456789012") =>
      test.lambda.invokeAsync({
        functionArn,
        payload: "{}",
        principal: { kind: "service", name: "sns.amazonaws.com" },
        context: { "aws:SourceArn": source, "aws:SourceAccount": account },
      });
    expect(hand(`${ARN}x`, TOPIC)).toBe("missing");
    expect(hand(ARN, `${TOPIC}x`)).toBe("denied");
    expect(hand(ARN, TOPIC, "999999999999")).toBe("denied");
    await test.advance(0);
    expect(test.logs).toEqual([]);
    expect(hand(ARN, TOPIC)).toBe("accepted");
    await test.advance(0);
    expect(test.logs).toHaveLength(1);
  });
});

describe("what a function does with events", () => {
  const put = (more: object) =>
    test.client.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, ...more }));
  const get = () => test.client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }));
  const toQueue = { DestinationConfig: { OnFailure: { Destination: QUEUE } } };

  it("is put whole, updated in part, and deleted", async () => {
    test.authorizer.granted.add(`sqs:SendMessage ${QUEUE}`);
    await expect(get()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await put({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60, ...toQueue });
    await test.client.send(
      new UpdateFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 1 }),
    );
    expect(await get()).toMatchObject({
      FunctionArn: `${ARN}:$LATEST`,
      LastModified: test.served.environment.clock.date(),
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnSuccess: {}, OnFailure: { Destination: QUEUE } },
    });
    await put({});
    expect(await get()).toMatchObject({ DestinationConfig: { OnSuccess: {}, OnFailure: {} } });
    expect(await get()).not.toHaveProperty("MaximumRetryAttempts");
    const remove = () => test.client.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName }));
    await remove();
    await expect(remove()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  it.each([
    [{ MaximumRetryAttempts: 3 }, "ValidationException", "'maximumRetryAttempts'"],
    [{ MaximumEventAgeInSeconds: 59 }, "ValidationException", "'maximumEventAgeInSeconds'"],
    [
      { DestinationConfig: { OnFailure: { Destination: TOPIC } } },
      "InvalidParameterValueException",
      "SQS queues",
    ],
    [toQueue, "InvalidParameterValueException", `does not have permissions to call SendMessage on ${QUEUE}`],
  ])("is refused as %j", async (input, name, message) => {
    await expect(put(input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });
});

describe("reserved concurrency", () => {
  const put = (name: string, ReservedConcurrentExecutions: number) =>
    test.client.send(new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions }));
  const get = async () =>
    (await test.client.send(new GetFunctionConcurrencyCommand({ FunctionName })))
      .ReservedConcurrentExecutions;

  it("is put, shown and deleted", async () => {
    expect(await get()).toBeUndefined();
    expect((await put("f", 10)).ReservedConcurrentExecutions).toBe(10);
    expect(await get()).toBe(10);
    await test.client.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    expect(await get()).toBeUndefined();
  });

  it("leaves 100 of the account's 1,000 unreserved", async () => {
    await createFunction(test, "g", "exports.handler = 1");
    await put("f", 800);
    await put("f", 900);
    await expect(put("g", 1)).rejects.toMatchObject({ name: "InvalidParameterValueException" });
    await put("f", 899);
    await put("g", 1);
    await expect(put("g", -1)).rejects.toMatchObject({ name: "ValidationException" });
  });
});
