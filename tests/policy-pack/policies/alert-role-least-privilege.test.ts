import { alertRoleLeastPrivilege } from "../../../policy-pack/policies/alert-role-least-privilege";
import {
  ACCOUNT,
  closedLoop,
  document,
  encryptStatement,
  KEY_ARN,
  PROFILE_ARN,
  publishStatement,
  ROLE_ARN,
  TOPIC_ARN,
  trustStatement,
} from "../support/loop";
import { changed, judgeStack, remove, type Stack, set, UNKNOWN, unknown } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

const trust = (...statements: object[]) => set("alert-role", { assumeRolePolicy: document(...statements) });
const when = (Condition: unknown, more: object = {}) => trust({ ...trustStatement, Condition, ...more });
const may = (...statements: object[]) => set("alert-role-policy", { policy: document(...statements) });
const ACCOUNT_IS = { "aws:SourceAccount": ACCOUNT };
const ARN_IS = { "aws:SourceArn": PROFILE_ARN };
const MORE = /may do more than publish alarms/;
const NOBODY = /does not let Device Defender assume it.*stray colons/;

const second =
  (...statements: object[]) =>
  (stack: Stack) => {
    stack.second = {
      type: "aws:iam/rolePolicy:RolePolicy",
      props: { role: ROLE_ARN, policy: document(...statements) },
    };
  };

const attached = (arn: string) => (stack: Stack) => {
  stack.attached = {
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    props: { role: "prod-alert-role", policyArn: arn },
  };
};

holdPolicyTo(alertRoleLeastPrivilege, {
  level: "mandatory",
  faults: [
    ["no conditions", when(undefined), "alert-role", /whatever aws:SourceArn and aws:SourceAccount are/],
    ["no source ARN", when({ StringEquals: ACCOUNT_IS }), "alert-role", /whatever aws:SourceArn is/],
    ["no source account", when({ ArnEquals: ARN_IS }), "alert-role", /whatever aws:SourceAccount is/],
    [
      "AWS's example with a double colon",
      when({ StringEquals: ACCOUNT_IS, ArnLike: { "aws:SourceArn": `arn:aws:iot:*:${ACCOUNT}::*` } }),
      "alert-role",
      NOBODY,
    ],
    [
      "AWS's example with a trailing colon",
      when({ StringEquals: { "aws:SourceAccount": `${ACCOUNT}:` }, ArnEquals: ARN_IS }),
      "alert-role",
      NOBODY,
    ],
    [
      "a source that may be missing",
      when({ StringEqualsIfExists: ACCOUNT_IS, ArnEqualsIfExists: ARN_IS }),
      "alert-role",
      /whatever aws:SourceArn and aws:SourceAccount are/,
    ],
    [
      "a profile of any account",
      when({
        StringLike: { "aws:SourceAccount": "*" },
        ArnLike: { "aws:SourceArn": "arn:aws:iot:*:*:securityprofile/*" },
      }),
      "alert-role",
      /whatever/,
    ],
    [
      "another profile",
      when({ StringEquals: ACCOUNT_IS, ArnEquals: { "aws:SourceArn": `${PROFILE_ARN}-2` } }),
      "alert-role",
      NOBODY,
    ],
    [
      "an open Allow beside the closed one",
      trust(trustStatement, { ...trustStatement, Condition: {} }),
      "alert-role",
      /whatever/,
    ],
    [
      "a Deny for the service",
      trust(trustStatement, { Effect: "Deny", Principal: { Service: "iot.amazonaws.com" }, Action: "sts:*" }),
      "alert-role",
      NOBODY,
    ],
    [
      "another service besides",
      when(trustStatement.Condition, {
        Principal: { Service: ["iot.amazonaws.com", "lambda.amazonaws.com"] },
      }),
      "alert-role",
      /lets the service lambda\.amazonaws\.com assume it/,
    ],
    [
      "the account besides",
      trust(trustStatement, { Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" }),
      "alert-role",
      /lets arn:aws:iam::123456789012:root/,
    ],
    ["everybody", when(trustStatement.Condition, { Principal: { AWS: "*" } }), "alert-role", /assume it/],
    ["any topic", may({ ...publishStatement, Resource: "*" }, encryptStatement), "alert-role", MORE],
    [
      "topics that begin alike",
      may({ ...publishStatement, Resource: `${TOPIC_ARN}*` }),
      "alert-role",
      /sns:Publish on .*prod-alarmsq-7/,
    ],
    ["any SNS action", may({ ...publishStatement, Action: "sns:*" }), "alert-role", MORE],
    [
      "all but some actions",
      may({ Effect: "Allow", NotAction: "iam:*", Resource: TOPIC_ARN }),
      "alert-role",
      MORE,
    ],
    [
      "all but some topics",
      may({ Effect: "Allow", Action: "sns:Publish", NotResource: TOPIC_ARN }),
      "alert-role",
      MORE,
    ],
    [
      "any key",
      may(publishStatement, { ...encryptStatement, Resource: "*" }),
      "alert-role",
      /kms:GenerateDataKey on/,
    ],
    [
      "another key",
      may(publishStatement, { ...encryptStatement, Resource: `${KEY_ARN}0` }),
      "alert-role",
      MORE,
    ],
    [
      "grants on the key",
      may(publishStatement, { ...encryptStatement, Action: ["kms:Decrypt", "kms:CreateGrant"] }),
      "alert-role",
      /kms:CreateGrant/,
    ],
    [
      "a second policy",
      second({ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" }),
      "alert-role",
      /s3:GetObject/,
    ],
    [
      "an inline policy",
      set("alert-role", {
        inlinePolicies: [
          { name: "x", policy: document({ Effect: "Allow", Action: "iot:*", Resource: "*" }) },
        ],
      }),
      "alert-role",
      MORE,
    ],
    [
      "a managed policy",
      attached("arn:aws:iam::aws:policy/AmazonSNSFullAccess"),
      "alert-role",
      /managed policy .*AmazonSNSFullAccess/,
    ],
    [
      "a managed policy in the role itself",
      set("alert-role", { managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] }),
      "alert-role",
      /AdministratorAccess/,
    ],
    [
      "a trust policy that cannot be read",
      set("alert-role", { assumeRolePolicy: "{" }),
      "alert-role",
      /trust policy .* cannot be read/,
    ],
    [
      "a managed policy that the stack makes",
      both(attached("arn:aws:iam::123456789012:policy/wide"), (stack) => {
        stack.wide = {
          type: "aws:iam/policy:Policy",
          props: { name: "wide", policy: document({ Effect: "Allow", Action: "sns:*", Resource: "*" }) },
        };
      }),
      "alert-role",
      MORE,
    ],
  ],
  unjudged: [
    [
      "an unknown trust policy",
      set("alert-role", { assumeRolePolicy: UNKNOWN }),
      "alert-role",
      /trust policy of role "alert-role"/,
    ],
    [
      "unknown inline policies of other resources",
      unknown("alert-role", "inlinePolicies", "key"),
      "alert-role",
      /inline policies of role "alert-role"/,
    ],
    [
      "unknown managed policies of other resources",
      unknown("alert-role", "managedPolicyArns", "key"),
      "alert-role",
      /managedPolicyArns of "alert-role"/,
    ],
    [
      "an unknown policy",
      unknown("alert-role-policy", "policy", "key"),
      "alert-role",
      /policy "alert-role-policy"/,
    ],
    [
      "an unknown profile name",
      set("profile", { securityProfileName: UNKNOWN }),
      "alert-role",
      /profile's ARN/,
    ],
    [
      "a role of another stack",
      remove("alert-role", "alert-role-policy"),
      "profile",
      /which this stack does not make/,
    ],
  ],
  nearMisses: [
    [
      "all that it needs in one statement: no action is tried on what another service has",
      may({
        Effect: "Allow",
        Action: ["sns:Publish", "kms:GenerateDataKey", "kms:Decrypt"],
        Resource: [TOPIC_ARN, KEY_ARN],
      }),
    ],
    [
      "a topic that the stack does not make, of whose key nobody knows",
      both(remove("topic", "topic-policy", "subscription", "key"), may(publishStatement, encryptStatement)),
    ],
    [
      "conditions in another order and letters",
      when({ ArnLike: { "AWS:SourceArn": [PROFILE_ARN] }, StringEquals: { "AWS:SourceAccount": [ACCOUNT] } }),
    ],
    [
      "all profiles of the account",
      when({
        StringEquals: ACCOUNT_IS,
        ArnLike: { "aws:SourceArn": `arn:aws:iot:us-east-1:${ACCOUNT}:securityprofile/*` },
      }),
    ],
    [
      "AWS's example without the stray colons",
      when({ StringEquals: ACCOUNT_IS, ArnLike: { "aws:SourceArn": `arn:aws:iot:*:${ACCOUNT}:*` } }),
    ],
    ["the ARN compared as a text", when({ StringEquals: { ...ACCOUNT_IS, ...ARN_IS } })],
    [
      "an open Allow that a Deny closes",
      trust(
        { ...trustStatement, Condition: {} },
        {
          Effect: "Deny",
          Principal: { AWS: "*" },
          Action: "sts:AssumeRole",
          Condition: { StringNotEquals: ACCOUNT_IS },
        },
        {
          Effect: "Deny",
          Principal: { AWS: "*" },
          Action: "sts:AssumeRole",
          Condition: { ArnNotEquals: ARN_IS },
        },
      ),
    ],
    [
      "actions in other letters and lists",
      may(
        { Effect: "Allow", Action: ["SNS:publish"], Resource: [TOPIC_ARN] },
        { ...encryptStatement, Action: "kms:GenerateDataKey*" },
      ),
    ],
    ["publishing alone, where the key lets the role in itself", may(publishStatement)],
    [
      "a wide Allow that a Deny narrows to what is due",
      may({ ...publishStatement, Resource: "*" }, { Effect: "Deny", Action: "*", NotResource: TOPIC_ARN }),
    ],
    [
      "what a first preview knows",
      both(
        // What a role's policies are is for AWS to tell, while the program sets none in the role itself.
        set("alert-role", { arn: UNKNOWN, inlinePolicies: UNKNOWN, managedPolicyArns: UNKNOWN }),
        set("topic", { arn: UNKNOWN }),
        set("key", { arn: UNKNOWN, keyId: UNKNOWN }),
        unknown("topic", "kmsMasterKeyId", "key"),
      ),
    ],
    [
      "a role and its policy of aws-native",
      (stack) => {
        stack["alert-role"] = {
          type: "aws-native:iam:Role",
          props: {
            roleName: "prod-alert-role",
            assumeRolePolicyDocument: { Version: "2012-10-17", Statement: [trustStatement] },
          },
        };
        stack["alert-role-policy"] = {
          type: "aws-native:iam:RolePolicy",
          props: {
            roleName: "prod-alert-role",
            policyName: "p",
            policyDocument: { Statement: [publishStatement] },
          },
        };
      },
    ],
    [
      "another role of the stack that may do more",
      (stack) => {
        stack.admin = {
          type: "aws:iam/role:Role",
          props: { name: "admin", managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] },
        };
      },
    ],
  ],
});

test("two profiles of one role are judged together, and what both need is due", () => {
  const stack = changed(closedLoop, may(publishStatement, encryptStatement), (all) => {
    all.other = structuredClone(all.profile) as never;
    Object.assign(all.other as object, {
      props: { ...all.profile?.props, securityProfileName: "prod-other" },
    });
  });
  expect(judgeStack(alertRoleLeastPrivilege, stack)).toEqual([
    { level: "own", name: "alert-role", message: expect.stringMatching(/securityprofile\/prod-other/) },
  ]);
});
