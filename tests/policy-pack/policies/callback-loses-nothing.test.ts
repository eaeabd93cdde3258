import { callbackLosesNothing } from "../../../policy-pack/policies/callback-loses-nothing";
import {
  ACCOUNT,
  callbackStatements,
  document,
  FAILURES_ARN,
  FUNCTION_ARN,
  snsWrites,
  TOPIC_ARN,
  UNDELIVERED_ARN,
} from "../support/loop";
import { one, remove, type Stack, set, UNKNOWN, unknown } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

const config = (props: Record<string, unknown>) => set("invoke-config", props);

const OTHER_TOPIC = `${TOPIC_ARN}-failures`;

const failureTopic = (stack: Stack) => {
  stack["failure-topic"] = { type: "aws:sns/topic:Topic", props: { arn: OTHER_TOPIC } };
  stack["failure-mail"] = {
    type: "aws:sns/topicSubscription:TopicSubscription",
    props: { topic: OTHER_TOPIC, protocol: "email", endpoint: "soc@example.com" },
  };
};

const failuresTo = (destination: string) =>
  set("invoke-config", { destinationConfig: { onFailure: { destination } } });

const mayPublish = set("callback-role-policy", {
  policy: document(...callbackStatements, { Effect: "Allow", Action: "sns:Publish", Resource: OTHER_TOPIC }),
});

holdPolicyTo(callbackLosesNothing, {
  level: "mandatory",
  faults: [
    [
      "a queue that takes no record of a failure",
      set("failures", { maxMessageSize: 1024 }),
      "callback",
      /"failures" takes messages of no more than 1024 bytes/,
    ],
    ...(["aws:kms/externalKey:ExternalKey", "aws:kms/replicaKey:ReplicaKey"] as const).map(
      (type) =>
        [
          `a disabled key of ${type}`,
          (stack: Stack) => {
            Object.assign(one(stack, "key"), { type });
            set("key", { enabled: false })(stack);
          },
          "callback",
          /key "key" of alert topic "topic" is disabled/,
        ] as const,
    ),
    [
      "the topic's key one that SNS cannot encrypt with",
      set("key", { customerMasterKeySpec: "RSA_2048" }),
      "callback",
      /key "key" of alert topic "topic" is "RSA_2048"/,
    ],
    [
      "the topic's key disabled",
      set("key", { isEnabled: false }),
      "callback",
      /key "key" of alert topic "topic" is disabled/,
    ],
    [
      "the alert topic as its own failure destination",
      set("invoke-config", { destinationConfig: { onFailure: { destination: TOPIC_ARN } } }),
      "callback",
      /back to alert topic "topic"/,
    ],
    [
      "the alert topic as its own dead-letter target",
      set("callback", { deadLetterConfig: { targetArn: TOPIC_ARN } }),
      "callback",
      /"callback" sends what its function fails on back to alert topic "topic".*deadLetterConfig.targetArn/,
    ],
    [
      "the alert topic as its own dead-letter target, in a preview",
      unknown("callback", "deadLetterConfig", "topic"),
      "callback",
      /back to alert topic "topic"/,
    ],
    [
      "failures that go to a topic which nobody hears",
      both(failureTopic, mayPublish, remove("failure-mail"), failuresTo(OTHER_TOPIC)),
      "callback",
      /Nobody hears topic "failure-topic"/,
    ],
    ["no failure destination", remove("invoke-config"), "callback", /has no failure destination/],
    [
      "a destination for successes alone",
      config({ destinationConfig: { onSuccess: { destination: FAILURES_ARN } } }),
      "callback",
      /no failure destination/,
    ],
    [
      "a destination of another function",
      config({ functionName: "other" }),
      "callback",
      /no failure destination/,
    ],
    [
      "a destination for an alias alone",
      config({ qualifier: "live" }),
      "callback",
      /"invoke-config" is of a version/,
    ],
    [
      "a destination for an alias alone, by the function's name",
      config({ functionName: "prod-callback:live" }),
      "callback",
      /"invoke-config" is of a version/,
    ],
    [
      "a destination for the function alone, of which alarms invoke an alias",
      both(
        set("subscription", { endpoint: `${FUNCTION_ARN}:live` }),
        set("permission", { qualifier: "live" }),
        config({ qualifier: "$LATEST" }),
      ),
      "callback",
      /"invoke-config" is of a version/,
    ],
    [
      "a destination for one of two names that alarms invoke",
      (stack) => {
        stack.second = structuredClone(one(stack, "subscription"));
        one(stack, "second").props.endpoint = `${FUNCTION_ARN}:live`;
      },
      "callback",
      /has no failure destination/,
    ],
    [
      "no log group at all, of a function whose name is not known",
      both(
        remove("log-group"),
        set("callback", { name: UNKNOWN }),
        set("invoke-config", { functionName: FUNCTION_ARN }),
      ),
      "callback",
      /Lambda makes one without a retention/,
    ],
    [
      "a FIFO queue of failures and one of undelivered alarms, in a preview",
      both(
        set("failures", { arn: UNKNOWN, fifoQueue: true }),
        set("undelivered", { arn: UNKNOWN, fifoQueue: true }),
        unknown("invoke-config", "destinationConfig", "failures"),
        unknown("subscription", "redrivePolicy", "undelivered"),
      ),
      "callback",
      /Dead letters of "invoke-config", "subscription" go to a FIFO queue/,
    ],
    [
      "failures that go to a topic of the stack, which the role may not publish to",
      both(failureTopic, config({ destinationConfig: { onFailure: { destination: OTHER_TOPIC } } })),
      "callback",
      /may not write to its topic of failures "failure-topic"/,
    ],
    [
      "events given up after half an hour",
      config({ maximumEventAgeInSeconds: 1800 }),
      "callback",
      /after 1800 s/,
    ],
    [
      "failures kept for three days",
      set("failures", { messageRetentionSeconds: 259_200 }),
      "callback",
      /"failures" keeps messages for 259200 s/,
    ],
    [
      "undelivered alarms kept for an hour",
      set("undelivered", { messageRetentionSeconds: 3600 }),
      "callback",
      /"undelivered" keeps/,
    ],
    [
      "a log group without retention",
      set("log-group", { retentionInDays: undefined }),
      "callback",
      /"log-group".*no retention/,
    ],
    [
      "a log group that is kept for ever",
      set("log-group", { retentionInDays: 0 }),
      "callback",
      /no retention/,
    ],
    [
      "a log group that Lambda makes, as a preview has it beside another setting of the logs",
      both(remove("log-group"), set("callback", { loggingConfig: { logFormat: "JSON", logGroup: UNKNOWN } })),
      "callback",
      /Lambda makes \/aws\/lambda\/prod-callback/,
    ],
    [
      "no log group, so that Lambda makes one",
      remove("log-group"),
      "callback",
      /Lambda makes \/aws\/lambda\/prod-callback/,
    ],
    [
      "a log group of another function",
      set("log-group", { name: "/aws/lambda/other" }),
      "callback",
      /no log group in this stack/,
    ],
    [
      "in a preview, undelivered alarms kept for an hour",
      both(
        set("undelivered", { messageRetentionSeconds: 3600 }),
        unknown("subscription", "redrivePolicy", "undelivered"),
      ),
      "callback",
      /"undelivered" keeps/,
    ],
  ],
  unjudged: [
    [
      "in a preview, failures that go to a queue of another region",
      both(
        unknown("invoke-config", "destinationConfig", "failures"),
        set("failures", { arn: UNKNOWN, region: "eu-west-1" }),
        set("callback-role-policy", {
          policy: document(...callbackStatements, {
            Effect: "Allow",
            Action: "sqs:SendMessage",
            Resource: FAILURES_ARN.replace("us-east-1", "eu-west-1"),
          }),
        }),
      ),
      "callback",
      /go to "failures", which is in eu-west-1/,
    ],
    [
      "a key that may be disabled",
      set("key", { isEnabled: UNKNOWN }),
      "callback",
      /whether key "key" is enabled/,
    ],
    ...[
      FAILURES_ARN.replace(ACCOUNT, "999999999999"),
      FAILURES_ARN.replace("us-east-1", "eu-west-1"),
      OTHER_TOPIC,
    ].map(
      (destination) =>
        [
          `failures that go to ${destination}`,
          config({ destinationConfig: { onFailure: { destination } } }),
          "callback",
          /the dead letters of "invoke-config", which go to "arn:aws:s/,
        ] as const,
    ),
    [
      "failures that go to a queue of another stack, by the function itself",
      both(
        remove("invoke-config"),
        set("callback", { deadLetterConfig: { targetArn: `${FAILURES_ARN}-2` } }),
      ),
      "callback",
      /the dead letters of "callback", which go to/,
    ],
    [
      "failures that go nobody knows where",
      config({ destinationConfig: { onFailure: { destination: UNKNOWN } } }),
      "callback",
      /the dead letters of "invoke-config", whose place is not known/,
    ],
    [
      "undelivered alarms that go to a queue of another stack",
      set("subscription", { redrivePolicy: { deadLetterTargetArn: `${UNDELIVERED_ARN}-2` } }),
      "callback",
      /the dead letters of "subscription", which go to/,
    ],
    [
      "an unknown retention",
      unknown("failures", "messageRetentionSeconds", "topic"),
      "callback",
      /how long "failures"/,
    ],
    [
      "an unknown retention of the log",
      set("log-group", { retentionInDays: UNKNOWN }),
      "callback",
      /retentionInDays/,
    ],
    [
      "an unknown age of events",
      config({ maximumEventAgeInSeconds: UNKNOWN }),
      "callback",
      /maximumEventAgeInSeconds/,
    ],
    [
      "a log group elsewhere",
      set("callback", { loggingConfig: { logGroup: "central" } }),
      "callback",
      /log group central/,
    ],
  ],
  nearMisses: [
    ["the kind of key that AWS makes by itself", set("key", { customerMasterKeySpec: "SYMMETRIC_DEFAULT" })],
    ["SQS's own size of messages", set("failures", { maxMessageSize: 262_144 })],
    [
      "a dead-letter queue of the function itself",
      both(remove("invoke-config"), set("callback", { deadLetterConfig: { targetArn: FAILURES_ARN } })),
    ],
    ["Lambda's own age of events", config({ maximumEventAgeInSeconds: undefined })],
    ["Lambda's own age of events, told as 0", config({ maximumEventAgeInSeconds: 0 })],
    ["exactly an hour", config({ maximumEventAgeInSeconds: 3600 })],
    ["SQS's own retention of four days", set("failures", { messageRetentionSeconds: undefined })],
    ["exactly four days", set("failures", { messageRetentionSeconds: 345_600 })],
    [
      "failures that go to a topic of the stack, which the role may publish to",
      both(
        failureTopic,
        mayPublish,
        config({ destinationConfig: { onFailure: { destination: OTHER_TOPIC } } }),
      ),
    ],
    ["a destination of the function's newest version, by its name", config({ qualifier: "$LATEST" })],
    [
      "a log group by its name",
      both(
        set("callback", { loggingConfig: { logGroup: "central" } }),
        set("log-group", { name: "central" }),
        set("callback-role-policy", {
          policy: document(...callbackStatements, {
            ...callbackStatements[2],
            Resource: "arn:aws:logs:us-east-1:123456789012:log-group:central:*",
          }),
        }),
      ),
    ],
    [
      "what a first preview knows",
      both(
        set("topic", { arn: UNKNOWN, policy: UNKNOWN }),
        set("key", { arn: UNKNOWN, keyId: UNKNOWN }),
        set("failures", { arn: UNKNOWN, url: UNKNOWN, policy: UNKNOWN }),
        set("undelivered", { arn: UNKNOWN, url: UNKNOWN, policy: UNKNOWN }),
        set("callback", { arn: UNKNOWN }),
        unknown("callback", "role", "callback-role"),
        unknown("topic", "kmsMasterKeyId", "key"),
        unknown("subscription", "endpoint", "callback"),
        unknown("subscription", "redrivePolicy", "undelivered"),
        unknown("undelivered-policy", "queueUrl", "undelivered"),
        (stack) => {
          set("invoke-config", { destinationConfig: { onFailure: { destination: UNKNOWN } } })(stack);
          Object.assign(stack["invoke-config"] ?? {}, { sources: { destinationConfig: ["failures"] } });
        },
      ),
    ],
    [
      "queues of aws-native",
      (stack) => {
        stack.undelivered = {
          type: "aws-native:sqs:Queue",
          props: { queueName: "prod-undelivered", messageRetentionPeriod: 1_209_600, queueUrl: UNKNOWN },
        };
        stack["undelivered-policy"] = {
          type: "aws-native:sqs:QueueInlinePolicy",
          props: {
            queue: `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/prod-undelivered`,
            policyDocument: { Statement: snsWrites },
          },
        };
      },
    ],
    [
      "a queue of something else that keeps nothing",
      (stack) => {
        stack.buffer = {
          type: "aws:sqs/queue:Queue",
          props: { name: "buffer", messageRetentionSeconds: 60 },
        };
      },
    ],
  ],
});
