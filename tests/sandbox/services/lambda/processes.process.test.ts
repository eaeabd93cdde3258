import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import {
  DeleteFunctionCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { createFunction, invoke, isRunning, type ServedLambda, serveLambda, zip } from "./serve-lambda";

let test: ServedLambda;
beforeEach(async () => {
  test = await serveLambda();
});
afterEach(async () => {
  await Promise.all(meetings.splice(0).map((meeting) => meeting.stop()));
  await test.stop();
});

const PID_AND_FOLDER = "exports.handler = async () => [process.pid, process.cwd()];";
/** Answers once as many invocations have come to this function as it is told; over HTTP, for they share nothing. */
const UNTIL_MET = `
  const { createServer, request } = require("node:http");
  exports.handler = (event) => new Promise((resolve, reject) => {
    request({ port: event.port }, (answer) => { answer.resume(); answer.on("end", () => resolve(process.pid)); })
      .on("error", reject).end();
  });`;

const meetings: { stop: () => Promise<void> }[] = [];

/** A server that answers nobody until a number of callers is there. */
async function meetingPoint(callers: number) {
  const waiting: (() => void)[] = [];
  let most = 0;
  const server = createServer((_request, response) => {
    waiting.push(() => response.end());
    most = Math.max(most, waiting.length);
    if (waiting.length === callers) for (const answer of waiting.splice(0)) answer();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as { port: number };
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  meetings.push({ stop });
  return { port, most: () => most };
}

describe("invocations at the same time", () => {
  it("run in processes of their own", async () => {
    const meeting = await meetingPoint(3);
    await createFunction(test, "meeting", UNTIL_MET, { Timeout: 20 });
    const event = { port: meeting.port };
    const answers = await Promise.all([1, 2, 3].map(() => invoke(test, "meeting", event)));
    expect(new Set(answers.map((answer) => answer.body)).size).toBe(3);
  });

  it("beyond the reserved concurrency are refused when somebody waits for the answer", async () => {
    const meeting = await meetingPoint(2);
    await createFunction(test, "reserved", UNTIL_MET, { Timeout: 20 });
    await test.client.send(
      new PutFunctionConcurrencyCommand({ FunctionName: "reserved", ReservedConcurrentExecutions: 1 }),
    );
    const first = invoke(test, "reserved", { port: meeting.port });
    while (meeting.most() < 1) await new Promise((resolve) => setImmediate(resolve));
    await expect(invoke(test, "reserved", { port: meeting.port })).rejects.toMatchObject({
      name: "TooManyRequestsException",
      Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
      $metadata: { httpStatusCode: 429 },
    });
    await fetch(`http://127.0.0.1:${meeting.port}`);
    expect((await first).StatusCode).toBe(200);
    expect(meeting.most()).toBe(2);
  });

  it("wait for their turn when nobody waits for the answer", async () => {
    await createFunction(test, "queued", "exports.handler = async () => console.log(process.pid);");
    await test.client.send(
      new PutFunctionConcurrencyCommand({ FunctionName: "queued", ReservedConcurrentExecutions: 2 }),
    );
    for (let index = 0; index < 6; index++) await invoke(test, "queued", {}, { InvocationType: "Event" });
    await test.advance(0);
    expect(test.logs).toHaveLength(6);
    expect(new Set(test.logs.map((log) => log.stream)).size).toBeLessThanOrEqual(2);
  });

  it("are all throttled when the reserved concurrency is 0", async () => {
    await createFunction(test, "stopped", PID_AND_FOLDER);
    await test.client.send(
      new PutFunctionConcurrencyCommand({ FunctionName: "stopped", ReservedConcurrentExecutions: 0 }),
    );
    await expect(invoke(test, "stopped")).rejects.toMatchObject({ name: "TooManyRequestsException" });
  });
});

describe("a function's processes", () => {
  it.each([
    [
      "its code",
      () =>
        test.client.send(
          new UpdateFunctionCodeCommand({
            FunctionName: "f",
            ZipFile: zip({ "index.js": "exports.handler = async () => 'new'" }),
          }),
        ),
      "new",
    ],
    [
      "its settings",
      () =>
        test.client.send(
          new UpdateFunctionConfigurationCommand({
            FunctionName: "f",
            Environment: { Variables: { NAME: "set" } },
          }),
        ),
      "set",
    ],
  ])("end when %s change, and new ones take over", async (_what, change, answer) => {
    await createFunction(
      test,
      "f",
      "exports.handler = async () => process.env.NAME ?? [process.pid, process.cwd()];",
    );
    const [pid, folder] = (await invoke(test, "f")).body;
    await change();
    await test.served.environment.clock.settle();
    expect([isRunning(pid), existsSync(folder)]).toEqual([false, false]);
    expect((await invoke(test, "f")).body).toBe(answer);
  });

  it("finish what they are at when the function is deleted, then end", async () => {
    const meeting = await meetingPoint(2);
    await createFunction(test, "leaving", UNTIL_MET, { Timeout: 20 });
    const running = invoke(test, "leaving", { port: meeting.port });
    while (meeting.most() < 1) await new Promise((resolve) => setImmediate(resolve));
    await test.client.send(new DeleteFunctionCommand({ FunctionName: "leaving" }));
    await expect(invoke(test, "leaving")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await fetch(`http://127.0.0.1:${meeting.port}`);
    const { body: pid } = await running;
    await test.served.environment.clock.settle();
    expect(isRunning(pid)).toBe(false);
  });

  it("are all gone when the lambda is closed, idle or busy, with their files", async () => {
    const meeting = await meetingPoint(2);
    await createFunction(test, "idle", PID_AND_FOLDER);
    await createFunction(test, "busy", UNTIL_MET, { Timeout: 60 });
    const [pid, folder] = (await invoke(test, "idle")).body;
    const busy = invoke(test, "busy", { port: meeting.port });
    while (meeting.most() < 1) await new Promise((resolve) => setImmediate(resolve));
    await test.lambda.close();
    expect([isRunning(pid), existsSync(folder)]).toEqual([false, false]);
    expect((await busy).body).toMatchObject({ errorType: "Runtime.ExitError" });
    await expect(invoke(test, "idle")).rejects.toMatchObject({ name: "ServiceException" });
  });

  it("are not started for events that still wait when the lambda is closed", async () => {
    const meeting = await meetingPoint(2);
    await createFunction(test, "waiting", UNTIL_MET, { Timeout: 60 });
    await test.client.send(
      new PutFunctionConcurrencyCommand({ FunctionName: "waiting", ReservedConcurrentExecutions: 1 }),
    );
    const event = { port: meeting.port };
    for (let index = 0; index < 2; index++) await invoke(test, "waiting", event, { InvocationType: "Event" });
    while (meeting.most() < 1) await new Promise((resolve) => setImmediate(resolve));
    await test.lambda.close();
    await test.advance(300);
    expect(meeting.most()).toBe(1);
    expect(test.logs).toHaveLength(1);
  });

  it("end when the sandbox's own process is gone, also when they still have something to do", async () => {
    const bootstrap = join(__dirname, "../../../../sandbox/services/lambda/runner/bootstrap.cjs");
    const folder = mkdtempSync(join(tmpdir(), "iot-quarantine-test-"));
    writeFileSync(join(folder, "index.js"), "setInterval(() => {}, 1000); exports.handler = async () => 1;");
    const child = spawn(process.execPath, [bootstrap, "0"], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "ipc"],
      env: { _HANDLER: "index.handler", LAMBDA_TASK_ROOT: folder },
    });
    const exited = once(child, "exit");
    const [ready] = await once(child.stdio[3] as Readable, "data");
    child.disconnect();
    const limit = setTimeout(() => child.kill("SIGKILL"), 3000);
    expect([String(ready), await exited]).toEqual(['{"type":"ready"}\n', [0, null]]);
    clearTimeout(limit);
    rmSync(folder, { recursive: true });
  });
});
