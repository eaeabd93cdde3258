import { schemaFaults } from "../../../../tools/policy-check/pack/schema";

/** The faults of one property by its schema. */
const faultsOf = (schema: unknown, value: unknown) =>
  schemaFaults({ properties: { a: schema }, required: [] }, { a: value }, "policy");

test.each([
  ["type", { type: "string" }, 1, "be string; it is 1."],
  ["several types", { type: ["string", "null"] }, 1, "be string,null; it is 1."],
  ["integer", { type: "integer" }, 2.5, "be integer; it is 2.5."],
  ["enum", { enum: ["a", { b: 1 }] }, "c", 'be equal to one of the allowed values ["a",{"b":1}]; it is "c".'],
  ["const", { const: [1] }, [2], "be equal to constant [1]; it is [2]."],
  ["minimum", { minimum: 3 }, 2, "be >= 3; it is 2."],
  ["pattern", { pattern: "^\\d{12}$" }, "12", 'match pattern "^\\d{12}$"; it is "12".'],
  ["length", { maxLength: 1 }, "ab", 'NOT have more than 1 characters; it is "ab".'],
  ["uniqueItems", { uniqueItems: true }, [{ b: 1 }, { b: 1 }], "NOT have duplicate items"],
])("a fault of %s names the path, the rule and the value", (_keyword, schema, value, rule) => {
  expect(faultsOf(schema, value)).toEqual([expect.stringContaining(`policy.a must ${rule}`)]);
});

test.each([
  ["a length in characters, not in UTF-16", { maxLength: 1 }, "🙂"],
  ["null among several types", { type: ["string", "null"] }, null],
  ["a rule for another type", { minLength: 3 }, 1],
  ["a format, which only describes", { type: "string", format: "date" }, "any day"],
  ["a combination that holds", { anyOf: [{ type: "string" }, { not: { type: "number" } }] }, "x"],
  ["two schemas of one id", { $id: "same", type: "string" }, "x"],
  ["two schemas of one id", { $id: "same", type: "number" }, 1],
])("%s is no fault", (_title, schema, value) => {
  expect(faultsOf(schema, value)).toEqual([]);
});

test("what must be there, what must not, and what lies deeper are told all at once", () => {
  const item = {
    properties: { "b/c": { type: "string" }, d: true },
    additionalProperties: false,
    required: ["d"],
  };
  const schema = { properties: { a: { items: item }, e: false }, required: ["owner"] };
  expect(schemaFaults(schema, { a: [{ d: 1 }, { "b/c": 2, f: 3 }], e: 4 }, "policy")).toEqual([
    "policy.owner must be set.",
    "policy.a[1].d must be set.",
    "policy.a[1].f must not be set.",
    "policy.a[1].b/c must be string; it is 2.",
    "policy.e must not be set.",
  ]);
});

test.each([
  ["a keyword that nobody knows", { minimal: 3 }, /policy: .*unknown keyword: "minimal"/],
  ["a keyword of a wrong form", { items: 3 }, /policy: .*items must be/],
])("%s is refused rather than passed over", (_title, schema, message) => {
  expect(faultsOf(schema, 1)).toEqual([expect.stringMatching(message)]);
});
