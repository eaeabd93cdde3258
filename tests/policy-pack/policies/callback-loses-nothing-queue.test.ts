import { callbackLosesNothing } from "../../../policy-pack/policies/callback-loses-nothing";
import { CALLBACK_ROLE_ARN, document, KEY_ARN, keyStatements, UNDELIVERED_ARN } from "../support/loop";
import {
  ALARMS_ARN,
  queuedLoop,
  queuedStatements,
  queuePreviewed,
  readStatement,
} from "../support/queued-loop";
import { type Change, one, remove, type Stack, set, UNKNOWN, unknown } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

const alarms = (props: Record<string, unknown>) => set("alarms", props);
const mapping = (props: Record<string, unknown>) => set("mapping", props);
const redrive = (deadLetterTargetArn: string, maxReceiveCount: unknown = 5) =>
  alarms({ redrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }) });
const filter = (...patterns: object[]) =>
  mapping({ filterCriteria: { filters: patterns.map((pattern) => ({ pattern: JSON.stringify(pattern) })) } });
const raw = set("subscription", { rawMessageDelivery: true });

/** The redrive policy as a resource of its own. */
const separate =
  (redrivePolicy: unknown): Change =>
  (stack: Stack) => {
    const { url } = one(stack, "alarms").props;
    alarms({ redrivePolicy: undefined })(stack);
    stack.redrive = { type: "aws:sqs/redrivePolicy:RedrivePolicy", props: { queueUrl: url, redrivePolicy } };
  };

const encrypted = (...statements: object[]) =>
  both(
    alarms({ kmsMasterKeyId: KEY_ARN }),
    set("key", { policy: document(...keyStatements, ...statements) }),
  );
const LAMBDA_READS = {
  Effect: "Allow",
  Principal: { AWS: CALLBACK_ROLE_ARN },
  Action: "kms:Decrypt",
  Resource: "*",
};

holdPolicyTo(callbackLosesNothing, {
  level: "mandatory",
  stack: queuedLoop,
  faults: [
    [
      "a queue without a dead-letter queue",
      alarms({ redrivePolicy: undefined }),
      "callback",
      /no dead-letter queue: .*maxReceiveCount: 5/,
    ],
    ["a redrive policy that names none", alarms({ redrivePolicy: "{}" }), "callback", /no dead-letter queue/],
    [
      "a dead-letter queue elsewhere",
      redrive(UNDELIVERED_ARN.replace("us-east-1", "eu-west-1")),
      "callback",
      /which is in region eu-west-1, not in us-east-1/,
    ],
    [
      "in a preview, a dead-letter queue of another region",
      both(
        unknown("alarms", "redrivePolicy", "undelivered"),
        set("undelivered", { arn: UNKNOWN, region: "eu-west-1" }),
        set("subscription", { redrivePolicy: undefined }),
      ),
      "callback",
      /which is in region eu-west-1, not in us-east-1/,
    ],
    [
      "in a preview, a queue that is its own dead-letter queue",
      unknown("alarms", "redrivePolicy", "alarms"),
      "callback",
      /is that queue itself/,
    ],
    ["a queue that is its own dead-letter queue", redrive(ALARMS_ARN), "callback", /is that queue itself/],
    [
      "dead letters to a topic",
      redrive(UNDELIVERED_ARN.replace("sqs", "sns")),
      "callback",
      /is no SQS queue/,
    ],
    [
      "dead letters that are kept for a day",
      set("undelivered", { messageRetentionSeconds: 86_400 }),
      "callback",
      /keeps messages for 86400 s/,
    ],
    [
      "dead letters that are gone before the alarm would be",
      alarms({ messageRetentionSeconds: 1_209_600 }),
      "callback",
      /"undelivered" keeps messages for less time than queue "alarms"/,
    ],
    [
      "alarms that wait for minutes alone",
      alarms({ messageRetentionSeconds: 600 }),
      "callback",
      /"alarms" keeps alarms for 600 s/,
    ],
    [
      "an alarm that is handed out while it is worked on",
      alarms({ visibilityTimeoutSeconds: 20 }),
      "callback",
      /hides an alarm for 20 s .* at least 180/,
    ],
    [
      "a mapping that takes no answer of single failures",
      mapping({ functionResponseTypes: [] }),
      "callback",
      /ReportBatchItemFailures/,
    ],
    [
      "a role that may not receive",
      set("callback-role-policy", { policy: queuedStatements() }),
      "callback",
      /may not take alarms from queue "alarms"/,
    ],
    [
      "a role that may not delete",
      set("callback-role-policy", {
        policy: queuedStatements({
          ...readStatement,
          Action: ["sqs:ReceiveMessage", "sqs:GetQueueAttributes"],
        }),
      }),
      "callback",
      /may not take alarms/,
    ],
    ["a key that the role may not use", encrypted(), "callback", /may not take alarms/],
    [
      "a key of the queue that is disabled",
      both(
        encrypted(LAMBDA_READS),
        set("topic", { kmsMasterKeyId: undefined }),
        set("key", { isEnabled: false }),
      ),
      "callback",
      /key "key" of queue "alarms" is disabled/,
    ],
    [
      "a filter on the alarm, which stands in SNS's notification as a string",
      filter({ body: { violationEventType: ["in-alarm"] } }),
      "callback",
      /filter of event source mapping "mapping" lets no alarm through/,
    ],
    [
      "a filter on the alarm within the notification",
      filter({ body: { Message: { violationEventType: ["in-alarm"] } } }),
      "callback",
      /lets no alarm through/,
    ],
    [
      "a filter on the notification of what is delivered raw",
      both(raw, filter({ body: { Type: ["Notification"] } })),
      "callback",
      /lets no alarm through/,
    ],
    [
      "a filter on cleared alarms",
      both(raw, filter({ body: { violationEventType: ["alarm-cleared"] } })),
      "callback",
      /lets no alarm through/,
    ],
    ["a separate redrive policy that names none", separate("{}"), "callback", /no dead-letter queue/],
  ],
  advice: [
    [
      "an alarm that is given up at once",
      redrive(UNDELIVERED_ARN, 1),
      "callback",
      /handed out 1 times.* at least 5/,
    ],
    [
      "the default time that an alarm is hidden for",
      alarms({ visibilityTimeoutSeconds: undefined }),
      "callback",
      /hides an alarm for 30 s .* at least 180/,
    ],
    [
      "six times the timeout without the window",
      mapping({ maximumBatchingWindowInSeconds: 20 }),
      "callback",
      /at least 200/,
    ],
  ],
  unjudged: [
    [
      "dead letters to a queue that the stack does not make",
      redrive(`${UNDELIVERED_ARN}-2`),
      "callback",
      /no queue of this stack/,
    ],
    [
      "a time that is not known",
      alarms({ visibilityTimeoutSeconds: UNKNOWN }),
      "callback",
      /hides alarms for as long/,
    ],
  ],
  nearMisses: [
    ["what a first preview knows", queuePreviewed],
    [
      "a redrive policy of its own",
      separate(JSON.stringify({ deadLetterTargetArn: UNDELIVERED_ARN, maxReceiveCount: "5" })),
    ],
    ["one alarm a batch, that fails as a whole", mapping({ functionResponseTypes: undefined, batchSize: 1 })],
    ["a key that the role may use", encrypted(LAMBDA_READS)],
    ["a filter on what SNS writes", filter({ body: { Type: ["Notification"] } })],
    [
      "one of two filters that lets alarms through",
      both(raw, filter({ body: { thingName: [{ prefix: "q" }] } }, { body: { no: ["x"] } })),
    ],
    ["a filter on a raw alarm", both(raw, filter({ body: { violationEventType: ["in-alarm"] } }))],
    [
      "a mapping of another queue, of which nothing is asked",
      (stack) => {
        stack.orders = {
          type: "aws:lambda/eventSourceMapping:EventSourceMapping",
          props: { eventSourceArn: `${ALARMS_ARN}-orders`, functionName: "prod-orders" },
        };
      },
    ],
    ["no function's failure destination, as the queue keeps what it fails on", remove("undelivered-none")],
    [
      "a queue of aws-native",
      (stack) => {
        const {
          type: _,
          props: { visibilityTimeoutSeconds, messageRetentionSeconds, name, url, redrivePolicy, ...props },
        } = one(stack, "alarms");
        stack.alarms = {
          type: "aws-native:sqs:Queue",
          props: {
            ...{ ...props, queueName: name, queueUrl: url, visibilityTimeout: visibilityTimeoutSeconds },
            ...{
              messageRetentionPeriod: messageRetentionSeconds,
              redrivePolicy: JSON.parse(String(redrivePolicy)),
            },
          },
        };
        one(stack, "mapping").type = "aws-native:lambda:EventSourceMapping";
      },
    ],
    ["an unknown redrive policy of a queue of the stack", unknown("alarms", "redrivePolicy", "undelivered")],
  ],
});
