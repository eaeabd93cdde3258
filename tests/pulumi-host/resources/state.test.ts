import type { ObjectShape } from "../../../lib/cloudformation/model-shape";
import type { ResourceHandler } from "../../../pulumi-host/resources/handler";
import {
  baselineOf,
  differences,
  importedInputs,
  refreshedInputs,
} from "../../../pulumi-host/resources/state";

const handler: ResourceHandler = {
  inputs: ["name", "size", "tags", "code", "items", "policy"],
  computed: ["arn"],
  createOnly: ["name"],
  defaults: { size: 30 },
  unordered: ["items"],
  computedIfAbsent: { policy: "" },
  writeOnly: ["code"],
  create: async () => "id",
  read: async () => undefined,
  delete: async () => undefined,
};

const model: ObjectShape = { kind: "JSONObject", fields: {}, required: [] };

describe("the inputs as AWS has them", () => {
  const state = { name: "a", size: 5, tags: { x: "1" }, policy: "p", arn: "arn" };
  const kept = { inputs: { name: "a", items: [1] }, state: { ...state, items: [1] } };

  test("are all but what AWS may choose while the program does not", () => {
    const all = { name: "a", size: 5, tags: { x: "1" }, items: [1] };
    expect(baselineOf(handler, kept, { name: "a" })).toEqual(all);
    expect(baselineOf(handler, kept, { name: "a", policy: "q" })).toEqual({ ...all, policy: "p" });
  });

  test("are for aws-native what the program asked for, or asks for now", () => {
    const owned = baselineOf({ ...handler, model }, kept, { name: "a", size: 6 });
    expect(owned).toEqual({ name: "a", size: 5, items: [1] });
  });

  test("hold what AWS never tells as it was set last", () => {
    const kept = { inputs: { name: "a", code: "c" }, state: { name: "a" } };
    expect(baselineOf(handler, kept, { name: "a", code: "d" })).toEqual({ name: "a", code: "c" });
  });
});

describe("a difference", () => {
  test.each([
    ["none where an absent input has AWS's default", { size: 30 }, {}, {}],
    ["none in another order", { items: [1, 2] }, { items: [2, 1] }, {}],
    ["an addition", {}, { size: 31 }, { size: { old: undefined, next: 31, replaces: false } }],
    ["a removal", { size: 31 }, {}, { size: { old: 31, next: undefined, replaces: false } }],
    ["an update", { size: 31 }, { size: 32 }, { size: { old: 31, next: 32, replaces: false } }],
    ["a replacement", { name: "a" }, { name: "b" }, { name: { old: "a", next: "b", replaces: true } }],
  ])("is %s", (_what, old, wanted, expected) => {
    expect(Object.fromEntries(differences(handler, old, wanted))).toEqual(expected);
  });
});

describe("refreshed inputs", () => {
  const live = { inputs: { name: "a", size: 30, tags: undefined, items: [2, 1] }, outputs: {} };

  test("keep the program's own order, and its code", () => {
    const inputs = { name: "a", items: [1, 2], code: "c" };
    expect(refreshedInputs(handler, inputs, live)).toEqual(inputs);
  });

  test("show what has changed or is gone", () => {
    const inputs = { name: "a", size: 7, tags: { x: "1" }, items: [1, 3] };
    expect(refreshedInputs(handler, inputs, live)).toEqual({ name: "a", size: 30, items: [2, 1] });
  });

  test("of an import are all that there is, but for AWS's defaults", () => {
    expect(importedInputs(handler, live)).toEqual({ name: "a", items: [2, 1] });
  });

  test("stay without inputs where there were none, and keep what is the provider's own note", () => {
    expect(refreshedInputs(handler, {}, live)).toEqual({});
    const noted = { name: "a", __defaults: ["name"] };
    expect(refreshedInputs(handler, noted, live)).toEqual(noted);
  });
});
