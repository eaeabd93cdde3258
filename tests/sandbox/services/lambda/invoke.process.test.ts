import { InvokeCommand } from "@aws-sdk/client-lambda";
import { createFunction, invoke, ROLE, type ServedLambda, serveLambda } from "./serve-lambda";

let test: ServedLambda;
beforeAll(async () => {
  test = await serveLambda();
});
afterAll(() => test.stop());
beforeEach(() => {
  test.logs.length = 0;
  test.role = undefined;
});

describe("an invoked function", () => {
  it("gets the event and Lambda's context, and answers", async () => {
    await createFunction(
      test,
      "echo",
      `exports.handler = async (event, context) => ({ event, context, remaining: context.getRemainingTimeInMillis() });`,
      { Timeout: 20, MemorySize: 256 },
    );
    const { StatusCode, FunctionError, ExecutedVersion, body, $metadata } = await invoke(test, "echo", {
      a: ["ü"],
    });
    expect({ StatusCode, FunctionError, ExecutedVersion }).toEqual({
      StatusCode: 200,
      FunctionError: undefined,
      ExecutedVersion: "$LATEST",
    });
    expect(body.event).toEqual({ a: ["ü"] });
    expect(body.context).toEqual({
      callbackWaitsForEmptyEventLoop: true,
      functionVersion: "$LATEST",
      functionName: "echo",
      memoryLimitInMB: "256",
      logGroupName: "/aws/lambda/echo",
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:echo",
      awsRequestId: $metadata.requestId,
    });
    expect(body.remaining).toBeGreaterThan(0);
    expect(body.remaining).toBeLessThanOrEqual(20_000);
  });

  it("has exactly its own and Lambda's environment variables", async () => {
    await createFunction(test, "variables", "exports.handler = async () => process.env;", {
      Environment: { Variables: { QUARANTINE_GROUP_NAME: "Quarantine" } },
    });
    const { body } = await invoke(test, "variables");
    expect(body).toEqual({
      QUARANTINE_GROUP_NAME: "Quarantine",
      PATH: "/usr/local/bin:/usr/bin:/bin",
      HOME: expect.any(String),
      TMPDIR: expect.any(String),
      TZ: ":UTC",
      AWS_ENDPOINT_URL: test.served.endpoint,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      _HANDLER: "index.handler",
      LAMBDA_TASK_ROOT: expect.any(String),
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_LAMBDA_FUNCTION_NAME: "variables",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/variables",
      AWS_LAMBDA_LOG_STREAM_NAME: expect.any(String),
      AWS_ACCESS_KEY_ID: expect.stringContaining(ROLE),
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "token",
    });
  });

  it("sees virtual time wherever it looks, at loading and at each invocation", async () => {
    await test.advance(24 * 3600);
    await createFunction(
      test,
      "time",
      `const loaded = Date.now();
       exports.handler = async () => ({
         loaded, now: Date.now(), date: new Date().getTime(), text: new Date(Date()).getTime(),
         parsed: new Date("2020-01-01T00:00:00Z").toISOString(), utc: Date.UTC(2020, 0, 1),
         is: new Date() instanceof Date, same: new Date().constructor === Date,
       });`,
    );
    const clock = test.served.environment.clock;
    const near = (start: number) => ({ from: start, to: start + 60_000 });
    const expectNear = (value: number, { from, to }: { from: number; to: number }) => {
      expect(value).toBeGreaterThanOrEqual(from);
      expect(value).toBeLessThan(to);
    };
    const first = (await invoke(test, "time")).body;
    const start = near(clock.now());
    for (const value of [first.loaded, first.now, first.date]) expectNear(value, start);
    expectNear(first.text + 1000, start);
    expect(first).toMatchObject({
      parsed: "2020-01-01T00:00:00.000Z",
      utc: 1577836800000,
      is: true,
      same: true,
    });
    await test.advance(3600);
    expectNear((await invoke(test, "time")).body.now, near(clock.now()));
  });

  it("is used again while warm, and shares nothing with other functions", async () => {
    const code =
      "let calls = 0; globalThis.seen ??= 0; exports.handler = async () => [++calls, ++seen, process.pid];";
    await createFunction(test, "counter-a", code);
    await createFunction(test, "counter-b", code);
    const first = (await invoke(test, "counter-a")).body;
    const second = (await invoke(test, "counter-a")).body;
    const other = (await invoke(test, "counter-b")).body;
    expect([first.slice(0, 2), second.slice(0, 2), other.slice(0, 2)]).toEqual([
      [1, 1],
      [2, 2],
      [1, 1],
    ]);
    expect(second[2]).toBe(first[2]);
    expect(other[2]).not.toBe(first[2]);
  });

  it.each([
    ["answers through the callback", "exports.handler = (e, c, done) => setImmediate(done, null, 1);", 1],
    ["returns nothing", "exports.handler = async () => undefined;", null],
    ["is synchronous, whose answer Lambda does not take", "exports.handler = () => 7;", null],
    ["is nested", "exports.handler = undefined; exports.a = { b: async () => 'deep' };", "deep", "index.a.b"],
  ])("may be one that %s", async (_what, code, answer, Handler = "index.handler") => {
    const name = `style-${Buffer.from(code).toString("hex").slice(0, 50)}`;
    await createFunction(test, name, code, { Handler });
    const { body, FunctionError } = await invoke(test, name);
    expect({ body, FunctionError }).toEqual({ body: answer, FunctionError: undefined });
  });

  it.each([
    ["module", { "index.mjs": "export const handler = async () => import.meta.url.slice(0, 5);" }, "file:"],
    ["CommonJS", { "index.cjs": "exports.handler = async () => 'file:';" }, "file:"],
  ])("may be a %s file in a folder", async (kind, files, answer) => {
    const inFolder = Object.fromEntries(Object.entries(files).map(([path, text]) => [`src/${path}`, text]));
    await createFunction(test, `format-${kind}`, inFolder, { Handler: "src/index.handler" });
    expect((await invoke(test, `format-${kind}`)).body).toBe(answer);
  });

  it("gets an empty object when it is invoked without a payload", async () => {
    const answer = await test.client.send(new InvokeCommand({ FunctionName: "echo" }));
    expect(JSON.parse(answer.Payload?.transformToString() ?? "").event).toEqual({});
  });
});

describe("the log", () => {
  it("holds what the function prints, as Lambda formats it, between Lambda's own lines", async () => {
    await createFunction(
      test,
      "printing",
      `console.log("loading");
       exports.handler = async () => {
         console.log("hello %s", "you", { a: 1 });
         console.error("two\\nlines");
         process.stdout.write('{"raw":');
         process.stdout.write("true}\\nrest");
         require("node:fs").writeSync(1, "direct\\n");
       };`,
    );
    const { LogResult, $metadata } = await invoke(test, "printing", {}, { LogType: "Tail" });
    expect(test.logs).toHaveLength(1);
    const [{ group, stream, lines } = { group: "", stream: "", lines: [] }] = test.logs;
    expect(group).toBe("/aws/lambda/printing");
    expect(stream).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\]/);
    const id = $metadata.requestId ?? "";
    const time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";
    const ofFunction = lines.map((line) => line.message).filter((message) => message !== "direct");
    expect(ofFunction).toEqual([
      expect.stringMatching(new RegExp(`^${time}\tundefined\tINFO\tloading$`)),
      `START RequestId: ${id} Version: $LATEST`,
      expect.stringMatching(new RegExp(`^${time}\t${id}\tINFO\thello you \\{ a: 1 \\}$`)),
      expect.stringMatching(new RegExp(`^${time}\t${id}\tERROR\ttwo\nlines$`)),
      '{"raw":true}',
      "rest",
      `END RequestId: ${id}`,
      expect.stringMatching(
        new RegExp(
          `^REPORT RequestId: ${id}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tMax Memory Used: \\d+ MB\tInit Duration: [\\d.]+ ms$`,
        ),
      ),
    ]);
    const now = test.served.environment.clock.now();
    expect(new Set(lines.map((line) => line.timestamp))).toEqual(new Set([now]));
    expect(Buffer.from(LogResult ?? "", "base64").toString()).toContain("hello you");
    await invoke(test, "printing");
    expect(test.logs[1]?.stream).toBe(stream);
    expect(test.logs[1]?.lines.at(-1)?.message).not.toContain("Init Duration");
  });

  it("is not kept when the function's role may not write it", async () => {
    await createFunction(test, "silent", "exports.handler = async () => console.log('x');");
    test.authorizer.granted.delete("logs:PutLogEvents *");
    await invoke(test, "silent");
    expect(test.logs).toEqual([]);
    test.authorizer.granted.add("logs:PutLogEvents *");
    await invoke(test, "silent");
    expect(test.logs).toHaveLength(1);
  });

  it("goes to the group that the function names", async () => {
    await createFunction(
      test,
      "grouped",
      "exports.handler = async () => process.env.AWS_LAMBDA_LOG_GROUP_NAME;",
      {
        LoggingConfig: { LogGroup: "custom" },
      },
    );
    expect((await invoke(test, "grouped")).body).toBe("custom");
    expect(test.logs.map((each) => each.group)).toEqual(["custom"]);
  });
});

describe("an invocation is refused", () => {
  it.each([
    ["no JSON", Buffer.from("{"), undefined, "InvalidRequestContentException"],
    ["more than 6 MB", Buffer.from(`"${"x".repeat(6_291_455)}"`), undefined, "RequestTooLargeException"],
    [
      "more than 1 MB for later",
      Buffer.from(`"${"x".repeat(1_048_575)}"`),
      "Event",
      "RequestTooLargeException",
    ],
  ] as const)("with %s", async (_what, Payload, InvocationType, name) => {
    await createFunction(test, `refusing-${name}-${InvocationType}`, "exports.handler = async () => 1;");
    const command = new InvokeCommand({
      FunctionName: `refusing-${name}-${InvocationType}`,
      Payload,
      InvocationType,
    });
    await expect(test.client.send(command)).rejects.toMatchObject({ name });
  });

  it("to a role without permission, and tells without running when it is only asked", async () => {
    await createFunction(test, "guarded", "exports.handler = async () => 1;");
    test.role = "someone";
    await expect(invoke(test, "guarded")).rejects.toMatchObject({
      name: "AccessDeniedException",
      $metadata: { httpStatusCode: 403 },
      message: expect.stringContaining("role/someone is not authorized to perform: lambda:InvokeFunction"),
    });
    const arn = "arn:aws:lambda:us-east-1:123456789012:function:guarded";
    test.authorizer.granted.add(`lambda:InvokeFunction ${arn}`);
    const { StatusCode, body } = await invoke(test, "guarded", {}, { InvocationType: "DryRun" });
    expect([StatusCode, body, test.logs.length]).toEqual([204, undefined, 0]);
  });

  it("of a function or version that is not there", async () => {
    const message = "Function not found: arn:aws:lambda:us-east-1:123456789012:function:nothing";
    await expect(invoke(test, "nothing")).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message,
    });
    await expect(invoke(test, "echo:prod")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await expect(invoke(test, "echo", {}, { Qualifier: "3" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    expect((await invoke(test, "arn:aws:lambda:us-east-1:123456789012:function:echo")).StatusCode).toBe(200);
  });
});
