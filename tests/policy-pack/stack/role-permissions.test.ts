import { callbackLeastPrivilege } from "../../../policy-pack/policies/callback-least-privilege";
import { callbackLosesNothing } from "../../../policy-pack/policies/callback-loses-nothing";
import { callbackStatements, closedLoop, document } from "../support/loop";
import { type Change, changed, judgeStack, set } from "../support/stack";

const everything = document({ Effect: "Allow", Action: "*", Resource: "*" });
const due = document(...callbackStatements);
const tooLittle = document(...callbackStatements.filter((_, index) => index !== 1));

const toldBy = (policy: typeof callbackLeastPrivilege, ...changes: readonly Change[]) =>
  judgeStack(policy, changed(closedLoop, ...changes)).map(({ level, message }) => [level, message]);

/** The role as AWS has it, and the policy that the program now gives it. */
const update = (was: string, now: string): readonly Change[] => [
  set("callback-role-policy", { name: "may", policy: now }),
  set("callback-role", { inlinePolicies: [{ name: "may", policy: was }], managedPolicyArns: [] }),
];

test("a role is judged by the policy that it is about to get, not by the one that it has", () => {
  expect(toldBy(callbackLosesNothing, ...update(due, tooLittle))).toEqual([
    ["own", expect.stringMatching(/may not write to its dead-letter queue "failures"/)],
  ]);
  expect(toldBy(callbackLosesNothing, ...update(tooLittle, due))).toEqual([]);
  expect(toldBy(callbackLeastPrivilege, ...update(everything, due))).toEqual([]);
  expect(toldBy(callbackLeastPrivilege, ...update(due, everything))).toEqual([
    ["own", expect.stringMatching(/has the policy "callback-role-policy", which allows \*/)],
  ]);
});

test("a policy in the role itself that no other resource makes is judged", () => {
  const byHand = set("callback-role", { inlinePolicies: [{ name: "by-hand", policy: everything }] });
  expect(toldBy(callbackLeastPrivilege, ...update(due, due), byHand)).toEqual([
    ["own", expect.stringMatching(/has the inline policies of role "callback-role", which allows \*/)],
  ]);
});

test("what a resource gives a role and another takes away again is judged as given, as it may be there meanwhile", () => {
  const arn = "arn:aws:iam::aws:policy/AdministratorAccess";
  const given: Change = (stack) => {
    stack.given = {
      type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      props: { role: "prod-callback-role", policyArn: arn },
    };
    stack.wide = {
      type: "aws:iam/rolePolicy:RolePolicy",
      props: { name: "wide", role: "prod-callback-role", policy: everything },
    };
    stack.none = {
      type: "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
      props: { roleName: "prod-callback-role", policyArns: [] },
    };
    stack.own = {
      type: "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive",
      props: { roleName: "prod-callback-role", policyNames: ["may"] },
    };
  };
  expect(toldBy(callbackLeastPrivilege, set("callback-role-policy", { name: "may" }), given)).toEqual([
    ["own", expect.stringMatching(/has the policy "wide", which allows \*/)],
    ["own", expect.stringMatching(/has the managed policy .*AdministratorAccess/)],
  ]);
});

test("an empty block that stands for no inline policy is none", () => {
  for (const empty of [{ name: "", policy: "" }, {}, { name: null, policy: null }]) {
    const role = set("callback-role", { inlinePolicies: [empty] });
    expect(toldBy(callbackLeastPrivilege, role)).toEqual([]);
    expect(toldBy(callbackLosesNothing, role)).toEqual([]);
  }
});
