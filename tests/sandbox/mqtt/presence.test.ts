import { proxyHeader } from "../../../sandbox/mqtt/proxy-header";
import { connectPacket, type Device, Fleet, heardAtLeast } from "./support/fleet";

const CERTIFICATE = "a1".repeat(32);

let fleet: Fleet;
let ear: Device;
beforeEach(async () => {
  fleet = new Fleet();
  await fleet.start();
  ear = await fleet.connect("listener");
  await ear.client.subscribeAsync("$aws/events/presence/+/dev-1", { qos: 1 });
});
afterEach(() => fleet.stop());

const events = () => ear.heard.map(({ payload }) => JSON.parse(payload) as Record<string, unknown>);

/** The reason that the event of dev-1's end gives. */
async function reasonOf(end: (device: Device) => unknown, options = {}): Promise<unknown> {
  const device = await fleet.connect("dev-1", options);
  end(device);
  await heardAtLeast(ear, 2);
  return events()[1]?.disconnectReason;
}

describe("lifecycle events", () => {
  test("tell of a connection and of its end, in AWS's form", async () => {
    const device = await fleet.connect("dev-1");
    await device.client.endAsync();
    await heardAtLeast(ear, 2);
    const [connected, disconnected] = events();
    expect(ear.heard.map(({ topic }) => topic)).toEqual([
      "$aws/events/presence/connected/dev-1",
      "$aws/events/presence/disconnected/dev-1",
    ]);
    expect(connected).toEqual({
      clientId: "dev-1",
      timestamp: fleet.clock.now(),
      eventType: "connected",
      sessionIdentifier: expect.stringMatching(/^[0-9a-f-]{36}$/),
      principalIdentifier: "sandbox-default-device-principal",
      ipAddress: "127.0.0.1",
      versionNumber: expect.any(Number),
    });
    const { ipAddress: _gone, ...kept } = connected ?? {};
    expect(disconnected).toEqual({
      ...kept,
      eventType: "disconnected",
      clientInitiatedDisconnect: true,
      disconnectReason: "CLIENT_INITIATED_DISCONNECT",
    });
  });

  test.each(["203.0.113.7", "2001:db8::7"])(
    "tell of the address of a proxy's header: %s",
    async (address) => {
      const socket = await fleet.socket();
      const header = Buffer.from(proxyHeader(address));
      socket.write(Buffer.concat([header, connectPacket("dev-1")]));
      await heardAtLeast(ear, 1);
      expect(events()[0]).toMatchObject({ eventType: "connected", ipAddress: address });
    },
  );

  test("name the thing of an exclusive attachment alone", async () => {
    const arn = `arn:aws:iot:us-east-1:123456789012:cert/${CERTIFICATE}`;
    const allow = { Effect: "Allow", Action: "iot:*", Resource: "*" };
    fleet.authority.attached.set(arn, [{ Version: "2012-10-17", Statement: [allow] }]);
    fleet.authority.things.set("lamp", { name: "lamp", attributes: {} });
    const named = async (exclusiveThing?: string) => {
      const thingNames = [exclusiveThing ?? "dev-1"];
      fleet.authority.certificates.set(CERTIFICATE, {
        ...{ arn, status: "ACTIVE", thingNames },
        ...(exclusiveThing !== undefined && { exclusiveThing }),
      });
      const before = ear.heard.length;
      const device = await fleet.connect("dev-1", { username: CERTIFICATE });
      await device.client.endAsync();
      await heardAtLeast(ear, before + 2);
      return events()
        .slice(before)
        .map(({ eventType, thingName }) => [eventType, thingName]);
    };
    expect(await named()).toEqual([
      ["connected", undefined],
      ["disconnected", undefined],
    ]);
    expect(await named("lamp")).toEqual([
      ["connected", "lamp"],
      ["disconnected", "lamp"],
    ]);
  });

  test.each<[string, (device: Device) => unknown]>([
    ["CONNECTION_LOST", ({ client }) => client.stream.destroy()],
    ["CLIENT_ERROR", ({ client }) => client.publish("1/2/3/4/5/6/7/8/9", "x")],
    ["AUTH_ERROR", ({ client }) => client.publish("$SYS/x", "x")],
    ["DUPLICATE_CLIENTID", () => fleet.connect("dev-1")],
    [
      "API_INITIATED_DISCONNECT",
      () => fleet.broker.disconnect("dev-1", { cleanSession: false, preventWillMessage: false }),
    ],
  ])("give the reason %s", async (reason, end) => {
    await expect(reasonOf(end)).resolves.toBe(reason);
    expect(events()[1]?.clientInitiatedDisconnect).toBe(false);
  });

  test("give the reason of a device that fell silent", async () => {
    const socket = await fleet.socket();
    socket.write(connectPacket("dev-1", 4, 1));
    await heardAtLeast(ear, 2);
    expect(events()[1]?.disconnectReason).toBe("MQTT_KEEP_ALIVE_TIMEOUT");
  });

  test("tell of a connection that was refused, with its certificate", async () => {
    await expect(fleet.connect("dev-1", { username: CERTIFICATE })).rejects.toMatchObject({ code: 5 });
    await heardAtLeast(ear, 1);
    expect(ear.heard[0]?.topic).toBe("$aws/events/presence/connect_failed/dev-1");
    expect(events()[0]).toMatchObject({
      eventType: "connect_failed",
      connectFailureReason: "AUTHORIZATION_FAILED",
      principalIdentifier: CERTIFICATE,
    });
  });

  test("leave out client ids with a wildcard", async () => {
    await ear.client.subscribeAsync("$aws/events/presence/#", { qos: 1 });
    const odd = await fleet.connect("dev-1/#");
    await odd.client.endAsync();
    await fleet.connect("dev-1");
    await heardAtLeast(ear, 1);
    expect(ear.heard.map(({ topic }) => topic)).toEqual(["$aws/events/presence/connected/dev-1"]);
  });
});
