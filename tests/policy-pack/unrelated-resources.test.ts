import fc from "fast-check";
import { POLICIES } from "../../policy-pack/policies";
import { closedLoop, document, ROLE_ARN, TOPIC_ARN } from "./support/loop";
import { PROVIDER_FORMS } from "./support/provider-forms";
import { type Change, changed, judgeStack, one, type Stack, set, UNKNOWN, unknown } from "./support/stack";
import { both } from "./support/table";

const ELSEWHERE = "eu-central-1:999999999999";

/** Resources that have nothing to do with the loop, and name things of another account and region. */
const UNRELATED: Stack = {
  "cross-account": {
    type: "aws:iam/role:Role",
    props: {
      name: "cross-account",
      arn: "arn:aws:iam::999999999999:role/cross-account",
      inlinePolicies: [
        { name: "reads", policy: document(allow("sqs:ReceiveMessage", `arn:aws:sqs:${ELSEWHERE}:orders`)) },
      ],
    },
  },
  "cross-account-policy": {
    type: "aws:iam/rolePolicy:RolePolicy",
    props: {
      role: "cross-account",
      policy: document(allow("sns:Publish", `arn:aws:sns:${ELSEWHERE}:findings`)),
    },
  },
  exporter: {
    type: "aws:iam/policy:Policy",
    props: {
      name: "exporter",
      policy: document(allow("logs:PutLogEvents", `arn:aws:logs:${ELSEWHERE}:log-group:central:*`)),
    },
  },
  findings: { type: "aws:sns/topic:Topic", props: { name: "findings", arn: `arn:aws:sns:${ELSEWHERE}:f` } },
  "other-queue": {
    type: "aws:sqs/queue:Queue",
    props: { name: "other-queue", policy: document(allow("sqs:*", `arn:aws:sqs:${ELSEWHERE}:q`)) },
  },
  worker: {
    type: "aws:lambda/function:Function",
    props: { name: "worker", arn: `arn:aws:lambda:${ELSEWHERE}:function:worker` },
  },
  plants: {
    type: "aws:iot/thingGroup:ThingGroup",
    props: { name: "plants", arn: `arn:aws:iot:${ELSEWHERE}:thinggroup/plants` },
  },
};

function allow(Action: string, Resource: string): object {
  return { Effect: "Allow", Action, Resource };
}

/** What a first preview knows of a loop whose profile watches groups of the stack. */
const previewed: Change = both(
  unknown("profile", "targetArns", "group"),
  set("profile", { alertTargets: { SNS: { alertTargetArn: UNKNOWN, roleArn: UNKNOWN } } }),
  (stack) => {
    one(stack, "profile").sources = { targetArns: ["group"], alertTargets: ["topic", "alert-role"] };
  },
  ...["topic", "alert-role", "callback-role", "callback", "group", "failures", "undelivered", "key"].map(
    (name) => set(name, { arn: UNKNOWN }),
  ),
  set("undelivered", { url: UNKNOWN }),
  set("key", { keyId: UNKNOWN }),
  unknown("topic", "kmsMasterKeyId", "key"),
  unknown("callback", "role", "callback-role"),
  unknown("topic-policy", "arn", "topic"),
  unknown("undelivered-policy", "queueUrl", "undelivered"),
  unknown("subscription", "topic", "topic"),
  unknown("subscription", "endpoint", "callback"),
  unknown("subscription", "redrivePolicy", "undelivered"),
  unknown("permission", "sourceArn", "topic"),
  unknown("attachment", "target", "group"),
);

/** The same, of a role that was there before. */
const roleKnown: Change = both(previewed, set("alert-role", { arn: ROLE_ARN }), (stack) => {
  one(stack, "profile").props.alertTargets = { SNS: { alertTargetArn: UNKNOWN, roleArn: ROLE_ARN } };
});

/** The resources of a stack in another order. */
function ordered(stack: Stack, order: readonly string[]): Stack {
  return Object.fromEntries(order.flatMap((name) => (stack[name] ? [[name, stack[name]]] : [])));
}

const said = (stack: Stack) =>
  POLICIES.flatMap((policy) =>
    judgeStack(policy, stack).map((verdict) => ({ ...verdict, policy: policy.name })),
  );

const NAMES = Object.keys({ ...closedLoop(), ...UNRELATED });

const FORMS: Readonly<Record<string, Change>> = {
  "that is deployed": () => undefined,
  "as a first preview shows it": previewed,
  "as a preview shows it that knows its alert role": roleKnown,
  ...Object.fromEntries(
    Object.entries(PROVIDER_FORMS).map(([form, change]) => [`as the provider shows it ${form}`, change]),
  ),
};

test.each(Object.entries(FORMS))(
  "no resource of another account or region gets a closed loop %s refused, wherever it stands",
  (_form, change) => {
    fc.assert(
      fc.property(fc.shuffledSubarray(NAMES, { minLength: NAMES.length }), (order) => {
        const stack = changed(closedLoop, (all) => Object.assign(all, structuredClone(UNRELATED)), change);
        const verdicts = said(ordered(stack, order));
        expect(verdicts.filter(({ level }) => level === "own")).toEqual([]);
        expect(JSON.stringify(verdicts)).not.toMatch(/999999999999|eu-central-1/);
      }),
      { numRuns: 10 },
    );
  },
);

test("a first preview of it says what cannot be judged yet, and nothing else", () => {
  const verdicts = said(changed(closedLoop, previewed));
  expect(verdicts.map(({ message }) => message)).toEqual(
    verdicts.map(() => expect.stringMatching(/^Not judged: /)),
  );
  expect(new Set(verdicts.map(({ name }) => name))).toEqual(
    new Set(["profile", "alert-role", "topic", "callback", "group"]),
  );
});

test.each([
  ["in any region", TOPIC_ARN.replace("us-east-1", "*")],
  ["of a name that begins alike", `${TOPIC_ARN}*`],
  ["of another name", `${TOPIC_ARN}-2`],
])("a preview of it still refuses an alert role that may publish to a topic %s", (_what, Resource) => {
  const may = set("alert-role-policy", { policy: document(allow("sns:Publish", Resource)) });
  expect(said(changed(closedLoop, roleKnown, may)).filter(({ level }) => level === "own")).toMatchObject([
    {
      policy: "alert-role-least-privilege",
      name: "alert-role",
      message: expect.stringMatching(/may do more/),
    },
  ]);
});

test("what is said of a loop is the same with them and without", () => {
  for (const change of Object.values(FORMS)) {
    const alone = said(changed(closedLoop, change));
    const before = said({ ...structuredClone(UNRELATED), ...changed(closedLoop, change) });
    expect(before).toEqual(alone);
  }
});
