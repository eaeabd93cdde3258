import fc from "fast-check";
import { connectionVariables } from "../../../lib/policy-language/iot/variables";
import {
  matchesWildcard,
  parseTemplate,
  resolveTemplate,
  type TemplateSyntax,
} from "../../../lib/policy-language/pattern";
import type { PolicyVariables } from "../../../lib/policy-language/variables";

const FULL: TemplateSyntax = { wildcards: "wildcards", variables: "variables" };

function covers(
  source: string,
  value: string,
  variables: PolicyVariables,
  syntax = FULL,
): boolean | undefined {
  const pattern = resolveTemplate(parseTemplate(source, syntax), variables);
  return pattern && matchesWildcard(pattern, Array.from(value));
}

describe("a text of a policy", () => {
  const me = connectionVariables({ clientId: "me" });
  it.each([
    ["${iot:ClientId}", "me", true],
    ["a/${iot:ClientId}/b", "a/me/b", true],
    ["a/${iot:ClientId}/*", "a/me/x/y", true],
    ["a/${iot:ClientId}", "a/you", false],
    ["😀/${iot:ClientId}/?", "😀/me/😀", true],
    ["${IOT:clientid}", "me", true],
    ["${iot:ClientId}${iot:ClientId}", "meme", true],
    ["$aws/things", "$aws/things", true],
    ["$", "$", true],
    ["${", "${", true],
    ["a${iot:ClientId", "a${iot:ClientId", true],
    ["$iot:ClientId", "$iot:ClientId", true],
    ["{iot:ClientId}", "{iot:ClientId}", true],
    ["${*}", "*", true],
    ["${*}", "a", false],
    ["${?}", "?", true],
    ["${?}", "a", false],
    ["${$}{iot:ClientId}", "${iot:ClientId}", true],
    ["${}", "", undefined],
    ["${iot:Connection.Thing.ThingName}", "me", undefined],
    ["${iot:Nothing}", "${iot:Nothing}", undefined],
  ])("%j covers %j: %s", (source, value, expected) => {
    expect(covers(source, value, me)).toBe(expected);
  });

  it("has no variables where the language has none, and its wildcards are still wildcards", () => {
    const old: TemplateSyntax = { wildcards: "wildcards", variables: "no-variables" };
    expect(covers("${iot:ClientId}", "${iot:ClientId}", me, old)).toBe(true);
    expect(covers("${iot:ClientId}", "me", me, old)).toBe(false);
    expect(covers("${*}", "${anything}", me, old)).toBe(true);
  });

  it("has no wildcards where they are not asked for", () => {
    const exact: TemplateSyntax = { wildcards: "no-wildcards", variables: "variables" };
    expect(covers("*?", "*?", me, exact)).toBe(true);
    expect(covers("*?", "ab", me, exact)).toBe(false);
    expect(covers("*/${iot:ClientId}", "*/me", me, exact)).toBe(true);
  });

  it("does not read a variable inside a value", () => {
    const sly = connectionVariables({ clientId: "${iot:DomainName}", domainName: "x" });
    expect(covers("${iot:ClientId}", "${iot:DomainName}", sly)).toBe(true);
    expect(covers("${iot:ClientId}", "x", sly)).toBe(false);
  });

  it("does not take a key with several values for a variable", () => {
    const connect = { attributes: ["PersistentConnect", "LastWill"] } as const;
    const variables = connectionVariables({ clientId: "me", connect });
    expect(covers("${iot:ConnectAttributes}", "PersistentConnect", variables)).toBeUndefined();
  });
});

describe("a value put in place of a variable", () => {
  const hostile = fc.string({
    unit: fc.constantFrom("*", "?", "+", "#", "$", "{", "}", "/", "a"),
    maxLength: 8,
  });

  it("covers itself and nothing else", () => {
    fc.assert(
      fc.property(hostile, hostile, (clientId, other) => {
        const variables = connectionVariables({ clientId });
        expect(covers("t/${iot:ClientId}/x", `t/${clientId}/x`, variables)).toBe(true);
        expect(covers("t/${iot:ClientId}/x", `t/${other}/x`, variables)).toBe(other === clientId);
      }),
      { numRuns: 2000 },
    );
  });

  it("never covers more than a * in its place would", () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (clientId, before, value) => {
        const variables = connectionVariables({ clientId });
        const narrow = covers(`${before}\${iot:ClientId}`, value, variables);
        if (narrow === true) expect(covers(`${before}*`, value, variables)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
