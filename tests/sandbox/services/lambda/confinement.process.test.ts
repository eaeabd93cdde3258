import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteFunctionCommand } from "@aws-sdk/client-lambda";
import { createFunction, invoke, type ServedLambda, serveLambda } from "./serve-lambda";

const REPOSITORY = join(__dirname, "..", "..", "..", "..");

let test: ServedLambda;
/** A folder of the developer's, with a file in it. */
let outside: string;
beforeEach(async () => {
  test = await serveLambda();
  outside = realpathSync(mkdtempSync(join(tmpdir(), "iot-quarantine-developer-")));
  writeFileSync(join(outside, "secret"), "secret");
});
afterEach(async () => {
  await test.stop();
  rmSync(outside, { recursive: true });
});

/** Runs an expression in a function; answers its value, or the code of what it throws. */
async function attempt(expression: string, more: Record<string, string> = {}): Promise<unknown> {
  await createFunction(
    test,
    "attempting",
    {
      "index.js": `
        const [fs, os, path] = [require("node:fs"), require("node:os"), require("node:path")];
        exports.handler = async (outside) => {
          try { return await (${expression}); } catch (error) { return error.code ?? error.message; }
        };`,
      ...more,
    },
    { Timeout: 20 },
  );
  const { body } = await invoke(test, "attempting", outside);
  await test.client.send(new DeleteFunctionCommand({ FunctionName: "attempting" }));
  return body;
}

describe("a function cannot reach what is the developer's", () => {
  it.each([
    ["read a file", `fs.readFileSync(outside + "/secret", "utf8")`],
    [
      "read one by a path that leaves its own folder",
      `fs.readFileSync(os.tmpdir() + "/../../" + path.basename(outside) + "/secret", "utf8")`,
    ],
    ["read one by promise", `fs.promises.readFile(outside + "/secret", "utf8")`],
    ["read its home", `fs.readdirSync(${JSON.stringify(homedir())})`],
    ["read the repository", `fs.readFileSync(${JSON.stringify(join(REPOSITORY, "package.json"))}, "utf8")`],
    ["require a module of it", `require(${JSON.stringify(join(REPOSITORY, "package.json"))})`],
    [
      "import a module of it",
      `import(${JSON.stringify(join(REPOSITORY, "main.js"))}).then(() => "imported")`,
    ],
    ["look at the machine's temporary folder", `fs.readdirSync(path.dirname(outside))`],
    ["read the sandbox's environment", `fs.readFileSync("/proc/" + process.ppid + "/environ", "utf8")`],
    ["write a file", `fs.writeFileSync(outside + "/written", "x")`],
    ["delete one", `fs.rmSync(outside + "/secret")`],
    ["write beside its code", `fs.writeFileSync(__dirname + "/written", "x")`],
    ["write into its home", `fs.writeFileSync(os.homedir() + "/written", "x")`],
    ["write to a /tmp that is written out", `fs.writeFileSync("/tmp/iot-quarantine-written", "x")`],
    ["lead a link out of its folder", `fs.symlinkSync(outside, os.tmpdir() + "/link")`],
    ["start a program", `require("node:child_process").execFileSync(process.execPath, ["--version"])`],
    ["become one", `process.execve ? process.execve("/bin/true", ["true"]) : "ERR_ACCESS_DENIED"`],
    ["start a worker", `new (require("node:worker_threads").Worker)("1", { eval: true })`],
    ["open a debugger", `require("node:inspector").open(0)`],
    ["end the sandbox", `process.kill(process.ppid, 0)`],
    ["end its process group", `process.kill(0, 0)`],
    ["open the sandbox's debugger", `process.kill(process.ppid, "SIGUSR1")`],
    ["open it by the back door", `process._debugProcess(process.ppid)`],
    ["open it as a module", `import("node:process").then((own) => own._kill(process.ppid, 0))`],
    ["set flags of V8", `require("node:v8").setFlagsFromString("--no-opt")`],
    ["set them as a module", `import("node:v8").then((v8) => v8.setFlagsFromString("--no-opt"))`],
  ])("%s", async (_what, expression) => {
    expect(await attempt(expression)).toBe("ERR_ACCESS_DENIED");
    expect(readdirSync(outside)).toEqual(["secret"]);
  });

  it("load native code", async () => {
    const library = { "native.node": "" };
    expect(await attempt(`require("./native.node")`, library)).toBe("ERR_DLOPEN_DISABLED");
  });

  it("open a database, whose files Node's permissions do not cover", async () => {
    const open = `new (require("node:sqlite").DatabaseSync)(outside + "/written")`;
    expect(await attempt(open)).toBe("ERR_UNKNOWN_BUILTIN_MODULE");
    expect(readdirSync(outside)).toEqual(["secret"]);
  });

  describe("by a socket that is a file, such as Docker's", () => {
    let server: Server;
    let connections = 0;
    beforeEach(async () => {
      connections = 0;
      server = createServer((socket) => {
        connections++;
        socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
      });
      await once(server.listen(join(outside, "socket")), "listening");
    });
    afterEach(() => new Promise((resolve) => server.close(resolve)));

    const told = (emitter: string) =>
      `new Promise((resolve, reject) => ${emitter}.on("connect", resolve).on("response", resolve).on("error", reject))`;

    it.each([
      ["a path", told(`require("node:net").connect(outside + "/socket")`)],
      ["options", told(`require("node:net").createConnection({ path: outside + "/socket" })`)],
      ["a socket", told(`new (require("node:net").Socket)().connect(outside + "/socket")`)],
      ["a secure one", told(`require("node:tls").connect({ path: outside + "/socket" })`)],
      ["HTTP", told(`require("node:http").get({ socketPath: outside + "/socket" })`)],
      ["one of its own", `require("node:net").createServer().listen(outside + "/own")`],
    ])("%s", async (_what, expression) => {
      expect(await attempt(expression)).toBe("ERR_ACCESS_DENIED");
      expect(connections).toBe(0);
      expect(readdirSync(outside).sort()).toEqual(["secret", "socket"]);
    });
  });
});

describe("a function's environment variables", () => {
  it("have nothing of the developer's", async () => {
    const taken = {
      AWS_PROFILE: "prod",
      SSH_AUTH_SOCK: "/s",
      npm_config_token: "t",
      NODE_OPTIONS: "",
      HOME: "/h",
    };
    const before = { ...process.env };
    Object.assign(process.env, taken, { XDG_CONFIG_HOME: "/x", PATH: `/developer:${process.env.PATH}` });
    try {
      const variables = (await attempt("process.env")) as Record<string, string>;
      expect(
        Object.keys(variables)
          .filter((name) => !/^(_HANDLER|LAMBDA_TASK_ROOT|AWS_.*)$/.test(name))
          .sort(),
      ).toEqual(["HOME", "PATH", "TMPDIR", "TZ"]);
      expect(variables).not.toHaveProperty("AWS_PROFILE");
      expect(variables.PATH).toBe("/usr/local/bin:/usr/bin:/bin");
      expect(variables.HOME).not.toBe("/h");
    } finally {
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
    }
  });

  it("cannot change how Node starts: it would loosen what holds the function", async () => {
    const Variables = {
      NODE_OPTIONS: "--allow-child-process --allow-fs-read=* --bad-flag",
      LD_PRELOAD: "./x.so",
    };
    await createFunction(
      test,
      "loosened",
      `exports.handler = async (outside) => {
         const { NODE_OPTIONS, LD_PRELOAD } = process.env;
         try { return require("node:fs").readFileSync(outside + "/secret", "utf8"); }
         catch (error) { return [error.code, NODE_OPTIONS, LD_PRELOAD]; }
       };`,
      { Environment: { Variables } },
    );
    const { body } = await invoke(test, "loosened", outside);
    expect(body).toEqual(["ERR_ACCESS_DENIED", Variables.NODE_OPTIONS, Variables.LD_PRELOAD]);
    expect(test.logs.flatMap(({ lines }) => lines.map(({ message }) => message)).join("\n")).not.toContain(
      "LD_PRELOAD",
    );
  });
});

describe("a function's own folders", () => {
  const WRITES = `
    const { mkdirSync, readdirSync, writeFileSync, rmSync } = require("node:fs");
    const os = require("node:os");
    exports.handler = async (name) => {
      mkdirSync(os.tmpdir() + "/a/b", { recursive: true });
      writeFileSync(os.tmpdir() + "/a/b/c", "x");
      rmSync(os.tmpdir() + "/a", { recursive: true });
      writeFileSync(os.tmpdir() + "/" + name, "x");
      return { files: readdirSync(os.tmpdir()), tmp: os.tmpdir(), home: os.homedir(), inHome: readdirSync(os.homedir()) };
    };`;

  it("hold what it writes to os.tmpdir() from one invocation to the next, and an empty home", async () => {
    await createFunction(test, "writing", WRITES);
    const { body: first } = await invoke(test, "writing", "first");
    const { body: second } = await invoke(test, "writing", "second");
    expect(first).toMatchObject({ files: ["first"], inHome: [] });
    expect(second).toMatchObject({ files: ["first", "second"], tmp: first.tmp });
  });

  it("are shared with no other function", async () => {
    await createFunction(test, "one", WRITES);
    await createFunction(test, "other", WRITES);
    const { body: one } = await invoke(test, "one", "of-one");
    const { body: other } = await invoke(test, "other", "of-other");
    expect([one.files, other.files]).toEqual([["of-one"], ["of-other"]]);
    await createFunction(
      test,
      "prying",
      "exports.handler = async (path) => { try { return require('node:fs').readdirSync(path); } catch (error) { return error.code; } };",
    );
    for (const path of [one.tmp, one.home])
      expect((await invoke(test, "prying", path)).body).toBe("ERR_ACCESS_DENIED");
  });

  it("are gone with their environment: when the function is deleted, crashes, and when the lambda is closed", async () => {
    const folders = async (name: string) => {
      await createFunction(test, name, WRITES);
      const { body } = await invoke(test, name, "file");
      expect([existsSync(body.tmp), existsSync(body.home)]).toEqual([true, true]);
      return [body.tmp, body.home];
    };
    const deleted = await folders("deleted");
    await test.client.send(new DeleteFunctionCommand({ FunctionName: "deleted" }));
    await test.served.environment.clock.settle();
    expect(deleted.map(existsSync)).toEqual([false, false]);
    await createFunction(
      test,
      "crashing",
      `exports.handler = async () => { console.log(require("node:os").tmpdir()); process.exit(1); };`,
    );
    await invoke(test, "crashing");
    const tmp = test.logs
      .at(-1)
      ?.lines.map(({ message }) => message.split("\t").at(-1) ?? "")
      .find((line) => line.startsWith("/"));
    expect([tmp, existsSync(tmp ?? "")]).toEqual([expect.stringContaining("iot-quarantine-"), false]);
    const closed = await folders("closed");
    await test.lambda.close();
    expect(closed.map(existsSync)).toEqual([false, false]);
  });
});

describe("a confined function", () => {
  it("logs nothing of how it is confined", async () => {
    await createFunction(test, "quiet", "exports.handler = async () => 1;");
    await invoke(test, "quiet");
    expect(test.logs[0]?.lines.map(({ message }) => message.split(/[ \t]/)[0])).toEqual([
      "START",
      "END",
      "REPORT",
    ]);
  });

  it("has the network of the machine, by http and by fetch", async () => {
    const get = `new Promise((resolve) => require("node:http").get(process.env.AWS_ENDPOINT_URL, ({ statusCode }) => resolve(statusCode)))`;
    expect(
      await attempt(
        `Promise.all([${get}, fetch(process.env.AWS_ENDPOINT_URL).then(({ status }) => status)])`,
      ),
    ).toEqual([expect.any(Number), expect.any(Number)]);
  });

  it("may load what its archive holds, of either module system, and signal itself", async () => {
    const files = {
      "lib/part.mjs": "export default 1;",
      "node_modules/dep/index.js": "module.exports = 2;",
      "data.json": "3",
    };
    const expression = `Promise.all([import("./lib/part.mjs").then((part) => part.default), require("dep"), JSON.parse(fs.readFileSync(__dirname + "/data.json", "utf8")), process.kill(process.pid, 0)])`;
    expect(await attempt(expression, files)).toEqual([1, 2, 3, true]);
  });
});
