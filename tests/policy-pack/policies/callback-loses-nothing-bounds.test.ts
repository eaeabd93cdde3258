import { callbackLosesNothing } from "../../../policy-pack/policies/callback-loses-nothing";
import { ACCOUNT, callbackStatements, document } from "../support/loop";
import { type Change, remove, type Stack, set, UNKNOWN, unknown } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

/** A boundary of the function's role. */
const bounded =
  (...statements: object[]) =>
  (stack: Stack) => {
    const arn = `arn:aws:iam::${ACCOUNT}:policy/boundary`;
    stack.boundary = {
      type: "aws:iam/policy:Policy",
      props: { name: "boundary", arn, policy: document(...statements) },
    };
    set("callback-role", { permissionsBoundary: arn })(stack);
  };

/** The role's permissions in two policies, of which a list names some. */
const listed =
  (...policyNames: string[]) =>
  (stack: Stack) => {
    const [adds = {}, ...others] = callbackStatements;
    set("callback-role-policy", { name: "others", policy: document(...others) })(stack);
    stack["second-policy"] = {
      type: "aws:iam/rolePolicy:RolePolicy",
      props: { name: "adds", role: "prod-callback-role", policy: document(adds) },
    };
    stack.exclusive = {
      type: "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive",
      props: { roleName: "prod-callback-role", policyNames },
    };
  };

const MAY_ADD = `arn:aws:iam::${ACCOUNT}:policy/may-add`;

/** What the function needs for the group in a managed policy, attached to its role. */
const attached =
  (...changes: readonly Change[]): Change =>
  (stack) => {
    const [adds = {}, ...others] = callbackStatements;
    set("callback-role-policy", { policy: document(...others) })(stack);
    stack["may-add"] = {
      type: "aws:iam/policy:Policy",
      props: { name: "may-add", arn: MAY_ADD, policy: document(adds) },
    };
    stack.attachment2 = {
      type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      props: { role: "prod-callback-role", policyArn: MAY_ADD },
    };
    for (const change of changes) change(stack);
  };

const listing =
  (...policyArns: unknown[]) =>
  (stack: Stack) => {
    stack.exclusive = {
      type: "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
      props: { roleName: "prod-callback-role", policyArns },
    };
  };
const givenTo =
  (...roles: unknown[]) =>
  (stack: Stack) => {
    stack.exclusive = {
      type: "aws:iam/policyAttachment:PolicyAttachment",
      props: { name: "adders", roles, policyArn: MAY_ADD },
    };
  };

const NOBODY = /No function behind an alert topic may put a thing into a quarantine group \("group"\)/;

/** Anybody may do something with the dead letters. */
const anybodyMay = (Action: string) => (stack: Stack) => {
  stack["failures-policy"] = {
    type: "aws:sqs/queuePolicy:QueuePolicy",
    props: {
      queueUrl: `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/prod-failures`,
      policy: document({ Effect: "Allow", Principal: "*", Action, Resource: "*" }),
    },
  };
};

holdPolicyTo(callbackLosesNothing, {
  level: "mandatory",
  faults: [
    [
      "a boundary that keeps the function from the group",
      bounded(...callbackStatements.slice(1)),
      "callback",
      NOBODY,
    ],
    [
      "a boundary that keeps the function from its dead letters",
      bounded(...callbackStatements.filter((_, index) => index !== 1)),
      "callback",
      /may not write to its dead-letter queue "failures"/,
    ],
    ["a list of the role's policies that takes one away", listed("others"), "callback", NOBODY],
    ["a list of the role's attachments that takes one away", attached(listing()), "callback", NOBODY],
    [
      "a list of them that has another",
      attached(listing("arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess")),
      "callback",
      NOBODY,
    ],
    ["a policy that is given to other roles alone", attached(givenTo("another")), "callback", NOBODY],
    ...["sqs:AddPermission", "sqs:RemovePermission", "sqs:DeleteQueue"].map(
      (action) =>
        [
          `dead letters with which anybody may do ${action}`,
          anybodyMay(action),
          "callback",
          new RegExp(`Anybody of any account may do ${action}`),
        ] as const,
    ),
  ],
  nearMisses: [
    ["a boundary that holds nothing back", bounded(...callbackStatements)],
    [
      "a boundary of another stack",
      set("callback-role", { permissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/x` }),
    ],
    ["a policy that is attached", attached()],
    ["a list of the role's attachments that has it", attached(listing(MAY_ADD))],
    ["such a list that attaches it by itself", attached(listing(MAY_ADD), remove("attachment2"))],
    ["such a list of which nobody knows yet", attached(listing(UNKNOWN))],
    ["such a list in a preview", attached(listing(UNKNOWN), unknown("exclusive", "policyArns", "may-add"))],
    ["a policy that is given to the role", attached(givenTo("prod-callback-role"), remove("attachment2"))],
    ["a policy that is given to it among others", attached(givenTo("another", "prod-callback-role"))],
    ["a policy that is given to nobody knows whom", attached(givenTo(UNKNOWN))],
    ["a list of all the role's policies", both(listed("others", "adds"))],
  ],
});
