import { MalformedPolicyError } from "../../../../lib/policy-language/document";
import { type PolicyKind, parsePolicy } from "../../../../lib/policy-language/iam/document";

const identity = { Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" };
const trust = { Effect: "Allow", Principal: { Service: "iot.amazonaws.com" }, Action: "sts:AssumeRole" };
const resource = { Effect: "Allow", Principal: "*", Action: "SNS:Publish", Resource: "*" };

const documentOf = (statement: unknown) => JSON.stringify({ Version: "2012-10-17", Statement: statement });

describe("a policy document", () => {
  it.each<[PolicyKind, unknown]>([
    ["identity", identity],
    ["identity", [identity, { ...identity, Sid: "S", Resource: ["arn:aws:sqs:*:*:q", "*"] }]],
    ["identity", { Effect: "Deny", NotAction: ["iot:*", "*"], NotResource: "arn:aws:iot:*", Condition: {} }],
    [
      "identity",
      { ...identity, Condition: { Bool: { "aws:SecureTransport": true }, Null: { k: ["false"] } } },
    ],
    [
      "identity",
      { ...identity, Action: [], Resource: [], Condition: { "ForAnyValue:StringLike": { k: [] } } },
    ],
    ["identity", { ...identity, Resource: "arn:aws:sqs:*:*:${aws:PrincipalTag/queue, 'none'}" }],
    [
      "identity",
      {
        ...identity,
        Condition: {
          IpAddressIfExists: { k: "10.0.0.0/8" },
          DateGreaterThanEquals: { k: "2030-01-01" },
          BinaryEquals: { k: "QQ==" },
          "ForAllValues:StringNotLike": { k: "*", l: "*" },
        },
      },
    ],
    ["trust", trust],
    ["trust", { ...trust, Principal: { AWS: ["123456789012", "arn:aws:iam::123456789012:root", "*"] } }],
    ["trust", { ...trust, Principal: { AWS: "arn:aws-cn:iam::123456789012:role/path/name" } }],
    [
      "trust",
      { ...trust, Principal: { AWS: "AROAEXAMPLEEXAMPLEEXA", Federated: "cognito-identity.amazonaws.com" } },
    ],
    ["resource", resource],
    // The default policy of a key has spaces.
    ["resource", { ...resource, Sid: "Enable IAM User Permissions" }],
    [
      "identity",
      [
        { ...identity, Sid: "" },
        { ...identity, Sid: "" },
      ],
    ],
    ["resource", { ...resource, Principal: "*" }],
    ["trust", { ...trust, Principal: { AWS: "*" } }],
    ["resource", { Effect: "Deny", NotPrincipal: { AWS: "123456789012" }, Action: "kms:*" }],
  ])("of kind %s is taken when it keeps the grammar: %j", (kind, statement) => {
    expect(parsePolicy(documentOf(statement), kind).length).toBeGreaterThan(0);
  });

  it.each<[PolicyKind, string, string]>([
    ["identity", "{half", "This policy contains invalid Json"],
    ["identity", "[]", "Syntax errors in policy. (it must be an object.)"],
    ["identity", '{"Version":"2012-10-17"}', "Syntax errors in policy. (Statement is missing.)"],
    ["identity", '{"Statement":[]}', "Syntax errors in policy. (Statement is missing.)"],
    ["identity", '{"Version":"2020-01-01","Statement":[]}', "Version must be 2012-10-17 or 2008-10-17"],
    ["identity", '{"Statements":[]}', "it has an unknown field Statements"],
    ["identity", documentOf("all"), "Statement[0] must be an object"],
    ["identity", documentOf({ ...identity, Efect: "Deny" }), "Statement[0] has an unknown field Efect"],
    [
      "identity",
      documentOf([identity, { ...identity, Effect: "allow" }]),
      "Statement[1].Effect must be Allow or Deny",
    ],
    ["identity", documentOf({ ...identity, Sid: 1 }), "Statement[0].Sid must be text"],
    [
      "identity",
      documentOf({ ...identity, Sid: "Has a space" }),
      "Statement IDs (SID) must be alpha-numeric",
    ],
    ["trust", documentOf({ ...trust, Sid: "a-b" }), "Statement IDs (SID) must be alpha-numeric"],
    [
      "identity",
      documentOf([
        { ...identity, Sid: "S" },
        { ...identity, Sid: "S" },
      ]),
      "Statement IDs (SID) in a single policy must be unique.",
    ],
    ["identity", documentOf({ ...identity, Action: undefined }), "Policy statement must contain actions."],
    ["identity", documentOf({ ...identity, NotAction: "a:b" }), "has both Action and NotAction"],
    [
      "identity",
      documentOf({ ...identity, Action: [{}] }),
      "Statement[0].Action must be text or a list of texts",
    ],
    ["identity", documentOf({ ...identity, Action: "SendMessage" }), "must be prefaced by a vendor"],
    [
      "identity",
      documentOf({ ...identity, Resource: undefined }),
      "Policy statement must contain resources.",
    ],
    [
      "identity",
      documentOf({ ...identity, Resource: "queue" }),
      'Resource queue must be in ARN format or "*".',
    ],
    [
      "identity",
      documentOf({ ...identity, Resource: "arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:queue" }),
      "Statement[0].Resource has a variable before the fifth colon",
    ],
    [
      "identity",
      documentOf({ ...identity, Resource: undefined, NotResource: ["*", "arn:${x}"] }),
      "Statement[0].NotResource[1] has a variable before the fifth colon",
    ],
    ["identity", `{"Id":"i","Statement":${JSON.stringify(identity)}}`, "it has an unknown field Id"],
    ["identity", '{"Statement":[],"Statement":[]}', "it has Statement twice"],
    [
      "identity",
      `{"Statement":[{"Effect":"Deny",${JSON.stringify(identity).slice(1)}]}`,
      "it has Effect twice",
    ],
    [
      "identity",
      `{"Statement":${JSON.stringify(identity).slice(0, -1)},"Condition":{"Bool":{"k":"a","\\u006b":"b"}}}}`,
      "it has k twice",
    ],
    [
      "identity",
      documentOf({ ...identity, Condition: { StringLike: { "aws:SourceArn": "*", "AWS:sourceArn": "*" } } }),
      "Statement[0].Condition.StringLike has AWS:sourceArn twice",
    ],
    ...["stringEquals", "StringEqualsIfexists", "NullIfExists", "ForSomeValue:StringEquals", "Odd", ""].map(
      (operator): [PolicyKind, string, string] => [
        "identity",
        documentOf({ ...identity, Condition: { [operator]: { k: "v" } } }),
        `Invalid Condition type : ${operator}`,
      ],
    ),
    [
      "trust",
      documentOf({ ...trust, Effect: "Deny", Principal: undefined, NotPrincipal: trust.Principal }),
      "Has prohibited field NotPrincipal",
    ],
    [
      "resource",
      documentOf({ ...resource, Principal: undefined, NotPrincipal: { AWS: "123456789012" } }),
      "Has prohibited field NotPrincipal",
    ],
    ...["Allow", "Deny"].map((Effect): [PolicyKind, string, string] => [
      "trust",
      documentOf({ ...trust, Effect, Principal: "*" }),
      'AssumeRolepolicy contained an invalid principal: "STAR":"*".',
    ]),
    ["identity", documentOf({ ...identity, Condition: [] }), "Statement[0].Condition must be an object"],
    ["identity", documentOf({ ...identity, Condition: { Bool: 1 } }), "Condition.Bool must be an object"],
    [
      "identity",
      documentOf({ ...identity, Condition: { Bool: { k: {} } } }),
      "Condition.Bool.k must be text",
    ],
    ["identity", documentOf(resource), "Policy document should not specify a principal."],
    ["trust", documentOf(identity), "Missing required field Principal"],
    ["trust", documentOf({ ...trust, Resource: "*" }), "Has prohibited field Resource"],
    ["trust", documentOf({ ...trust, Action: "iot:*" }), "may only specify STS AssumeRole actions"],
    ["trust", documentOf({ ...trust, Principal: "me" }), 'Principal must be "*" or an object'],
    [
      "trust",
      documentOf({ ...trust, Principal: { Robot: "r" } }),
      'Invalid principal in policy: "Robot":"r"',
    ],
    [
      "trust",
      documentOf({ ...trust, Principal: { AWS: "bob" } }),
      'Invalid principal in policy: "AWS":"bob"',
    ],
    [
      "trust",
      documentOf({ ...trust, Principal: { AWS: "arn:aws:iam::123456789012:role/*" } }),
      'Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:role/*"',
    ],
    ["resource", documentOf(identity), "Missing required field Principal"],
  ])("of kind %s is refused: %s", (kind, document, message) => {
    expect(() => parsePolicy(document, kind)).toThrow(MalformedPolicyError);
    expect(() => parsePolicy(document, kind)).toThrow(message);
  });
});
