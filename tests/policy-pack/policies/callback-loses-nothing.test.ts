import { callbackLosesNothing } from "../../../policy-pack/policies/callback-loses-nothing";
import {
  ACCOUNT,
  CALLBACK_ROLE_ARN,
  callbackStatements,
  document,
  encryptStatement,
  FAILURES_ARN,
  KEY_ARN,
  keyStatements,
  publishStatement,
  ROLE_ARN,
  snsWrites,
  TOPIC_ARN,
} from "../support/loop";
import { remove, type Stack, set, UNKNOWN, unknown } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

const writes = (...statements: object[]) => set("undelivered-policy", { policy: document(...statements) });
const config = (props: Record<string, unknown>) => set("invoke-config", props);
const keyPolicy = (...statements: object[]) => set("key", { policy: document(...statements) });
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const wholeAccount = { Effect: "Allow", Principal: { AWS: ROOT }, Action: "kms:*", Resource: "*" };
const snsEncrypts = { ...encryptStatement, Principal: { Service: "sns.amazonaws.com" }, Resource: "*" };

/** A key of one's own for the dead letters of one queue. */
const encrypted =
  (queue: string, ...statements: object[]) =>
  (stack: Stack) => {
    const arn = `${KEY_ARN}-queue`;
    stack["queue-key"] = { type: "aws:kms/key:Key", props: { arn, policy: document(...statements) } };
    set(queue, { kmsMasterKeyId: arn })(stack);
  };

const queuePolicy =
  (...statements: object[]) =>
  (stack: Stack) => {
    stack["failures-policy"] = {
      type: "aws:sqs/queuePolicy:QueuePolicy",
      props: {
        queueUrl: `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/prod-failures`,
        policy: document(...statements),
      },
    };
  };

const SNS_OUT = /SNS may not write to dead-letter queue "undelivered"/;
const ROLE_OUT = /role of function "callback" may not write to its dead-letter queue "failures"/;

holdPolicyTo(callbackLosesNothing, {
  level: "mandatory",
  faults: [
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
    ["no policy of the undelivered alarms' queue", remove("undelivered-policy"), "callback", SNS_OUT],
    [
      "a policy for another topic",
      writes({ ...snsWrites, Condition: { ArnEquals: { "aws:SourceArn": `${TOPIC_ARN}-2` } } }),
      "callback",
      SNS_OUT,
    ],
    [
      "a policy for another service",
      writes({ ...snsWrites, Principal: { Service: "events.amazonaws.com" } }),
      "callback",
      SNS_OUT,
    ],
    [
      "a policy for another action",
      writes({ ...snsWrites, Action: "sqs:ReceiveMessage" }),
      "callback",
      SNS_OUT,
    ],
    [
      "a Deny that keeps SNS out",
      writes(snsWrites, {
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: "*",
        Condition: { ArnNotEquals: { "aws:PrincipalArn": ROLE_ARN } },
      }),
      "callback",
      SNS_OUT,
    ],
    [
      "undelivered alarms behind AWS's key",
      set("undelivered", { kmsMasterKeyId: "alias/aws/sqs" }),
      "callback",
      SNS_OUT,
    ],
    [
      "undelivered alarms behind a key that keeps SNS out",
      encrypted("undelivered", wholeAccount),
      "callback",
      SNS_OUT,
    ],
    [
      "a function that may not write its failures",
      set("callback-role-policy", { policy: document(...callbackStatements.slice(0, 1)) }),
      "callback",
      ROLE_OUT,
    ],
    [
      "a queue that denies the function's role",
      queuePolicy({ Effect: "Deny", Principal: { AWS: CALLBACK_ROLE_ARN }, Action: "sqs:*", Resource: "*" }),
      "callback",
      ROLE_OUT,
    ],
    [
      "failures behind a key that the function may not use",
      encrypted("failures", wholeAccount),
      "callback",
      ROLE_OUT,
    ],
    [
      "failures behind a key that knows nobody",
      encrypted("failures", { ...wholeAccount, Action: "kms:DescribeKey" }),
      "callback",
      ROLE_OUT,
    ],
    [
      "a key that keeps the alert role out",
      keyPolicy(keyStatements[0] ?? {}),
      "callback",
      /alert role may not use the key of alert topic "topic"/,
    ],
    [
      "a key that denies the alert role",
      keyPolicy(...keyStatements, { Effect: "Deny", Principal: "*", Action: "kms:Decrypt", Resource: "*" }),
      "callback",
      /alert role may not use the key/,
    ],
    [
      "a key that is left to the account, and a role that does not allow it itself",
      both(keyPolicy(wholeAccount), set("alert-role-policy", { policy: document(publishStatement) })),
      "callback",
      /alert role may not use the key/,
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
    ...["alias/alarms", `arn:aws:kms:us-east-1:${ACCOUNT}:alias/alarms`].map(
      (kmsMasterKeyId) =>
        [
          `a key that keeps the alert role out, named as ${kmsMasterKeyId}`,
          both(keyPolicy(keyStatements[0] ?? {}), set("topic", { kmsMasterKeyId }), (stack) => {
            stack.alias = {
              type: "aws:kms/alias:Alias",
              props: { name: "alias/alarms", targetKeyId: KEY_ARN },
            };
          }),
          "callback",
          /alert role may not use the key/,
        ] as const,
    ),
  ],
  unjudged: [
    [
      "an unknown queue policy",
      unknown("undelivered-policy", "policy", "topic"),
      "callback",
      /whether SNS may write to "undelivered"/,
    ],
    [
      "an unknown role policy",
      unknown("callback-role-policy", "policy", "failures"),
      "callback",
      /whether the function may write to "failures"/,
    ],
    [
      "an unknown key policy",
      unknown("key", "policy", "alert-role"),
      "callback",
      /whether the alert role may use the key/,
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
    ["a key of another stack", remove("key"), "callback", /use the key of "topic"/],
  ],
  nearMisses: [
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
      "failures that go to a topic",
      config({
        destinationConfig: { onFailure: { destination: "arn:aws:sns:us-east-1:123456789012:failures" } },
      }),
    ],
    [
      "a policy with the topic in a list, compared as a text",
      writes({
        ...snsWrites,
        Action: ["SQS:SendMessage"],
        Condition: { StringLike: { "AWS:SourceArn": [TOPIC_ARN] } },
      }),
    ],
    [
      "a policy with the account besides",
      writes({
        ...snsWrites,
        Condition: { ...snsWrites.Condition, StringEquals: { "aws:SourceAccount": ACCOUNT } },
      }),
    ],
    [
      "a Deny of insecure transport besides",
      writes(snsWrites, {
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: "*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
    ],
    ["undelivered alarms behind a key that lets SNS in", encrypted("undelivered", wholeAccount, snsEncrypts)],
    ["SQS's own encryption", set("undelivered", { sqsManagedSseEnabled: true })],
    [
      "a queue that lets the function in itself",
      both(
        set("callback-role-policy", { policy: document(...callbackStatements.slice(0, 1)) }),
        queuePolicy({
          Effect: "Allow",
          Principal: { AWS: CALLBACK_ROLE_ARN },
          Action: "sqs:SendMessage",
          Resource: FAILURES_ARN,
        }),
      ),
    ],
    [
      "failures behind a key that the account may use, and the role does",
      both(
        encrypted("failures", wholeAccount),
        set("callback-role-policy", {
          policy: document(...callbackStatements, { ...encryptStatement, Resource: `${KEY_ARN}-queue` }),
        }),
      ),
    ],
    ["a key that is left to the account, and a role that allows it itself", keyPolicy(wholeAccount)],
    ["the key's own default policy", set("key", { policy: undefined })],
    [
      "a log group by its name",
      both(
        set("callback", { loggingConfig: { logGroup: "central" } }),
        set("log-group", { name: "central" }),
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
