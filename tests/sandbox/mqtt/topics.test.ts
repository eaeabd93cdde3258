import fc from "fast-check";
import { clientIdFault, filterFault, matchesFilter, topicFault } from "../../../sandbox/mqtt/topics";

describe("a topic filter", () => {
  test.each([
    ["a/b", "a/b", true],
    ["a/b", "a/c", false],
    ["a/b", "a/b/c", false],
    ["a/b/c", "a/b", false],
    ["a/+", "a/b", true],
    ["a/+", "a/", true],
    ["a/+", "a", false],
    ["a/+", "a/b/c", false],
    ["+/b", "a/b", true],
    ["+", "a", true],
    ["+", "/a", false],
    ["+/+", "/a", true],
    ["#", "a/b/c", true],
    ["#", "a", true],
    ["a/#", "a/b/c", true],
    ["a/#", "a/", true],
    ["a/#", "ab/c", false],
    // AWS differs from MQTT here: the parent is not covered.
    ["a/#", "a", false],
    ["#", "$aws/things/x/shadow/get", false],
    ["+/things/#", "$aws/things/x", false],
    ["$aws/#", "$aws/things/x", true],
    ["$aws/things/+/shadow/#", "$aws/things/x/shadow/update/delta", true],
    ["A/b", "a/b", false],
  ])("%s on %s: %s", (filter, topic, expected) => {
    expect(matchesFilter(filter, topic)).toBe(expected);
  });

  test("covers what the same filter as a regular expression covers", () => {
    const level = fc.constantFrom("a", "b", "");
    const topics = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join("/"));
    const filters = fc
      .tuple(fc.array(fc.oneof(level, fc.constant("+")), { minLength: 1, maxLength: 4 }), fc.boolean())
      .map(([levels, open]) => [...levels, ...(open ? ["#"] : [])].join("/"));
    fc.assert(
      fc.property(filters, topics, (filter, topic) => {
        const pattern = filter.replaceAll("+", "[^/]*").replace("#", ".*");
        expect(matchesFilter(filter, topic)).toBe(new RegExp(`^${pattern}$`).test(topic));
      }),
    );
  });
});

const fits = "a".repeat(256);

describe("limits of names", () => {
  test.each([
    ["a/b", true],
    ["", false],
    ["a/+", false],
    ["a/#", false],
    ["a\0b", false],
    // Bytes that are no UTF-8 are read as this character.
    ["a/\ufffd", false],
    [fits, true],
    [`${fits}a`, false],
    ["ü".repeat(128), true],
    ["ü".repeat(129), false],
    ["1/2/3/4/5/6/7/8", true],
    ["1/2/3/4/5/6/7/8/9", false],
    ["$aws/rules/r/1/2/3/4/5/6/7/8", true],
    ["$aws/rules/r/1/2/3/4/5/6/7/8/9", false],
    [`$aws/rules/rule/${fits}`, true],
    [`$aws/things/thing/${fits}`, false],
  ])("topic %s is fine: %s", (topic, fine) => {
    expect(topicFault(topic) === undefined).toBe(fine);
  });

  test.each([
    ["a/+/c", true],
    ["a/#", true],
    ["#", true],
    ["+", true],
    ["", false],
    ["a+", false],
    ["+a", false],
    ["a#", false],
    ["a/b#", false],
    ["#/a", false],
    ["a\0", false],
    [`${fits}a`, false],
    ["1/2/3/4/5/6/7/8/#", false],
  ])("filter %s is fine: %s", (filter, fine) => {
    expect(filterFault(filter) === undefined).toBe(fine);
  });

  test.each([
    ["dev-1", true, true],
    ["a/b c", true, true],
    ["", true, true],
    ["", false, false],
    ["x".repeat(128), true, true],
    ["x".repeat(129), true, false],
    ["ü".repeat(65), true, false],
    ["$aws", true, false],
    ["a\u0007", true, false],
    ["a\u0085", true, false],
  ])("client id %j with clean session %s is fine: %s", (clientId, clean, fine) => {
    expect(clientIdFault(clientId, clean) === undefined).toBe(fine);
  });
});
