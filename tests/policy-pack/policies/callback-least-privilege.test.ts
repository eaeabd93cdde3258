import { callbackLeastPrivilege } from "../../../policy-pack/policies/callback-least-privilege";
import { ACCOUNT, callbackStatements, document, GROUP_ARN, REGION, TOPIC_ARN } from "../support/loop";
import { remove, type Stack, set, UNKNOWN, unknown } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

const HERE = `${REGION}:${ACCOUNT}`;
const allow = (Action: unknown, Resource: unknown, more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
/** Its own statements and more. */
const may = (...statements: object[]) =>
  set("callback-role-policy", { policy: document(...callbackStatements, ...statements) });
const permits = (props: Record<string, unknown>) => set("permission", props);
const MANAGED = "arn:aws:iam::aws:policy/";

const managed =
  (policyArn: unknown) =>
  (stack: Stack): void => {
    stack.managed = {
      type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      props: { role: "prod-callback-role", policyArn },
    };
  };

const url = (props: Record<string, unknown>) => (stack: Stack) => {
  stack.url = {
    type: "aws:lambda/functionUrl:FunctionUrl",
    props: { functionName: "prod-callback", authorizationType: "NONE", ...props },
  };
};

/** What a preview knows where the profile has no ARN of its own, and the loop none yet. */
const nowhere = both(
  ...["topic", "callback", "callback-role", "alert-role", "group"].map((name) => set(name, { arn: UNKNOWN })),
  set("profile", { targetArns: UNKNOWN, alertTargets: UNKNOWN }),
  (stack) => Object.assign(stack.profile ?? {}, { sources: { alertTargets: ["topic", "alert-role"] } }),
  unknown("subscription", "topic", "topic"),
  unknown("subscription", "endpoint", "callback"),
  unknown("permission", "sourceArn", "topic"),
  unknown("callback", "role", "callback-role"),
);

holdPolicyTo(callbackLeastPrivilege, {
  level: "mandatory",
  faults: [
    [
      "all actions of a service",
      may(allow("iot:*", GROUP_ARN)),
      "callback",
      /allows iot:\*.*List the actions/,
    ],
    ["actions that begin alike", may(allow(["iot:Add*"], GROUP_ARN)), "callback", /allows iot:Add\*/],
    [
      "all actions but some",
      may({ Effect: "Allow", NotAction: "iam:*", Resource: GROUP_ARN }),
      "callback",
      /NotAction/,
    ],
    [
      "any resource",
      may(allow("iot:UpdateThingShadow", "*")),
      "callback",
      /iot:UpdateThingShadow on \*.*ARNs/,
    ],
    [
      "all resources but some",
      may({ Effect: "Allow", Action: "sqs:SendMessage", NotResource: "arn:aws:sqs:us-east-1:1:x" }),
      "callback",
      /NotResource/,
    ],
    [
      "deleting any certificate, beside cutting it off",
      may(allow(["iot:UpdateCertificate", "iot:DeleteCertificate"], `arn:aws:iot:${HERE}:cert/*`)),
      "callback",
      /on arn:.*cert\/\*/,
    ],
    [
      "any account",
      may(allow("iot:UpdateThingShadow", "arn:aws:iot:us-east-1:*:thing/*")),
      "callback",
      /us-east-1:\*:thing/,
    ],
    [
      "any region",
      may(allow("iot:UpdateThingShadow", `arn:aws:iot:*:${ACCOUNT}:thing/*`)),
      "callback",
      /on arn:aws:iot:\*/,
    ],
    [
      "any group",
      may(allow("iot:AddThingToThingGroup", `arn:aws:iot:${HERE}:thinggroup/*`)),
      "callback",
      /thinggroup\/\*/,
    ],
    ["any topic", may(allow("sns:Publish", `arn:aws:sns:${HERE}:*`)), "callback", /sns:Publish/],
    ...[
      ["iot:X", "arn:*"],
      ["iot:X", "arn:aws:iot:*"],
      ["logs:X", `arn:aws:logs:${HERE}:log-group:*:*`],
      ["lambda:X", `arn:aws:lambda:${HERE}:function:*:*`],
      ["dynamodb:X", `arn:aws:dynamodb:${HERE}:table/*/index/*`],
      ["iot:X", `arn:aws:iot:${HERE}:thinggroup/*/x`],
    ].map(
      ([action = "", resource = ""]) =>
        [
          `as good as anything, by ${resource}`,
          may(allow(action, resource)),
          "callback",
          /Name the resources/,
        ] as const,
    ),
    ["any kind that begins alike", may(allow("iot:X", `arn:aws:iot:${HERE}:thing*`)), "callback", /thing\*/],
    ["any kind and any name", may(allow("iot:X", `arn:aws:iot:${HERE}:*/*`)), "callback", /on .*\*\/\*/],
    ["any name at all", may(allow("dynamodb:X", `arn:aws:dynamodb:${HERE}:table/?*`)), "callback", /table/],
    ["any function", may(allow("lambda:X", `arn:aws:lambda:${HERE}:function:?*`)), "callback", /function/],
    ["any role", may(allow("iam:X", `arn:aws:iam::${ACCOUNT}:role/*?`)), "callback", /role\/\*\?/],
    ["any bucket's objects", may(allow("s3:PutObject", "arn:aws:s3:::?*/*")), "callback", /s3:PutObject/],
    ["any bucket", may(allow("s3:PutObject", "arn:aws:s3:::*")), "callback", /s3:PutObject/],
    ["tracing with a wildcard", may(allow("xray:*", "*")), "callback", /xray:\*/],
    [
      "a resource too wide beside a good one",
      may(allow("iot:UpdateThingShadow", [`arn:aws:iot:${HERE}:thing/*`, "*"])),
      "callback",
      /on \*/,
    ],
    [
      "an inline policy of the role",
      set("callback-role", {
        inlinePolicies: [{ name: "x", policy: document(allow("iot:DeleteConnection", "*")) }],
      }),
      "callback",
      /inline policies.*iot:DeleteConnection/,
    ],
    [
      "a managed policy that nobody knows",
      managed(`${MANAGED}AWSIoTFullAccess`),
      "callback",
      /AWSIoTFullAccess.*allowedManagedPolicies/,
    ],
    [
      "a policy that is no JSON",
      set("callback-role-policy", { policy: "{" }),
      "callback",
      /no JSON document/,
    ],
    [
      "no source ARN",
      permits({ sourceArn: undefined }),
      "callback",
      /"permission".*(?:not set|"").*in any account can.*Set sourceArn/,
    ],
    ["any topic as the source", permits({ sourceArn: "arn:aws:sns:*:*:*" }), "callback", /it|sourceArn/],
    [
      "an account for a source",
      permits({ sourceArn: undefined, sourceAccount: ACCOUNT }),
      "callback",
      /anything of that service in account 123456789012 can .*Set sourceArn/,
    ],
    [
      "a second permission without one",
      (stack) => {
        stack.second = {
          type: "aws:lambda/permission:Permission",
          props: { function: "prod-callback", principal: "events.amazonaws.com" },
        };
      },
      "callback",
      /"second" lets "events\.amazonaws\.com"/,
    ],
    [
      "another account",
      permits({ principal: "999999999999", sourceArn: undefined }),
      "callback",
      /lets "999999999999".*another account/,
    ],
    [
      "a role of another account",
      permits({ principal: "arn:aws:iam::999999999999:role/x", sourceArn: undefined }),
      "callback",
      /another account/,
    ],
    [
      "a topic of another account",
      permits({ sourceArn: `arn:aws:sns:${REGION}:999999999999:x` }),
      "callback",
      /another account/,
    ],
    [
      "a service of China without a source",
      permits({ principal: "s3.amazonaws.com.cn", sourceArn: undefined }),
      "callback",
      /Set sourceArn/,
    ],
    ["a public URL", url({}), "callback", /"url".*AWS_IAM/],
    [
      "a role that anybody may assume",
      set("callback-role", {
        assumeRolePolicy: document({ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }),
      }),
      "callback",
      /may be assumed by/,
    ],
    [
      "everybody",
      permits({ principal: "*", sourceArn: undefined }),
      "callback",
      /lets "\*".*anybody in any account/,
    ],
    [
      "any topic of the account",
      permits({ sourceArn: `arn:aws:sns:${HERE}:*` }),
      "callback",
      /anything of that service in account 123456789012 can/,
    ],
    [
      "an organization",
      permits({ principal: "*", sourceArn: undefined, principalOrgId: "o-a1b2c3d4e5" }),
      "callback",
      /anybody in organization o-a1b2c3d4e5 can/,
    ],
  ],
  unjudged: [
    [
      "a function URL whose authorization is not known",
      url({ authorizationType: UNKNOWN }),
      "callback",
      /URL "url"/,
    ],
    ["a public function URL of nobody knows what", url({ functionName: UNKNOWN }), "callback", /URL "url"/],
    [
      "a function URL of aws-native whose authorization is not known",
      (stack) => {
        stack.url = {
          type: "aws-native:lambda:Url",
          props: { targetFunctionArn: "prod-callback", authType: UNKNOWN },
        };
      },
      "callback",
      /URL "url"/,
    ],
    ["an unknown principal", permits({ principal: UNKNOWN }), "callback", /permission "permission"/],
    [
      "a permission for a whole service, of nobody knows what",
      permits({ function: UNKNOWN, sourceArn: undefined }),
      "callback",
      /permission "permission"/,
    ],
    [
      "an unknown trust policy",
      set("callback-role", { assumeRolePolicy: UNKNOWN }),
      "callback",
      /who may assume role/,
    ],
    [
      "a trusted account, where nobody knows whether it is the role's own",
      both(
        nowhere,
        set("callback-role", {
          assumeRolePolicy: document({
            Effect: "Allow",
            Principal: { AWS: ACCOUNT },
            Action: "sts:AssumeRole",
          }),
        }),
      ),
      "callback",
      /whether who may assume role "callback-role" is of its account/,
    ],
    [
      "a permission for an account, where nobody knows whether it is the loop's own",
      both(nowhere, permits({ principal: ACCOUNT })),
      "callback",
      /permission "permission"/,
    ],
    [
      "an unknown policy",
      unknown("callback-role-policy", "policy", "failures"),
      "callback",
      /policy "callback-role-policy"/,
    ],
    ["an unknown role", set("callback", { role: UNKNOWN }), "callback", /its role, which is not known/],
    [
      "a role of another stack",
      remove("callback-role", "callback-role-policy"),
      "callback",
      /this stack does not make/,
    ],
    ["an unknown managed policy", managed(UNKNOWN), "callback", /policyArn of "managed"/],
  ],
  nearMisses: [
    ["a role that trusts Lambda alone, where nobody knows which account is its own", nowhere],
    ["the streams of a log group", may(allow("logs:X", `arn:aws:logs:${HERE}:log-group:/aws/lambda/x:*`))],
    ["the indexes of a table", may(allow("dynamodb:X", `arn:aws:dynamodb:${HERE}:table/ledger/index/*`))],
    ["a function URL that asks who calls", url({ authorizationType: "AWS_IAM", functionName: UNKNOWN })],
    [
      "any thing and any client",
      may(
        allow(
          ["iot:UpdateThingShadow", "iot:DeleteConnection"],
          [`arn:aws:iot:${HERE}:thing/*`, `arn:aws:iot:${HERE}:client/*`],
        ),
      ),
    ],
    [
      "cutting off any certificate",
      may(allow(["iot:AttachPolicy", "iot:UpdateCertificate"], `arn:aws:iot:${HERE}:cert/*`)),
    ],
    ["looking up whose a certificate is", may(allow("iot:ListThingPrincipals", "*"))],
    [
      "a single action as a list, keys in another order",
      may({ Resource: [GROUP_ARN], Action: ["iot:AddThingToThingGroup"], Effect: "Allow" }),
    ],
    [
      "either call that puts a thing into the group",
      may(
        allow(
          ["iot:UpdateThingGroupsForThing", "iot:AddThingToThingGroup", "iot:DescribeThing"],
          [`arn:aws:iot:${HERE}:thing/*`, GROUP_ARN],
        ),
      ),
    ],
    [
      "the streams of one log group",
      may(allow("logs:PutLogEvents", `arn:aws:logs:${HERE}:log-group:/aws/lambda/prod-callback:*`)),
    ],
    ["queues whose names begin alike", may(allow("sqs:SendMessage", `arn:aws:sqs:${HERE}:prod-*`))],
    ["the objects of one bucket", may(allow("s3:PutObject", "arn:aws:s3:::evidence/*"))],
    [
      "tracing, which takes no resource",
      may(allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*")),
    ],
    [
      "network interfaces, which are not known beforehand",
      may(
        allow(
          ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"],
          "*",
        ),
      ),
    ],
    ["AWS's policy for tracing", managed(`${MANAGED}AWSXRayDaemonWriteAccess`)],
    ["a Deny with wildcards", may({ Effect: "Deny", Action: "iam:*", Resource: "*" })],
    [
      "a managed policy that the config allows",
      managed(`${MANAGED}AWSIoTFullAccess`),
      { allowedManagedPolicies: [`${MANAGED}AWSIoT*`] },
    ],
    [
      "an action that the config exempts",
      may(allow("ssm:DescribeParameters", "*")),
      { unscopedActions: ["ssm:Describe*"] },
    ],
    ["an account that may invoke it", permits({ principal: ACCOUNT, sourceArn: undefined })],
    [
      "what a first preview knows",
      both(
        set("callback-role", { arn: UNKNOWN, inlinePolicies: UNKNOWN, managedPolicyArns: UNKNOWN }),
        unknown("callback", "role", "callback-role"),
        unknown("permission", "sourceArn", "topic"),
        unknown("subscription", "endpoint", "callback"),
        set("callback", { arn: UNKNOWN }),
      ),
    ],
    [
      "a role of another function that may do everything",
      (stack) => {
        stack.admin = {
          type: "aws:iam/role:Role",
          props: { name: "admin", managedPolicyArns: [`${MANAGED}AdministratorAccess`] },
        };
        stack.other = { type: "aws:lambda/function:Function", props: { name: "other", role: "admin" } };
      },
    ],
    [
      "a wide function behind another topic",
      both(may(allow("iot:*", "*")), set("subscription", { topic: `${TOPIC_ARN}-2` })),
    ],
  ],
});
