import { restrictivePolicy } from "../../../infra/documents/restrictive-policy";
import { ShadowStore } from "../../../sandbox/services/iot-data/shadow-store";
import { type Device, Fleet, heardAtLeast, heardUntilNow } from "./support/fleet";

const CERTIFICATE = "5e".repeat(32);
const CERTIFICATE_ARN = `arn:aws:iot:us-east-1:123456789012:cert/${CERTIFICATE}`;
const SCOPE = { partition: "aws", region: "us-east-1", account: "123456789012" };

const allow = (action: string | string[], resource: string) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: action, Resource: resource }],
});

// What devices were allowed before; the group's policy must come out the same on top of each.
const PRINCIPALS: [string, object[] | undefined][] = [
  ["the default principal", undefined],
  ["a certificate that allows everything", [allow("iot:*", "*")]],
  [
    "a certificate that allows connecting and telemetry alone",
    [allow("iot:Connect", "*"), allow("iot:Publish", "arn:aws:iot:us-east-1:123456789012:topic/telemetry/*")],
  ],
];

const shadow = (rest: string, thing = "dev-1") => `$aws/things/${thing}/shadow/${rest}`;

describe.each(PRINCIPALS)("a quarantined device with %s", (_principal, documents) => {
  let fleet: Fleet;
  let shadows: ShadowStore;

  beforeEach(async () => {
    fleet = new Fleet();
    shadows = new ShadowStore(fleet.clock, (topic, payload) =>
      fleet.broker.publish(topic, payload, { qos: 1 }),
    );
    await fleet.start((topic, payload) => shadows.handle(topic, payload));
    fleet.authority.things.set("dev-1", { name: "dev-1", attributes: {} });
    fleet.authority.ofGroups.set("dev-1", [restrictivePolicy(SCOPE, ["shadow"])]);
    fleet.authority.certificates.set(CERTIFICATE, {
      arn: CERTIFICATE_ARN,
      status: "ACTIVE",
      thingNames: ["dev-1"],
    });
    fleet.authority.attached.set(CERTIFICATE_ARN, documents ?? []);
  });
  afterEach(() => fleet.stop());

  const connect = (options = {}): Promise<Device> =>
    fleet.connect("dev-1", { ...(documents && { username: CERTIFICATE }), ...options });

  const quarantine = () =>
    shadows.update({ thingName: "dev-1" }, Buffer.from('{"state":{"desired":{"quarantine":true}}}'));

  test("reads its flag and reports it", async () => {
    quarantine();
    const device = await connect();
    await device.client.subscribeAsync(
      [shadow("get/accepted"), shadow("get/rejected"), shadow("update/accepted")],
      { qos: 1 },
    );
    await device.client.publishAsync(shadow("get"), "", { qos: 1 });
    await heardAtLeast(device, 1);
    expect(device.heard[0]?.topic).toBe(shadow("get/accepted"));
    expect(JSON.parse(device.heard[0]?.payload ?? "")).toMatchObject({
      state: { desired: { quarantine: true }, delta: { quarantine: true } },
    });
    const report = '{"state":{"reported":{"quarantine":true}}}';
    await device.client.publishAsync(shadow("update"), report, { qos: 1 });
    await heardAtLeast(device, 2);
    const { state } = JSON.parse(Buffer.from(shadows.get({ thingName: "dev-1" })).toString());
    expect(state).toEqual({ desired: { quarantine: true }, reported: { quarantine: true } });
    expect(fleet.activity.log).not.toContain("failed dev-1");
  });

  test("hears of a change of its shadow", async () => {
    const device = await connect();
    await device.client.subscribeAsync(shadow("update/#"), { qos: 1 });
    quarantine();
    await heardAtLeast(device, 3);
    expect(device.heard.map(({ topic }) => topic)).toContain(shadow("update/delta"));
  });

  test.each([
    ["telemetry", "telemetry/dev-1", {}],
    ["anything else", "a/b", {}],
    ["Basic Ingest", "$aws/rules/my_rule/x", {}],
    ["jobs", "$aws/things/dev-1/jobs/get", {}],
    ["Device Defender metrics", "$aws/things/dev-1/defender/metrics/json", {}],
    ["the deletion of its shadow", shadow("delete"), {}],
    ["a named shadow", shadow("name/n/update"), {}],
    ["another device's shadow", shadow("get", "dev-2"), {}],
    ["an answer of the shadow service", shadow("get/accepted"), {}],
    ["a retained message", "a/b", { retain: true }],
  ])("cannot publish %s: no PUBACK, the connection ends, nobody hears", async (_what, topic, options) => {
    const ear = await fleet.connect("listener");
    await ear.client.subscribeAsync(["#", "$aws/things/#"], { qos: 1 });
    const device = await connect();
    device.client.publish(topic, "{}", { qos: 1, ...options });
    await device.ended;
    expect(device.packets).toEqual(["connack"]);
    expect(await heardUntilNow(ear, fleet)).toEqual([]);
    expect(fleet.activity.of("dev-1").filter((line) => /^(sent|failed)/.test(line))).toEqual([
      "failed dev-1",
    ]);
  });

  test.each([
    "#",
    "+/b",
    "cmd/dev-1",
    "$aws/#",
    "$aws/things/#",
    "$aws/things/dev-1/#",
    "$aws/things/+/shadow/get/accepted",
    shadow("#"),
    shadow("delete/accepted"),
    shadow("name/n/get/accepted"),
    shadow("get/accepted", "dev-2"),
    "$aws/things/dev-1/jobs/notify",
    "$aws/events/presence/#",
  ])("cannot subscribe to %s: no SUBACK, the connection ends", async (filter) => {
    const device = await connect();
    device.client.subscribe(filter, () => undefined);
    await device.ended;
    expect(device.packets).toEqual(["connack"]);
  });

  test("cannot leave a last will outside its shadow", async () => {
    const will = { topic: "wills/dev-1", payload: Buffer.from("x"), qos: 0 as const, retain: false };
    await expect(connect({ will })).rejects.toMatchObject({ code: 5 });
  });

  test("may connect with a last will on its own shadow", async () => {
    const will = { topic: shadow("update"), payload: Buffer.from("{}"), qos: 0 as const, retain: false };
    await connect({ will });
    expect(fleet.broker.connectedClients()).toEqual(["dev-1"]);
  });

  test("is not released by clearing its own flag", async () => {
    quarantine();
    const device = await connect();
    const clear = '{"state":{"desired":{"quarantine":null}}}';
    await device.client.publishAsync(shadow("update"), clear, { qos: 1 });
    device.client.publish("telemetry/dev-1", "x", { qos: 1 });
    await device.ended;
    expect(device.packets).toEqual(["connack", "puback"]);
  });

  test("does not receive on a subscription that it made before", async () => {
    const policy = fleet.authority.ofGroups.get("dev-1") ?? [];
    fleet.authority.ofGroups.set("dev-1", [allow("iot:*", "*")]);
    const device = await connect();
    await device.client.subscribeAsync(["cmd", shadow("update/delta")], { qos: 1 });
    fleet.broker.publish("cmd", "x", { qos: 1 });
    await heardAtLeast(device, 1);
    fleet.authority.ofGroups.set("dev-1", policy);
    fleet.broker.publish("cmd", "x", { qos: 1 });
    quarantine();
    await heardAtLeast(device, 2);
    expect(device.heard.map(({ topic }) => topic)).toEqual(["cmd", shadow("update/delta")]);
  });
});

describe("a device that is not quarantined", () => {
  test("goes on as before beside one that is", async () => {
    const fleet = new Fleet();
    await fleet.start();
    try {
      fleet.authority.ofGroups.set("dev-1", [restrictivePolicy(SCOPE, ["shadow"])]);
      for (const name of ["dev-1", "dev-2"]) fleet.authority.things.set(name, { name, attributes: {} });
      const healthy = await fleet.connect("dev-2");
      const fenced = await fleet.connect("dev-1");
      fenced.client.publish("a", "x", { qos: 1 });
      await fenced.ended;
      await healthy.client.publishAsync("a", "x", { qos: 1 });
      expect(fleet.broker.connectedClients()).toEqual(["dev-2"]);
    } finally {
      await fleet.stop();
    }
  });
});
