import { createFunction, invoke, type ServedLambda, serveLambda } from "./serve-lambda";

let test: ServedLambda;
beforeAll(async () => {
  test = await serveLambda();
});
afterAll(() => test.stop());

const handler = (body: string) => `exports.handler = async (event) => { ${body} };`;

describe("a function that fails", () => {
  it.each([
    ["throws an Error", handler("throw new TypeError('boom')"), "TypeError", "boom"],
    ["throws something else", handler("throw 'text'"), "string", "text"],
    ["throws at once", "exports.handler = () => { throw new Error('sync') };", "Error", "sync"],
    [
      "answers an error through the callback",
      "exports.handler = (e, c, cb) => cb(new Error('cb'));",
      "Error",
      "cb",
    ],
    ["answers what is no JSON", handler("return 1n"), "Runtime.UnserializableResponse", "BigInt"],
    ["throws while loading", "throw new RangeError('at load')", "RangeError", "at load"],
    ["has a syntax error", "exports.handler = ((", "Runtime.UserCodeSyntaxError", "SyntaxError"],
    ["exports no handler", "exports.other = 1", "Runtime.HandlerNotFound", "index.handler is undefined"],
    ["requires what is not there", "require('nothing')", "Runtime.ImportModuleError", "Cannot find module"],
    [
      "has an uncaught exception",
      handler("setTimeout(() => { throw new Error('later') }); await new Promise(() => {})"),
      "Error",
      "later",
    ],
    [
      "leaves a rejection unhandled",
      handler("Promise.reject(new Error('lost')); await new Promise(() => {})"),
      "Runtime.UnhandledPromiseRejection",
      "Error: lost",
    ],
    ["exits", handler("process.exit(3)"), "Runtime.ExitError", "Runtime exited with error: exit status 3"],
    ["exits with 0", handler("process.exit(0)"), "Runtime.ExitError", "without providing a reason"],
    [
      "is killed",
      handler("process.kill(process.pid, 'SIGKILL'); await new Promise(() => {})"),
      "Runtime.ExitError",
      "Runtime exited with error: signal: killed",
    ],
    [
      "answers more than 6 MB",
      handler("return 'x'.repeat(6291556)"),
      "Function.ResponseSizeTooLarge",
      "Response payload size exceeded",
    ],
  ])("because it %s says so", async (what, code, errorType, errorMessage) => {
    const name = what.replaceAll(/\W/g, "-");
    await createFunction(test, name, code);
    for (let time = 0; time < 2; time++) {
      const { StatusCode, FunctionError, body } = await invoke(test, name);
      expect({ StatusCode, FunctionError }).toEqual({ StatusCode: 200, FunctionError: "Unhandled" });
      expect(body).toMatchObject({ errorType, errorMessage: expect.stringContaining(errorMessage) });
    }
  });

  it.each([
    ["nowhere.handler", "Runtime.ImportModuleError"],
    ["../index.handler", "Runtime.MalformedHandlerName"],
    ["index", "Runtime.MalformedHandlerName"],
  ])("because its handler is %s says so", async (Handler, errorType) => {
    const name = `handler-${errorType}-${Handler.length}`.replace(".", "-");
    await createFunction(test, name, "exports.handler = async () => 1;", { Handler });
    expect((await invoke(test, name)).body).toMatchObject({ errorType });
  });

  it("tells where, and logs the error", async () => {
    await createFunction(test, "traced", handler("throw new Error('here')"));
    test.logs.length = 0;
    const { body, $metadata } = await invoke(test, "traced");
    expect(body.trace).toEqual(["Error: here", expect.stringContaining("index.js"), ...body.trace.slice(2)]);
    expect(body.trace.join()).not.toContain("bootstrap");
    const messages = test.logs[0]?.lines.map((line) => line.message) ?? [];
    expect(messages[1]).toMatch(
      new RegExp(
        `\t${$metadata.requestId}\tERROR\tInvoke Error \t{"errorType":"Error","errorMessage":"here"`,
      ),
    );
  });

  it("keeps what it printed before it exited, an unfinished line too", async () => {
    await createFunction(
      test,
      "last-words",
      handler("console.log('a'); process.stdout.write('b'); process.exit(1)"),
    );
    test.logs.length = 0;
    await invoke(test, "last-words");
    const messages = test.logs[0]?.lines.map((line) => line.message) ?? [];
    expect(messages[1]).toMatch(/\tINFO\ta$/);
    expect(messages[2]).toBe("b");
  });

  it("with an error stays warm, and is fresh again after a crash", async () => {
    const code =
      "let calls = 0; exports.handler = async (e) => { calls++; if (e.exit) process.exit(1); if (e.fail) throw new Error('x'); return calls; };";
    await createFunction(test, "recovering", code);
    await invoke(test, "recovering", { fail: true });
    expect((await invoke(test, "recovering")).body).toBe(2);
    await invoke(test, "recovering", { exit: true });
    expect((await invoke(test, "recovering")).body).toBe(1);
  });

  it("to answer in time is ended, however busy it is, and is fresh again afterwards", async () => {
    await createFunction(
      test,
      "slow",
      "let calls = 0; exports.handler = async (e) => { calls++; if (e.busy) for (;;) {} if (e.wait) await new Promise((r) => setTimeout(r, 1e6)); return calls; };",
      { Timeout: 1 },
    );
    test.logs.length = 0;
    for (const event of [{ busy: true }, { wait: true }]) {
      const { FunctionError, body, $metadata } = await invoke(test, "slow", event);
      expect({ FunctionError, body }).toEqual({
        FunctionError: "Unhandled",
        body: {
          errorType: "Sandbox.Timedout",
          errorMessage: `RequestId: ${$metadata.requestId} Error: Task timed out after 1.00 seconds`,
        },
      });
    }
    expect(test.logs[0]?.lines.map((line) => line.message).join()).toContain(
      "Task timed out after 1.00 seconds",
    );
    expect((await invoke(test, "slow")).body).toBe(1);
  });

  it("has no more memory than it was given", async () => {
    await createFunction(
      test,
      "greedy",
      handler("const all = []; for (;;) all.push(new Array(1e6).fill(event));"),
      {
        MemorySize: 128,
        Timeout: 30,
      },
    );
    expect((await invoke(test, "greedy")).body).toMatchObject({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringContaining("signal: aborted"),
    });
  });
});
