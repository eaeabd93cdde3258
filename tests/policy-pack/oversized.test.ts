import { POLICIES } from "../../policy-pack/policies";
import { closedLoop, document } from "./support/loop";
import { queuedLoop } from "./support/queued-loop";
import { changed, judgeStack, type Stack, set } from "./support/stack";

const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
const nested = (key: string) => `{"${key}":${deep(20_000)}}`;

/** What all policies say of a stack, with the policy that says it. */
const told = (stack: Stack) =>
  POLICIES.flatMap((policy) =>
    judgeStack(policy, stack).map(({ level, message }) => `${policy.name} ${level} ${message}`),
  );

const many = (statement: object) =>
  document(...Array.from({ length: 4000 }, (_, nth) => ({ ...statement, Sid: `S${nth}` })));
const send = { Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn:aws:sqs:us-east-1:123456789012:q" };
const anybody = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sqs:*", Resource: "*" };

test.each([
  ["callback-role-policy", "callback-least-privilege", many(send)],
  ["alert-role-policy", "alert-role-least-privilege", many(send)],
  ["undelivered-policy", "callback-loses-nothing", many(anybody)],
  ["key", "callback-loses-nothing", many({ ...anybody, Action: "kms:*" })],
])("%s with 4,000 statements is refused by %s for its length, and not judged", (name, policy, text) => {
  const said = told(changed(closedLoop, set(name, { policy: text })));
  expect(said.filter((line) => line.startsWith(`${policy} own`))).toEqual([
    expect.stringMatching(/longer than AWS takes|AWS takes at most/),
  ]);
});

test.each([
  ["redrivePolicy", "alarms", { redrivePolicy: nested("deadLetterTargetArn") }],
  ["redrivePolicy of a subscription", "subscription", { redrivePolicy: nested("deadLetterTargetArn") }],
  ["filterPolicy", "subscription", { filterPolicy: nested("a"), filterPolicyScope: "MessageBody" }],
  ["filterCriteria", "mapping", { filterCriteria: { filters: [{ pattern: nested("body") }] } }],
  ["a queue's policy", "alarms-policy", { policy: nested("Statement") }],
  ["a role's policy", "callback-role-policy", { policy: nested("Statement") }],
  ["a trust policy", "callback-role", { assumeRolePolicy: nested("Statement") }],
  ["a topic's policy", "topic-policy", { policy: nested("Statement") }],
  ["a key's policy", "key", { policy: nested("Statement") }],
  ["a fence", "restrictive", { policy: nested("Statement") }],
])("what is nested 20,000 deep makes no policy fail: %s", (_, name, props) => {
  expect(told(changed(queuedLoop, set(name, props))).filter((line) => /itself failed/.test(line))).toEqual(
    [],
  );
});
