import { once } from "node:events";
import { connectPacket, type Device, Fleet, heardAtLeast, heardUntilNow } from "./support/fleet";

let fleet: Fleet;
beforeEach(async () => {
  fleet = new Fleet();
  await fleet.start();
});
afterEach(() => fleet.stop());

/** The QoS of each message that a device is sent from now on. */
function qosOf({ client }: Device): number[] {
  const all: number[] = [];
  client.on("message", (_topic, _payload, { qos }) => all.push(qos));
  return all;
}

describe("subscriptions that overlap", () => {
  type Qos = 0 | 1;
  test.each<[Qos, Qos, Qos, boolean]>([
    [1, 0, 1, true],
    [0, 1, 1, true],
    [0, 0, 0, true],
    [1, 0, 1, false],
    [0, 1, 1, false],
    [0, 0, 0, false],
  ])("of QoS %i and %i deliver once, with QoS %i (clean session: %s)", async (first, second, qos, clean) => {
    const ear = await fleet.connect("listener", { clean });
    await ear.client.subscribeAsync("t/+", { qos: first });
    await ear.client.subscribeAsync("t/#", { qos: second });
    const got = qosOf(ear);
    fleet.broker.publish("t/a", "x", { qos: 1 });
    expect(await heardUntilNow(ear, fleet)).toEqual(["t/a"]);
    expect(got[0]).toBe(qos);
  });

  test("deliver by those that are left, and by the latest QoS of each", async () => {
    const ear = await fleet.connect("listener");
    await ear.client.subscribeAsync(["t/+", "t/#"], { qos: 1 });
    await ear.client.unsubscribeAsync("t/+");
    await ear.client.subscribeAsync("t/#", { qos: 0 });
    const got = qosOf(ear);
    fleet.broker.publish("t/a", "x", { qos: 1 });
    await heardAtLeast(ear, 1);
    await ear.client.subscribeAsync("t/#", { qos: 1 });
    fleet.broker.publish("t/b", "x", { qos: 1 });
    fleet.broker.publish("t/c", "x", { qos: 0 });
    await heardAtLeast(ear, 3);
    expect(got).toEqual([0, 1, 0]);
  });

  test("deliver so also in a session that was resumed", async () => {
    const first = await fleet.connect("listener", { clean: false });
    await first.client.subscribeAsync("t/+", { qos: 0 });
    await first.client.subscribeAsync("t/#", { qos: 1 });
    await first.client.endAsync();
    const ear = await fleet.connect("listener", { clean: false });
    const got = qosOf(ear);
    fleet.broker.publish("t/a", "x", { qos: 1 });
    expect(await heardUntilNow(ear, fleet)).toEqual(["t/a"]);
    expect(got[0]).toBe(1);
  });

  test("deliver a retained message with the QoS of the subscription", async () => {
    fleet.broker.publish("t/a", "x", { qos: 1, retain: true });
    const ear = await fleet.connect("listener");
    const got = qosOf(ear);
    await ear.client.subscribeAsync("t/a", { qos: 0 });
    await heardAtLeast(ear, 1);
    expect(got).toEqual([0]);
  });
});

describe("a connection", () => {
  const filters = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => `t/${from + index}`);
  /** What SUBACK grants of each filter. */
  const subscribe = async ({ client }: Device, topics: string[]): Promise<number[]> => {
    const granted = new Promise<number[]>((resolve) =>
      client.on("packetreceive", (packet) => {
        if (packet.cmd === "suback") resolve(packet.granted as number[]);
      }),
    );
    client.subscribe(topics, { qos: 1 }, () => undefined);
    return granted;
  };

  test.each([true, false])(
    "has 50 subscriptions; a further one is refused (clean session: %s)",
    async (clean) => {
      const device = await fleet.connect("dev-1", { clean });
      for (let from = 0; from < 48; from += 8) await subscribe(device, filters(from, 8));
      expect(await subscribe(device, filters(48, 4))).toEqual([1, 1, 0x80, 0x80]);
      expect(await subscribe(device, filters(0, 1))).toEqual([1]);
      await device.client.unsubscribeAsync("t/0");
      expect(await subscribe(device, filters(50, 1))).toEqual([1]);
      fleet.broker.publish("t/51", "x");
      fleet.broker.publish("t/50", "x");
      await heardAtLeast(device, 1);
      expect(device.heard.map(({ topic }) => topic)).toEqual(["t/50"]);
    },
  );

  test("ends with a SUBSCRIBE of more than 8 filters", async () => {
    const device = await fleet.connect("dev-1");
    expect(await subscribe(device, filters(0, 8))).toHaveLength(8);
    device.client.subscribe(filters(0, 9), () => undefined);
    await device.ended;
    expect(device.packets).toEqual(["connack", "suback"]);
  });

  test("ends so also before its CONNECT is answered", async () => {
    const socket = await fleet.socket();
    const subscriptions = filters(0, 9).flatMap((topic) => [0, topic.length, ...Buffer.from(topic), 1]);
    const subscribeNine = Buffer.from([0x82, 2 + subscriptions.length, 0, 1, ...subscriptions]);
    const received: Buffer[] = [];
    socket.on("data", (bytes: Buffer) => received.push(bytes));
    socket.write(Buffer.concat([connectPacket("dev-1"), subscribeNine]));
    await once(socket, "close");
    expect(Buffer.concat(received)).toEqual(Buffer.from([0x20, 2, 0, 0]));
    await expect(fleet.connect("dev-2")).resolves.toBeDefined();
  });
});

describe("lifecycle events", () => {
  let ear: Device;
  beforeEach(async () => {
    ear = await fleet.connect("listener");
    await ear.client.subscribeAsync("$aws/events/subscriptions/+/dev-1", { qos: 1 });
  });
  const events = () => ear.heard.map(({ topic, payload }) => [topic, JSON.parse(payload)]);

  test("tell of filters that a client subscribes to and gives up, in AWS's form", async () => {
    const device = await fleet.connect("dev-1");
    await device.client.subscribeAsync(["a/+", "b"], { qos: 1 });
    await device.client.unsubscribeAsync("b");
    await heardAtLeast(ear, 2);
    const common = {
      clientId: "dev-1",
      timestamp: fleet.clock.now(),
      sessionIdentifier: expect.stringMatching(/^[0-9a-f-]{36}$/),
      principalIdentifier: "sandbox-default-device-principal",
    };
    expect(events()).toEqual([
      [
        "$aws/events/subscriptions/subscribed/dev-1",
        { ...common, eventType: "subscribed", topics: ["a/+", "b"] },
      ],
      [
        "$aws/events/subscriptions/unsubscribed/dev-1",
        { ...common, eventType: "unsubscribed", topics: ["b"] },
      ],
    ]);
  });

  test("tell nothing of what was refused, of what a connection's end ends, nor of a resumed session", async () => {
    const device = await fleet.connect("dev-1", { clean: false });
    await device.client.subscribeAsync("a", { qos: 1 });
    device.client.subscribe("$SYS/#", () => undefined);
    await device.ended;
    const again = await fleet.connect("dev-1", { clean: false });
    await again.client.endAsync();
    expect(await heardUntilNow(ear, fleet)).toEqual(["$aws/events/subscriptions/subscribed/dev-1"]);
  });
});
