import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
import { zip } from "../services/lambda/serve-lambda";
import { type EmptySandbox, startEmptySandbox } from "../support/empty-sandbox";
import { type RawRequest, send, WAYS_OF_A_PAGE } from "./browser";

let sandbox: EmptySandbox;
let port: number;
beforeAll(async () => {
  sandbox = await startEmptySandbox();
  port = Number(new URL(sandbox.endpoint).port);
  // So that the page's function could be made: a page could make the role as well.
  const principal = { Service: "lambda.amazonaws.com" };
  const trust = { Statement: [{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" }] };
  await sandbox.clients.iam.send(
    new CreateRoleCommand({ RoleName: "evil", AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
});
afterAll(() => sandbox.stop());

const CREATE_FUNCTION = JSON.stringify({
  FunctionName: "evil",
  Runtime: "nodejs22.x",
  Handler: "index.handler",
  Role: "arn:aws:iam::123456789012:role/evil",
  Code: { ZipFile: Buffer.from(zip({ "index.js": "exports.handler = async () => 1;" })).toString("base64") },
});

/** What a page would like to do, each with a body that needs no preflight. */
const TARGETS: readonly (readonly [string, string])[] = [
  ["/2015-03-31/functions", CREATE_FUNCTION],
  ["/2015-03-31/functions/evil/invocations", "{}"],
  ["/?Action=CreateTopic&Version=2010-03-31&Name=evil", ""],
  ["/_sandbox/reset", '{"deploy":false}'],
  ["/_sandbox/clock", '{"advanceSeconds":300}'],
  ["/_sandbox/identity", ""],
  ["/no-such-path", ""],
];

const status = async (request: RawRequest) => (await send(port, request)).status;
const identity = { target: "/_sandbox/identity" };

const state = async () => ({
  identity: await (await fetch(`${sandbox.endpoint}/_sandbox/identity`)).json(),
  clock: await (await fetch(`${sandbox.endpoint}/_sandbox/clock`)).json(),
  functions: (await sandbox.clients.lambda.send(new ListFunctionsCommand({}))).Functions,
  topics: (await sandbox.clients.sns.send(new ListTopicsCommand({}))).Topics,
});

describe("a web page cannot use the sandbox", () => {
  it.each(WAYS_OF_A_PAGE)("through %s", async (_what, requestOf) => {
    const before = await state();
    for (const [target, body] of TARGETS) {
      const answer = await send(port, requestOf(port, target, body));
      expect([target, answer.status]).toEqual([target, 403]);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
      expect(answer.body).toContain(`http://127.0.0.1:${port}`);
    }
    expect(await state()).toEqual(before);
  });
});

describe("a request under another name than loopback's is refused", () => {
  it.each([
    ["evil.example"],
    ["127.0.0.1.evil.example"],
    ["localhost.evil.example"],
    ["evil-localhost"],
    ["127.evil.example"],
    ["127.0.0.1@evil.example"],
    ["evil.example#.localhost"],
    ["localhost:80:80"],
    ["128.0.0.1"],
    ["0.0.0.0"],
    ["[::]"],
    ["[::2]"],
    ["192.168.0.1"],
    [""],
  ])("in Host: %s", async (host) => {
    expect(await status({ ...identity, headers: [["Host", host]] })).toBe(403);
    expect(await status({ ...identity, headers: [["Host", `${host}:${port}`]] })).toBe(403);
    expect(await status({ ...identity, version: "1.0", headers: [["Host", host]] })).toBe(403);
  });

  it("in a second Host header, or in two that are the same", async () => {
    const hosts = (...names: string[]) => names.map((name) => ["Host", name] as const);
    expect(await status({ ...identity, headers: hosts("127.0.0.1", "evil.example") })).toBe(403);
    expect(await status({ ...identity, headers: hosts("evil.example", "127.0.0.1") })).toBe(403);
    expect(await status({ ...identity, headers: hosts("127.0.0.1", "127.0.0.1") })).toBe(403);
  });

  it.each([["http://evil.example"], ["http://127.0.0.1@evil.example"], ["HTTPS://evil.example:1"]])(
    "in a request target of %s",
    async (prefix) => {
      const target = `${prefix}/_sandbox/identity`;
      expect(await status({ target, headers: [["Host", "127.0.0.1"]] })).toBe(403);
      expect(await status({ target, headers: [] })).toBe(403);
    },
  );
});

describe("whoever may use the sandbox still can", () => {
  it.each([
    ["127.0.0.1"],
    ["127.1.2.3"],
    ["[::1]"],
    ["localhost"],
    ["LocalHost"],
    ["localhost."],
    ["iot.localhost"],
    ["data-ats.iot.us-east-1.localhost"],
  ])("under the name %s", async (name) => {
    for (const host of [name, `${name}:${port}`, `${name}:80`]) {
      expect(await status({ ...identity, headers: [["Host", host]] })).toBe(200);
      const own = [["Host", host] as const, ["Origin", `http://${host}`] as const];
      expect(await status({ ...identity, headers: [...own, ["Sec-Fetch-Site", "same-origin"]] })).toBe(200);
    }
  });

  it("without a Host, but not from a page", async () => {
    expect(await status({ ...identity, version: "1.0", headers: [] })).toBe(200);
    expect(await status({ ...identity, version: "1.0", headers: [["Origin", "http://undefined"]] })).toBe(
      403,
    );
  });

  it("who types the address into a browser", async () => {
    const typed = [["Host", `127.0.0.1:${port}`] as const, ["Sec-Fetch-Site", "none"] as const];
    expect(await status({ ...identity, headers: typed })).toBe(200);
  });
});

/** An SDK's middleware: the request names another host than it is sent to. */
const toAnotherHost =
  <Args extends { request?: unknown }, Result>(next: (args: Args) => Promise<Result>) =>
  (args: Args) => {
    (args.request as { headers: Record<string, string> }).headers.host = "host.docker.internal";
    return next(args);
  };

describe("the refusal", () => {
  const page = [["Host", "localhost"] as const, ["Origin", "https://evil.example"] as const];

  it("says what was refused and what to do", async () => {
    // Of HTTP 1.0, so that the body comes in one piece.
    const { headers, body } = await send(port, { version: "1.0", headers: page });
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "x-amzn-errortype": "AccessDeniedException",
    });
    expect(JSON.parse(body)).toEqual({
      __type: "AccessDeniedException",
      message: `The request comes from a web page of "https://evil.example" (header Origin): no page may use the sandbox. Use an AWS CLI, an SDK or curl at http://127.0.0.1:${port}, or type the address into the browser.`,
    });
  });

  it("reaches a client that takes the sandbox for another host, whatever protocol it speaks", async () => {
    const settings = {
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
      maxAttempts: 1,
    };
    const lambda = new LambdaClient({ ...settings, endpoint: sandbox.endpoint });
    const sns = new SNSClient({ ...settings, endpoint: sandbox.endpoint });
    const refused = {
      name: "AccessDeniedException",
      message: expect.stringContaining("host.docker.internal"),
      $metadata: { httpStatusCode: 403 },
    };
    lambda.middlewareStack.add(toAnotherHost, { step: "finalizeRequest" });
    sns.middlewareStack.add(toAnotherHost, { step: "finalizeRequest" });
    await expect(lambda.send(new ListFunctionsCommand({}))).rejects.toMatchObject(refused);
    await expect(sns.send(new ListTopicsCommand({}))).rejects.toMatchObject(refused);
    lambda.destroy();
    sns.destroy();
  });
});
