import { alertRoleLeastPrivilege } from "../../../policy-pack/policies/alert-role-least-privilege";
import {
  closedLoop,
  document,
  encryptStatement,
  KEY_ARN,
  publishStatement,
  ROLE_ARN,
  TOPIC_ARN,
  trustStatement,
} from "../support/loop";
import { changed, judgeStack, remove, type Stack, set, UNKNOWN, unknown } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

const may = (...statements: object[]) => set("alert-role-policy", { policy: document(...statements) });
const MORE = /may do more than publish alarms/;

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

const nativeManaged = (roles: unknown) => (stack: Stack) => {
  stack.wide = {
    type: "aws-native:iam:ManagedPolicy",
    props: {
      managedPolicyName: "wide",
      policyDocument: { Statement: { Effect: "Allow", Action: "*", Resource: "*" } },
      roles,
    },
  };
};

holdPolicyTo(alertRoleLeastPrivilege, {
  level: "mandatory",
  faults: [
    ...["*", TOPIC_ARN].map(
      (Resource) =>
        [
          `all but what is tried elsewhere, on ${Resource}`,
          may({
            Effect: "Allow",
            NotAction: ["iam:*", "iot:*", "kms:*", "lambda:*", "s3:*", "sns:Publish", "sns:Subscribe"],
            Resource,
          }),
          "alert-role",
          MORE,
        ] as const,
    ),
    [
      "all but whole services",
      may({
        Effect: "Allow",
        NotAction: ["iam:*", "iot:*", "kms:*", "lambda:*", "s3:*", "sns:*"],
        Resource: "*",
      }),
      "alert-role",
      /more than publish alarms: \*:\* on any resource\./,
    ],
    [
      "a managed policy of aws-native that names the role",
      nativeManaged(["prod-alert-role"]),
      "alert-role",
      MORE,
    ],
    [
      "an exclusive attachment",
      (stack) => {
        stack.exclusive = {
          type: "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
          props: { roleName: "prod-alert-role", policyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] },
        };
      },
      "alert-role",
      /managed policy .*AdministratorAccess/,
    ],
    ["any topic", may({ ...publishStatement, Resource: "*" }, encryptStatement), "alert-role", MORE],
    [
      "topics that begin alike",
      may({ ...publishStatement, Resource: `${TOPIC_ARN}*` }),
      "alert-role",
      /sns:Publish on .*prod-alarms\*/,
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
      "a managed policy of aws-native, of roles nobody knows",
      nativeManaged([UNKNOWN]),
      "alert-role",
      /"wide", which may be of it/,
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
      "a role of another stack",
      remove("alert-role", "alert-role-policy"),
      "profile",
      /which this stack does not make/,
    ],
  ],
  nearMisses: [
    ["a managed policy of aws-native that names other roles", nativeManaged(["admin"])],
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
