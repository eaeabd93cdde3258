"use strict";
// What Lambda's runtime interface client is on AWS: loads the function's handler in this fresh process and
// runs it for each invocation that the parent sends over the IPC channel. Answers and the function's output
// go back as JSON lines through file descriptor 3, written synchronously, so that no line is lost when the
// function exits, and none arrives after the result.
// Plain CommonJS, because it runs in a Node without any hooks.
// Source of the error types and log formats: aws-lambda-nodejs-runtime-interface-client.
const { existsSync, writeSync } = require("node:fs");
const path = require("node:path");
const { format, types } = require("node:util");
const { pathToFileURL } = require("node:url");
const { carrySdk } = require("./carry-sdk.cjs");
const { confine } = require("./confine.cjs");

const RealDate = Date;
const realNow = RealDate.now;
const realExit = process.exit.bind(process);
let offset = 0;
let requestId;

/** Makes `Date` show virtual time from now on. */
function setVirtualNow(now) {
  offset = now - realNow();
}

function installVirtualDate() {
  const now = () => realNow() + offset;
  RealDate.now = now;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
    apply: () => new RealDate(now()).toString(),
  });
  RealDate.prototype.constructor = globalThis.Date;
}

/** Writes one JSON line to the parent. */
function send(frame) {
  let rest = Buffer.from(`${JSON.stringify(frame)}\n`);
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(3, rest));
  } catch {
    // The parent is gone; so is everybody who could read this.
    realExit(1);
  }
}

const log = (message) => send({ type: "log", message });

/** Makes each line that is written to a stream a log event; returns what flushes an unfinished line. */
function captureLines(stream) {
  let rest = "";
  stream.write = (chunk, encoding, callback) => {
    rest += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    const lines = rest.split("\n");
    rest = lines.pop();
    for (const line of lines) log(line);
    const done = typeof encoding === "function" ? encoding : callback;
    if (done) process.nextTick(done);
    return true;
  };
  return () => {
    if (rest !== "") log(rest);
    rest = "";
  };
}

/** Makes the console write as Lambda's text format does: time, request, level, message. */
function installConsole() {
  const levels = { log: "INFO", debug: "DEBUG", info: "INFO", warn: "WARN", error: "ERROR", trace: "TRACE" };
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...args) =>
      log(`${new Date().toISOString()}\t${requestId}\t${level}\t${format(...args)}`);
  }
}

/** The lines of an error's stack, without those of this file, which say nothing about the function. */
const traceOf = (error) =>
  String(error.stack)
    .split("\n")
    .filter((line) => !line.includes(__filename));

/** An error as it stands in an invocation's answer. */
function describe(error) {
  if (!types.isNativeError(error) && !(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return { errorType: error.name, errorMessage: error.message, trace: traceOf(error) };
}

/** An error of the runtime's own. */
const fault = (errorType, errorMessage) => ({ errorType, errorMessage, trace: [] });

async function importModule(file) {
  try {
    return require(file);
  } catch (error) {
    if (error.code !== "ERR_REQUIRE_ESM" && error.code !== "ERR_REQUIRE_ASYNC_MODULE") throw error;
    return import(pathToFileURL(file).href);
  }
}

function loadingFault(error) {
  const message = error?.message ?? String(error);
  if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND") {
    return fault("Runtime.ImportModuleError", `Error: ${message}`);
  }
  return error instanceof SyntaxError
    ? fault("Runtime.UserCodeSyntaxError", `SyntaxError: ${message}`)
    : describe(error);
}

/** Loads `folder/module.export` below the task's root; answers the handler, or what is wrong. */
async function loadHandler(root, name) {
  const found = /^([^.]*)\.(.+)$/.exec(path.basename(name));
  if (!found || name.includes("..")) return { fault: fault("Runtime.MalformedHandlerName", "Bad handler") };
  const base = path.resolve(root, path.dirname(name), found[1]);
  const file = ["", ".js", ".mjs", ".cjs"].map((extension) => base + extension).find(existsSync);
  try {
    if (!file) {
      const missing = `Error: Cannot find module '${found[1]}'`;
      return { fault: fault("Runtime.ImportModuleError", missing) };
    }
    const module = await importModule(file);
    const handler = found[2].split(".").reduce((value, key) => value?.[key], module);
    if (typeof handler === "function") return { handler };
    return { fault: fault("Runtime.HandlerNotFound", `${name} is undefined or not exported`) };
  } catch (error) {
    return { fault: loadingFault(error) };
  }
}

/** Calls a handler of any style: it returns a promise, or answers through the callback. */
function call(handler, event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, value) =>
      error === null || error === undefined ? resolve(value) : reject(error);
    const returned = handler(event, context, callback);
    if (typeof returned?.then === "function") resolve(returned);
    // A handler without a callback that returns no promise has nothing to say: Lambda answers null.
    else if (handler.length < 3) resolve(null);
  });
}

function contextOf(invocation) {
  const deadline = performance.now() + invocation.timeoutMs;
  const { env } = process;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: invocation.functionArn,
    awsRequestId: invocation.requestId,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  };
}

function serialize(value) {
  try {
    return JSON.stringify(value) ?? "null";
  } catch (error) {
    throw Object.assign(new Error(`Unable to stringify response body: ${error.message}`), {
      name: "Runtime.UnserializableResponse",
    });
  }
}

/** Takes on the function's variables, which come as one, so that none of them is there when Node starts. */
function installVariables() {
  const { SANDBOX_FUNCTION_VARIABLES: variables = "{}" } = process.env;
  delete process.env.SANDBOX_FUNCTION_VARIABLES;
  Object.assign(process.env, JSON.parse(variables));
}

function main() {
  confine();
  carrySdk();
  installVariables();
  installVirtualDate();
  setVirtualNow(Number(process.argv[2]));
  const flushes = [captureLines(process.stdout), captureLines(process.stderr)];
  const flush = () => {
    for (const each of flushes) each();
  };
  installConsole();
  const fail = (error, what, isFatal = false) => {
    const { errorType, errorMessage, trace } = error;
    const shown = JSON.stringify({ errorType, errorMessage, stack: trace });
    flush();
    log(`${new Date().toISOString()}\t${requestId}\tERROR\t${what} \t${shown}`);
    send({ type: "error", error, memoryBytes: process.memoryUsage.rss(), isFatal });
  };
  process.on("exit", flush);
  process.on("disconnect", () => realExit(0));
  process.on("uncaughtException", (error) => {
    fail(describe(error), "Uncaught Exception", true);
    realExit(129);
  });
  process.on("unhandledRejection", (reason) => {
    const { errorType, errorMessage, trace } = describe(reason);
    const message = `${errorType}: ${errorMessage}`;
    fail(
      { errorType: "Runtime.UnhandledPromiseRejection", errorMessage: message, trace },
      "Unhandled Promise Rejection",
      true,
    );
    realExit(128);
  });
  const loading = loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
  process.on("message", async (invocation) => {
    const { handler } = await loading;
    requestId = invocation.requestId;
    setVirtualNow(invocation.virtualNow);
    try {
      const value = await call(handler, JSON.parse(invocation.payload), contextOf(invocation));
      const payload = serialize(value);
      flush();
      send({ type: "result", payload, memoryBytes: process.memoryUsage.rss() });
    } catch (error) {
      fail(describe(error), "Invoke Error");
    }
  });
  void loading.then((loaded) => {
    if (loaded.fault) fail(loaded.fault, "Uncaught Exception", true);
    else send({ type: "ready" });
  });
}

main();
