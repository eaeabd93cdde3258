import fc from "fast-check";
import { parseIotPolicy } from "../../../../lib/policy-language/iot/document";
import { evaluateIotPolicies, type NamedIotPolicy } from "../../../../lib/policy-language/iot/evaluate";
import { connectionVariables } from "../../../../lib/policy-language/iot/variables";

// What must hold of every set of policies, whatever they say.

const BASE = "arn:aws:iot:us-east-1:123456789012:";
const VARIABLE = "${iot:ClientId}";
const THING = "${iot:Connection.Thing.ThingName}";

const clientIds = fc.constantFrom("a", "b", "*", "?", "+", "a/b", VARIABLE);
const actionPatterns = fc.constantFrom("*", "iot:*", "iot:Publish", "IOT:Pub*", "iot:Connect", "s3:*");
const resourcePatterns = fc.constantFrom(
  "*",
  ...[
    "topic/a",
    "topic/*",
    "topic/?",
    `topic/${VARIABLE}`,
    `topic/${THING}`,
    "client/*",
    `client/${VARIABLE}`,
  ].map((name) => BASE + name),
);
const conditions = fc.constantFrom(
  undefined,
  { StringEquals: { "iot:ClientId": "a" } },
  { StringNotLike: { "iot:ClientId": "a*" } },
  { StringEquals: { "iot:ClientId": THING } },
  { Bool: { "iot:Connection.Thing.IsAttached": "true" } },
  { "ForAllValues:StringEquals": { "iot:ConnectAttributes": [] } },
  { DateEquals: { "iot:ClientId": "a" } },
);

function statements(effect: "Allow" | "Deny"): fc.Arbitrary<object> {
  return fc
    .record({
      action: fc.tuple(
        fc.constantFrom("Action", "NotAction"),
        fc.array(actionPatterns, { minLength: 1, maxLength: 3 }),
      ),
      resource: fc.tuple(
        fc.constantFrom("Resource", "NotResource"),
        fc.array(resourcePatterns, { minLength: 1, maxLength: 3 }),
      ),
      condition: conditions,
    })
    .map(({ action, resource, condition }) => ({
      Effect: effect,
      ...Object.fromEntries([action, resource]),
      ...(condition && { Condition: condition }),
    }));
}

function policyOf(list: readonly object[], name = "p"): NamedIotPolicy {
  return { name, policy: parseIotPolicy({ Version: "2012-10-17", Statement: list }) };
}

const policies = fc
  .array(fc.array(fc.oneof(statements("Allow"), statements("Deny")), { minLength: 1, maxLength: 3 }), {
    maxLength: 3,
  })
  .map((lists) => lists.map((list, index) => policyOf(list, `p${index}`)));

const requests = fc
  .record({
    action: fc.constantFrom("iot:Publish", "iot:Connect", "iot:Receive"),
    name: fc.constantFrom("topic/a", "topic/b", "topic/*", "topic/a/b", "client/a", "client/*"),
    clientId: fc.option(clientIds, { nil: undefined }),
    attached: fc.boolean(),
  })
  .map(({ action, name, clientId, attached }) => ({
    action,
    resource: BASE + name,
    variables: connectionVariables({
      ...(clientId !== undefined && { clientId }),
      ...(clientId !== undefined && attached && { thing: { name: clientId, attributes: {} } }),
    }),
  }));

const RUNS = { numRuns: 2000 };

describe("whatever the policies say", () => {
  it("a further Deny never lets through what was refused", () => {
    fc.assert(
      fc.property(policies, statements("Deny"), requests, fc.nat(3), (held, statement, request, at) => {
        const before = evaluateIotPolicies(held, request).decision;
        const after = evaluateIotPolicies(held.toSpliced(at, 0, policyOf([statement])), request).decision;
        expect([before, "explicit-deny"]).toContain(after);
      }),
      RUNS,
    );
  });

  it("a further Allow changes nothing about an explicit Deny and refuses nothing that was let through", () => {
    fc.assert(
      fc.property(policies, statements("Allow"), requests, fc.nat(3), (held, statement, request, at) => {
        const before = evaluateIotPolicies(held, request).decision;
        const after = evaluateIotPolicies(held.toSpliced(at, 0, policyOf([statement])), request).decision;
        expect(before === "implicit-deny" ? ["implicit-deny", "allowed"] : [before]).toContain(after);
      }),
      RUNS,
    );
  });

  it("their order does not matter", () => {
    fc.assert(
      fc.property(policies, requests, (held, request) => {
        const decision = evaluateIotPolicies(held, request).decision;
        expect(evaluateIotPolicies(held.toReversed(), request).decision).toBe(decision);
      }),
      RUNS,
    );
  });

  it("nothing is allowed without an Allow, nor refused explicitly without a Deny", () => {
    fc.assert(
      fc.property(policies, requests, (held, request) => {
        const effects = held.flatMap(({ policy }) => policy.statements.map(({ effect }) => effect));
        const { decision } = evaluateIotPolicies(held, request);
        expect(decision === "allowed" && !effects.includes("Allow")).toBe(false);
        expect(decision === "explicit-deny" && !effects.includes("Deny")).toBe(false);
      }),
      RUNS,
    );
  });

  it("the statement that is named decides the same alone", () => {
    fc.assert(
      fc.property(policies, requests, (held, request) => {
        const verdict = evaluateIotPolicies(held, request);
        if (verdict.decision === "implicit-deny") return;
        const named = held.find(({ name }) => name === verdict.policyName);
        const statement = named?.policy.statements[verdict.statementIndex];
        const alone = { name: "alone", policy: { statements: statement ? [statement] : [] } };
        expect(evaluateIotPolicies([alone], request)).toEqual({
          decision: verdict.decision,
          policyName: "alone",
          statementIndex: 0,
        });
      }),
      RUNS,
    );
  });
});

describe("a client id in place of its variable", () => {
  const hostile = fc.string({
    unit: fc.constantFrom("*", "?", "+", "#", "$", "{", "}", "/", "a"),
    maxLength: 6,
  });

  it("opens its own topic and no other", () => {
    const held = [
      policyOf([{ Effect: "Allow", Action: "iot:Publish", Resource: `${BASE}topic/${VARIABLE}/data` }]),
    ];
    fc.assert(
      fc.property(hostile, hostile, (clientId, other) => {
        const variables = connectionVariables({ clientId });
        const allowed = (name: string): boolean => {
          const request = { action: "iot:Publish", resource: `${BASE}topic/${name}/data`, variables };
          return evaluateIotPolicies(held, request).decision === "allowed";
        };
        expect(allowed(clientId)).toBe(true);
        expect(allowed(other)).toBe(other === clientId);
      }),
      RUNS,
    );
  });

  it("excepts its own topic and no other from a Deny", () => {
    const held = [
      policyOf([
        { Effect: "Allow", Action: "*", Resource: "*" },
        { Effect: "Deny", Action: "*", NotResource: `${BASE}topic/${VARIABLE}` },
      ]),
    ];
    fc.assert(
      fc.property(hostile, hostile, (clientId, other) => {
        const request = {
          action: "iot:Publish",
          resource: `${BASE}topic/${other}`,
          variables: connectionVariables({ clientId }),
        };
        const expected = other === clientId ? "allowed" : "explicit-deny";
        expect(evaluateIotPolicies(held, request).decision).toBe(expected);
      }),
      RUNS,
    );
  });
});
