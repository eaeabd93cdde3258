import { booleanSetting, schemaOf, stringsSetting, valuesOf } from "../../../policy-pack/input/settings";

const SETTINGS = { names: stringsSetting("Names.", ["a"]), strict: booleanSetting("Strict.", true) };

test("the schema tells the engine type, default and description of each setting", () => {
  expect(schemaOf(SETTINGS)).toEqual({
    properties: {
      names: { type: "array", items: { type: "string" }, default: ["a"], description: "Names." },
      strict: { type: "boolean", default: true, description: "Strict." },
    },
  });
});

test.each([
  ["nothing", {}, { names: ["a"], strict: true }],
  ["both", { names: ["b", "c"], strict: false }, { names: ["b", "c"], strict: false }],
  ["an empty list", { names: [] }, { names: [], strict: true }],
  ["other types", { names: "b", strict: "no" }, { names: ["a"], strict: true }],
  ["a list of other types", { names: ["b", 1, null] }, { names: ["b"], strict: true }],
])("given %s, the values are what is given and the defaults", (_what, given, expected) => {
  expect(valuesOf(SETTINGS, given)).toEqual(expected);
});
