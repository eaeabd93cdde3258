import { schemaFaults } from "../../../../tools/policy-check/pack/schema";

test.each([
  ["type", { type: "string" }, "a", 1],
  ["type among several", { type: ["string", "null"] }, null, 1],
  ["type integer", { type: "integer" }, 2, 2.5],
  ["type number", { type: "number" }, 2.5, "2.5"],
  ["type array", { type: "array" }, [], {}],
  ["type object", { type: "object" }, {}, []],
  ["enum", { enum: ["a", { b: 1 }] }, { b: 1 }, { b: 2 }],
  ["const", { const: [1] }, [1], [2]],
  ["multipleOf", { multipleOf: 60 }, 120, 90],
  ["maximum", { maximum: 3 }, 3, 4],
  ["exclusiveMaximum", { exclusiveMaximum: 3 }, 2, 3],
  ["minimum", { minimum: 3 }, 3, 2],
  ["exclusiveMinimum", { exclusiveMinimum: 3 }, 4, 3],
  ["maxLength", { maxLength: 1 }, "🙂", "ab"],
  ["minLength", { minLength: 2 }, "ab", "🙂"],
  ["pattern", { pattern: "^\\d{12}$" }, "123456789012", "12"],
  ["maxItems", { maxItems: 1 }, [1], [1, 2]],
  ["minItems", { minItems: 1 }, [1], []],
  ["uniqueItems", { uniqueItems: true }, [{ a: 1 }, { a: 2 }], [{ a: 1 }, { a: 1 }]],
  ["maxProperties", { maxProperties: 1 }, { a: 1 }, { a: 1, b: 2 }],
  ["minProperties", { minProperties: 1 }, { a: 1 }, {}],
  ["required", { required: ["a"] }, { a: 1 }, { b: 1 }],
  ["items", { items: { type: "string" } }, ["a"], ["a", 1]],
  ["properties", { properties: { a: { type: "string" } } }, { b: 1 }, { a: 1 }],
  ["additionalProperties", { properties: { a: true }, additionalProperties: false }, { a: 1 }, { b: 1 }],
  ["the schema true", true, 1, undefined],
  ["the schema false in a property", { properties: { a: false } }, {}, { a: 1 }],
])("%s lets the right value pass and names the wrong one", (_keyword, schema, right, wrong) => {
  expect(schemaFaults(schema, right, "x")).toEqual([]);
  if (wrong !== undefined) expect(schemaFaults(schema, wrong, "x")).toHaveLength(1);
});

test.each([
  [{ maximum: 3 }, "four"],
  [{ minLength: 3 }, 1],
  [{ items: { type: "string" } }, "text"],
  [{ required: ["a"] }, 1],
  [{ uniqueItems: false }, [1, 1]],
])("%j does not concern %j", (schema, value) => {
  expect(schemaFaults(schema, value, "x")).toEqual([]);
});

test("a fault names the path, the rule and the value", () => {
  const schema = { properties: { accounts: { items: { type: "string" }, minItems: 3 } } };
  expect(schemaFaults(schema, { accounts: ["a", 12] }, "policy")).toEqual([
    'policy.accounts[1] must be of type "string"; it is 12.',
    'policy.accounts must have a length of at least 3; it is ["a",12].',
  ]);
});

test.each([
  ["a keyword that the check does not know", { properties: { a: { if: true } } }, /x\.a has if/],
  ["a list of schemas for items", { properties: { a: { items: [true] } } }, /x\.a\[0\] is no object/],
  ["a name that every object has", { properties: { a: { constructor: 1 } } }, /x\.a has constructor/],
])("%s is refused rather than passed over", (_title, schema, message) => {
  expect(() => schemaFaults(schema, { a: [1] }, "x")).toThrow(message);
});
