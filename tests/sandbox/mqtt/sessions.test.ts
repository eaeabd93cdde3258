import { once } from "node:events";
import {
  connectPacket,
  type Device,
  Fleet,
  heardAtLeast,
  heardUntilNow,
  RecordedActivity,
} from "./support/fleet";

const HOUR_MS = 3_600_000;
const will = { topic: "wills/dev-1", payload: Buffer.from("gone"), qos: 1 as const, retain: false };
const persistent = { clean: false };

let fleet: Fleet;
beforeEach(async () => {
  fleet = new Fleet();
  await fleet.start();
});
afterEach(() => fleet.stop());

async function listener(...filters: string[]): Promise<Device> {
  const device = await fleet.connect("listener");
  await device.client.subscribeAsync(filters, { qos: 1 });
  return device;
}

/** Ends a client and waits until the broker has noticed. */
async function leave(device: Device, clientId: string): Promise<void> {
  await device.client.endAsync();
  while (fleet.broker.connectedClients().includes(clientId)) await new Promise(setImmediate);
}

describe("taking over", () => {
  test("a second connection of a client id ends the first and works on", async () => {
    const first = await fleet.connect("dev-1");
    const second = await fleet.connect("dev-1");
    await first.ended;
    await second.client.subscribeAsync("a");
    fleet.broker.publish("a", "x");
    expect(await heardUntilNow(second, fleet)).toEqual(["a"]);
    expect(fleet.broker.connectedClients()).toEqual(["dev-1"]);
    expect(fleet.activity.of("dev-1").slice(0, 5)).toEqual([
      "attempted dev-1",
      "opened dev-1",
      "attempted dev-1",
      "closed dev-1",
      "opened dev-1",
    ]);
  });

  test("many at once leave one", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => fleet.connect("dev-1")));
    const devices = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    while (devices.filter(({ client }) => client.connected).length > 1) await new Promise(setImmediate);
    expect(fleet.broker.connectedClients()).toEqual(["dev-1"]);
    const [survivor] = devices.filter(({ client }) => client.connected);
    await survivor?.client.publishAsync("a", "x", { qos: 1 });
    expect(fleet.broker.disconnect("dev-1", { cleanSession: true, preventWillMessage: true })).toBe(true);
    await survivor?.ended;
    expect(fleet.broker.connectedClients()).toEqual([]);
    const opened = fleet.activity.log.filter((line) => line === "opened dev-1").length;
    const closed = fleet.activity.log.filter((line) => line === "closed dev-1").length;
    expect(closed).toBe(opened);
  });
});

describe("taking over a connection that has subscriptions, and so takes a while to end", () => {
  /** Runs something while the next connection is being judged. */
  const meanwhile = (act: () => void) => {
    const record = fleet.activity.connectionAttempted;
    fleet.activity.connectionAttempted = (clientId) => {
      fleet.activity.connectionAttempted = record;
      record(clientId);
      act();
    };
  };
  let first: Device;
  beforeEach(async () => {
    first = await fleet.connect("dev-1");
    await first.client.subscribeAsync("a");
  });

  test("that is cut off at that moment leaves the newcomer whole, and it can be taken over in turn", async () => {
    meanwhile(() => fleet.broker.disconnect("dev-1", { cleanSession: false, preventWillMessage: true }));
    const second = await fleet.connect("dev-1");
    await first.ended;
    await fleet.clock.settle();
    await fleet.connect("dev-1");
    await second.ended;
    expect(fleet.activity.of("dev-1").filter((line) => !line.startsWith("attempted"))).toEqual(
      ["opened", "closed", "opened", "closed", "opened"].map((what) => `${what} dev-1`),
    );
  });

  test("by one that goes away at that moment ends both, once", async () => {
    const socket = await fleet.socket();
    meanwhile(() => socket.destroy());
    socket.write(connectPacket("dev-1"));
    await first.ended;
    while (fleet.activity.of("dev-1").at(-1) !== "closed dev-1") await new Promise(setImmediate);
    await fleet.clock.settle();
    expect(fleet.activity.of("dev-1")).toEqual(
      ["attempted", "opened", "attempted", "closed"].map((what) => `${what} dev-1`),
    );
    const third = await fleet.connect("dev-1");
    await third.client.publishAsync("a", "x", { qos: 1 });
    expect(fleet.broker.connectedClients()).toEqual(["dev-1"]);
  });
});

describe("disconnecting a client", () => {
  test("ends its connection", async () => {
    const device = await fleet.connect("dev-1");
    const options = { cleanSession: false, preventWillMessage: false };
    expect(fleet.broker.disconnect("dev-1", options)).toBe(true);
    expect(fleet.broker.connectedClients()).toEqual([]);
    expect(fleet.broker.disconnect("dev-1", options)).toBe(false);
    await device.ended;
    await fleet.clock.settle();
    expect(fleet.activity.of("dev-1").at(-1)).toBe("closed dev-1");
  });

  test("is false for one that is neither connected nor has a session", () => {
    const options = { cleanSession: true, preventWillMessage: true };
    expect(fleet.broker.disconnect("nobody", options)).toBe(false);
  });

  test.each([
    [false, ["wills/dev-1"]],
    [true, []],
  ])(
    "with preventWillMessage %s leaves the will to subscribers: %j",
    async (preventWillMessage, expected) => {
      const ear = await listener("wills/#");
      const device = await fleet.connect("dev-1", { will });
      fleet.broker.disconnect("dev-1", { cleanSession: true, preventWillMessage });
      await device.ended;
      await fleet.clock.settle();
      expect(await heardUntilNow(ear, fleet)).toEqual(expected);
    },
  );

  test.each([
    [false, ["cmd"]],
    [true, []],
  ])("with cleanSession %s leaves %j waiting for its persistent session", async (cleanSession, expected) => {
    const device = await fleet.connect("dev-1", persistent);
    await device.client.subscribeAsync("cmd", { qos: 1 });
    fleet.broker.disconnect("dev-1", { cleanSession, preventWillMessage: true });
    await device.ended;
    await fleet.clock.settle();
    fleet.broker.publish("cmd", "x", { qos: 1 });
    const again = await fleet.connect("dev-1", persistent);
    expect(await heardUntilNow(again, fleet)).toEqual(expected);
  });

  test("finds a persistent session without a connection, and can end it", async () => {
    const device = await fleet.connect("dev-1", persistent);
    await leave(device, "dev-1");
    expect(fleet.broker.disconnect("dev-1", { cleanSession: false, preventWillMessage: true })).toBe(true);
    expect(fleet.broker.disconnect("dev-1", { cleanSession: true, preventWillMessage: true })).toBe(true);
    expect(fleet.broker.disconnect("dev-1", { cleanSession: true, preventWillMessage: true })).toBe(false);
  });
});

describe("a last will", () => {
  test("is published when the connection breaks, and counts for nobody", async () => {
    const ear = await listener("wills/#");
    const device = await fleet.connect("dev-1", { will });
    device.client.stream.destroy();
    await heardAtLeast(ear, 1);
    expect(ear.heard).toEqual([{ topic: "wills/dev-1", payload: "gone", retain: false }]);
    expect(fleet.activity.of("dev-1").filter((line) => line.startsWith("sent"))).toEqual([]);
  });

  test("is not published after a DISCONNECT", async () => {
    const ear = await listener("wills/#");
    await leave(await fleet.connect("dev-1", { will }), "dev-1");
    expect(await heardUntilNow(ear, fleet)).toEqual([]);
  });

  test("is published although its topic is denied by now: it was judged at CONNECT", async () => {
    const ear = await listener("wills/#");
    const device = await fleet.connect("dev-1", { will });
    fleet.authority.things.set("dev-1", { name: "dev-1", attributes: {} });
    const deny = { Effect: "Deny", Action: "iot:*", Resource: "*" };
    fleet.authority.ofGroups.set("dev-1", [{ Version: "2012-10-17", Statement: [deny] }]);
    device.client.publish("a", "x", { qos: 1 });
    await heardAtLeast(ear, 1);
    expect(ear.heard.map(({ topic }) => topic)).toEqual(["wills/dev-1"]);
  });
});

describe("a persistent session", () => {
  test("keeps its subscriptions and the QoS 1 messages that were not acknowledged", async () => {
    const device = await fleet.connect("dev-1", persistent);
    await device.client.subscribeAsync(["cmd/#", "cmd/1"], { qos: 1 });
    await device.client.subscribeAsync("low", { qos: 0 });
    await leave(device, "dev-1");
    for (const topic of ["cmd/1", "cmd/2", "low", "$aws/events/x"]) {
      fleet.broker.publish(topic, "x", { qos: 1 });
    }
    fleet.broker.publish("cmd/qos0", "x");
    const again = await fleet.connect("dev-1", persistent);
    await heardAtLeast(again, 2);
    fleet.broker.publish("cmd/live", "x", { qos: 1 });
    expect(await heardUntilNow(again, fleet)).toEqual(["cmd/1", "cmd/2", "cmd/live"]);
    await leave(again, "dev-1");
    expect(await heardUntilNow(await fleet.connect("dev-1", persistent), fleet)).toEqual([]);
  });

  test("hands on nothing that may no longer be received", async () => {
    const device = await fleet.connect("dev-1", persistent);
    await device.client.subscribeAsync(["cmd", "news"], { qos: 1 });
    await leave(device, "dev-1");
    fleet.broker.publish("cmd", "x", { qos: 1 });
    fleet.broker.publish("news", "x", { qos: 1 });
    fleet.authority.things.set("dev-1", { name: "dev-1", attributes: {} });
    const deny = {
      Effect: "Deny",
      Action: ["iot:Receive", "iot:Subscribe"],
      Resource: "arn:aws:iot:*:*:*/cmd",
    };
    fleet.authority.ofGroups.set("dev-1", [{ Version: "2012-10-17", Statement: [deny] }]);
    const again = await fleet.connect("dev-1", persistent);
    expect(await heardUntilNow(again, fleet)).toEqual(["news"]);
  });

  test("stores no filter that was refused beside an allowed one", async () => {
    fleet.authority.things.set("dev-1", { name: "dev-1", attributes: {} });
    const deny = { Effect: "Deny", Action: "iot:Subscribe", Resource: "arn:aws:iot:*:*:*/secret" };
    fleet.authority.ofGroups.set("dev-1", [{ Version: "2012-10-17", Statement: [deny] }]);
    const device = await fleet.connect("dev-1", persistent);
    device.client.subscribe({ open: { qos: 1 }, secret: { qos: 1 } }, () => undefined);
    await device.ended;
    await fleet.clock.settle();
    fleet.broker.publish("secret", "x", { qos: 1 });
    fleet.broker.publish("open", "x", { qos: 1 });
    const again = await fleet.connect("dev-1", persistent);
    expect(await heardUntilNow(again, fleet)).toEqual(["open"]);
  });

  test("ends with a clean connection", async () => {
    const device = await fleet.connect("dev-1", persistent);
    await device.client.subscribeAsync("cmd", { qos: 1 });
    await leave(device, "dev-1");
    await leave(await fleet.connect("dev-1"), "dev-1");
    expect(fleet.broker.disconnect("dev-1", { cleanSession: false, preventWillMessage: true })).toBe(false);
  });

  test("forgets what was unsubscribed", async () => {
    const device = await fleet.connect("dev-1", persistent);
    await device.client.subscribeAsync(["a", "b"], { qos: 1 });
    await device.client.unsubscribeAsync("a");
    await leave(device, "dev-1");
    fleet.broker.publish("a", "x", { qos: 1 });
    fleet.broker.publish("b", "x", { qos: 1 });
    expect(await heardUntilNow(await fleet.connect("dev-1", persistent), fleet)).toEqual(["b"]);
  });

  test.each([
    ["within an hour", HOUR_MS - 1, true],
    ["after an hour", HOUR_MS, false],
  ])("is there %s of virtual time: %s", async (_when, elapsed, expected) => {
    await leave(await fleet.connect("dev-1", persistent), "dev-1");
    await fleet.clock.advance(elapsed);
    const options = { cleanSession: false, preventWillMessage: true };
    expect(fleet.broker.disconnect("dev-1", options)).toBe(expected);
  });

  test("does not expire under a connection that came back", async () => {
    await leave(await fleet.connect("dev-1", persistent), "dev-1");
    const again = await fleet.connect("dev-1", persistent);
    await again.client.subscribeAsync("cmd", { qos: 1 });
    await fleet.clock.advance(2 * HOUR_MS);
    await leave(again, "dev-1");
    fleet.broker.publish("cmd", "x", { qos: 1 });
    expect(await heardUntilNow(await fleet.connect("dev-1", persistent), fleet)).toEqual(["cmd"]);
  });

  test("holds a bounded number of messages", async () => {
    const device = await fleet.connect("dev-1", persistent);
    await device.client.subscribeAsync("cmd", { qos: 1 });
    await leave(device, "dev-1");
    for (let count = 0; count < 1_100; count++) fleet.broker.publish("cmd", "x", { qos: 1 });
    const again = await fleet.connect("dev-1", persistent);
    await heardAtLeast(again, 1_000);
    expect(await heardUntilNow(again, fleet)).toHaveLength(1_000);
  });
});

describe("a reset", () => {
  test("cuts every session without a will, and the broker after it knows no session or retained message", async () => {
    const former = fleet.broker;
    former.publish("config", "x", { retain: true });
    const sleeper = await fleet.connect("sleeper", persistent);
    await sleeper.client.subscribeAsync("cmd", { qos: 1 });
    await leave(sleeper, "sleeper");
    const idle = await fleet.socket();
    const ear = await listener("#");
    const device = await fleet.connect("dev-1", { will });
    await fleet.succeed({});
    await former.close();
    await Promise.all([ear.ended, device.ended, idle.closed || once(idle, "close")]);
    expect(ear.heard).toEqual([]);
    expect(fleet.broker.connectedClients()).toEqual([]);
    expect(fleet.broker.retained()).toEqual([]);
    expect(fleet.broker.disconnect("sleeper", { cleanSession: true, preventWillMessage: true })).toBe(false);
    expect(fleet.activity.of("dev-1").at(-1)).toBe("closed dev-1");
  });

  test("leaves a port that works, and the end of the old connections to those who counted them", async () => {
    const former = fleet.broker;
    await fleet.connect("dev-1");
    const activity = new RecordedActivity();
    await fleet.succeed({ activity });
    await former.close();
    const device = await fleet.connect("dev-1");
    await device.client.publishAsync("a", "x", { qos: 1 });
    expect(activity.log).toEqual(["attempted dev-1", "opened dev-1", "sent dev-1 1"]);
    expect(fleet.activity.log).toEqual(["attempted dev-1", "opened dev-1", "closed dev-1"]);
  });
});
