import { callbackLeastPrivilege } from "../../../policy-pack/policies/callback-least-privilege";
import { securityProfileTopicIsHeard } from "../../../policy-pack/policies/security-profile-topic-is-heard";
import { closedLoop, document, FUNCTION_ARN, TOPIC_ARN } from "../support/loop";
import { type Change, changed, remove, type Stack, set, UNKNOWN, unknown } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

const invoke = {
  Effect: "Allow",
  Principal: { Service: "sns.amazonaws.com" },
  Action: "lambda:InvokeFunction",
  Resource: FUNCTION_ARN,
  Condition: { ArnEquals: { "aws:SourceArn": TOPIC_ARN } },
};

/** The function's policy as a whole, instead of the permission. */
const policied = (...statements: object[]) => {
  const stack = changed(closedLoop, remove("permission"));
  stack["function-policy"] = {
    type: "aws:lambda/resourcePolicy:ResourcePolicy",
    props: { resourceArn: FUNCTION_ARN, policy: document(...statements) },
  };
  return stack;
};
const says = (...statements: object[]) => set("function-policy", { policy: document(...statements) });
const otherTopic = { ArnEquals: { "aws:SourceArn": `${TOPIC_ARN}-2` } };

const native: Change = (stack: Stack) => {
  stack["function-policy"] = {
    type: "aws-native:lambda:ResourcePolicy",
    props: { resourceArn: FUNCTION_ARN, policyDocument: JSON.parse(document(invoke)) },
  };
};
const previewed = both(
  set("callback", { arn: UNKNOWN }),
  unknown("function-policy", "resourceArn", "callback"),
  unknown("subscription", "endpoint", "callback"),
);

describe("who is heard by it", () => {
  holdPolicyTo(securityProfileTopicIsHeard, {
    level: "mandatory",
    stack: () => policied(invoke),
    faults: [
      [
        "a policy for another topic",
        says({ ...invoke, Condition: otherTopic }),
        "topic",
        /no permission to invoke/,
      ],
      [
        "a policy for another service",
        says({ ...invoke, Principal: { Service: "s3.amazonaws.com" } }),
        "topic",
        /no permission/,
      ],
      [
        "a policy of an alias alone",
        set("function-policy", { resourceArn: `${FUNCTION_ARN}:live` }),
        "topic",
        /no permission/,
      ],
    ],
    nearMisses: [
      ["one of aws-native", native],
      ["what a first preview knows", previewed],
      ["a policy that is not known", set("function-policy", { policy: UNKNOWN })],
    ],
  });
});

describe("whom it lets in", () => {
  holdPolicyTo(callbackLeastPrivilege, {
    level: "mandatory",
    stack: () => policied(invoke),
    faults: [
      [
        "any topic",
        says({ ...invoke, Condition: undefined }),
        "callback",
        /"function-policy" lets sns.amazonaws.com for .* invoke/,
      ],
      [
        "another account",
        says(invoke, { ...invoke, Principal: { AWS: "999999999999" }, Condition: undefined }),
        "callback",
        /999999999999/,
      ],
      [
        "a permission besides, which it takes away",
        (stack) => {
          stack.permission = {
            type: "aws:lambda/permission:Permission",
            props: {
              function: "prod-callback",
              action: "lambda:InvokeFunction",
              principal: "sns.amazonaws.com",
              sourceArn: TOPIC_ARN,
            },
          };
        },
        "callback",
        /each takes the other away/,
      ],
    ],
    unjudged: [
      [
        "a policy that is not known",
        set("function-policy", { policy: UNKNOWN }),
        "callback",
        /whom "function-policy" lets/,
      ],
    ],
    nearMisses: [
      ["one of aws-native", native],
      ["what a first preview knows", previewed],
    ],
  });
});
