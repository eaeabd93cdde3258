import { connectionVariables, isKnownKey } from "../../../../lib/policy-language/iot/variables";
import { variableKey } from "../../../../lib/policy-language/variables";

const THING = { name: "dev-1", typeName: "sensor", attributes: { Room: "12", room: "13" } };

describe("the variables of a connection", () => {
  it("are all there for a client whose id is the name of the thing it is attached to", () => {
    const variables = connectionVariables({
      clientId: "dev-1",
      thing: THING,
      domainName: "iot.example.com",
      connect: { attributes: ["LastWill"], lastWillTopicArn: "arn:aws:iot:eu-west-1:123456789012:topic/w" },
    });
    expect(Object.fromEntries(variables)).toEqual({
      "iot:clientid": ["dev-1"],
      "iot:domainname": ["iot.example.com"],
      "iot:connection.thing.isattached": ["true"],
      "iot:connection.thing.thingname": ["dev-1"],
      "iot:connection.thing.thingtypename": ["sensor"],
      "iot:connection.thing.attributes[Room]": ["12"],
      "iot:connection.thing.attributes[room]": ["13"],
      "iot:connectattributes": ["LastWill"],
      "iot:lastwilltopic": ["arn:aws:iot:eu-west-1:123456789012:topic/w"],
    });
  });

  it.each([
    ["no thing", { clientId: "dev-1" }],
    ["a thing of another name", { clientId: "dev-2", thing: THING }],
    ["a thing whose name differs in case", { clientId: "DEV-1", thing: THING }],
  ])("say nothing of a thing with %s, but that none is attached", (_, facts) => {
    expect(Object.fromEntries(connectionVariables(facts))).toEqual({
      "iot:clientid": [facts.clientId],
      "iot:connection.thing.isattached": ["false"],
    });
  });

  it("are those of an exclusive thing, whatever the client id", () => {
    const variables = connectionVariables({ clientId: "any", thing: { ...THING, isExclusive: true } });
    expect(Object.fromEntries(variables)).toMatchObject({
      "iot:clientid": ["any"],
      "iot:connection.thing.isattached": ["true"],
      "iot:connection.thing.thingname": ["dev-1"],
      "iot:connection.thing.attributes[Room]": ["12"],
    });
  });

  it("do not exist without a client id", () => {
    expect(connectionVariables({ thing: THING }).size).toBe(0);
  });

  it("leave the thing type out where there is none", () => {
    const variables = connectionVariables({ clientId: "a", thing: { name: "a", attributes: {} } });
    expect(variables.has("iot:connection.thing.thingtypename")).toBe(false);
  });

  it("are each known as a key of a condition", () => {
    const connect = { attributes: ["LastWill"], lastWillTopicArn: "arn" } as const;
    const variables = connectionVariables({ clientId: "dev-1", thing: THING, domainName: "d", connect });
    expect([...variables.keys()].filter((key) => !isKnownKey(key))).toEqual([]);
  });
});

describe("a key", () => {
  it.each([
    ["iot:ClientId", "iot:clientid"],
    ["IOT:CLIENTID", "iot:clientid"],
    ["iot:Connection.Thing.Attributes[Room]", "iot:connection.thing.attributes[Room]"],
  ])("%s is kept as %s", (name, expected) => {
    expect(variableKey(name)).toBe(expected);
  });

  it.each(["aws:SourceIp", "iot:Certificate.Subject.CommonName", "iot:Connection.Thing.Attributes[]", ""])(
    "%j is not known",
    (name) => {
      expect(isKnownKey(variableKey(name))).toBe(false);
    },
  );
});
