import type { Socket } from "node:net";
import { restrictivePolicy } from "../../../infra/documents/restrictive-policy";
import { Fleet, heardAtLeast, heardUntilNow } from "./support/fleet";

const AT_ONCE = 20;
const QUEUED = 50;
const SUBACK = 9;
const PERSISTENT = 0;

const names = Array.from({ length: AT_ONCE }, (_, index) => `dev-${index}`);
const text = (value: string) => [0, Buffer.byteLength(value), ...Buffer.from(value)];
const packet = (type: number, ...body: number[]) => Buffer.from([type, body.length, ...body]);
const subscribePacket = (filter: string) => packet(0x82, 0, 1, ...text(filter), 1);
const publishPacket = (topic: string) => packet(0x30, ...text(topic), 0x78);
const connectsWith = (flags: number, clientId: string) =>
  packet(0x10, ...text("MQTT"), 4, flags, 0, 0, ...text(clientId));

const deny = (action: string, resource: string) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Action: action, Resource: `arn:aws:iot:us-east-1:123456789012:${resource}` }],
});
const QUARANTINE = restrictivePolicy({ partition: "aws", region: "us-east-1", account: "123456789012" }, [
  "shadow",
]);

let fleet: Fleet;
beforeEach(async () => {
  fleet = new Fleet();
  await fleet.start();
});
afterEach(() => fleet.stop());

/** Types of the packets that a broker sent, by their fixed headers. */
function typesOf(sent: Buffer): number[] {
  const types: number[] = [];
  for (let at = 0; at < sent.length; ) {
    types.push((sent[at] ?? 0) >> 4);
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = sent[++at] ?? 0;
      length += (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    at += 1 + length;
  }
  return types;
}

/** Resolves when the broker has closed the connection or granted a subscription; with which. */
function verdictOn(socket: Socket): Promise<"ended" | "granted"> {
  let sent = Buffer.alloc(0);
  return new Promise((resolve) => {
    socket.once("close", () => resolve("ended"));
    socket.on("data", (chunk: Buffer) => {
      sent = Buffer.concat([sent, chunk]);
      if (!typesOf(sent).includes(SUBACK)) return;
      resolve("granted");
      socket.destroy();
    });
  });
}

/** Calls back at the moment at which the broker judges a client's CONNECT. */
function whenJudged(act: (clientId: string) => void): void {
  const record = fleet.activity.connectionAttempted;
  fleet.activity.connectionAttempted = (clientId) => {
    record(clientId);
    act(clientId);
  };
}

// aedes puts by what it reads before CONNACK; it is what it reads after, and before it calls the client
// connected, that races.
const ATTEMPTS = { "in one write with CONNECT": 100, "while its CONNECT is being answered": 1_000 } as const;

type Way = keyof typeof ATTEMPTS;
const WAYS = Object.keys(ATTEMPTS) as Way[];

/** Connects under a client id and asks for a filter without waiting for CONNACK. */
async function raceFor(filter: string, connect: Buffer, clientId: string, way: Way) {
  const socket = await fleet.socket();
  const verdict = verdictOn(socket);
  if (way === "in one write with CONNECT") {
    socket.write(Buffer.concat([connect, subscribePacket(filter)]));
  } else {
    waiting.set(clientId, () => socket.write(subscribePacket(filter)));
    socket.write(connect);
  }
  return verdict;
}

const waiting = new Map<string, () => void>();

describe.each([
  ["a denied SUBSCRIBE", deny("iot:Subscribe", "topicfilter/secret")],
  ["a SUBSCRIBE of a quarantined device", QUARANTINE],
])("%s is never granted", (_what, document) => {
  beforeEach(() => {
    for (const name of names) fleet.authority.things.set(name, { name, attributes: {} });
    whenJudged((clientId) => waiting.get(clientId)?.());
  });
  afterEach(() => waiting.clear());

  const fence = () => {
    for (const name of names) fleet.authority.ofGroups.set(name, [document]);
  };

  async function verdicts(flags: number, way: Way, before: (round: number) => void = () => undefined) {
    const seen: string[] = [];
    for (let round = 0; round < ATTEMPTS[way] / AT_ONCE; round++) {
      before(round);
      seen.push(
        ...(await Promise.all(names.map((name) => raceFor("secret", connectsWith(flags, name), name, way)))),
      );
      while (fleet.broker.connectedClients().length > 0) await new Promise(setImmediate);
    }
    return { attempts: seen.length, granted: seen.filter((verdict) => verdict === "granted").length };
  }

  test.each(WAYS)("when it comes %s", async (way) => {
    fence();
    expect(await verdicts(2, way)).toEqual({ attempts: ATTEMPTS[way], granted: 0 });
  });

  test.each(WAYS)("when a session with queued messages is resumed and it comes %s", async (way) => {
    for (const clientId of names) {
      const device = await fleet.connect(clientId, { clean: false });
      await device.client.subscribeAsync("cmd", { qos: 1 });
      await device.client.endAsync();
    }
    fence();
    // Nobody acknowledges them, so they stay; those that may not be received are gone after each attempt.
    const queue = (round: number) => {
      if (round > 0 && document !== QUARANTINE) return;
      for (let count = 0; count < QUEUED; count++) fleet.broker.publish("cmd", "x", { qos: 1 });
    };
    expect(await verdicts(PERSISTENT, way, queue)).toEqual({ attempts: ATTEMPTS[way], granted: 0 });
  });
});

test("a subscription that a session brings along is not judged again, whatever else is asked for meanwhile", async () => {
  const device = await fleet.connect("dev-1", { clean: false });
  await device.client.subscribeAsync("cmd", { qos: 1 });
  await device.client.endAsync();
  fleet.authority.things.set("dev-1", { name: "dev-1", attributes: {} });
  fleet.authority.ofGroups.set("dev-1", [deny("iot:Subscribe", "topicfilter/cmd")]);
  const again = await fleet.connect("dev-1", { clean: false });
  fleet.broker.publish("cmd", "x", { qos: 1 });
  await heardAtLeast(again, 1);
  // Asked for by a packet it is another matter, also where the session has it already.
  again.client.subscribe("cmd", { qos: 1 }, () => undefined);
  await again.ended;
  expect(again.packets).not.toContain("suback");
});

describe("what follows a refused packet in the same write", () => {
  // Subscriptions make the end of a connection take a while.
  beforeEach(async () => {
    const sleeper = await fleet.connect("dev-1", { clean: false });
    await sleeper.client.subscribeAsync("cmd", { qos: 1 });
    await sleeper.client.endAsync();
    fleet.authority.things.set("dev-1", { name: "dev-1", attributes: {} });
    fleet.authority.ofGroups.set("dev-1", [deny("iot:Publish", "topic/secret")]);
  });

  async function send(...packets: Buffer[]): Promise<void> {
    const socket = await fleet.socket();
    const verdict = verdictOn(socket);
    socket.write(Buffer.concat([connectsWith(PERSISTENT, "dev-1"), ...packets]));
    expect(await verdict).toBe("ended");
  }

  test("is not taken for the will of a closed connection", async () => {
    const ear = await fleet.connect("ear");
    await ear.client.subscribeAsync("#", { qos: 1 });
    await send(publishPacket("secret"), publishPacket("secret"), publishPacket("open"));
    expect(await heardUntilNow(ear, fleet)).toEqual([]);
  });

  test("does not subscribe for a closed connection", async () => {
    await send(publishPacket("secret"), subscribePacket("news"));
    const again = await fleet.connect("dev-1", { clean: false });
    fleet.broker.publish("news", "x", { qos: 1 });
    expect(await heardUntilNow(again, fleet)).toEqual([]);
  });
});
