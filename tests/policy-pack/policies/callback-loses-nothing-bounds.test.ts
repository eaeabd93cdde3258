import { callbackLosesNothing } from "../../../policy-pack/policies/callback-loses-nothing";
import { ACCOUNT, callbackStatements, document } from "../support/loop";
import { type Stack, set } from "../support/stack";
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
    ["a list of all the role's policies", both(listed("others", "adds"))],
  ],
});
