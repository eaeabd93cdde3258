import fc from "fast-check";
import {
  ANY_CHARACTER,
  ANY_RUN,
  matchesWildcard,
  type PatternSymbol,
  parseTemplate,
} from "../../../lib/policy-language/pattern";

function patternOf(text: string): PatternSymbol[] {
  return Array.from(text, (character) =>
    character === "*" ? ANY_RUN : character === "?" ? ANY_CHARACTER : character,
  );
}

function matches(pattern: string, value: string): boolean {
  return matchesWildcard(patternOf(pattern), Array.from(value));
}

describe("a pattern", () => {
  it.each([
    ["", "", true],
    ["", "a", false],
    ["*", "", true],
    ["*", "a/b:c", true],
    ["**", "a", true],
    ["?", "", false],
    ["?", "/", true],
    ["?", "ab", false],
    ["?", "😀", true],
    ["*?", "😀", true],
    ["??", "😀", false],
    ["a*c", "abbc", true],
    ["a*c", "abcd", false],
    ["a*b*c", "a/b/b/c", true],
    ["*ab", "aab", true],
    ["*aab*", "aaab", true],
    ["some/*/topic", "some/a/b/topic", true],
    ["some/+/topic", "some/a/topic", false],
    ["some/+/topic", "some/+/topic", true],
    ["some/#", "some/a", false],
    ["some/#", "some/#", true],
    ["a", "A", false],
    ["a.c", "abc", false],
    ["a\n*", "a\nb", true],
  ])("%j covers %j: %s", (pattern, value, expected) => {
    expect(matches(pattern, value)).toBe(expected);
  });
});

/** Says the same by the definition, with memory, for texts of a few characters. */
function reference(pattern: string, value: string, i = 0, j = 0): boolean {
  if (i === pattern.length) return j === value.length;
  if (pattern[i] === "*") {
    return reference(pattern, value, i + 1, j) || (j < value.length && reference(pattern, value, i, j + 1));
  }
  return (
    j < value.length &&
    (pattern[i] === "?" || pattern[i] === value[j]) &&
    reference(pattern, value, i + 1, j + 1)
  );
}

describe("the matcher", () => {
  const patterns = fc.string({ unit: fc.constantFrom("*", "?", "a", "b", "/", "+", "#"), maxLength: 8 });
  const values = fc.string({ unit: fc.constantFrom("a", "b", "/", "+", "#"), maxLength: 10 });

  it("agrees with the definition on every small pattern and value", () => {
    fc.assert(
      fc.property(patterns, values, (pattern, value) => {
        expect(matches(pattern, value)).toBe(reference(pattern, value));
      }),
      { numRuns: 3000 },
    );
  });

  it("covers a value by each pattern made of it with runs replaced by *", () => {
    fc.assert(
      fc.property(values, fc.nat(10), fc.nat(10), (value, start, length) => {
        expect(matches(`${value.slice(0, start)}*${value.slice(start + length)}`, value)).toBe(true);
      }),
    );
  });

  // A regular expression made of these would try more ways than can be counted.
  it.each([
    ["*a x 500 and a b at the end, that is missing", `${"*a".repeat(500)}b`, "a".repeat(2000), false],
    ["*a x 500", "*a".repeat(500), "a".repeat(2000), true],
    ["a?* x 500 and a b", `${"a?*".repeat(500)}b`, "a".repeat(2000), false],
    ["2,000 stars", "*".repeat(2000), "a".repeat(2000), true],
    ["a run that nearly fits everywhere", `*${"a".repeat(1000)}b`, "a".repeat(2000), false],
  ])("comes to an end with %s", (_, pattern, value, expected) => {
    expect(matches(pattern, value)).toBe(expected);
  });

  it("takes what a template makes of a text", () => {
    const { symbols } = parseTemplate("a*?", { wildcards: "wildcards", variables: "no-variables" });
    expect(symbols).toEqual(patternOf("a*?"));
  });
});
