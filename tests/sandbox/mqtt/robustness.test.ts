import { once } from "node:events";
import type { Socket } from "node:net";
import fc from "fast-check";
import { connectPacket, Fleet, heardAtLeast, heardUntilNow } from "./support/fleet";

let fleet: Fleet;
beforeEach(async () => {
  fleet = new Fleet();
  await fleet.start();
});
afterEach(() => fleet.stop());

/** Resolves with what the broker sent when it closes the connection. */
async function untilClosed(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  if (!socket.closed) await once(socket, "close");
  return Buffer.concat(chunks);
}

async function answerTo(...packets: Buffer[]): Promise<Buffer> {
  const socket = await fleet.socket();
  socket.write(Buffer.concat(packets));
  return untilClosed(socket);
}

async function stillWorks(): Promise<void> {
  const device = await fleet.connect("healthy");
  await device.client.subscribeAsync("a");
  await device.client.publishAsync("a", "x", { qos: 1 });
  expect(await heardUntilNow(device, fleet)).toEqual(["a"]);
}

const text = (value: string) => [0, Buffer.byteLength(value), ...Buffer.from(value)];
const packet = (type: number, ...body: number[]) => Buffer.from([type, body.length, ...body]);
const CONNACK = Buffer.from([0x20, 2, 0, 0]);

describe("bad packets", () => {
  test.each<[string, Buffer[], Buffer]>([
    [
      "an MQTT 5 CONNECT gets return code 1",
      [packet(0x10, ...text("MQTT"), 5, 2, 0, 0, 0, ...text("d"))],
      Buffer.from([0x20, 2, 0, 1]),
    ],
    [
      "an MQTT 3.1 CONNECT gets return code 1",
      [packet(0x10, ...text("MQIsdp"), 3, 2, 0, 0, ...text("d"))],
      Buffer.from([0x20, 2, 0, 1]),
    ],
    ["an HTTP request gets nothing", [Buffer.from("GET / HTTP/1.1\r\nhost: x\r\n\r\n")], Buffer.alloc(0)],
    ["a PUBLISH before CONNECT gets nothing", [packet(0x30, ...text("a"), 1)], Buffer.alloc(0)],
    ["a second CONNECT ends the connection", [connectPacket("d"), connectPacket("d")], CONNACK],
    ["a PUBLISH to a wildcard ends it", [connectPacket("d"), packet(0x30, ...text("a/#"), 1)], CONNACK],
    [
      "a SUBSCRIBE to a misplaced wildcard ends it",
      [connectPacket("d"), packet(0x82, 0, 1, ...text("a+"), 0)],
      CONNACK,
    ],
    ["a SUBSCRIBE to no filter ends it", [connectPacket("d"), packet(0x82, 0, 1, ...text(""), 0)], CONNACK],
    [
      "a packet of 256 MB ends it at its header, unread",
      [connectPacket("d"), Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f])],
      Buffer.alloc(0),
    ],
    [
      "an empty client id without a clean session gets nothing good",
      [packet(0x10, ...text("MQTT"), 4, 0, 0, 0, 0, 0)],
      expect.anything(),
    ],
  ])("%s", async (_what, packets, answer) => {
    expect(await answerTo(...packets)).toEqual(answer);
    expect(fleet.broker.connectedClients()).toEqual([]);
    await stillWorks();
  });

  test("floods of garbage, before and after CONNECT, never stop the broker and leave nothing behind", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 600 }), { minLength: 1, maxLength: 6 }),
        async (connected, chunks) => {
          const socket = await fleet.socket();
          const closed = untilClosed(socket);
          if (connected) socket.write(connectPacket("garbage"));
          for (const chunk of chunks) socket.write(chunk);
          socket.end();
          await closed;
        },
      ),
      { numRuns: 150 },
    );
    while (fleet.broker.connectedClients().length > 0) await new Promise(setImmediate);
    const count = (what: string) => fleet.activity.log.filter((line) => line.startsWith(what)).length;
    expect(count("closed")).toBe(count("opened"));
    await stillWorks();
  });
});

describe("idle and slow peers", () => {
  test("a connection that sends no CONNECT is closed in time", async () => {
    await fleet.stop();
    fleet = new Fleet();
    await fleet.start(undefined, { connectTimeoutMs: 20 });
    expect(await untilClosed(await fleet.socket())).toEqual(Buffer.alloc(0));
  });

  test("a client that does not read is cut off and holds up nobody", async () => {
    const slow = await fleet.connect("slow");
    await slow.client.subscribeAsync("bulk", { qos: 0 });
    slow.client.stream.pause();
    const ear = await fleet.connect("ear");
    await ear.client.subscribeAsync("bulk", { qos: 0 });
    const messages = 300;
    for (let count = 1; count <= messages; count++) {
      fleet.broker.publish("bulk", Buffer.alloc(100_000));
      await heardAtLeast(ear, count);
    }
    expect(fleet.broker.connectedClients()).toEqual(["ear"]);
  });

  test("clients that come, send and go without waiting leave nothing open", async () => {
    const sockets = await Promise.all(Array.from({ length: 100 }, () => fleet.socket()));
    for (const [index, socket] of sockets.entries()) {
      socket.write(Buffer.concat([connectPacket(`d-${index % 10}`), packet(0x30, ...text("a"), 1)]));
      if (index % 2) socket.destroy();
      else socket.end();
    }
    await Promise.all(sockets.map(untilClosed));
    while (fleet.broker.connectedClients().length > 0) await new Promise(setImmediate);
    const count = (what: string) => fleet.activity.log.filter((line) => line.startsWith(what)).length;
    expect(count("closed")).toBe(count("opened"));
    await stillWorks();
  });
});

describe("a burst", () => {
  test("of 200 clients with 10 messages of QoS 1 each loses nothing", async () => {
    const ear = await fleet.connect("ear");
    await ear.client.subscribeAsync("t/#", { qos: 1 });
    const devices = await Promise.all(
      Array.from({ length: 200 }, (_, index) => fleet.connect(`dev-${index}`)),
    );
    await Promise.all(
      devices.flatMap(({ client }, index) =>
        Array.from({ length: 10 }, () => client.publishAsync(`t/${index}`, "x", { qos: 1 })),
      ),
    );
    // What has been acknowledged has been counted, without waiting for anything else.
    expect(fleet.activity.log.filter((line) => line.startsWith("sent"))).toHaveLength(2_000);
    await fleet.clock.advance(300_000);
    expect(fleet.activity.of("ear").filter((line) => line.startsWith("received"))).toHaveLength(2_000);
    await heardAtLeast(ear, 2_000);
  });
});
