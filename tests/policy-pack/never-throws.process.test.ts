import fc from "fast-check";
import { POLICIES } from "../../policy-pack/policies";
import { closedLoop, document } from "./support/loop";
import { changed, judgeStack, one, type Stack, UNKNOWN } from "./support/stack";

/** Any JSON, in which some values are not known yet. */
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constant(UNKNOWN),
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom("SNS", "criteria", "value", "Effect", "Statement", "__proto__")),
      tie("value"),
      { maxKeys: 4 },
    ),
  ),
})).value;

/** A text that looks like one of a policy. */
const policyText = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "*",
    "Allow",
    "Deny",
    "iot:*",
    "sns:Publish",
    "arn:aws:iot:*:*:topic/${iot:ClientId}",
    "${aws:x}",
    "a?",
  ),
);

const oneOrMany = fc.oneof(policyText, fc.array(policyText, { maxLength: 3 }), anything);

/** What could be a statement. */
const statement = fc.record(
  {
    Effect: fc.oneof(fc.constantFrom("Allow", "Deny"), anything),
    Action: oneOrMany,
    NotAction: oneOrMany,
    Resource: oneOrMany,
    NotResource: oneOrMany,
    Principal: fc.oneof(
      fc.constant("*"),
      fc.record({ AWS: oneOrMany, Service: oneOrMany }, { requiredKeys: [] }),
      anything,
    ),
    Condition: fc.oneof(
      fc.dictionary(
        fc.constantFrom("StringLike", "ArnNotEquals", "Null", "IpAddress", "ForAllValues:StringEquals"),
        fc.dictionary(fc.constantFrom("aws:PrincipalArn", "iot:DomainName", "x"), oneOrMany),
      ),
      anything,
    ),
  },
  { requiredKeys: [] },
);

const policyDocument = fc.oneof(
  fc.array(statement, { maxLength: 4 }).map((statements) => document(...statements)),
  fc.array(statement, { maxLength: 3 }).map((Statement) => ({ Version: "2012-10-17", Statement })),
  anything,
  fc.string(),
);

/** What every policy says of a stack; a policy that failed says so itself. */
function failures(stack: Stack): readonly string[] {
  return POLICIES.flatMap((policy) => judgeStack(policy, stack)).flatMap(({ message }) =>
    typeof message === "string" && !message.includes("the policy itself failed") ? [] : [String(message)],
  );
}

const RUNS = { numRuns: 100 };
const DOCUMENTS = [
  ["alert-role", "assumeRolePolicy"],
  ["alert-role", "inlinePolicies"],
  ["alert-role-policy", "policy"],
  ["key", "policy"],
  ["topic-policy", "policy"],
  ["callback-role-policy", "policy"],
  ["undelivered-policy", "policy"],
  ["restrictive", "policy"],
] as const;

test("no JSON as a profile's properties makes a policy fail", () => {
  const properties = fc.record(
    {
      securityProfileName: anything,
      behaviors: fc.oneof(fc.array(anything, { maxLength: 3 }), anything),
      alertTargets: anything,
      targetArns: anything,
      tags: anything,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(properties, (props) => {
      const stack = changed(closedLoop, (all) => {
        one(all, "profile").props = props;
        all.cc = {
          type: "aws:cloudcontrol/resource:Resource",
          props: { typeName: "AWS::IoT::SecurityProfile", desiredState: JSON.stringify(props) },
        };
        all.template = {
          type: "aws:cloudformation/stack:Stack",
          props: {
            templateBody: JSON.stringify({
              Resources: { P: { Type: "AWS::IoT::SecurityProfile", Properties: props }, Q: props },
            }),
          },
        };
      });
      expect(failures(stack)).toEqual([]);
    }),
    RUNS,
  );
});

test("no JSON as a policy document makes a policy fail", () => {
  fc.assert(
    fc.property(fc.constantFrom(...DOCUMENTS), policyDocument, ([name, property], text) => {
      const stack = changed(closedLoop, (all) => {
        one(all, name).props[property] = text;
      });
      expect(failures(stack)).toEqual([]);
    }),
    RUNS,
  );
});

test("no JSON as a template's body makes a policy fail", () => {
  fc.assert(
    fc.property(fc.oneof(anything, fc.json()), anything, (templateBody, parameters) => {
      const stack: Stack = {
        t: { type: "aws:cloudformation/stack:Stack", props: { templateBody, parameters } },
      };
      expect(failures(stack)).toEqual([]);
    }),
    RUNS,
  );
});

test("no JSON in the place of one property makes a policy fail", () => {
  const places = Object.entries(closedLoop()).flatMap(([name, { props }]) =>
    Object.keys(props).map((property) => [name, property] as const),
  );
  fc.assert(
    fc.property(fc.constantFrom(...places), anything, ([name, property], value) => {
      const stack = changed(closedLoop, (all) => {
        one(all, name).props[property] = value;
      });
      expect(failures(stack)).toEqual([]);
    }),
    RUNS,
  );
});

test("no resources, whatever their types and properties, make a policy fail", () => {
  const types = [
    ...new Set(Object.values(closedLoop()).map(({ type }) => type)),
    "aws-native:sns:Topic",
    "x:y:Z",
  ];
  const made = fc.record({ type: fc.constantFrom(...types), props: fc.dictionary(fc.string(), anything) });
  fc.assert(
    fc.property(fc.dictionary(fc.string(), made, { maxKeys: 6 }), (stack) => {
      expect(failures(stack)).toEqual([]);
    }),
    RUNS,
  );
});

test("an unknown value in any place is told, or of no consequence, and hides no other fault", () => {
  const places = Object.entries(closedLoop()).flatMap(([name, { props }]) =>
    Object.keys(props).map((property) => [name, property] as const),
  );
  const faulty = (all: Stack) => {
    delete one(all, "callback").props.reservedConcurrentExecutions;
    all.zwei = structuredClone(one(all, "callback"));
    one(all, "zwei").props.name = "zwei";
    one(all, "zwei").props.tags = { "iot-quarantine:component": "CallbackLambda" };
  };
  const bounded = POLICIES.filter(({ name }) => name === "callback-is-bounded");
  for (const [name, property] of places) {
    const stack = changed(closedLoop, faulty, (all) => {
      one(all, name).props[property] = UNKNOWN;
    });
    expect(failures(stack)).toEqual([]);
    const told = bounded
      .flatMap((policy) => judgeStack(policy, stack))
      .filter(({ level }) => level === "own");
    expect([name, property, JSON.stringify(told)]).toEqual([name, property, expect.stringContaining("zwei")]);
  }
});
