import { quarantinePolicyContains } from "../../../policy-pack/policies/quarantine-policy-contains";
import { closedLoop, document, GROUP_ARN, mqtt, REACHABLE, restrictiveStatements } from "../support/loop";
import { changed, judgeStack, type Stack, set } from "../support/stack";
import { holdPolicyTo } from "../support/table";

// What a group's policy grants to a certificate that is not the member's and takes the member's name.

const { rest, answers, retained, reach } = restrictiveStatements;
const whole = [rest, answers, retained, reach];
const restrictive = (...statements: object[]) => set("restrictive", { policy: document(...statements) });
const OWN = "$aws/things/${iot:ClientId}";
const JOBS = [mqtt(`topic/${OWN}/jobs/*`), mqtt(`topicfilter/${OWN}/jobs/*`)];
const ATTACHED = "iot:Connection.Thing.IsAttached";
const NAME = "iot:Connection.Thing.ThingName";
const ANYBODY = /attached to another thing or to none/;

/** The policy whose Allow asks for something else. */
const grantedWhen = (Condition: object | undefined) =>
  restrictive(rest, answers, retained, { ...reach, Condition });
const byThing = <T>(statement: T): T =>
  JSON.parse(JSON.stringify(statement).replaceAll("iot:ClientId", NAME)) as T;

/** A second policy of the group. */
const secondPolicy =
  (...statements: object[]) =>
  (stack: Stack) => {
    stack.second = {
      type: "aws:iot/policy:Policy",
      props: { name: "prod-second", policy: document(...statements) },
    };
    stack["second-attachment"] = {
      type: "aws:iot/policyAttachment:PolicyAttachment",
      props: { policy: "prod-second", target: GROUP_ARN },
    };
  };

holdPolicyTo(quarantinePolicyContains, {
  level: "mandatory",
  faults: [
    ["an Allow to whoever takes the name", grantedWhen(undefined), "group", ANYBODY],
    [
      "an Allow to certificates that are not attached",
      restrictive(...whole, { ...reach, Condition: { Bool: { [ATTACHED]: "false" } } }),
      "group",
      ANYBODY,
    ],
    [
      "an Allow to attached and others",
      grantedWhen({ Bool: { [ATTACHED]: ["true", "false"] } }),
      "group",
      ANYBODY,
    ],
    [
      "an Allow that another key binds",
      grantedWhen({ StringLike: { "iot:ClientId": "*" } }),
      "group",
      ANYBODY,
    ],
    [
      "an Allow to all whose thing has not one name: a stranger's has none",
      grantedWhen({ StringNotEquals: { [NAME]: "dev-1" } }),
      "group",
      ANYBODY,
    ],
    [
      "an Allow whose set operator holds for what has no value",
      grantedWhen({ "ForAllValues:StringEquals": { [NAME]: "${iot:ClientId}" } }),
      "group",
      ANYBODY,
    ],
    [
      "an Allow whose operator holds for what has no value",
      grantedWhen({ BoolIfExists: { [ATTACHED]: "true" } }),
      "group",
      ANYBODY,
    ],
    [
      "an Allow that asks only whether the attachment is known",
      grantedWhen({ Null: { [ATTACHED]: "false" } }),
      "group",
      ANYBODY,
    ],
    ["an Allow to a network", grantedWhen({ IpAddress: { "aws:SourceIp": "10.0.0.0/8" } }), "group", ANYBODY],
    [
      "a right to connect that is bound, and a shadow that is not",
      restrictive(
        rest,
        answers,
        retained,
        { ...reach, Action: "iot:Connect" },
        { ...reach, Condition: undefined, Action: ["iot:Publish", "iot:Receive", "iot:Subscribe"] },
      ),
      "group",
      /can under a member's name: publish to .*shadow\/get;/,
    ],
    [
      "a shadow that is bound, and a right to connect that is not",
      restrictive(...whole, { Effect: "Allow", Action: "iot:Connect", Resource: "*" }),
      "group",
      /can under a member's name: connect\. /,
    ],
    [
      "an Allow of everything, which a Deny closes but for the shadow",
      restrictive(...whole, { Effect: "Allow", Action: "iot:*", Resource: "*" }),
      "group",
      ANYBODY,
    ],
    [
      "a second policy that allows anybody to connect",
      secondPolicy({ Effect: "Allow", Action: "iot:Connect", Resource: mqtt("client/*") }),
      "group",
      ANYBODY,
    ],
    [
      "jobs that are not bound",
      restrictive(
        { ...rest, NotResource: [...REACHABLE, ...JOBS] },
        { ...answers, NotResource: [...answers.NotResource, JOBS[0]] },
        retained,
        reach,
        { Effect: "Allow", Action: ["iot:Publish", "iot:Receive", "iot:Subscribe"], Resource: JOBS },
      ),
      "group",
      /member's name: publish to .*jobs/,
      { quarantineAllows: ["shadow", "jobs"] },
    ],
    [
      "a device that is kept from its shadow by its own attachment",
      restrictive(...whole, {
        Effect: "Deny",
        Action: "iot:Connect",
        Resource: "*",
        Condition: { Bool: { [ATTACHED]: "true" } },
      }),
      "group",
      /cannot: connect/,
    ],
  ],
  nearMisses: [
    [
      "the thing's variable in the Allow, which has no value for a stranger, and no condition",
      restrictive(rest, answers, retained, { ...byThing(reach), Condition: undefined }),
    ],
    [
      "the thing's variable in the Allow, and the condition",
      restrictive(rest, answers, retained, byThing(reach)),
    ],
    ["the attachment as a list", grantedWhen({ Bool: { [ATTACHED]: ["true"] } })],
    [
      "the attachment as a boolean, in other letters",
      grantedWhen({ Bool: { [ATTACHED.toLowerCase()]: true } }),
    ],
    ["the attachment compared as text", grantedWhen({ StringEquals: { [ATTACHED]: "true" } })],
    [
      "the thing's name compared with the client id",
      grantedWhen({ StringEquals: { [NAME]: "${iot:ClientId}" } }),
    ],
    ["the thing's name whatever it is", grantedWhen({ StringLike: { [NAME]: "*" } })],
    [
      "one thing type, which only an attached certificate has",
      grantedWhen({ StringEquals: { "iot:Connection.Thing.ThingTypeName": "cam" } }),
    ],
    [
      "a Deny to strangers beside an Allow to all",
      restrictive(
        { Effect: "Deny", Action: "iot:*", Resource: "*", Condition: { Bool: { [ATTACHED]: "false" } } },
        rest,
        answers,
        retained,
        { ...reach, Condition: undefined },
      ),
    ],
  ],
});

test("a Deny of connecting alone does not contain: who is connected goes on, and HTTPS asks for no connection", () => {
  const policy = document({ Effect: "Deny", Action: "iot:Connect", Resource: "*" });
  const messages = judgeStack(quarantinePolicyContains, changed(closedLoop, set("restrictive", { policy })));
  expect(messages).toContainEqual({
    level: "own",
    name: "group",
    message: expect.stringMatching(/does not contain.*publish to telemetry/),
  });
});

test("an Allow to strangers alone is refused twice: they get the name, and the member cannot reach its shadow", () => {
  const stack = changed(closedLoop, grantedWhen({ Bool: { [ATTACHED]: "false" } }));
  const messages = judgeStack(quarantinePolicyContains, stack).map(({ message }) => message);
  expect(messages).toEqual([
    expect.stringMatching(/cannot reach its own shadow/),
    expect.stringMatching(ANYBODY),
  ]);
});
