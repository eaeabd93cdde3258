import { securityProfileTopicIsHeard } from "../../../policy-pack/policies/security-profile-topic-is-heard";
import { FAILURES_ARN, FUNCTION_ARN, ROLE_ARN, TOPIC_ARN, UNDELIVERED_ARN } from "../support/loop";
import { type Change, one, remove, type Stack, set, UNKNOWN, unknown } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

const listens = (props: Record<string, unknown>) => set("subscription", props);
const sendsTo = (alertTargetArn: unknown) =>
  set("profile", { alertTargets: { SNS: { alertTargetArn, roleArn: ROLE_ARN } } });
/** A subscription of a queue; the function and its permission are of no account then. */
const listensBy = (endpoint: unknown, ...changes: readonly Change[]) =>
  both(remove("callback", "permission"), listens({ protocol: "sqs", endpoint }), ...changes);
const redrive = (deadLetterTargetArn: string) =>
  listens({ redrivePolicy: JSON.stringify({ deadLetterTargetArn }) });
const noRedrive = redrive(FAILURES_ARN);
const ABROAD = TOPIC_ARN.replace("us-east-1", "eu-west-1");
const NOTHING = /Nothing listens to alert topic "topic"/;
const LOSES = /Subscription .* has no dead-letter queue.*Set redrivePolicy/;
const CENTRAL = "arn:aws:sns:us-east-1:999999999999:central";

const orders = (stack: Stack) => {
  stack.orders = {
    type: "aws:sns/topic:Topic",
    props: { name: "orders", arn: TOPIC_ARN.replace("prod-alarms", "orders") },
  };
};

/** The topic and its listener as a first preview has them. */
const previewed = both(
  set("topic", { arn: UNKNOWN }),
  unknown("subscription", "topic", "topic"),
  unknown("subscription", "endpoint", "callback"),
  unknown("subscription", "redrivePolicy", "undelivered"),
  unknown("permission", "sourceArn", "topic"),
);

holdPolicyTo(securityProfileTopicIsHeard, {
  level: "mandatory",
  faults: [
    ["no subscription", remove("subscription"), "topic", NOTHING],
    ["a person alone", listens({ protocol: "email", endpoint: "soc@example.com" }), "topic", /is "email"/],
    ["plain HTTP alone", listens({ protocol: "http", endpoint: "http://example.com" }), "topic", NOTHING],
    ["a listener to another topic", listens({ topic: `${TOPIC_ARN}-2` }), "topic", NOTHING],
    [
      "in a preview, a listener to another topic",
      both(orders, previewed, unknown("subscription", "topic", "orders")),
      "topic",
      NOTHING,
    ],
    ...[ABROAD, TOPIC_ARN.replace("123456789012", "999999999999")].map(
      (topic) =>
        [
          `in a preview, a listener to a topic of the same name elsewhere, ${topic}`,
          both(previewed, listens({ topic })),
          "topic",
          NOTHING,
        ] as const,
    ),
    [
      "in a preview, a dead-letter queue of another region",
      both(previewed, set("undelivered", { arn: UNKNOWN, region: "eu-west-1" })),
      "topic",
      /Subscription .* which is in region eu-west-1, not in us-east-1/,
    ],
    [
      "a filter on attributes, which alarms do not have",
      listens({ filterPolicy: JSON.stringify({ severity: ["high"] }) }),
      "topic",
      /message attributes/,
    ],
    ...[
      { principalOrgId: "o-1" },
      { eventSourceToken: "t" },
      { functionUrlAuthType: "AWS_IAM" },
      { invokedViaFunctionUrl: true },
    ].map(
      (props) =>
        [
          `a permission with ${Object.keys(props)}, which SNS is none of`,
          set("permission", props),
          "topic",
          /no permission to invoke "callback"/,
        ] as const,
    ),
    [
      "a function that SNS may not invoke",
      remove("permission"),
      "topic",
      /no permission to invoke "callback"/,
    ],
    [
      "a permission for another service",
      set("permission", { principal: "events.amazonaws.com" }),
      "topic",
      /no permission to invoke/,
    ],
    [
      "a permission for another topic",
      set("permission", { sourceArn: `${TOPIC_ARN}-2` }),
      "topic",
      /no permission to invoke/,
    ],
    ["a permission on another function", set("permission", { function: "other" }), "topic", NOTHING],
    [
      "a permission for another action",
      set("permission", { action: "lambda:GetFunction" }),
      "topic",
      /no permission to invoke/,
    ],
    [
      "a permission on an alias",
      set("permission", { qualifier: "live" }),
      "topic",
      /no permission to invoke/,
    ],
    [
      "a permission on an alias by its ARN",
      set("permission", { function: `${FUNCTION_ARN}:live` }),
      "topic",
      /no permission to invoke/,
    ],
    [
      "a subscription of an alias, and a permission on the function itself",
      listens({ endpoint: `${FUNCTION_ARN}:live` }),
      "topic",
      /no permission to invoke.*version or alias/,
    ],
    [
      "a permission for another account's topics",
      set("permission", { sourceAccount: "999999999999" }),
      "topic",
      /no permission to invoke/,
    ],
    [
      "a queue that does not let SNS in",
      listensBy(UNDELIVERED_ARN, remove("undelivered-policy"), noRedrive),
      "topic",
      /policy of queue "undelivered" does not let sns\.amazonaws\.com/,
    ],
    [
      "a queue with AWS's own key",
      listensBy(UNDELIVERED_ARN, set("undelivered", { kmsMasterKeyId: "alias/aws/sqs" }), noRedrive),
      "topic",
      /AWS's own/,
    ],
    ...(
      [
        ["cleared alarms alone", { violationEventType: ["alarm-cleared"] }],
        ["another profile", { securityProfileName: ["other"] }],
        ["another behavior", { behavior: { name: ["Received"] } }],
        ["what an alarm does not have", { severity: ["high"] }],
        ["no thing's name in the place of a text", { behavior: ["Sent"] }],
        ["a beginning that no type has", { violationEventType: [{ prefix: "alarm-" }] }],
        ["that it is no alarm", { violationEventType: [{ "anything-but": ["in-alarm"] }] }],
        ["one of two that no alarm is", { $or: [{ a: ["b"] }, { violationEventType: ["x"] }] }],
      ] as const
    ).map(
      ([what, filter]) =>
        [
          `a filter on the body for ${what}`,
          listens({ filterPolicy: JSON.stringify(filter), filterPolicyScope: "MessageBody" }),
          "topic",
          /filter policy lets no alarm through/,
        ] as const,
    ),
    [
      "a dead-letter queue in another region",
      redrive(UNDELIVERED_ARN.replace("us-east-1", "eu-west-1")),
      "topic",
      /in region eu-west-1.*account and region/,
    ],
    [
      "a dead-letter queue in another account",
      redrive(UNDELIVERED_ARN.replace("123456789012", "999999999999")),
      "topic",
      /in account 999999999999/,
    ],
    ["a topic for a dead-letter queue", redrive(TOPIC_ARN), "topic", /which is no SQS queue/],
    ["a name for a dead-letter queue", redrive("prod-undelivered"), "topic", /which is no SQS queue/],
    ["a FIFO dead-letter queue", redrive(`${UNDELIVERED_ARN}.fifo`), "topic", /FIFO queue/],
    [
      "in a preview, a listener to a topic of the name in another region",
      both(previewed, listens({ topic: ABROAD }), (stack) => {
        delete one(stack, "subscription").sources?.topic;
        one(stack, "topic").provider = { region: "us-east-1" };
      }),
      "topic",
      NOTHING,
    ],
    [
      "the same, of a topic with a region of its own",
      both(previewed, set("topic", { region: "us-east-1" }), listens({ topic: ABROAD })),
      "topic",
      NOTHING,
    ],
    [
      "in a preview, a FIFO topic",
      both(previewed, set("topic", { fifoTopic: true }), (stack) => {
        const made = one(stack, "profile");
        made.props.alertTargets = { SNS: { alertTargetArn: UNKNOWN, roleArn: ROLE_ARN } };
        made.sources = { alertTargets: ["topic"] };
      }),
      "topic",
      /is a FIFO topic.*Leave fifoTopic out/,
    ],
    ["no dead-letter queue", listens({ redrivePolicy: undefined }), "topic", LOSES],
    ["a redrive policy that names no queue", listens({ redrivePolicy: "{}" }), "topic", LOSES],
    ["a redrive policy that is no JSON", listens({ redrivePolicy: UNDELIVERED_ARN }), "topic", LOSES],
    [
      "a topic that only its tag makes an alert topic",
      both(
        remove("profile", "subscription"),
        set("topic", { tags: { "iot-quarantine:component": "AlertTopic" } }),
      ),
      "topic",
      NOTHING,
    ],
    [
      "a topic that the config makes an alert topic",
      both(remove("profile", "subscription")),
      "topic",
      NOTHING,
      { alertTopics: ["prod-alarms"] },
    ],
    [
      "a subscription inside a topic of aws-native, which can have no dead-letter queue",
      (stack) => {
        delete stack.subscription;
        stack.topic = {
          type: "aws-native:sns:Topic",
          props: {
            topicName: "prod-alarms",
            topicArn: TOPIC_ARN,
            subscription: [{ protocol: "lambda", endpoint: FUNCTION_ARN }],
          },
        };
      },
      "topic",
      /in "topic" itself.* has no dead-letter queue/,
    ],
  ],
  unjudged: [
    ...["filterPolicy", "protocol"].map(
      (property) =>
        [
          `an unknown ${property}`,
          unknown("subscription", property, "key"),
          "topic",
          /whether subscription "subscription" hears it/,
        ] as const,
    ),
    [
      "a function of another stack",
      both(remove("callback", "permission")),
      "topic",
      /whether SNS may invoke "arn:aws:lambda:.*does not make/,
    ],
    [
      "a function that no resource gives",
      listens({ endpoint: UNKNOWN }),
      "topic",
      /whether SNS may invoke an endpoint that is not known/,
    ],
    [
      "a queue of another stack",
      listensBy("arn:aws:sqs:us-east-1:123456789012:elsewhere"),
      "topic",
      /whether SNS may write to "arn:aws:sqs:.*does not make/,
    ],
    [
      "a queue whose policy is not known yet",
      listensBy(UNDELIVERED_ARN, set("undelivered-policy", { policy: UNKNOWN }), noRedrive),
      "topic",
      /whether SNS may write to queue "undelivered"/,
    ],
    [
      "a topic of another account",
      sendsTo(CENTRAL),
      "profile",
      new RegExp(`${CENTRAL}, which this stack does not make`),
    ],
    [
      "an unknown topic that no resource gives",
      sendsTo(UNKNOWN),
      "profile",
      /not known before the deployment/,
    ],
    ["a subscription to nobody knows what", listens({ topic: UNKNOWN }), "topic", /who listens to it/],
  ],
  nearMisses: [
    ["what a first preview knows", previewed],
    ["a queue that lets SNS in", listensBy(UNDELIVERED_ARN)],
    [
      "an alias, with a permission on it",
      both(listens({ endpoint: `${FUNCTION_ARN}:live` }), set("permission", { qualifier: "live" })),
    ],
    ["a permission for the account", set("permission", { sourceAccount: "123456789012", sourceArn: "" })],
    ["a permission for every action", set("permission", { action: "lambda:*" })],
    ["a filter on absent attributes", listens({ filterPolicy: '{"severity":[{"exists":false}]}' })],
    [
      "a filter on absent attributes as one of two",
      listens({ filterPolicy: '{"$or":[{"a":["b"]},{"severity":[{"exists":false}]}]}' }),
    ],
    ...[
      { violationEventType: ["in-alarm", "alarm-cleared"], securityProfileName: [{ prefix: "prod-" }] },
      { behavior: { name: ["Sent"], criteria: { durationSeconds: [300] } }, thingName: [{ prefix: "cam-" }] },
      {
        severity: [{ exists: false }],
        thingName: [{ exists: true }],
        metricValue: { count: [{ numeric: [">", 9] }] },
      },
      {
        violationEventType: [{ "anything-but": ["alarm-cleared"] }],
        behavior: { metric: [{ wildcard: "aws:*" }] },
      },
    ].map(
      (filter) =>
        [
          `a filter on the body for ${Object.keys(filter).join(" and ")}`,
          listens({ filterPolicy: JSON.stringify(filter), filterPolicyScope: "MessageBody" }),
        ] as const,
    ),
    [
      "a listener to the topic of the name, and another topic of it elsewhere",
      both(previewed, set("topic", { region: "us-east-1" }), listens({ topic: TOPIC_ARN }), (stack) => {
        stack.abroad = { type: "aws:sns/topic:Topic", props: { name: "prod-alarms", region: "eu-west-1" } };
      }),
    ],
    [
      "a stream",
      listens({ protocol: "firehose", endpoint: "arn:aws:firehose:us-east-1:1:deliverystream/x" }),
    ],
    ["an HTTPS endpoint", listens({ protocol: "https", endpoint: "https://example.com/alarms" })],
    [
      "a filter on the body",
      listens({ filterPolicy: '{"violationEventType":["in-alarm"]}', filterPolicyScope: "MessageBody" }),
    ],
    ["a permission without a source", set("permission", { sourceArn: undefined })],
    ["a filter that filters nothing", listens({ filterPolicy: "{}" })],
    [
      "a redrive policy that is an object",
      listens({ redrivePolicy: { deadLetterTargetArn: UNDELIVERED_ARN } }),
    ],
    [
      "a person besides",
      (stack) => {
        stack.person = {
          type: "aws:sns/topicSubscription:TopicSubscription",
          props: { topic: TOPIC_ARN, protocol: "email", endpoint: "soc@example.com" },
        };
      },
    ],
    [
      "a topic elsewhere that is known to be heard",
      sendsTo(CENTRAL),
      { heardElsewhere: ["arn:aws:sns:*:999999999999:*"] },
    ],
    [
      "subscription and permission of aws-native",
      (stack) => {
        stack.subscription = {
          type: "aws-native:sns:Subscription",
          props: {
            topicArn: TOPIC_ARN,
            protocol: "lambda",
            endpoint: FUNCTION_ARN,
            redrivePolicy: { deadLetterTargetArn: UNDELIVERED_ARN },
          },
        };
        stack.permission = {
          type: "aws-native:lambda:Permission",
          props: {
            functionName: FUNCTION_ARN,
            action: "lambda:InvokeFunction",
            principal: "sns.amazonaws.com",
            sourceArn: TOPIC_ARN,
          },
        };
      },
    ],
    ["a topic that nobody alarms to", both(orders)],
  ],
});
