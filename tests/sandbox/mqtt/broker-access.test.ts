import { Fleet, heardAtLeast, heardUntilNow } from "./support/fleet";

const CERTIFICATE = "c0ffee".repeat(11).slice(0, 64);
const ARN = `arn:aws:iot:us-east-1:123456789012:cert/${CERTIFICATE}`;

const statement = (effect: "Allow" | "Deny", action: string, resource: string) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: effect, Action: action, Resource: resource }],
});
const everything = statement("Allow", "iot:*", "*");
const arn = (resource: string) => `arn:aws:iot:us-east-1:123456789012:${resource}`;

let fleet: Fleet;
beforeEach(async () => {
  fleet = new Fleet();
  await fleet.start();
});
afterEach(() => fleet.stop());

/** A certificate with policies, attached to things. */
function register(documents: readonly object[], thingNames: readonly string[] = [], status = "ACTIVE") {
  fleet.authority.certificates.set(CERTIFICATE, { arn: ARN, status, thingNames });
  fleet.authority.attached.set(ARN, documents);
}

const NOT_AUTHORIZED = { code: 5 };
const IDENTIFIER_REJECTED = { code: 2 };

describe("a connection", () => {
  test.each([
    ["without a user name", {}],
    ["with a user name that is no certificate id", { username: "alice", password: "secret" }],
    ["with a user name that is too short for one", { username: CERTIFICATE.slice(1) }],
  ])("%s has the default principal, which may do everything", async (_what, options) => {
    const device = await fleet.connect("dev-1", options);
    await device.client.subscribeAsync("a/#", { qos: 1 });
    await device.client.publishAsync("a/b", "x", { qos: 1 });
    expect(fleet.activity.of("dev-1").slice(0, 3)).toEqual([
      "attempted dev-1",
      "opened dev-1",
      "sent dev-1 1",
    ]);
  });

  test("is refused with code 5 for a certificate that nobody knows", async () => {
    await expect(fleet.connect("dev-1", { username: CERTIFICATE })).rejects.toMatchObject(NOT_AUTHORIZED);
    expect(fleet.activity.log).toEqual(["attempted dev-1", "failed dev-1"]);
  });

  test.each(["INACTIVE", "REVOKED", "PENDING_ACTIVATION"])(
    "is refused for a certificate %s",
    async (status) => {
      register([everything], [], status);
      await expect(fleet.connect("dev-1", { username: CERTIFICATE })).rejects.toMatchObject(NOT_AUTHORIZED);
    },
  );

  test("is refused for a certificate without a policy", async () => {
    register([]);
    await expect(fleet.connect("dev-1", { username: CERTIFICATE })).rejects.toMatchObject(NOT_AUTHORIZED);
  });

  test("of an exclusive thing has that thing's variables under any client id, another thing's name included", async () => {
    const name = "$" + "{iot:Connection.Thing.ThingName}";
    const documents = [
      statement("Allow", "iot:Connect", "*"),
      statement("Allow", "iot:Publish", arn(`topic/telemetry/${name}`)),
    ];
    register(documents, ["lamp"]);
    for (const thing of ["lamp", "dev-1"]) fleet.authority.things.set(thing, { name: thing, attributes: {} });
    const answers = async (clientId: string, topic: string) => {
      const { client, ended, packets } = await fleet.connect(clientId, { username: CERTIFICATE });
      await Promise.race([client.publishAsync(topic, "x", { qos: 1 }), ended]);
      return packets.includes("puback");
    };
    expect(await answers("dev-1", "telemetry/lamp")).toBe(false);
    fleet.authority.certificates.set(CERTIFICATE, {
      ...{ arn: ARN, status: "ACTIVE", thingNames: ["lamp"], exclusiveThing: "lamp" },
    });
    for (const clientId of ["dev-1", "lamp", "nobody"]) {
      expect(await answers(clientId, "telemetry/lamp")).toBe(true);
      expect(await answers(clientId, "telemetry/dev-1")).toBe(false);
    }
  });

  test.each([
    ["with what AWS's device SDKs append to a user name", `${CERTIFICATE}?SDK=NodeJSv2&Version=1.28.0`],
    ["in capitals", CERTIFICATE.toUpperCase()],
  ])("is refused for an unknown certificate that is named %s", async (_what, username) => {
    await expect(fleet.connect("dev-1", { username })).rejects.toMatchObject(NOT_AUTHORIZED);
  });

  test("of a certificate may do what its policies allow and no more", async () => {
    register([
      statement("Allow", "iot:Connect", arn("client/dev-*")),
      statement("Allow", "iot:Publish", arn("topic/telemetry/$" + "{iot:ClientId}")),
    ]);
    await expect(fleet.connect("other", { username: CERTIFICATE })).rejects.toMatchObject(NOT_AUTHORIZED);
    const device = await fleet.connect("dev-1", { username: CERTIFICATE });
    await device.client.publishAsync("telemetry/dev-1", "x", { qos: 1 });
    device.client.publish("telemetry/dev-2", "x", { qos: 1 });
    await device.ended;
    expect(device.packets).toEqual(["connack", "puback"]);
  });

  test("of a certificate ends at its next act when the certificate is deactivated", async () => {
    register([everything]);
    const device = await fleet.connect("dev-1", { username: CERTIFICATE });
    register([everything], [], "INACTIVE");
    device.client.publish("a", "x", { qos: 1 });
    await device.ended;
    expect(device.packets).not.toContain("puback");
  });

  test.each([
    ["x".repeat(129), {}],
    ["$aws", {}],
    ["bell\u0007", {}],
  ])("is refused with code 2 for the client id %j", async (clientId, options) => {
    await expect(fleet.connect(clientId, options)).rejects.toMatchObject(IDENTIFIER_REJECTED);
    expect(fleet.activity.log).toEqual([]);
  });

  test("gets a generated client id for an empty one, if its session is clean", async () => {
    const device = await fleet.connect("", { clean: true });
    expect(fleet.broker.connectedClients()).toHaveLength(1);
    await expect(heardUntilNow(device, fleet)).resolves.toEqual([]);
  });
});

describe("the policies of a thing's groups", () => {
  const noTelemetry = statement("Deny", "iot:Publish", arn("topic/telemetry"));

  beforeEach(() => {
    fleet.authority.things.set("dev-1", { name: "dev-1", attributes: {} });
    fleet.authority.ofGroups.set("dev-1", [noTelemetry]);
  });

  test("deny what the default principal may do", async () => {
    const device = await fleet.connect("dev-1");
    device.client.publish("telemetry", "x", { qos: 1 });
    await device.ended;
    expect(device.packets).toEqual(["connack"]);
    expect(fleet.activity.of("dev-1")).toEqual([
      "attempted dev-1",
      "opened dev-1",
      "failed dev-1",
      "closed dev-1",
    ]);
  });

  test("deny it to a certificate, attached to the thing or not", async () => {
    register([everything]);
    const device = await fleet.connect("dev-1", { username: CERTIFICATE });
    device.client.publish("telemetry", "x", { qos: 1 });
    await device.ended;
    expect(device.packets).toEqual(["connack"]);
  });

  test("do not count for a client id that is no thing's name", async () => {
    const device = await fleet.connect("dev-10");
    await device.client.publishAsync("telemetry", "x", { qos: 1 });
  });

  test("do not count for a name that is not registered", async () => {
    fleet.authority.things.clear();
    const device = await fleet.connect("dev-1");
    await device.client.publishAsync("telemetry", "x", { qos: 1 });
  });

  test("act at once on a connection that is open", async () => {
    fleet.authority.ofGroups.clear();
    const device = await fleet.connect("dev-1");
    await device.client.publishAsync("telemetry", "x", { qos: 1 });
    fleet.authority.ofGroups.set("dev-1", [noTelemetry]);
    device.client.publish("telemetry", "x", { qos: 1 });
    await device.ended;
    expect(fleet.activity.of("dev-1").filter((line) => line.startsWith("sent"))).toHaveLength(1);
  });
});

describe("the variable iot:Connection.Thing.ThingName", () => {
  const own = statement("Allow", "iot:*", arn("client/$" + "{iot:Connection.Thing.ThingName}"));

  test.each([
    ["is the client id where the certificate is attached to that thing", ["dev-1"], true, true],
    ["has no value where the certificate is attached to another thing", ["dev-2"], true, false],
    ["has no value where no thing has that name", ["dev-1"], false, false],
  ])("%s", async (_what, attached, registered, accepted) => {
    register([own], attached);
    if (registered) fleet.authority.things.set("dev-1", { name: "dev-1", attributes: {} });
    const outcome = await fleet.connect("dev-1", { username: CERTIFICATE }).then(
      () => true,
      () => false,
    );
    expect(outcome).toBe(accepted);
  });
});

describe("a group's grant to attached certificates alone", () => {
  const granted = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "iot:*",
        Resource: "*",
        Condition: { Bool: { "iot:Connection.Thing.IsAttached": ["true"] } },
      },
    ],
  };
  const connectOnly = statement("Allow", "iot:Connect", "*");

  beforeEach(() => {
    fleet.authority.things.set("dev-1", { name: "dev-1", attributes: {} });
    fleet.authority.ofGroups.set("dev-1", [granted]);
  });

  test("is had by a certificate that is attached to the thing", async () => {
    register([], ["dev-1"]);
    const device = await fleet.connect("dev-1", { username: CERTIFICATE });
    await device.client.subscribeAsync("a", { qos: 1 });
    await device.client.publishAsync("a", "x", { qos: 1 });
    await heardAtLeast(device, 1);
  });

  test.each([
    ["no thing", []],
    ["another thing", ["dev-2"]],
  ])("is not had by one that is attached to %s", async (_what, attached) => {
    register([], attached);
    await expect(fleet.connect("dev-1", { username: CERTIFICATE })).rejects.toMatchObject(NOT_AUTHORIZED);
  });

  test("ends for an open session when the certificate is detached", async () => {
    register([connectOnly], ["dev-1"]);
    const device = await fleet.connect("dev-1", { username: CERTIFICATE });
    await device.client.subscribeAsync("a", { qos: 1 });
    register([connectOnly], []);
    fleet.broker.publish("a", "x");
    device.client.publish("a", "x", { qos: 1 });
    await device.ended;
    expect(device.heard).toEqual([]);
  });
});

describe("the default principal", () => {
  const notAttached = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Action: "iot:Publish",
        Resource: "*",
        Condition: { Bool: { "iot:Connection.Thing.IsAttached": ["false"] } },
      },
    ],
  };

  test("counts as attached to the thing that its client id names", async () => {
    fleet.authority.things.set("dev-1", { name: "dev-1", attributes: {} });
    fleet.authority.ofGroups.set("dev-1", [notAttached]);
    const device = await fleet.connect("dev-1");
    await device.client.publishAsync("a", "x", { qos: 1 });
  });
});

describe("a last will", () => {
  const will = { topic: "wills/dev-1", payload: Buffer.from("gone"), qos: 1 as const, retain: false };

  test("may be brought by one who may publish to its topic", async () => {
    register([
      statement("Allow", "iot:Connect", "*"),
      statement("Allow", "iot:Publish", arn("topic/wills/*")),
    ]);
    await fleet.connect("dev-1", { username: CERTIFICATE, will });
    expect(fleet.broker.connectedClients()).toEqual(["dev-1"]);
  });

  test.each([
    ["one who may not publish to its topic", { ...will, topic: "other" }],
    ["one who may not publish retained messages", { ...will, retain: true }],
    ["anybody, on a reserved topic that takes no messages", { ...will, topic: "$aws/things/x" }],
    ["anybody, with QoS 2", { ...will, qos: 2 as const }],
    ["anybody, on a topic with a wildcard", { ...will, topic: "wills/#" }],
  ])("is refused to %s", async (_who, refused) => {
    register([
      statement("Allow", "iot:Connect", "*"),
      statement("Allow", "iot:Publish", arn("topic/wills/*")),
    ]);
    await expect(fleet.connect("dev-1", { username: CERTIFICATE, will: refused })).rejects.toMatchObject(
      NOT_AUTHORIZED,
    );
    expect(fleet.activity.log).not.toContain("opened dev-1");
  });
});

describe("a registry that fails", () => {
  test("lets nobody in and nothing through, and does not end the broker", async () => {
    const device = await fleet.connect("dev-1");
    await device.client.subscribeAsync("a");
    const works = fleet.authority.thing;
    fleet.authority.thing = () => {
      throw new Error("out of order");
    };
    await expect(fleet.connect("dev-2")).rejects.toMatchObject({ code: 3 });
    fleet.broker.publish("a", "x");
    device.client.publish("a", "x", { qos: 1 });
    await device.ended;
    expect(device.heard).toEqual([]);
    expect(fleet.logged).toContain("mqtt: Error: out of order");
    fleet.authority.thing = works;
    await fleet.connect("dev-2");
  });
});
