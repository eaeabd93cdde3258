import { callbackLosesNothing } from "../../../policy-pack/policies/callback-loses-nothing";
import {
  ACCOUNT,
  CALLBACK_ROLE_ARN,
  callbackStatements,
  document,
  encryptStatement,
  FAILURES_ARN,
  FUNCTION_ARN,
  GROUP_ARN,
  KEY_ARN,
  keyStatements,
  publishStatement,
  ROLE_ARN,
  snsWrites,
  TOPIC_ARN,
} from "../support/loop";
import { one, remove, type Stack, set, unknown } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

const writes = (...statements: object[]) => set("undelivered-policy", { policy: document(...statements) });
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
const [adds = {}, ...others] = callbackStatements;
const writesLog = others[1] ?? {};
const mayAdd = (more: object) =>
  set("callback-role-policy", { policy: document({ ...adds, ...more }, ...others) });
const NOBODY = /No function behind an alert topic may put a thing into a quarantine group \("group"\)/;
const LOGS = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/aws/lambda/`;
const mayLog = (more: object, ...further: object[]) =>
  set("callback-role-policy", {
    policy: document(...callbackStatements.slice(0, 2), { ...writesLog, ...more }, ...further),
  });
const ANYBODY = { Effect: "Allow", Principal: "*", Action: "sqs:*", Resource: "*" };
const OPEN = /Anybody of any account may do sqs:/;
const THINGS = `arn:aws:iot:us-east-1:${ACCOUNT}:thing/*`;

/** A second function behind the topic, which tells people of alarms and comes first. */
const second = (stack: Stack) => {
  const telling = structuredClone({ callback: one(stack, "callback"), role: one(stack, "callback-role") });
  const arn = `${FUNCTION_ARN}-2`;
  const role = { name: "telling", arn: `${CALLBACK_ROLE_ARN}-2` };
  const copy = structuredClone({ ...stack });
  for (const name of Object.keys(stack)) delete stack[name];
  stack.telling = {
    ...telling.callback,
    props: { ...telling.callback.props, name: "t", arn, role: role.arn },
  };
  stack["telling-role"] = { ...telling.role, props: { ...telling.role.props, ...role } };
  Object.assign(stack, copy, {
    "telling-subscription": structuredClone(copy.subscription),
    "telling-log": structuredClone(copy["log-group"]),
    "telling-config": structuredClone(copy["invoke-config"]),
    "telling-policy": structuredClone(copy["callback-role-policy"]),
  });
  set("telling-subscription", { endpoint: arn })(stack);
  set("telling-log", { name: "/aws/lambda/t" })(stack);
  set("telling-config", { functionName: "t" })(stack);
  set("telling-policy", {
    role: "telling",
    policy: document(...others, { ...writesLog, Resource: `${LOGS}t:*` }),
  })(stack);
};

const ROLE_OUT = /role of function "callback" may not write to its dead-letter queue "failures"/;

holdPolicyTo(callbackLosesNothing, {
  level: "mandatory",
  faults: [
    ...["undelivered-policy", "invoke-config"].map(
      (name) =>
        [
          `two of ${name}, of which AWS keeps one`,
          (stack: Stack) => {
            stack.again = structuredClone(one(stack, name));
          },
          "callback",
          /the last that is written/,
        ] as const,
    ),
    [
      "two policies of the topic's key, of which AWS keeps one",
      (stack) => {
        const props = { keyId: KEY_ARN, policy: document(...keyStatements) };
        for (const name of ["one", "two"]) stack[name] = { type: "aws:kms/keyPolicy:KeyPolicy", props };
      },
      "callback",
      /key "key" has the policies "one", "two"/,
    ],
    [
      "failures behind a key that is disabled",
      both(
        encrypted("failures", { ...wholeAccount, Principal: { AWS: CALLBACK_ROLE_ARN } }),
        set("queue-key", { isEnabled: false }),
      ),
      "callback",
      /key "queue-key" of dead-letter queue "failures" is disabled/,
    ],
    [
      "a callback that may not write its log",
      set("callback-role-policy", { policy: document(...callbackStatements.slice(0, 2)) }),
      "callback",
      /may not write its log "log-group"/,
    ],
    [
      "a callback that may write another function's log",
      mayLog({ Resource: `${LOGS}other:*` }),
      "callback",
      /may not write its log "log-group"/,
    ],
    [
      "a queue of failures that anybody may read",
      queuePolicy({ ...ANYBODY, Action: "sqs:ReceiveMessage" }),
      "callback",
      OPEN,
    ],
    [
      "a queue of undelivered alarms that anybody may write to",
      writes(snsWrites, { ...ANYBODY, Action: "sqs:SendMessage" }),
      "callback",
      OPEN,
    ],
    [
      "a callback that may add things to no group",
      mayAdd({ Action: "iot:DescribeThing" }),
      "callback",
      NOBODY,
    ],
    [
      "a callback that may add things to another group",
      mayAdd({ Resource: [THINGS, `${GROUP_ARN}-2`] }),
      "callback",
      NOBODY,
    ],
    ["a callback that may add no thing to the group", mayAdd({ Resource: GROUP_ARN }), "callback", NOBODY],
    [
      "a callback that may add things to groups, but for a Deny",
      mayAdd({ Effect: "Deny", Action: "iot:*", Resource: "*" }),
      "callback",
      NOBODY,
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
      set("callback-role-policy", { policy: document(adds, writesLog) }),
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
      "a callback that has another function add things",
      mayAdd({ Action: "lambda:InvokeFunction", Resource: `${FUNCTION_ARN}-2` }),
      "callback",
      /whether alarms put things into "group"/,
    ],
    [
      "a callback that tells a queue",
      mayAdd({ Action: "sqs:*", Resource: "*" }),
      "callback",
      /whether alarms put things into "group"/,
    ],
    [
      "a callback of another stack's role",
      both(remove("callback-role", "callback-role-policy")),
      "callback",
      /whether alarms put things into "group"/,
    ],
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
    ["a key of another stack", remove("key"), "callback", /use the key of "topic"/],
  ],
  nearMisses: [
    [
      "a log stream made in the group itself",
      mayLog(
        { Action: "logs:PutLogEvents" },
        { ...writesLog, Action: "logs:CreateLogStream", Resource: `${LOGS}prod-callback` },
      ),
    ],
    [
      "AWS's managed policy for the log",
      (stack) => {
        mayLog({ Action: "logs:DescribeLogGroups" })(stack);
        set("callback-role", {
          managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
        })(stack);
      },
    ],
    [
      "a queue that everybody of the account may read",
      queuePolicy({ ...ANYBODY, Condition: { StringEquals: { "aws:PrincipalAccount": ACCOUNT } } }),
    ],
    ["a callback that sets the groups of things", mayAdd({ Action: "iot:UpdateThingGroupsForThing" })],
    [
      "a callback that may add some things alone",
      mayAdd({ Resource: [THINGS.replace("*", "sensor-*"), GROUP_ARN] }),
    ],
    ["a second callback that may add nothing", second],
    ["a callback that may do all", mayAdd({ Action: "iot:*", Resource: "*" })],
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
        set("callback-role-policy", { policy: document(adds, writesLog) }),
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
  ],
});
