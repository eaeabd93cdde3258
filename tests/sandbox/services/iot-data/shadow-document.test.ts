import fc from "fast-check";
import { isJsonObject, type Json, type JsonObject } from "../../../../sandbox/services/iot-data/json";
import {
  applyUpdate,
  contentOf,
  deltaOf,
  type ShadowDocument,
  stampsOf,
} from "../../../../sandbox/services/iot-data/shadow-document";
import type { StatePatch } from "../../../../sandbox/services/iot-data/shadow-request";

const NONE: ShadowDocument = { sections: {}, version: 0 };

/** A shadow after some updates, at seconds 1, 2, 3, ... */
const updatedBy = (...states: (StatePatch | null)[]) =>
  states.reduce<ShadowDocument>((shadow, state, index) => applyUpdate(shadow, { state }, index + 1), NONE);

const stateAfter = (...states: (StatePatch | null)[]) => contentOf(updatedBy(...states)).state;

describe("updating a shadow", () => {
  test.each<[string, (StatePatch | null)[], JsonObject]>([
    [
      "keeps what the update does not name",
      [{ desired: { a: 1 } }, { desired: { b: 2 } }],
      { desired: { a: 1, b: 2 } },
    ],
    [
      "keeps the other section",
      [{ desired: { a: 1 } }, { reported: { a: 2 } }],
      { desired: { a: 1 }, reported: { a: 2 } },
    ],
    [
      "merges inner objects",
      [{ desired: { a: { x: 1 } } }, { desired: { a: { y: 2 } } }],
      { desired: { a: { x: 1, y: 2 } } },
    ],
    [
      "replaces lists as a whole",
      [{ desired: { a: [1, 2] } }, { desired: { a: [3] } }],
      { desired: { a: [3] } },
    ],
    [
      "replaces a value by an object",
      [{ desired: { a: 1 } }, { desired: { a: { x: 1 } } }],
      { desired: { a: { x: 1 } } },
    ],
    [
      "replaces an object by a value",
      [{ desired: { a: { x: 1 } } }, { desired: { a: 1 } }],
      { desired: { a: 1 } },
    ],
    ["removes what is null", [{ desired: { a: 1, b: 2 } }, { desired: { a: null } }], { desired: { b: 2 } }],
    [
      "removes inner nulls",
      [{ desired: { a: { x: 1, y: 2 } } }, { desired: { a: { x: null } } }],
      { desired: { a: { y: 2 } } },
    ],
    ["keeps no null of a new object", [{ desired: { a: { x: null, y: 1 } } }], { desired: { a: { y: 1 } } }],
    ["keeps an object that is set empty", [{ desired: { a: {}, b: 1 } }], { desired: { a: {}, b: 1 } }],
    [
      "keeps an object whose last member is removed",
      [{ desired: { a: { x: 1 } } }, { desired: { a: { x: null } } }],
      { desired: { a: {} } },
    ],
    ["keeps no section that holds nothing", [{ desired: { a: 1 } }, { desired: { a: null } }], {}],
    [
      "removes a section that is null",
      [{ desired: { a: 1 }, reported: { a: 1 } }, { desired: null }],
      { reported: { a: 1 } },
    ],
    ["removes both sections for a null state", [{ desired: { a: 1 }, reported: { a: 1 } }, null], {}],
    [
      "keeps false, zero and the empty text",
      [{ desired: { a: false, b: 0, c: "" } }],
      { desired: { a: false, b: 0, c: "" } },
    ],
    ["changes nothing for an empty update", [{ desired: { a: 1 } }, {}], { desired: { a: 1 } }],
  ])("%s", (_what, states, expected) => {
    expect(stateAfter(...states)).toEqual(expected);
  });

  test("raises the version by one each time, whatever it changes", () => {
    expect(updatedBy({ desired: { a: 1 } }, {}, null).version).toBe(3);
  });

  test("stamps what it sets and leaves the other times alone", () => {
    const shadow = updatedBy({ desired: { a: 1, b: { x: 1, y: [1, 2] } } }, { desired: { b: { x: 1 } } });
    expect(contentOf(shadow).metadata).toEqual({
      desired: { a: { timestamp: 1 }, b: { x: { timestamp: 2 }, y: { timestamp: 1 } } },
    });
  });

  test("takes keys that objects inherit for keys like any other", () => {
    const patch = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 1, "toString": {"x": 1}}');
    const shadow = updatedBy({ desired: patch }, { reported: { a: 1 } });
    expect(JSON.stringify(contentOf(shadow).state)).toBe(
      `{"desired":${JSON.stringify(patch)},"reported":{"a":1}}`,
    );
    expect(JSON.stringify(deltaOf(shadow)?.state)).toBe(JSON.stringify(patch));
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test.each([
    [1, undefined],
    [0, 409],
    [2, 409],
  ])("that expects version %i of version 1 fails with %s", (version, code) => {
    const update = () => applyUpdate(updatedBy({}), { state: {}, version, clientToken: "t" }, 1);
    if (code === undefined) expect(update().version).toBe(2);
    else
      expect(update).toThrow(
        expect.objectContaining({ code, message: "Version conflict", clientToken: "t" }),
      );
  });

  test("may fill the state to 8 KB of JSON, metadata not counted, and no further", () => {
    const room = 8192 - '{"desired":{"a":""}}'.length;
    expect(updatedBy({ desired: { a: "x".repeat(room) } }).version).toBe(1);
    const tooLarge = expect.objectContaining({
      code: 413,
      message: "The payload exceeds the maximum size allowed",
    });
    expect(() => updatedBy({ desired: { a: "x".repeat(room + 1) } })).toThrow(tooLarge);
    expect(() =>
      updatedBy({ desired: { a: "x".repeat(5000) } }, { reported: { b: "x".repeat(5000) } }),
    ).toThrow(tooLarge);
  });
});

describe("the delta of a shadow", () => {
  test.each<[string, JsonObject | null, JsonObject | null, JsonObject | undefined]>([
    ["has what was never reported", { a: 1 }, null, { a: 1 }],
    ["has what was reported otherwise", { a: 1, b: 2 }, { a: 1, b: 3 }, { b: 2 }],
    ["leaves out what is only reported", null, { a: 1 }, undefined],
    ["is absent where all is as desired", { a: { x: 1 }, l: [1] }, { a: { x: 1, y: 2 }, l: [1] }, undefined],
    [
      "has the differing members of an object alone",
      { a: { x: 1, y: 2 } },
      { a: { x: 1, y: 3 } },
      { a: { y: 2 } },
    ],
    ["has a list as a whole", { l: [1, 2] }, { l: [1, 3] }, { l: [1, 2] }],
    ["minds the order of a list", { l: [1, 2] }, { l: [2, 1] }, { l: [1, 2] }],
    ["has an object that was reported as a value", { a: { x: 1 } }, { a: 1 }, { a: { x: 1 } }],
    ["has a value that was reported as an object", { a: 1 }, { a: { x: 1 } }, { a: 1 }],
    ["tells a number from its text", { a: 1 }, { a: "1" }, { a: 1 }],
  ])("%s", (_what, desired, reported, expected) => {
    expect(deltaOf(updatedBy({ desired, reported }))?.state).toEqual(expected);
  });

  test("comes with the times at which its members were desired", () => {
    const shadow = updatedBy({ desired: { a: { x: 1, y: 1 } } }, { reported: { a: { x: 1 } } });
    expect(deltaOf(shadow)?.metadata).toEqual({ a: { y: { timestamp: 1 } } });
  });
});

describe("the stamps of an update", () => {
  test("stand where it has values, lists and nulls", () => {
    expect(stampsOf({ desired: { a: 1, l: [{}], o: { x: null } }, reported: null }, 7)).toEqual({
      desired: { a: { timestamp: 7 }, l: { timestamp: 7 }, o: { x: { timestamp: 7 } } },
      reported: { timestamp: 7 },
    });
  });
});

const scalar = fc.oneof(fc.integer(), fc.boolean(), fc.constantFrom("", "x"));
const key = fc.constantFrom("a", "b", "c", "__proto__", "timestamp");
const patches = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.constant(null),
    fc.array(scalar, { maxLength: 3 }),
    tie("object"),
  ),
  object: fc.dictionary(key, tie("value"), { maxKeys: 4 }),
})).object;
const statePatch = fc.record(
  { desired: fc.option(patches), reported: fc.option(patches) },
  { requiredKeys: [] },
);

const withoutNulls = (value: Json): boolean =>
  !isJsonObject(value) || Object.values(value).every((item) => item !== null && withoutNulls(item));

/** The tree's form: for each value or list "leaf", for each object its members. */
const formOf = (value: Json): Json =>
  isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, formOf(item)]))
    : "leaf";
const formOfStamps = (state: Json, stamps: Json): Json =>
  isJsonObject(state) && isJsonObject(stamps)
    ? Object.fromEntries(
        Object.keys(stamps).map((name) => [name, formOfStamps(state[name] ?? null, stamps[name] ?? null)]),
      )
    : typeof (stamps as { timestamp?: Json }).timestamp === "number"
      ? "leaf"
      : "wrong";

describe("laws of shadows", () => {
  test("the same update twice changes nothing but version and times", () => {
    fc.assert(
      fc.property(statePatch, statePatch, (first, second) => {
        expect(stateAfter(first, second, second)).toEqual(stateAfter(first, second));
      }),
    );
  });

  test("a state holds no null, and its metadata has its form", () => {
    fc.assert(
      fc.property(fc.array(statePatch, { maxLength: 4 }), (states) => {
        const { state, metadata } = contentOf(updatedBy(...states));
        expect(withoutNulls(state)).toBe(true);
        expect(formOfStamps(state, metadata)).toEqual(formOf(state));
      }),
    );
  });

  test("reporting the delta leaves none", () => {
    fc.assert(
      fc.property(fc.array(statePatch, { maxLength: 4 }), (states) => {
        const delta = deltaOf(updatedBy(...states));
        const reported = delta ? { reported: delta.state } : {};
        // A member that was reported with the wrong kind is replaced, never merged into the desired one.
        expect(deltaOf(updatedBy(...states, reported))).toBeUndefined();
      }),
    );
  });

  test("desiring what is reported leaves no delta, and a delta is always desired", () => {
    fc.assert(
      fc.property(patches, patches, (desired, reported) => {
        expect(deltaOf(updatedBy({ desired, reported: desired }))).toBeUndefined();
        const shadow = updatedBy({ desired, reported });
        const delta = deltaOf(shadow);
        const wanted = contentOf(shadow).state.desired ?? {};
        if (delta)
          expect(stateAfter({ desired: wanted as JsonObject }, { desired: delta.state })).toEqual({
            desired: wanted,
          });
      }),
    );
  });
});
