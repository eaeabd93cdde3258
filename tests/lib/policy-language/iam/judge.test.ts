import fc from "fast-check";
import type { Verdict } from "../../../../lib/policy-language/evaluate";
import { parsePolicy } from "../../../../lib/policy-language/iam/document";
import { judge, type PolicyRequest, unknownOperators } from "../../../../lib/policy-language/iam/judge";
import type { PrincipalNames } from "../../../../lib/policy-language/iam/principal";

const ROOT = "arn:aws:iam::123456789012:root";
const ROLE_ARN = "arn:aws:iam::123456789012:role/alerts";
const TOPIC = "arn:aws:sns:us-east-1:123456789012:DDA_Alerts";

const role: PrincipalNames = { own: [ROLE_ARN], account: ["123456789012", ROOT] };
const account: PrincipalNames = { own: ["123456789012", ROOT], account: [] };
const service: PrincipalNames = { own: [], account: [], service: "sns.amazonaws.com" };

const ask = (given: Partial<PolicyRequest> = {}): PolicyRequest => ({
  action: "sns:Publish",
  resource: TOPIC,
  principal: role,
  context: new Map([["aws:principalarn", [ROLE_ARN]]]),
  ...given,
});

const policy = (...statements: readonly object[]) =>
  parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement: statements }), "resource");

const allow = { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" };
const deny = { ...allow, Effect: "Deny" };

describe("a policy's verdict", () => {
  it.each<[Verdict, string, object]>([
    ["allow", "the action itself", { Action: "sns:Publish" }],
    ["allow", "the action in other letters", { Action: "SNS:PUBLISH" }],
    ["allow", "a pattern of it", { Action: ["sqs:*", "sns:Pub*"] }],
    ["allow", "a pattern with single characters", { Action: "sns:Publis?" }],
    ["silent", "another action", { Action: "sns:PublishBatch" }],
    ["silent", "a part of the action", { Action: "sns:Pub" }],
    ["allow", "all but others", { Action: undefined, NotAction: ["sqs:*", "sns:Subscribe"] }],
    ["silent", "all but it", { Action: undefined, NotAction: "sns:P*" }],
    ["allow", "the resource itself", { Resource: TOPIC }],
    ["allow", "a pattern of it", { Resource: ["arn:aws:sqs:*", "arn:aws:sns:*:123456789012:DDA_?lerts"] }],
    ["silent", "the resource in other letters", { Resource: TOPIC.toLowerCase() }],
    ["silent", "another resource", { Resource: `${TOPIC}2` }],
    ["allow", "all but another resource", { Resource: undefined, NotResource: `${TOPIC}2` }],
    ["silent", "all but the resource", { Resource: undefined, NotResource: "arn:aws:sns:*" }],
    ["allow", "no resource, which is the policy's own", { Resource: undefined }],
    ["allow", "a resource with a variable", { Resource: "arn:aws:sns:us-east-1:123456789012:${prefix}_*" }],
    [
      "silent",
      "a resource with a variable that has no value",
      { Resource: "arn:aws:sns:us-east-1:123456789012:${none}*" },
    ],
    [
      "allow",
      "all but what has no value",
      { Resource: undefined, NotResource: `${TOPIC.slice(0, -6)}\${none}` },
    ],
    ["allow", "a * inside a segment", { Resource: "arn:aws:sns:us-*-1:123456789012:DDA*ts" }],
    ["silent", "a * inside a segment, across a colon", { Resource: "arn:aws:sns:us-*2:DDA_Alerts" }],
    ["silent", "a ? for a colon", { Resource: "arn:aws:sns:us-east-1?123456789012:DDA_Alerts" }],
    ["allow", "a * that ends a segment, across colons", { Resource: "arn:aws:sns:us-*:DDA_Alerts" }],
    ["silent", "no action", { Action: [] }],
    ["silent", "no resource listed", { Resource: [] }],
    ["silent", "all actions but none, which are no actions", { Action: undefined, NotAction: [] }],
    ["silent", "all resources but none, which are no resources", { Resource: undefined, NotResource: [] }],
    ["silent", "a condition without a value", { Condition: { StringEquals: { account: [] } } }],
    [
      "allow",
      "a variable's default",
      { Condition: { ArnEquals: { "aws:PrincipalArn": `\${none, '${ROLE_ARN}'}` } } },
    ],
    ["allow", "under a condition that holds", { Condition: { ArnEquals: { "aws:PrincipalArn": ROLE_ARN } } }],
    [
      "silent",
      "under two conditions of which one holds",
      { Condition: { ArnEquals: { "aws:PrincipalArn": ROLE_ARN }, Null: { "aws:PrincipalArn": "true" } } },
    ],
    ["silent", "under an unknown condition", { Condition: { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } } }],
  ])("is %s for an Allow of %s", (expected, _what, part) => {
    const context = new Map([...ask().context, ["account", ["123456789012"]], ["prefix", ["DDA"]]]);
    expect(judge(policy({ ...allow, ...part }), ask({ context }))).toBe(expected);
  });

  it.each<[Verdict, Verdict, string, PrincipalNames, object]>([
    ["allow", "deny", "everyone", role, { Principal: "*" }],
    ["allow", "deny", "everyone of AWS", role, { Principal: { AWS: "*" } }],
    ["allow", "deny", "everyone, a service among them", service, { Principal: { AWS: "*" } }],
    ["allow", "deny", "the role", role, { Principal: { AWS: [`${ROLE_ARN}2`, ROLE_ARN] } }],
    ["silent", "silent", "another role", role, { Principal: { AWS: `${ROLE_ARN}2` } }],
    ["allow-account", "deny", "the role's account by its root", role, { Principal: { AWS: ROOT } }],
    ["allow-account", "deny", "the role's account by its id", role, { Principal: { AWS: "123456789012" } }],
    ["silent", "silent", "another account", role, { Principal: { AWS: "210987654321" } }],
    ["allow", "deny", "the account, which asks", account, { Principal: { AWS: ROOT } }],
    ["silent", "silent", "a role of the account, which asks", account, { Principal: { AWS: ROLE_ARN } }],
    ["allow", "deny", "the service", service, { Principal: { Service: ["a.b", "sns.amazonaws.com"] } }],
    ["silent", "silent", "another service", service, { Principal: { Service: "sqs.amazonaws.com" } }],
    ["silent", "silent", "a service, for a role", role, { Principal: { Service: "sns.amazonaws.com" } }],
    ["silent", "silent", "the account, for a service", service, { Principal: { AWS: ROOT } }],
    ["silent", "silent", "a federated user", role, { Principal: { Federated: "x" } }],
  ])("is %s for an Allow and %s for a Deny of %s", (allowed, denied, _who, principal, part) => {
    expect(judge(policy({ ...allow, ...part }), ask({ principal }))).toBe(allowed);
    expect(judge(policy({ ...deny, ...part }), ask({ principal }))).toBe(denied);
  });

  it("is deny for everyone but those whom a Deny leaves out", () => {
    const sparing = (arn: string) => policy({ ...deny, Principal: undefined, NotPrincipal: { AWS: arn } });
    expect(judge(sparing(ROLE_ARN), ask({ principal: role }))).toBe("silent");
    expect(judge(sparing(`${ROLE_ARN}2`), ask({ principal: role }))).toBe("deny");
  });

  it("is deny when a condition or an exception of a Deny cannot be judged", () => {
    const unknown = policy(allow, { ...deny, Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } });
    expect(judge(unknown, ask())).toBe("deny");
    expect(unknownOperators(unknown)).toEqual(["IpAddress"]);
    const exception = policy(allow, { ...deny, Resource: undefined, NotResource: `${TOPIC}\${none}` });
    expect(judge(exception, ask())).toBe("deny");
  });

  it("is deny for everyone but the alert role where a topic's policy says so", () => {
    const topicPolicy = policy(
      { ...deny, Action: "sns:Publish", Condition: { ArnNotEquals: { "aws:PrincipalArn": ROLE_ARN } } },
      { ...allow, Action: "sns:Publish", Principal: { AWS: ROLE_ARN } },
    );
    const arnOf = (arn: string) => new Map([["aws:principalarn", [arn]]]);
    expect(judge(topicPolicy, ask())).toBe("allow");
    expect(judge(topicPolicy, ask({ principal: account, context: arnOf(ROOT) }))).toBe("deny");
    expect(judge(topicPolicy, ask({ context: arnOf(`${ROLE_ARN}2`) }))).toBe("deny");
    expect(judge(topicPolicy, ask({ principal: service, context: new Map() }))).toBe("deny");
    expect(judge(topicPolicy, ask({ action: "sns:GetTopicAttributes", principal: account }))).toBe("silent");
  });

  it("does not depend on the order of the statements", () => {
    const pool = [
      allow,
      { ...allow, Principal: { AWS: ROOT } },
      { ...allow, Principal: { AWS: ROLE_ARN }, Action: "sns:*" },
      { ...deny, Resource: "arn:aws:sqs:*" },
      { ...deny, Condition: { ArnNotEquals: { "aws:PrincipalArn": ROLE_ARN } } },
      { ...deny, Action: "sns:Publish" },
    ];
    fc.assert(
      fc.property(fc.subarray(pool, { minLength: 1 }), fc.infiniteStream(fc.nat()), (chosen, randomness) => {
        const shuffled = chosen
          .map((statement) => ({ statement, at: randomness.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ statement }) => statement);
        return judge(policy(...chosen), ask()) === judge(policy(...shuffled), ask());
      }),
    );
  });
});
