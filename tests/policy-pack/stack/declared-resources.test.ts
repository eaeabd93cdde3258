import { POLICIES } from "../../../policy-pack/policies";
import { TYPES } from "../../../policy-pack/stack/resource-types";
import { allowRole, closedLoop, denyOthers, document, FUNCTION_ARN, TOPIC_ARN } from "../support/loop";
import { type Change, changed, judgeStack, type Stack, set, UNKNOWN, unknown } from "../support/stack";

/** Types of CloudFormation for those of `aws` that the closed loop is made of. */
const CLOUDFORMATION: Readonly<Record<string, string>> = {
  "aws:sns/topic:Topic": "AWS::SNS::Topic",
  "aws:sns/topicPolicy:TopicPolicy": "AWS::SNS::TopicPolicy",
  "aws:sns/topicSubscription:TopicSubscription": "AWS::SNS::Subscription",
  "aws:lambda/function:Function": "AWS::Lambda::Function",
  "aws:lambda/permission:Permission": "AWS::Lambda::Permission",
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": "AWS::Lambda::EventInvokeConfig",
  "aws:cloudwatch/logGroup:LogGroup": "AWS::Logs::LogGroup",
  "aws:sqs/queue:Queue": "AWS::SQS::Queue",
  "aws:sqs/queuePolicy:QueuePolicy": "AWS::SQS::QueueInlinePolicy",
  "aws:kms/key:Key": "AWS::KMS::Key",
  "aws:iam/role:Role": "AWS::IAM::Role",
  "aws:iam/rolePolicy:RolePolicy": "AWS::IAM::RolePolicy",
  "aws:iot/thingGroup:ThingGroup": "AWS::IoT::ThingGroup",
};

const native = (type: string) => {
  const [, service = "", name = ""] = type.split("::");
  return `aws-native:${service.toLowerCase()}:${name}`;
};

/** The properties of a resource in the spelling of `aws-native`. */
function nativeProps(type: string, props: Record<string, unknown>): Record<string, unknown> {
  const names = new Map(Object.entries(TYPES[native(type)]?.renamed ?? {}).map(([own, read]) => [read, own]));
  return Object.fromEntries(
    Object.entries(props).map(([key, value]) => [
      names.get(key) ?? key,
      key === "tags"
        ? Object.entries(value as object).map(([tag, text]) => ({ key: tag, value: text }))
        : value,
    ]),
  );
}

const capital = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(capital);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key.slice(0, 1).toUpperCase() + key.slice(1),
      key === "variables" ? item : capital(item),
    ]),
  );
};

/** The same loop, made by other means. */
const MEANS: Readonly<Record<string, Change>> = {
  "aws-native": (stack) => {
    for (const made of Object.values(stack)) {
      const type = CLOUDFORMATION[made.type];
      if (type) Object.assign(made, { type: native(type), props: nativeProps(type, made.props) });
    }
  },
  "Cloud Control": (stack) => {
    for (const made of Object.values(stack)) {
      const type = CLOUDFORMATION[made.type];
      if (!type) continue;
      made.props = { typeName: type, desiredState: JSON.stringify(capital(nativeProps(type, made.props))) };
      made.type = "aws:cloudcontrol/resource:Resource";
    }
  },
  "extension resources of aws-native": (stack) => {
    for (const made of Object.values(stack)) {
      const type = CLOUDFORMATION[made.type];
      if (!type) continue;
      made.props = { type, properties: capital(nativeProps(type, made.props)) };
      made.type = "aws-native:index:ExtensionResource";
    }
  },
};

const said = (stack: Stack) =>
  POLICIES.flatMap((policy) =>
    judgeStack(policy, stack).map(({ level, name, message }) => ({
      policy: policy.name,
      level,
      name,
      message,
    })),
  );

describe.each(Object.entries(MEANS))("a loop made by %s", (_means, change) => {
  test("is closed, and nothing is said of it", () => {
    expect(said(changed(closedLoop, change))).toEqual([]);
  });

  test.each<[string, string, Change]>([
    ["callback-is-bounded", "callback", set("callback", { reservedConcurrentExecutions: 0 })],
    ["callback-loses-nothing", "callback", set("failures", { messageRetentionSeconds: 60 })],
    ["callback-least-privilege", "callback", set("permission", { sourceArn: undefined })],
    [
      "alert-role-least-privilege",
      "alert-role",
      set("alert-role-policy", { policy: document({ Effect: "Allow", Action: "sns:*", Resource: "*" }) }),
    ],
    ["alert-topic-closed-and-encrypted", "topic", set("topic", { kmsMasterKeyId: undefined })],
    ["quarantine-group-static-root", "group", set("group", { parentGroupName: "fleet" })],
    ["security-profile-topic-is-heard", "topic", set("subscription", { protocol: "email" })],
  ])("is judged by %s", (policy, name, fault) => {
    const levels = said(changed(closedLoop, fault, change)).filter((verdict) => verdict.policy === policy);
    expect(levels).toMatchObject([{ level: "own", name }]);
  });
});

const declaring =
  (typeName: string, state: object | typeof UNKNOWN): Change =>
  (stack) => {
    stack.more = {
      type: "aws:cloudcontrol/resource:Resource",
      props: { typeName, desiredState: state === UNKNOWN ? state : JSON.stringify(state) },
    };
  };

test.each<[string, string, Change]>([
  [
    "a second topic policy",
    "alert-topic-closed-and-encrypted",
    declaring("AWS::SNS::TopicInlinePolicy", {
      TopicArn: TOPIC_ARN,
      PolicyDocument: { Statement: [denyOthers, allowRole] },
    }),
  ],
  [
    "a public function URL",
    "callback-least-privilege",
    declaring("AWS::Lambda::Url", { TargetFunctionArn: FUNCTION_ARN, AuthType: "NONE" }),
  ],
  [
    "a wide policy of the alert role",
    "alert-role-least-privilege",
    declaring("AWS::IAM::RolePolicy", {
      RoleName: "prod-alert-role",
      PolicyName: "wide",
      PolicyDocument: { Statement: { Effect: "Allow", Action: "*", Resource: "*" } },
    }),
  ],
])("%s beside the loop is refused by %s, though Cloud Control makes it", (_what, policy, change) => {
  expect(said(changed(closedLoop, change)).filter((verdict) => verdict.level === "own")).toMatchObject([
    { policy },
  ]);
});

test("what Cloud Control makes of a role that is not known yet is not judged, and said so", () => {
  const change: Change = (stack) => {
    declaring("AWS::IAM::RolePolicy", UNKNOWN)(stack);
    unknown("more", "desiredState", "alert-role")(stack);
  };
  expect(said(changed(closedLoop, change))).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        policy: "alert-role-least-privilege",
        message: expect.stringMatching(/^Not judged: .*policy "more"/),
      }),
    ]),
  );
});
