import fc from "fast-check";
import { candidatesFor, contexts, covers, samples } from "../../../policy-pack/simulation/samples";

test.each([
  ["sns:Publish", ["sns:Publish"]],
  ["arn:aws:sns:*", ["arn:aws:sns:q-7", "arn:aws:sns:"]],
  ["a?", ["aq"]],
  ["*", ["q-7"]],
])("%s covers, for example, %j", (pattern, expected) => {
  expect(samples(pattern)).toEqual(expected);
});

test("every instance of a pattern is covered by it", () => {
  const pattern = fc.string({ unit: fc.constantFrom("a", ":", "*", "?", ".") });
  fc.assert(
    fc.property(pattern, (text) => {
      expect(samples(text).filter((instance) => !covers(text, instance))).toEqual([]);
    }),
  );
});

test("a pattern covers its whole text, and nothing of a regular expression is meant by it", () => {
  expect([covers("a.c", "abc"), covers("a*", "ab"), covers("a", "ab"), covers("*b", "ab")]).toEqual([
    false,
    true,
    false,
    true,
  ]);
});

test("a key that is compared with a truth value may be either, or absent", () => {
  expect(candidatesFor(["false"])).toEqual([undefined, "false", "true"]);
  expect(candidatesFor(["x*"])).toEqual([undefined, "xq-7", "x", "q-other"]);
});

test("contexts are all combinations, an absent key left out", () => {
  const found = [
    ...contexts(
      new Map([
        ["a", [undefined, "1"]],
        ["b", ["2"]],
      ]),
    ),
  ];
  expect(found.map((context) => Object.fromEntries(context))).toEqual([{ b: ["2"] }, { a: ["1"], b: ["2"] }]);
});

test("of very many combinations a part is tried, in which each value of each key stands once", () => {
  const values = Array.from({ length: 40 }, (_, index) => String(index));
  const keys = new Map(["a", "b", "c"].map((key) => [key, values]));
  const found = [...contexts(keys)];
  expect(found).toHaveLength(40);
  for (const key of keys.keys()) expect(new Set(found.map((context) => context.get(key)?.[0])).size).toBe(40);
});
