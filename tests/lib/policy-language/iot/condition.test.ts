import { evaluateCondition, parseCondition } from "../../../../lib/policy-language/condition";
import { IOT_DIALECT } from "../../../../lib/policy-language/iot/document";
import { connectionVariables } from "../../../../lib/policy-language/iot/variables";

const WILL = "arn:aws:iot:us-east-1:123456789012:topic/will";
const CONNECTION = connectionVariables({
  clientId: "dev-1",
  thing: { name: "dev-1", attributes: { site: "A*" } },
  connect: { attributes: ["PersistentConnect", "LastWill"], lastWillTopicArn: WILL },
});
const PLAIN = connectionVariables({ clientId: "dev-1", connect: { attributes: [] } });
const KEY = "iot:ConnectAttributes";
const TYPE = "iot:Connection.Thing.ThingTypeName";

function outcome(operator: string, key: string, values: readonly string[], connection = CONNECTION): string {
  const syntax = { ...IOT_DIALECT.syntax, variables: "variables" } as const;
  return evaluateCondition(parseCondition(operator, key, values, syntax), connection);
}

describe("a condition", () => {
  it.each([
    ["StringEquals", "iot:ClientId", ["dev-1"], "met"],
    ["StringEquals", "IOT:clientid", ["x", "dev-1"], "met"],
    ["StringEquals", "iot:ClientId", ["DEV-1"], "unmet"],
    ["StringEquals", "iot:ClientId", ["dev-*"], "unmet"],
    ["StringEquals", "iot:ClientId", [], "unmet"],
    ["StringEquals", "iot:ClientId", ["${iot:Connection.Thing.ThingName}"], "met"],
    ["StringEquals", "iot:Connection.Thing.Attributes[site]", ["A*"], "met"],
    ["StringLike", "iot:ClientId", ["dev-?"], "met"],
    ["StringLike", "iot:ClientId", ["${iot:Connection.Thing.Attributes[site]}"], "unmet"],
    ["StringNotEquals", "iot:ClientId", ["x", "y"], "met"],
    ["StringNotEquals", "iot:ClientId", ["x", "dev-1"], "unmet"],
    ["StringNotLike", "iot:ClientId", ["x*"], "met"],
    ["StringNotLike", "iot:ClientId", ["dev*"], "unmet"],
    ["Bool", "iot:Connection.Thing.IsAttached", ["true"], "met"],
    ["Bool", "iot:Connection.Thing.IsAttached", ["True"], "met"],
    ["Bool", "iot:Connection.Thing.IsAttached", ["false"], "unmet"],
    ["ArnEquals", "iot:LastWillTopic", [WILL], "met"],
    ["ArnLike", "iot:LastWillTopic", ["arn:aws:iot:*:*:topic/w*"], "met"],
    ["ArnEquals", "iot:LastWillTopic", ["arn:aws:iot:*:*:topic/x"], "unmet"],
    ["ForAllValues:StringEquals", KEY, ["LastWill", "PersistentConnect"], "met"],
    ["ForAllValues:StringEquals", KEY, ["LastWill"], "unmet"],
    ["ForAnyValue:StringEquals", KEY, ["LastWill"], "met"],
    ["ForAnyValue:StringEquals", KEY, ["Other"], "unmet"],
    ["ForAllValues:StringNotEquals", KEY, ["LastWill"], "unmet"],
    ["ForAllValues:StringNotEquals", KEY, ["Other"], "met"],
    ["ForAnyValue:StringNotEquals", KEY, ["LastWill"], "met"],
    ["ForAllValues:StringEquals", "iot:LastWillTopic", [WILL], "met"],
    ["StringEquals", TYPE, ["sensor"], "unmet"],
    ["StringNotEquals", TYPE, ["sensor"], "met"],
    ["ForAllValues:StringEquals", TYPE, ["sensor"], "met"],
    ["ForAnyValue:StringNotEquals", TYPE, ["sensor"], "unmet"],
    ["StringEquals", "iot:ClientId", ["dev-1", `\${${TYPE}}`], "met"],
    ["StringEquals", "iot:ClientId", [`\${${TYPE}}`], "unmet"],
    ["StringNotEquals", "iot:ClientId", [`\${${TYPE}}`], "met"],
    ["StringEquals", "iot:ClientId", [`\${${TYPE}, 'dev-1'}`], "met"],
    ["StringNotEquals", "iot:ClientId", ["${aws:PrincipalTag/x}"], "unknown"],
    ["StringEquals", "iot:ClientId", ["dev-1", "${aws:PrincipalTag/x, 'dev-1'}"], "unknown"],
    ["ArnLike", "iot:LastWillTopic", ["arn:aws:iot:*"], "unmet"],
    ["ArnEquals", "iot:LastWillTopic", ["arn:aws:*:123456789012:topic/will"], "unmet"],
    ["StringEqualsIfExists", "iot:ClientId", ["dev-1"], "unknown"],
    ["IpAddress", "aws:SourceIp", ["127.0.0.1/32"], "unknown"],
    ["StringEquals", "aws:SourceIp", ["127.0.0.1"], "unknown"],
    ["ForSomeValues:StringEquals", "iot:ClientId", ["dev-1"], "unknown"],
    ["constructor", "iot:ClientId", ["dev-1"], "unknown"],
    ["", "iot:ClientId", ["dev-1"], "unknown"],
  ])("%s of %s with %j is %s", (operator, key, values, expected) => {
    expect(outcome(operator, key, values)).toBe(expected);
  });

  // The policies of "Connect policy examples", section "MQTT persistent sessions policy examples".
  it.each([
    ["ForAllValues:StringEquals", ["PersistentConnect"], "unmet", "met"],
    ["ForAllValues:StringNotEquals", ["PersistentConnect"], "unmet", "met"],
    ["ForAnyValue:StringEquals", ["PersistentConnect"], "met", "unmet"],
    ["ForAllValues:StringEquals", ["PersistentConnect", "LastWill"], "met", "met"],
    ["ForAllValues:StringEquals", [], "unmet", "met"],
  ])("%s of the connect attributes with %j: %s with both, %s with none", (operator, values, both, none) => {
    expect([outcome(operator, KEY, values), outcome(operator, KEY, values, PLAIN)]).toEqual([both, none]);
  });

  it("compares the text of a variable where the language has none", () => {
    const condition = parseCondition("StringEquals", "iot:ClientId", ["${iot:ClientId}"], {
      variables: "no-variables",
    });
    expect(evaluateCondition(condition, CONNECTION)).toBe("unmet");
    expect(evaluateCondition(condition, connectionVariables({ clientId: "${iot:ClientId}" }))).toBe("met");
  });
});
