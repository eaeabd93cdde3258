import { type Device, Fleet, heardAtLeast, heardUntilNow } from "./support/fleet";

const arn = (resource: string) => `arn:aws:iot:us-east-1:123456789012:${resource}`;
const deny = (action: string, resource: string) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Action: action, Resource: resource }],
});

let fleet: Fleet;
let reserved: string[];
let answer: (topic: string) => void;
beforeEach(async () => {
  fleet = new Fleet();
  reserved = [];
  answer = () => undefined;
  await fleet.start((topic, payload) => {
    reserved.push(`${topic} ${payload}`);
    answer(topic);
  });
});
afterEach(() => fleet.stop());

/** A registered device whose group has policies. */
async function restricted(clientId: string, ...documents: object[]): Promise<Device> {
  fleet.authority.things.set(clientId, { name: clientId, attributes: {} });
  fleet.authority.ofGroups.set(clientId, documents);
  return fleet.connect(clientId);
}

async function listener(...filters: string[]): Promise<Device> {
  const device = await fleet.connect("listener");
  await device.client.subscribeAsync(filters, { qos: 1 });
  return device;
}

describe("a message", () => {
  test.each([0, 1] as const)("of QoS %i reaches subscribers and is counted on both sides", async (qos) => {
    const ear = await listener("a/+");
    const device = await fleet.connect("dev-1");
    await device.client.publishAsync("a/b", "four", { qos });
    await heardAtLeast(ear, 1);
    expect(ear.heard).toEqual([{ topic: "a/b", payload: "four", retain: false }]);
    expect(fleet.activity.of("dev-1").slice(2)).toEqual(["sent dev-1 4"]);
    expect(fleet.activity.of("listener").slice(2)).toEqual(["received listener 4"]);
  });

  test.each([0, 1] as const)(
    "of QoS %i that is denied ends the connection and reaches nobody",
    async (qos) => {
      const ear = await listener("#");
      const device = await restricted("dev-1", deny("iot:Publish", arn("topic/secret/*")));
      device.client.publish("secret/x", "four", { qos });
      await device.ended;
      expect(device.packets).toEqual(["connack"]);
      expect(await heardUntilNow(ear, fleet)).toEqual([]);
      expect(fleet.activity.of("dev-1").slice(2)).toEqual(["failed dev-1", "closed dev-1"]);
    },
  );

  test("that may not be received is left out silently, and is no failure of its receiver", async () => {
    const ear = await restricted("dev-1", deny("iot:Receive", arn("topic/secret")));
    await ear.client.subscribeAsync(["secret", "open"], { qos: 1 });
    fleet.broker.publish("secret", "x", { qos: 1 });
    fleet.broker.publish("open", "x", { qos: 1 });
    expect(await heardUntilNow(ear, fleet)).toEqual(["open"]);
    expect(fleet.activity.of("dev-1").filter((line) => line.startsWith("failed"))).toEqual([]);
    expect(ear.client.connected).toBe(true);
  });

  test("of 128 KB passes, one byte more ends the connection", async () => {
    const device = await fleet.connect("dev-1");
    await device.client.publishAsync("a", Buffer.alloc(131_072), { qos: 1 });
    device.client.publish("a", Buffer.alloc(131_073), { qos: 1 });
    await device.ended;
    expect(fleet.activity.of("dev-1").slice(2)).toEqual(["sent dev-1 131072", "closed dev-1"]);
  });

  test.each([
    ["a topic of more than 256 bytes", "x".repeat(257), {}],
    ["a topic of more than 7 slashes", "1/2/3/4/5/6/7/8/9", {}],
    ["QoS 2", "a", { qos: 2 as const }],
    ["a reserved topic that takes none", "$aws/events/presence/connected/dev-1", { qos: 1 as const }],
    ["a topic of the broker's own", "$SYS/x/heartbeat", { qos: 1 as const }],
    ["a retained message on a reserved topic", "$aws/things/dev-1/shadow/get", { retain: true }],
  ])("with %s ends the connection and is not counted", async (_what, topic, options) => {
    const ear = await listener("#", "$aws/#");
    const before = (await heardUntilNow(ear, fleet)).length;
    const device = await fleet.connect("dev-1");
    device.client.publish(topic, "x", options);
    await device.ended;
    const heard = (await heardUntilNow(ear, fleet)).slice(before);
    expect(heard.filter((name) => !name.includes("/listener") && !name.includes("presence"))).toEqual([]);
    expect(heard.filter((name) => name === "$aws/events/presence/connected/dev-1")).toHaveLength(1);
    expect(fleet.activity.log.filter((line) => line.startsWith("sent"))).toEqual([]);
  });

  test("of QoS 1 is not lost to one of QoS 0 that is published in the same moment", async () => {
    const ear = await listener("a/#");
    fleet.broker.publish("a/1", "x", { qos: 1 });
    fleet.broker.publish("a/2", "x", { qos: 0 });
    fleet.broker.publish("a/3", "x", { qos: 1, retain: true });
    fleet.broker.publish("a/4", "x", { qos: 0 });
    expect(await heardUntilNow(ear, fleet)).toEqual(["a/1", "a/2", "a/3", "a/4"]);
  });

  test("does not get lost when one of another QoS is sent in the same breath", async () => {
    const ear = await listener("a/#", "a/+/c");
    const device = await fleet.connect("dev-1");
    const sent = Array.from({ length: 50 }, (_, index) => `a/${index}/c`);
    for (const [index, topic] of sent.entries())
      device.client.publish(topic, "x", { qos: index % 2 ? 1 : 0 });
    await device.client.publishAsync("a/last", "x", { qos: 1 });
    await heardAtLeast(ear, 51);
    expect(new Set(await heardUntilNow(ear, fleet))).toEqual(new Set([...sent, "a/last"]));
  });
});

describe("a subscription", () => {
  test.each([
    ["a denied filter", "secret/#", 0],
    ["QoS 2", "open", 2],
    ["more than 7 slashes", "1/2/3/4/5/6/7/8/9", 0],
    ["Basic Ingest", "$aws/rules/#", 0],
    ["the broker's own topics", "$SYS/#", 0],
    ["a shared subscription", "$share/group/a", 0],
  ] as const)("to %s ends the connection without SUBACK", async (_what, filter, qos) => {
    const device = await restricted("dev-1", deny("iot:Subscribe", arn("topicfilter/secret/*")));
    device.client.subscribe(filter, { qos }, () => undefined);
    await device.ended;
    expect(device.packets).toEqual(["connack"]);
  });

  test("is asked by its filter as it stands: MQTT's wildcards are no policy wildcards", async () => {
    const device = await restricted("dev-1", deny("iot:Subscribe", arn("topicfilter/a/b")));
    await device.client.subscribeAsync("a/+", { qos: 1 });
    fleet.broker.publish("a/b", "x");
    expect(await heardUntilNow(device, fleet)).toEqual(["a/b"]);
  });

  test("counts a refusal once", async () => {
    const device = await restricted("dev-1", deny("iot:Subscribe", "*"));
    device.client.subscribe("a", () => undefined);
    await device.ended;
    expect(fleet.activity.of("dev-1").slice(2)).toEqual(["failed dev-1", "closed dev-1"]);
  });

  test("to # gets no reserved topic, to sensor/# not its parent", async () => {
    const ear = await listener("#");
    const device = await fleet.connect("dev-1");
    await device.client.subscribeAsync("sensor/#");
    await device.client.publishAsync("$aws/things/dev-1/shadow/get", "", { qos: 1 });
    await device.client.publishAsync("sensor", "x", { qos: 1 });
    await device.client.publishAsync("sensor/1", "x", { qos: 1 });
    expect(await heardUntilNow(ear, fleet)).toEqual(["sensor", "sensor/1"]);
    expect(await heardUntilNow(device, fleet)).toEqual(["sensor/1"]);
  });

  test("ends with UNSUBSCRIBE", async () => {
    const ear = await listener("a", "b");
    await ear.client.unsubscribeAsync("a");
    fleet.broker.publish("a", "x");
    fleet.broker.publish("b", "x");
    expect(await heardUntilNow(ear, fleet)).toEqual(["b"]);
  });
});

describe("reserved topics", () => {
  test.each([
    ["$aws/rules/my_rule/a", "Basic Ingest"],
    ["$aws/things/dev-1/defender/metrics/json", "Device Defender"],
    ["$aws/things/dev-1/jobs/get", "Jobs"],
  ])("%s (%s) takes a message, counts it and delivers it to nobody", async (topic) => {
    const ear = await listener("#", "$aws/things/#", "$aws/+/my_rule/#");
    const device = await fleet.connect("dev-1");
    await device.client.publishAsync(topic, "{}", { qos: 1 });
    expect(await heardUntilNow(ear, fleet)).toEqual([]);
    expect(fleet.activity.of("dev-1").slice(2)).toEqual(["sent dev-1 2"]);
    expect(reserved).toEqual([`${topic} {}`]);
  });

  test("are told once, and only what devices publish", async () => {
    const device = await fleet.connect("dev-1");
    fleet.broker.publish("$aws/things/dev-1/shadow/get", "service");
    await device.client.publishAsync("$aws/things/dev-1/shadow/get", "device", { qos: 1 });
    await fleet.clock.advance(1);
    expect(reserved).toEqual(["$aws/things/dev-1/shadow/get device"]);
  });

  test("hand a question on before its answer", async () => {
    answer = (topic) => fleet.broker.publish(`${topic}/accepted`, "{}");
    const device = await fleet.connect("dev-1");
    await device.client.subscribeAsync("$aws/things/dev-1/shadow/#", { qos: 1 });
    await device.client.publishAsync("$aws/things/dev-1/shadow/get", "", { qos: 1 });
    await heardAtLeast(device, 2);
    expect(device.heard.map(({ topic }) => topic)).toEqual([
      "$aws/things/dev-1/shadow/get",
      "$aws/things/dev-1/shadow/get/accepted",
    ]);
  });
});

describe("a retained message", () => {
  test("goes to those who subscribe to exactly its topic, with the flag set", async () => {
    const device = await fleet.connect("dev-1");
    await device.client.publishAsync("config/a", "v1", { qos: 1, retain: true });
    await device.client.publishAsync("config/a", "v2", { qos: 1, retain: true });
    const ear = await listener("config/+", "config/a");
    await heardAtLeast(ear, 1);
    await heardUntilNow(ear, fleet);
    expect(ear.heard.slice(0, 1)).toEqual([{ topic: "config/a", payload: "v2", retain: true }]);
    expect(fleet.broker.retained()).toMatchObject([
      { topic: "config/a", qos: 1, storedAt: fleet.clock.now() },
    ]);
  });

  test("does not go to a wildcard, and reaches a live subscriber without the flag", async () => {
    const device = await fleet.connect("dev-1");
    await device.client.publishAsync("config/a", "v1", { qos: 1, retain: true });
    const ear = await listener("config/+");
    expect(await heardUntilNow(ear, fleet)).toEqual([]);
    await device.client.publishAsync("config/a", "v2", { qos: 1, retain: true });
    await heardAtLeast(ear, 2);
    expect(ear.heard.at(-1)).toEqual({ topic: "config/a", payload: "v2", retain: false });
  });

  test("is deleted by an empty one", async () => {
    const device = await fleet.connect("dev-1");
    await device.client.publishAsync("config/a", "v1", { qos: 1, retain: true });
    await device.client.publishAsync("config/a", "", { qos: 1, retain: true });
    expect(fleet.broker.retained()).toEqual([]);
  });

  test("needs a permission of its own", async () => {
    const device = await restricted("dev-1", deny("iot:RetainPublish", "*"));
    await device.client.publishAsync("config/a", "v1", { qos: 1 });
    device.client.publish("config/a", "v1", { qos: 1, retain: true });
    await device.ended;
    expect(fleet.broker.retained()).toEqual([]);
  });
});
