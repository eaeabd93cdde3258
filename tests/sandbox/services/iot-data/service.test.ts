import {
  DeleteConnectionCommand,
  DeleteThingShadowCommand,
  GetConnectionCommand,
  GetRetainedMessageCommand,
  GetThingShadowCommand,
  IoTDataPlaneClient,
  ListNamedShadowsForThingCommand,
  ListRetainedMessagesCommand,
  PublishCommand,
  UpdateThingShadowCommand,
} from "@aws-sdk/client-iot-data-plane";
import { iotDataService } from "../../../../sandbox/services/iot-data/service";
import { ShadowStore } from "../../../../sandbox/services/iot-data/shadow-store";
import { Fleet, heardAtLeast, heardUntilNow } from "../../mqtt/support/fleet";
import { type Served, serve } from "../../support/serve";

let fleet: Fleet;
let served: Served;
let client: IoTDataPlaneClient;

beforeEach(async () => {
  fleet = new Fleet();
  let shadows: ShadowStore | undefined;
  served = await serve((environment) => {
    shadows = new ShadowStore(environment.clock, (topic, payload) =>
      fleet.broker.publish(topic, payload, { qos: 1 }),
    );
    const messaging = {
      publish: (...args: Parameters<typeof fleet.broker.publish>) => fleet.broker.publish(...args),
      disconnect: (...args: Parameters<typeof fleet.broker.disconnect>) => fleet.broker.disconnect(...args),
      connection: (clientId: string) => fleet.broker.connection(clientId),
      retained: () => fleet.broker.retained(),
    };
    return [iotDataService({ shadows, messaging })];
  });
  await fleet.start((topic, payload) => shadows?.handle(topic, payload), { env: served.environment });
  client = new IoTDataPlaneClient(served.client);
});

afterEach(async () => {
  client.destroy();
  await fleet.stop();
  await served.stop();
});

const text = (payload: Uint8Array | undefined) => Buffer.from(payload ?? []).toString();
const desire = (state: object, names: { thingName: string; shadowName?: string } = { thingName: "dev-1" }) =>
  client.send(
    new UpdateThingShadowCommand({
      ...names,
      payload: Buffer.from(JSON.stringify({ state: { desired: state } })),
    }),
  );
const get = (thingName: string) => client.send(new GetThingShadowCommand({ thingName }));

const refused = (name: string, status: number, message: unknown = expect.any(String)) =>
  expect.objectContaining({ name, message, $metadata: expect.objectContaining({ httpStatusCode: status }) });

describe("shadows over HTTPS", () => {
  test("are updated, read and deleted", async () => {
    const updated = await desire({ quarantine: true });
    expect(JSON.parse(text(updated.payload))).toMatchObject({
      state: { desired: { quarantine: true } },
      version: 1,
    });
    const read = await get("dev-1");
    expect(JSON.parse(text(read.payload))).toMatchObject({
      state: { desired: { quarantine: true }, delta: { quarantine: true } },
      version: 1,
      timestamp: Math.floor(served.environment.clock.now() / 1000),
    });
    const deleted = await client.send(new DeleteThingShadowCommand({ thingName: "dev-1" }));
    expect(JSON.parse(text(deleted.payload))).toMatchObject({ version: 1 });
    await expect(get("dev-1")).rejects.toEqual(
      refused("ResourceNotFoundException", 404, "No shadow exists with name: 'dev-1'"),
    );
  });

  test("tell subscribers of the change", async () => {
    const device = await fleet.connect("dev-1");
    await device.client.subscribeAsync("$aws/things/dev-1/shadow/update/delta", { qos: 1 });
    await desire({ quarantine: true });
    await heardAtLeast(device, 1);
    expect(JSON.parse(device.heard[0]?.payload ?? "")).toMatchObject({
      state: { quarantine: true },
      version: 1,
    });
  });

  test("see what a device reported over MQTT once its message was handled", async () => {
    const device = await fleet.connect("dev-1");
    const report = JSON.stringify({ state: { reported: { a: 1 } } });
    await device.client.publishAsync("$aws/things/dev-1/shadow/update", report, { qos: 1 });
    await served.environment.clock.settle();
    expect(JSON.parse(text((await get("dev-1")).payload)).state).toEqual({ reported: { a: 1 } });
  });

  test.each([
    ["{", "InvalidRequestException", 400, "Invalid JSON"],
    ['{"state":{},"version":3}', "ConflictException", 409, "Version conflict"],
    [
      `{"state":{"desired":{"a":"${"x".repeat(8192)}"}}}`,
      "RequestEntityTooLargeException",
      413,
      "The payload exceeds the maximum size allowed",
    ],
    [Buffer.from([0xff]), "UnsupportedDocumentEncodingException", 415, undefined],
  ])("refuse %.30s with %s", async (payload, name, status, message) => {
    const command = new UpdateThingShadowCommand({ thingName: "dev-1", payload: Buffer.from(payload) });
    await expect(client.send(command)).rejects.toEqual(refused(name, status, message));
  });

  test.each([
    { thingName: "a b" },
    { thingName: "x".repeat(129) },
    { thingName: "dev-1", shadowName: "a/b" },
  ])("refuse the name %j", async (names) => {
    await expect(client.send(new GetThingShadowCommand(names))).rejects.toEqual(
      refused("InvalidRequestException", 400),
    );
  });

  test("are listed by name, page by page", async () => {
    for (const shadowName of ["c", "a", "b"]) await desire({ x: 1 }, { thingName: "dev-1", shadowName });
    await desire({ x: 1 });
    const list = (nextToken?: string) =>
      client.send(
        new ListNamedShadowsForThingCommand({
          thingName: "dev-1",
          pageSize: 2,
          ...(nextToken && { nextToken }),
        }),
      );
    const first = await list();
    expect(first).toMatchObject({
      results: ["a", "b"],
      timestamp: Math.floor(served.environment.clock.now() / 1000),
    });
    const second = await list(first.nextToken);
    expect(second.results).toEqual(["c"]);
    expect(second.nextToken).toBeUndefined();
    await expect(list("nonsense")).rejects.toEqual(refused("InvalidRequestException", 400));
  });
});

describe("publishing over HTTPS", () => {
  test("reaches subscribers and counts for no device", async () => {
    const ear = await fleet.connect("listener");
    await ear.client.subscribeAsync("a/#");
    await client.send(new PublishCommand({ topic: "a/b c", payload: Buffer.from("hello"), qos: 1 }));
    await heardAtLeast(ear, 1);
    expect(ear.heard).toEqual([{ topic: "a/b c", payload: "hello", retain: false }]);
    expect(fleet.activity.log.filter((line) => line.startsWith("sent"))).toEqual([]);
  });

  test("asks the shadow service as a device would", async () => {
    const payload = Buffer.from('{"state":{"desired":{"a":1}}}');
    await client.send(new PublishCommand({ topic: "$aws/things/dev-1/shadow/update", payload }));
    expect(JSON.parse(text((await get("dev-1")).payload)).version).toBe(1);
  });

  test("of 128 KB passes", async () => {
    await client.send(new PublishCommand({ topic: "a", payload: Buffer.alloc(131_072) }));
  });

  test.each([
    [{ topic: "a", payload: Buffer.alloc(131_073) }, "RequestEntityTooLargeException", 413],
    [{ topic: "a", qos: 2 }, "InvalidRequestException", 400],
    [{ topic: "a/#" }, "InvalidRequestException", 400],
    [{ topic: "1/2/3/4/5/6/7/8/9" }, "InvalidRequestException", 400],
    [{ topic: "$SYS/x" }, "InvalidRequestException", 400],
    [{ topic: "$aws/things/dev-1/shadow/get", retain: true }, "InvalidRequestException", 400],
  ])("%j is refused", async (input, name, status) => {
    const ear = await fleet.connect("listener");
    await ear.client.subscribeAsync(["#", "$aws/#"]);
    await expect(client.send(new PublishCommand(input))).rejects.toEqual(refused(name, status));
    expect((await heardUntilNow(ear, fleet)).filter((topic) => !topic.startsWith("$aws/events/"))).toEqual(
      [],
    );
  });
});

describe("retained messages", () => {
  test("are listed and read", async () => {
    const lastModifiedTime = served.environment.clock.now();
    for (const topic of ["config/b", "config/a"]) {
      await client.send(new PublishCommand({ topic, payload: Buffer.from(topic), qos: 1, retain: true }));
    }
    const listed = await client.send(new ListRetainedMessagesCommand({ maxResults: 1 }));
    expect(listed.retainedTopics).toEqual([{ topic: "config/a", payloadSize: 8, qos: 1, lastModifiedTime }]);
    const rest = await client.send(new ListRetainedMessagesCommand({ nextToken: listed.nextToken }));
    expect(rest.retainedTopics?.map(({ topic }) => topic)).toEqual(["config/b"]);
    const message = await client.send(new GetRetainedMessageCommand({ topic: "config/a" }));
    expect(message).toMatchObject({ topic: "config/a", qos: 1, lastModifiedTime });
    expect(text(message.payload)).toBe("config/a");
    await expect(client.send(new GetRetainedMessageCommand({ topic: "config" }))).rejects.toEqual(
      refused("ResourceNotFoundException", 404),
    );
  });
});

describe("deleting a connection", () => {
  test.each([undefined, true, false])("with preventWillMessage %s", async (preventWillMessage) => {
    const ear = await fleet.connect("listener");
    await ear.client.subscribeAsync("wills", { qos: 1 });
    const will = { topic: "wills", payload: Buffer.from("x"), qos: 1 as const, retain: false };
    const device = await fleet.connect("a/b c", { will, clean: false });
    const command = (cleanSession: boolean) =>
      new DeleteConnectionCommand({
        clientId: "a/b c",
        cleanSession,
        ...(preventWillMessage !== undefined && { preventWillMessage }),
      });
    await client.send(command(false));
    await device.ended;
    await served.environment.clock.settle();
    expect(await heardUntilNow(ear, fleet)).toEqual(preventWillMessage ? [] : ["wills"]);
    // What is left is the persistent session.
    await client.send(command(true));
    await expect(client.send(command(true))).rejects.toEqual(refused("ResourceNotFoundException", 404));
  });

  test.each(["$aws", "x".repeat(129)])("of the client id %s is refused", async (clientId) => {
    await expect(client.send(new DeleteConnectionCommand({ clientId }))).rejects.toEqual(
      refused("InvalidRequestException", 400),
    );
  });
});

describe("getting a connection", () => {
  const connection = (clientId: string, includeSocketInformation?: boolean) =>
    client.send(
      new GetConnectionCommand({
        clientId,
        ...(includeSocketInformation === undefined ? {} : { includeSocketInformation }),
      }),
    );

  test("tells since when, and where from only if it is asked", async () => {
    const connectedSince = served.environment.clock.now();
    await fleet.connect("dev:1");
    expect(await connection("dev:1")).toMatchObject({ connected: true, connectedSince, cleanSession: true });
    expect((await connection("dev:1")).sourceIp).toBeUndefined();
    expect((await connection("dev:1", true)).sourceIp).toMatch(/127\.0\.0\.1$/);
  });

  test("tells a session that waits from a client that is not known", async () => {
    const device = await fleet.connect("dev-1", { clean: false });
    await device.client.endAsync();
    await served.environment.clock.settle();
    expect(await connection("dev-1")).toMatchObject({ clientId: "dev-1", connected: false });
    await expect(connection("nobody")).rejects.toEqual(refused("ResourceNotFoundException", 404));
  });
});
