import { securityProfileTopicIsHeard } from "../../../policy-pack/policies/security-profile-topic-is-heard";
import { FUNCTION_ARN, ROLE_ARN, TOPIC_ARN, UNDELIVERED_ARN } from "../support/loop";
import { remove, type Stack, set, UNKNOWN, unknown } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

const listens = (props: Record<string, unknown>) => set("subscription", props);
const sendsTo = (alertTargetArn: unknown) =>
  set("profile", { alertTargets: { SNS: { alertTargetArn, roleArn: ROLE_ARN } } });
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
    [
      "a filter on attributes, which alarms do not have",
      listens({ filterPolicy: JSON.stringify({ severity: ["high"] }) }),
      "topic",
      /message attributes/,
    ],
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
    ["a queue", both(remove("callback", "permission"), listens({ protocol: "sqs" }))],
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
    ["a function of another stack", both(remove("callback", "permission"))],
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
          props: { functionName: FUNCTION_ARN, principal: "sns.amazonaws.com", sourceArn: TOPIC_ARN },
        };
      },
    ],
    ["a topic that nobody alarms to", both(orders)],
  ],
});
