import { connect } from "node:net";
import {
  CreateThingCommand,
  IoTClient,
  ListSecurityProfilesCommand,
  ListThingsCommand,
} from "@aws-sdk/client-iot";
import { readStackFiles } from "../../pulumi-host/program/stack-files";
import { type Sandbox, startSandbox } from "../../sandbox/start-sandbox";
import { ReplayedStack } from "../support/replayed-stack";
import { clientSettings, PROJECT_FOLDER } from "./support/dev-sandbox";

let sandbox: Sandbox;
let iot: IoTClient;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0 });
  sandbox.prepare(new ReplayedStack(sandbox, readStackFiles(PROJECT_FOLDER, "dev"), () => undefined));
  iot = new IoTClient(clientSettings(sandbox));
});

afterAll(async () => {
  iot.destroy();
  await sandbox.stop();
});

const post = (path: string, body: string) =>
  fetch(`${sandbox.address.endpoint}${path}`, { method: "POST", body });

it("tells the virtual time, which begins at a full hour and stands still at speed 0", async () => {
  const response = await fetch(`${sandbox.address.endpoint}/_sandbox/clock`);
  const { now, speed } = (await response.json()) as { now: number; speed: number };
  expect(speed).toBe(0);
  expect(now % 3_600_000).toBe(0);
  expect(response.headers.get("date")).toBe(new Date(now).toUTCString());
});

it("moves the clock by what it is asked for, fractions of a second included", async () => {
  const before = sandbox.clock.now();
  const response = await post("/_sandbox/clock", '{"advanceSeconds": 1.5}');
  expect(await response.json()).toEqual({ now: before + 1500, speed: 0 });
});

it("pauses a clock that runs, and lets it go on from where it stood", async () => {
  await post("/_sandbox/clock", '{"speed": 1000}');
  const paused = await (await post("/_sandbox/clock", '{"speed": 0}')).json();
  expect(paused).toEqual({ now: sandbox.clock.now(), speed: 0 });
  const before = sandbox.clock.now();
  const both = await post("/_sandbox/clock", '{"speed": 0, "advanceSeconds": 1}');
  expect(await both.json()).toEqual({ now: before + 1000, speed: 0 });
});

it.each([
  ["a speed that windows could not keep up with", '{"speed": 10001}'],
  ["text", '{"advanceSeconds": "300"}'],
  ["a negative number", '{"advanceSeconds": -1}'],
  ["nothing", "{}"],
  ["too far", '{"advanceSeconds": 7776001}'],
  ["no JSON", "advance"],
  ["a list", "[300]"],
])("refuses to set the clock by %s and says what to send", async (_what, body) => {
  const before = sandbox.clock.now();
  const response = await post("/_sandbox/clock", body);
  expect(response.status).toBe(400);
  expect(((await response.json()) as { message: string }).message).toMatch(/^(Set|Send) /);
  expect(sandbox.clock.now()).toBe(before);
});

it("is another after a reset, for those who keep what they know of it", async () => {
  const identity = async () => (await fetch(`${sandbox.address.endpoint}/_sandbox/identity`)).json();
  const before = await identity();
  expect(before).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    region: "us-east-1",
    account: "123456789012",
    mqtt: sandbox.address.mqtt,
    deployed: null,
  });
  expect(await identity()).toEqual(before);
  await post("/_sandbox/reset", '{"deploy": false}');
  expect(await identity()).not.toEqual(before);
});

it("empties everything on a reset, without a deploy when told so", async () => {
  await iot.send(new CreateThingCommand({ thingName: "dev-1" }));
  const response = await post("/_sandbox/reset", '{"deploy": false}');
  expect(response.status).toBe(200);
  expect((await iot.send(new ListThingsCommand({}))).things).toEqual([]);
  expect((await post("/_sandbox/reset", '{"deploy": "no"}')).status).toBe(400);
});

it("deploys the stack again on a plain reset", async () => {
  expect((await post("/_sandbox/reset", "")).status).toBe(200);
  const { securityProfileIdentifiers = [] } = await iot.send(new ListSecurityProfilesCommand({}));
  expect(securityProfileIdentifiers.map(({ name }) => name)).toEqual(["MsgSentSecProfile"]);
  const identity = await fetch(`${sandbox.address.endpoint}/_sandbox/identity`);
  expect(await identity.json()).toMatchObject({ deployed: "dev" });
});

it("queues resets up: two at once leave one whole stack", async () => {
  const answers = await Promise.all([post("/_sandbox/reset", ""), post("/_sandbox/reset", "")]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  const { securityProfileIdentifiers = [] } = await iot.send(new ListSecurityProfilesCommand({}));
  expect(securityProfileIdentifiers).toHaveLength(1);
});

it("names its own paths when asked for another, and keeps the root free", async () => {
  const strange = await post("/_sandbox/nothing", "");
  expect(strange.status).toBe(404);
  expect(((await strange.json()) as { message: string }).message).toContain("GET /_sandbox/clock");
  expect((await fetch(sandbox.address.endpoint)).status).toBe(400);
});

it("goes on after bytes that are not HTTP", async () => {
  const { port, hostname } = new URL(sandbox.address.endpoint);
  const answer = await new Promise<string>((resolve, reject) => {
    let text = "";
    const socket = connect(Number(port), hostname, () => socket.write("\u0000\u0001 nonsense\r\n\r\n"));
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
    });
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect((await fetch(`${sandbox.address.endpoint}/_sandbox/clock`)).status).toBe(200);
});

it("leaves nothing behind where a port is taken", async () => {
  const { port } = new URL(sandbox.address.endpoint);
  await expect(startSandbox({ port: Number(port) })).rejects.toThrow("EADDRINUSE");
  const mqtt = new URL(sandbox.address.mqtt).port;
  await expect(startSandbox({ port: 0, mqttPort: Number(mqtt) })).rejects.toThrow("EADDRINUSE");
});
