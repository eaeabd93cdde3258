import { applicablePolicies, withAncestors } from "../../../../lib/policy-language/iot/applicable";

describe("the policies that apply to a connection", () => {
  const groupPoliciesOf = (thing: string) => [`group of ${thing}`];
  it.each([
    ["the client id is the thing's name", "dev-1", "dev-1", ["certificate", "group of dev-1"]],
    ["the client id is another", "dev-2", "dev-1", ["certificate"]],
    ["the client id differs in case", "DEV-1", "dev-1", ["certificate"]],
    ["the client id only starts alike", "dev-1x", "dev-1", ["certificate"]],
  ])("when %s", (_, clientId, thingName, expected) => {
    const sources = { clientId, thingName, principalPolicies: ["certificate"], groupPoliciesOf };
    expect(applicablePolicies(sources)).toEqual(expected);
  });

  it("are the principal's alone when there is no thing", () => {
    const sources = { clientId: "dev-1", principalPolicies: ["certificate"], groupPoliciesOf };
    expect(applicablePolicies(sources)).toEqual(["certificate"]);
  });

  it("are the group's alone when the principal has none", () => {
    const sources = { clientId: "a", thingName: "a", principalPolicies: [], groupPoliciesOf };
    expect(applicablePolicies(sources)).toEqual(["group of a"]);
  });
});

describe("the groups that a thing inherits from", () => {
  const parents: Readonly<Record<string, string>> = {
    leaf: "middle",
    middle: "root",
    twin: "middle",
    loop: "loop",
  };
  const parentOf = (group: string) => parents[group];
  it.each([
    [[], []],
    [["root"], ["root"]],
    [["leaf"], ["leaf", "middle", "root"]],
    [
      ["leaf", "twin", "alone"],
      ["leaf", "middle", "root", "twin", "alone"],
    ],
    [["loop"], ["loop"]],
  ])("%j are %j", (groups, expected) => {
    expect(withAncestors(groups, parentOf)).toEqual(expected);
  });
});
