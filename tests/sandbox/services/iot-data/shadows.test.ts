import { VirtualClock } from "../../../../sandbox/clock/virtual-clock";
import { ShadowStore } from "../../../../sandbox/services/iot-data/shadow-store";

const HOUR_MS = 3_600_000;
const ID = { thingName: "dev-XBHY" };
const TOPIC = "$aws/things/dev-XBHY/shadow";

let clock: VirtualClock;
let shadows: ShadowStore;
let published: { topic: string; body: unknown }[];

beforeEach(() => {
  clock = new VirtualClock(0);
  published = [];
  shadows = new ShadowStore(clock, (topic, payload) =>
    published.push({ topic, body: JSON.parse(Buffer.from(payload).toString()) }),
  );
});
afterEach(() => clock.stop());

const seconds = () => Math.floor(clock.now() / 1000);
const body = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const read = (payload: Uint8Array) => JSON.parse(Buffer.from(payload).toString());
const update = (value: unknown, id = ID) => read(shadows.update(id, body(value)));
const topics = () => published.map(({ topic }) => topic);

describe("a shadow", () => {
  test("has the workshop's form", async () => {
    update({ state: { desired: { debug: "off" } } });
    const first = seconds();
    await clock.advance(2_779_000);
    update({ state: { desired: { quarantine: true } } });
    const second = seconds();
    await clock.advance(1_577_400);
    expect(Buffer.from(shadows.get(ID)).toString()).toBe(
      JSON.stringify({
        state: {
          desired: { debug: "off", quarantine: true },
          delta: { debug: "off", quarantine: true },
        },
        metadata: {
          desired: { debug: { timestamp: first }, quarantine: { timestamp: second } },
        },
        version: 2,
        timestamp: seconds(),
      }),
    );
    expect(second).toBe(first + 2779);
  });

  test("has no delta when all is reported, and empty parts when nothing is left", () => {
    update({ state: { desired: { a: 1 }, reported: { a: 1 } } });
    expect(read(shadows.get(ID)).state).toEqual({ desired: { a: 1 }, reported: { a: 1 } });
    update({ state: null });
    expect(read(shadows.get(ID))).toEqual({ state: {}, metadata: {}, version: 2, timestamp: seconds() });
  });

  test("is told apart by thing and by name", () => {
    update({ state: { desired: { a: 1 } } });
    update({ state: { desired: { a: 2 } } }, { ...ID, shadowName: "config" } as typeof ID);
    update({ state: { desired: { a: 3 } } }, { thingName: "dev-X" });
    expect(read(shadows.get(ID)).state.desired).toEqual({ a: 1 });
    expect(read(shadows.get({ ...ID, shadowName: "config" })).state.desired).toEqual({ a: 2 });
    expect(shadows.namesOf("dev-XBHY")).toEqual(["config"]);
    expect(shadows.namesOf("dev-X")).toEqual([]);
  });

  test.each([
    [ID, "No shadow exists with name: 'dev-XBHY'"],
    [{ ...ID, shadowName: "n" }, "No shadow exists with name: 'dev-XBHY~n'"],
  ])("that is not there: %j", (id, message) => {
    expect(() => shadows.get(id)).toThrow(expect.objectContaining({ code: 404, message }));
    expect(() => shadows.delete(id)).toThrow(expect.objectContaining({ code: 404, message }));
  });

  test.each([
    ["goes on with its version within 48 hours of being deleted", 48 * HOUR_MS, 3],
    ["begins anew later", 48 * HOUR_MS + 1, 1],
  ])("%s", async (_what, elapsed, version) => {
    update({ state: { desired: { a: 1 } } });
    update({ state: { desired: { a: 1 } } });
    expect(read(shadows.delete(ID, "t"))).toEqual({ version: 2, timestamp: seconds(), clientToken: "t" });
    await clock.advance(elapsed);
    expect(update({ state: { reported: { b: 1 } } }).version).toBe(version);
    expect(read(shadows.get(ID)).state).toEqual({ reported: { b: 1 } });
  });
});

describe("an update", () => {
  test("answers what it named and nothing else", () => {
    update({ state: { desired: { a: 1 }, reported: { a: 1 } } });
    expect(update({ state: { desired: { b: 2, c: null } }, clientToken: "t" })).toEqual({
      state: { desired: { b: 2, c: null } },
      metadata: { desired: { b: { timestamp: seconds() }, c: { timestamp: seconds() } } },
      version: 2,
      timestamp: seconds(),
      clientToken: "t",
    });
    expect(update({ state: null })).toMatchObject({ state: null, metadata: { timestamp: seconds() } });
  });

  test("is published as accepted, as a delta and as documents", () => {
    update({ state: { reported: { a: 1 } } });
    expect(topics()).toEqual([`${TOPIC}/update/accepted`, `${TOPIC}/update/documents`]);
    expect(published[1]?.body).not.toHaveProperty("previous");
    published = [];
    update({ state: { desired: { a: 2 } }, clientToken: "t" });
    const at = { timestamp: seconds() };
    expect(published).toEqual([
      {
        topic: `${TOPIC}/update/accepted`,
        body: {
          state: { desired: { a: 2 } },
          metadata: { desired: { a: at } },
          version: 2,
          ...at,
          clientToken: "t",
        },
      },
      {
        topic: `${TOPIC}/update/delta`,
        body: { version: 2, ...at, state: { a: 2 }, metadata: { a: at }, clientToken: "t" },
      },
      {
        topic: `${TOPIC}/update/documents`,
        body: {
          previous: { state: { reported: { a: 1 } }, metadata: { reported: { a: at } }, version: 1 },
          current: {
            state: { desired: { a: 2 }, reported: { a: 1 } },
            metadata: { desired: { a: at }, reported: { a: at } },
            version: 2,
          },
          ...at,
          clientToken: "t",
        },
      },
    ]);
  });

  test("that is refused changes and publishes nothing", () => {
    update({ state: { desired: { a: 1 } } });
    published = [];
    expect(() => update({ state: { desired: { a: 2 } }, version: 5 })).toThrow("Version conflict");
    expect(read(shadows.get(ID))).toMatchObject({ state: { desired: { a: 1 } }, version: 1 });
    expect(published).toEqual([]);
  });
});

describe("a request over MQTT", () => {
  test.each([
    ["get", "", "accepted", { state: { desired: { a: 1 }, delta: { a: 1 } }, version: 1 }],
    ["get", '{"clientToken":"t"}', "accepted", { version: 1, clientToken: "t" }],
    ["update", '{"state":{"reported":{"a":1}}}', "accepted", { state: { reported: { a: 1 } }, version: 2 }],
    ["update", "{}", "rejected", { code: 400, message: "Missing required node: state" }],
    [
      "update",
      '{"state":{},"version":9,"clientToken":"t"}',
      "rejected",
      { code: 409, message: "Version conflict", clientToken: "t" },
    ],
    ["delete", '{"clientToken":"t"}', "accepted", { version: 1, clientToken: "t" }],
  ])("to %s with %j is %s", (operation, payload, answer, expected) => {
    update({ state: { desired: { a: 1 } } });
    published = [];
    shadows.handle(`${TOPIC}/${operation}`, body(payload));
    expect(published[0]).toMatchObject({ topic: `${TOPIC}/${operation}/${answer}`, body: expected });
    expect(published[0]?.body).toHaveProperty("timestamp", seconds());
  });

  test.each(["get", "delete"])("to %s a shadow that is not there is rejected with 404", (operation) => {
    shadows.handle(`${TOPIC}/name/n/${operation}`, body('{"clientToken":"t"}'));
    expect(published).toEqual([
      {
        topic: `${TOPIC}/name/n/${operation}/rejected`,
        body: {
          code: 404,
          message: "No shadow exists with name: 'dev-XBHY~n'",
          timestamp: seconds(),
          clientToken: "t",
        },
      },
    ]);
  });

  test("makes a shadow for a thing that nobody registered", () => {
    shadows.handle("$aws/things/stranger/shadow/update", body({ state: { reported: { a: 1 } } }));
    expect(read(shadows.get({ thingName: "stranger" })).version).toBe(1);
  });

  test("on any other topic is ignored", () => {
    shadows.handle("$aws/things/dev-XBHY/jobs/get", body(""));
    shadows.handle(`${TOPIC}/get/accepted`, body(""));
    expect(published).toEqual([]);
  });
});
