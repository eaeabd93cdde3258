import fc from "fast-check";
import { UNKNOWN } from "../../../pulumi-host/resources/property-values";
import { sameValue } from "../../../pulumi-host/resources/same-value";
import { code } from "../resources/handlers/case";

const policy = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const hashed = (hash: string, text: string) => ({ ...code(text), hash });

describe("values of an input", () => {
  test.each<[what: string, a: unknown, b: unknown, same: boolean]>([
    ["the same text", "a", "a", true],
    ["other texts", "a", "b", false],
    ["a number and its text", 1, "1", false],
    ["nothing and null within an object", { a: 1, b: null }, { a: 1 }, true],
    ["keys in another order", { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ["a list in another order", [1, 2], [2, 1], false],
    ["documents with spaces and keys in another order", '{"a": 1, "b": 2}', '{"b":2,"a":1}', true],
    ["one action and a list of it", policy({ Action: "a" }), policy({ Action: ["a"] }), true],
    ["actions in another order", policy({ Action: ["a", "b"] }), policy({ Action: ["b", "a"] }), true],
    ["another action", policy({ Action: ["a", "b"] }), policy({ Action: ["a", "c"] }), false],
    ["another effect", policy({ Effect: "Allow" }), policy({ Effect: "Deny" }), false],
    ["a text that only looks like a document", "{a", "{b", false],
    ["code with one hash, wherever it is from", hashed("x", "1"), hashed("x", "2"), true],
    ["code with another hash", hashed("x", "1"), hashed("y", "1"), false],
    ["code without hashes", code("1"), code("2"), false],
    ["what is not known yet, twice", UNKNOWN, UNKNOWN, false],
    ["a list that holds what is not known yet", [UNKNOWN], [UNKNOWN], false],
  ])("%s: %j and %j", (_what, a, b, same) => {
    expect(sameValue(a, b)).toBe(same);
    expect(sameValue(b, a)).toBe(same);
  });

  test.each<[what: string, a: unknown, b: unknown, same: boolean]>([
    ["another order", [{ name: "a" }, { name: "b" }], [{ name: "b" }, { name: "a" }], true],
    ["another order further inside", [{ ports: [1, 2] }], [{ ports: [2, 1] }], true],
    ["one item twice", ["a", "a", "b"], ["a", "b", "b"], false],
    ["one item more", ["a"], ["a", "b"], false],
    ["one item changed", [{ name: "a", count: "1" }], [{ name: "a", count: "2" }], false],
  ])("in lists without an order, %s", (_what, a, b, same) => {
    expect(sameValue(a, b, true)).toBe(same);
  });

  test("any permutation of a list without an order is the same, and none with one item changed", () => {
    const items = fc.uniqueArray(fc.record({ name: fc.string(), count: fc.nat() }), {
      minLength: 1,
      maxLength: 6,
      selector: ({ name }) => name,
    });
    fc.assert(
      fc.property(items, fc.infiniteStream(fc.nat()), (list, random) => {
        const shuffled = list
          .map((item) => ({ item, key: random.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ item }) => item);
        const [first, ...rest] = shuffled;
        expect(sameValue(list, shuffled, true)).toBe(true);
        expect(sameValue(list, [{ ...first, count: (first?.count ?? 0) + 1 }, ...rest], true)).toBe(false);
      }),
    );
  });
});
