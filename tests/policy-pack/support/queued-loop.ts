import {
  ACCOUNT,
  callbackStatements,
  closedLoop,
  document,
  REGION,
  TOPIC_ARN,
  UNDELIVERED_ARN,
} from "./loop";
import { remove, type Stack, set, UNKNOWN, unknown } from "./stack";
import { both } from "./table";

export const ALARMS_ARN = `arn:aws:sqs:${REGION}:${ACCOUNT}:prod-alarms`;
const ALARMS_URL = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/prod-alarms`;

export const snsFeeds = {
  Effect: "Allow",
  Principal: { Service: "sns.amazonaws.com" },
  Action: "sqs:SendMessage",
  Resource: ALARMS_ARN,
  Condition: { ArnEquals: { "aws:SourceArn": TOPIC_ARN } },
};

export const readStatement = {
  Effect: "Allow",
  Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  Resource: ALARMS_ARN,
};

const withoutFailures = callbackStatements.filter(({ Action }) => Action !== "sqs:SendMessage");

/** What the function's role may do when a queue is before it, besides these statements. */
export const queuedStatements = (...statements: object[]) => document(...withoutFailures, ...statements);

const QUEUED: Stack = {
  alarms: {
    type: "aws:sqs/queue:Queue",
    props: {
      name: "prod-alarms",
      arn: ALARMS_ARN,
      url: ALARMS_URL,
      visibilityTimeoutSeconds: 180,
      messageRetentionSeconds: 345_600,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: UNDELIVERED_ARN, maxReceiveCount: 5 }),
      tags: { team: "fleet" },
    },
  },
  "alarms-policy": {
    type: "aws:sqs/queuePolicy:QueuePolicy",
    props: { queueUrl: ALARMS_URL, policy: document(snsFeeds) },
  },
  mapping: {
    type: "aws:lambda/eventSourceMapping:EventSourceMapping",
    props: {
      eventSourceArn: ALARMS_ARN,
      functionName: "prod-callback",
      enabled: true,
      batchSize: 10,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: 30 },
    },
  },
};

/** The closed loop with a queue between the topic and the function; one queue takes all dead letters. */
export function queuedLoop(): Stack {
  const stack = { ...closedLoop(), ...structuredClone(QUEUED) };
  both(
    remove("permission", "invoke-config", "failures"),
    set("subscription", { protocol: "sqs", endpoint: ALARMS_ARN }),
    set("callback", { timeout: 30, reservedConcurrentExecutions: -1 }),
    set("callback-role-policy", { policy: queuedStatements(readStatement) }),
  )(stack);
  return stack;
}

/** What a first preview knows of the queue's surroundings. */
export const queuePreviewed = both(
  set("topic", { arn: UNKNOWN }),
  set("alarms", { arn: UNKNOWN, url: UNKNOWN }),
  unknown("subscription", "topic", "topic"),
  unknown("subscription", "endpoint", "alarms"),
  unknown("subscription", "redrivePolicy", "undelivered"),
  unknown("alarms-policy", "queueUrl", "alarms"),
  unknown("alarms", "redrivePolicy", "undelivered"),
  unknown("mapping", "eventSourceArn", "alarms"),
  unknown("mapping", "functionName", "callback"),
);
