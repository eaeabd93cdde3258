import { callbackIsBounded } from "../../../policy-pack/policies/callback-is-bounded";
import { callbackLeastPrivilege } from "../../../policy-pack/policies/callback-least-privilege";
import { callbackLosesNothing } from "../../../policy-pack/policies/callback-loses-nothing";
import { securityProfileTopicIsHeard } from "../../../policy-pack/policies/security-profile-topic-is-heard";
import { closedLoop, encryptStatement, FUNCTION_ARN, KEY_ARN } from "../support/loop";
import { type Change, changed, judgeStack, one, set, UNKNOWN, unknown } from "../support/stack";
import { both } from "../support/table";

const TYPES = {
  "aws:lambda/alias:Alias": { name: "live", arn: UNKNOWN },
  "aws-native:lambda:Alias": { name: "live", aliasArn: UNKNOWN },
  "aws-native:lambda:Version": { functionArn: UNKNOWN, version: UNKNOWN, name: undefined },
};

/** A preview in which the alarms go to an alias of the function. */
const behind = (type: keyof typeof TYPES): Change =>
  both(
    (stack) => {
      stack.live = { type, props: { ...TYPES[type], functionName: UNKNOWN } };
      one(stack, "permission").props.qualifier = TYPES[type].name ?? UNKNOWN;
      one(stack, "invoke-config").props.qualifier = TYPES[type].name ?? UNKNOWN;
    },
    set("callback", { arn: UNKNOWN }),
    unknown("live", "functionName", "callback"),
    unknown("subscription", "endpoint", "live"),
  );

const FAULTS = [
  { policy: callbackIsBounded, fault: set("callback", { reservedConcurrentExecutions: undefined }) },
  { policy: callbackLosesNothing, fault: set("failures", { messageRetentionSeconds: 60 }) },
  { policy: callbackLeastPrivilege, fault: set("permission", { sourceArn: undefined }) },
  { policy: securityProfileTopicIsHeard, fault: set("permission", { principal: "events.amazonaws.com" }) },
] as const;

describe.each(Object.keys(TYPES) as (keyof typeof TYPES)[])("behind %s, in a preview,", (type) => {
  test.each(FAULTS)("$policy.name judges the callback", ({ policy, fault }) => {
    expect(judgeStack(policy, changed(closedLoop, behind(type)))).toEqual([]);
    expect(judgeStack(policy, changed(closedLoop, behind(type), fault))).toMatchObject([{ level: "own" }]);
  });
});

test.each([
  ["the permission is on the function alone", set("permission", { qualifier: undefined })],
  ["the permission is on another alias", set("permission", { qualifier: "beta" })],
])("nothing hears the topic where %s", (_where, change) => {
  const stack = changed(closedLoop, behind("aws:lambda/alias:Alias"), change);
  expect(judgeStack(securityProfileTopicIsHeard, stack)).toMatchObject([
    { level: "own", message: expect.stringMatching(/SNS has no permission to invoke "callback"/) },
  ]);
});

test("a function is followed from the ARN of one of its versions", () => {
  const stack = changed(
    closedLoop,
    set("subscription", { endpoint: `${FUNCTION_ARN}:3` }),
    set("callback", { arn: UNKNOWN, reservedConcurrentExecutions: undefined }),
  );
  expect(judgeStack(callbackIsBounded, stack)).toMatchObject([{ level: "own", name: "callback" }]);
});

test("a key is followed from an alias whose name is not known yet", () => {
  const stack = changed(
    closedLoop,
    (all) => {
      all.alias = { type: "aws:kms/alias:Alias", props: { name: UNKNOWN, targetKeyId: KEY_ARN } };
    },
    unknown("topic", "kmsMasterKeyId", "alias"),
    set("key", {
      policy: JSON.stringify({ Statement: { ...encryptStatement, Principal: "*", Effect: "Deny" } }),
    }),
  );
  expect(judgeStack(callbackLosesNothing, stack)).toMatchObject([
    { level: "own", message: expect.stringMatching(/alert role may not use the key/) },
  ]);
});
