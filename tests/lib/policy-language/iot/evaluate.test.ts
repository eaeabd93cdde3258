import { parseIotPolicy } from "../../../../lib/policy-language/iot/document";
import { evaluateIotPolicies, type NamedIotPolicy } from "../../../../lib/policy-language/iot/evaluate";
import { connectionVariables } from "../../../../lib/policy-language/iot/variables";

const BASE = "arn:aws:iot:us-east-1:123456789012:";
const THING = { name: "dev-1", typeName: "sensor", attributes: { room: "12" } };
const ATTACHED = connectionVariables({ clientId: "dev-1", thing: THING });
const UNATTACHED = connectionVariables({ clientId: "dev-1" });

type Statement = Readonly<Record<string, unknown>>;

function policy(name: string, statements: readonly Statement[], version = "2012-10-17"): NamedIotPolicy {
  return { name, policy: parseIotPolicy({ Version: version, Statement: statements }) };
}

function decide(
  statements: readonly Statement[],
  action: string,
  name: string,
  variables = ATTACHED,
  version = "2012-10-17",
): string {
  const request = { action, resource: `${BASE}${name}`, variables };
  return evaluateIotPolicies([policy("p", statements, version)], request).decision;
}

const allow = (rest: Statement): Statement => ({ Effect: "Allow", Action: "iot:*", Resource: "*", ...rest });
const deny = (rest: Statement): Statement => ({ Effect: "Deny", Action: "iot:*", Resource: "*", ...rest });
/** A statement of NotAction or NotResource: the element that it replaces must be away. */
const without = (statement: Statement, element: string): Statement =>
  Object.fromEntries(Object.entries(statement).filter(([name]) => name !== element));

describe("a statement", () => {
  const exceptPublish = without({ ...allow({}), NotAction: ["iot:Publish", "iot:Retain*"] }, "Action");
  const exceptTopics = without({ ...allow({}), NotResource: `${BASE}topic/*` }, "Resource");
  it.each([
    ["covers an action it lists", allow({ Action: ["iot:Connect", "iot:Publish"] }), "iot:Publish", true],
    ["covers no other action", allow({ Action: ["iot:Connect"] }), "iot:Publish", false],
    ["covers actions by wildcard", allow({ Action: "iot:Pub*" }), "iot:Publish", true],
    ["covers actions whatever their case", allow({ Action: "IOT:publish" }), "iot:Publish", true],
    ["covers every action with *", allow({ Action: "*" }), "iot:Publish", true],
    ["covers no action of another service", allow({ Action: "s3:*" }), "iot:Publish", false],
    ["does not cover what NotAction lists", exceptPublish, "iot:Publish", false],
    ["does not cover what NotAction lists by wildcard", exceptPublish, "iot:RetainPublish", false],
    ["covers what NotAction does not list", exceptPublish, "iot:Receive", true],
    [
      "covers a resource it lists",
      allow({ Resource: [`${BASE}topic/b`, `${BASE}topic/a/b`] }),
      "iot:Publish",
      true,
    ],
    ["covers no other resource", allow({ Resource: `${BASE}topic/a` }), "iot:Publish", false],
    ["covers resources with regard to case", allow({ Resource: `${BASE}topic/A/b` }), "iot:Publish", false],
    [
      "covers no resource of another account",
      allow({ Resource: "arn:aws:iot:*:1*8:topic/*" }),
      "iot:Publish",
      false,
    ],
    [
      "covers every region and account with *",
      allow({ Resource: "arn:aws:iot:*:*:topic/*" }),
      "iot:Publish",
      true,
    ],
    ["covers no filter by a topic", allow({ Resource: `${BASE}topicfilter/*` }), "iot:Publish", false],
    ["does not cover what NotResource lists", exceptTopics, "iot:Publish", false],
  ])("%s", (_, statement, action, covered) => {
    expect(decide([statement], action, "topic/a/b")).toBe(covered ? "allowed" : "implicit-deny");
  });

  it("covers by a * no more than a segment of the ARN, unless the * ends it or stands in a name", () => {
    const covered = (resource: string, name: string) =>
      decide([allow({ Resource: resource })], "iot:Publish", name) === "allowed";
    expect(covered("arn:aws:iot:us-*1:123456789012:topic/a", "topic/a")).toBe(true);
    expect(covered("arn:aws:iot:us*2:topic/a", "topic/a")).toBe(false);
    expect(covered("arn:aws:iot:us-east-1?123456789012:topic/a", "topic/a")).toBe(false);
    expect(covered("arn:aws:iot:us*:topic/a", "topic/a")).toBe(true);
    expect(covered("arn:aws:iot:*", "topic/a:b")).toBe(true);
    expect(covered(`${BASE}topic/*/x`, "topic/dev:1/x")).toBe(true);
    expect(covered(`${BASE}topic/dev?1/x`, "topic/dev:1/x")).toBe(true);
  });

  it("covers what NotResource does not list", () => {
    expect(decide([exceptTopics], "iot:Connect", "client/dev-1")).toBe("allowed");
  });

  it("takes + and # of MQTT as characters", () => {
    const statement = allow({ Resource: `${BASE}topicfilter/some/+/topic` });
    expect(decide([statement], "iot:Subscribe", "topicfilter/some/+/topic")).toBe("allowed");
    expect(decide([statement], "iot:Subscribe", "topicfilter/some/a/topic")).toBe("implicit-deny");
    expect(decide([allow({ Resource: `${BASE}topicfilter/a/#` })], "iot:Subscribe", "topicfilter/a/b")).toBe(
      "implicit-deny",
    );
  });
});

describe("a variable", () => {
  it.each([
    ["iot:ClientId", "dev-1"],
    ["iot:Connection.Thing.ThingName", "dev-1"],
    ["iot:Connection.Thing.ThingTypeName", "sensor"],
    ["iot:Connection.Thing.Attributes[room]", "12"],
  ])("%s stands for %s of an attached thing", (variable, value) => {
    const statement = allow({ Resource: `${BASE}topic/\${${variable}}/data` });
    expect(decide([statement], "iot:Publish", `topic/${value}/data`)).toBe("allowed");
    expect(decide([statement], "iot:Publish", "topic/other/data")).toBe("implicit-deny");
  });

  const named = `${BASE}topic/\${iot:Connection.Thing.ThingName}`;
  const exceptNamed = (statement: Statement) => without({ ...statement, NotResource: named }, "Resource");
  const unless = (operator: string) => ({
    Condition: { [operator]: { "iot:ClientId": "${iot:Connection.Thing.ThingName}" } },
  });
  it.each([
    ["an Allow of it grants nothing", [allow({ Resource: named })], "implicit-deny"],
    ["an Allow of all but it grants everything", [exceptNamed(allow({}))], "allowed"],
    [
      "a Deny unless equal to it always denies",
      [allow({}), deny(unless("StringNotEquals"))],
      "explicit-deny",
    ],
    ["a Deny if equal to it never denies", [allow({}), deny(unless("StringEquals"))], "allowed"],
    ["a Deny of it denies nothing", [allow({}), deny({ Resource: named })], "allowed"],
    ["a Deny of all but it denies everything", [allow({}), exceptNamed(deny({}))], "explicit-deny"],
    ["another resource of the same Allow still grants", [allow({ Resource: [named, "*"] })], "allowed"],
  ])("without a value matches nothing: %s", (_, statements, expected) => {
    expect(decide(statements, "iot:Publish", "topic/dev-1", UNATTACHED)).toBe(expected);
  });

  it("that cannot be known grants nothing as an exception, and excepts nothing from a Deny", () => {
    const except = { ...allow({}), NotResource: `${BASE}topic/\${iot:Certificate.Subject.CommonName}` };
    const denied = { ...except, Effect: "Deny" };
    expect(decide([without(except, "Resource")], "iot:Publish", "topic/a")).toBe("implicit-deny");
    expect(decide([allow({}), without(denied, "Resource")], "iot:Publish", "topic/a")).toBe("explicit-deny");
  });

  it("stands for its default where it has no value", () => {
    const statement = allow({
      Resource: `${BASE}topic/\${iot:Connection.Thing.ThingTypeName, 'none*'}/data`,
    });
    expect(decide([statement], "iot:Publish", "topic/sensor/data")).toBe("allowed");
    expect(decide([statement], "iot:Publish", "topic/none*/data", UNATTACHED)).toBe("allowed");
    expect(decide([statement], "iot:Publish", "topic/nonesuch/data", UNATTACHED)).toBe("implicit-deny");
  });

  it("is plain text in a policy of 2008-10-17", () => {
    const statement = allow({ Resource: `${BASE}topic/\${iot:ClientId}` });
    expect(decide([statement], "iot:Publish", "topic/dev-1", ATTACHED, "2008-10-17")).toBe("implicit-deny");
    expect(decide([statement], "iot:Publish", "topic/${iot:ClientId}", ATTACHED, "2008-10-17")).toBe(
      "allowed",
    );
  });

  it("is plain text in an action", () => {
    expect(decide([allow({ Action: "iot:${iot:ClientId}" })], "iot:dev-1", "topic/a")).toBe("implicit-deny");
  });
});

describe("a condition", () => {
  const attached = { Bool: { "iot:Connection.Thing.IsAttached": "true" } };
  it("must hold for an Allow to grant", () => {
    const statement = allow({ Condition: attached });
    expect(decide([statement], "iot:Connect", "client/dev-1", ATTACHED)).toBe("allowed");
    expect(decide([statement], "iot:Connect", "client/dev-1", UNATTACHED)).toBe("implicit-deny");
  });

  it("must hold for a Deny to deny", () => {
    const statements = [allow({}), deny({ Condition: attached })];
    expect(decide(statements, "iot:Connect", "client/dev-1", ATTACHED)).toBe("explicit-deny");
    expect(decide(statements, "iot:Connect", "client/dev-1", UNATTACHED)).toBe("allowed");
  });

  it("must hold in every operator and key", () => {
    const Condition = {
      StringEquals: { "iot:Connection.Thing.ThingTypeName": "sensor", "iot:ClientId": "dev-1" },
      ...attached,
    };
    const wrong = { ...Condition, StringEquals: { ...Condition.StringEquals, "iot:ClientId": "dev-2" } };
    expect(decide([allow({ Condition })], "iot:Publish", "topic/a")).toBe("allowed");
    expect(decide([allow({ Condition: wrong })], "iot:Publish", "topic/a")).toBe("implicit-deny");
  });

  it.each([
    ["operator", { IpAddress: { "iot:ClientId": "dev-1" } }],
    ["key", { StringEquals: { "aws:SourceIp": "127.0.0.1" } }],
    ["variable", { StringEquals: { "iot:ClientId": "${aws:PrincipalTag/x}" } }],
  ])("of an unknown %s never lets an Allow grant and always lets a Deny deny", (_, Condition) => {
    expect(decide([allow({ Condition })], "iot:Publish", "topic/a")).toBe("implicit-deny");
    expect(decide([allow({}), deny({ Condition })], "iot:Publish", "topic/a")).toBe("explicit-deny");
  });

  it("that does not hold keeps a Deny from denying, whatever else is unknown beside it", () => {
    const Condition = { DateEquals: { "iot:ClientId": "x" }, StringEquals: { "iot:ClientId": "dev-2" } };
    expect(decide([allow({}), deny({ Condition })], "iot:Publish", "topic/a")).toBe("allowed");
  });
});

describe("several policies", () => {
  const open = policy("open", [allow({ Action: "iot:Connect" }), allow({}), allow({})]);
  const shut = policy("shut", [deny({ Action: "iot:Connect" }), deny({ Action: "iot:Publish" }), deny({})]);
  const request = { action: "iot:Publish", resource: `${BASE}topic/a`, variables: ATTACHED };

  it.each([
    ["none", [], { decision: "implicit-deny" }],
    [
      "one without statements that fit",
      [policy("p", [allow({ Action: "iot:Connect" })])],
      { decision: "implicit-deny" },
    ],
    ["the first Allow", [open], { decision: "allowed", policyName: "open", statementIndex: 1 }],
    [
      "the first Deny, before",
      [shut, open],
      { decision: "explicit-deny", policyName: "shut", statementIndex: 1 },
    ],
    [
      "the first Deny, after",
      [open, shut],
      { decision: "explicit-deny", policyName: "shut", statementIndex: 1 },
    ],
  ])("are decided by %s", (_, policies, expected) => {
    expect(evaluateIotPolicies(policies, request)).toEqual(expected);
  });
});
