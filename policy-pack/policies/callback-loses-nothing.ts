import { loopPolicy } from "../define-policy";
import type { Finding } from "../findings";
import { itemsOf, UNKNOWN } from "../input/unknown";
import { openActions } from "../simulation/access";
import { remarksOn } from "../simulation/feeding";
import { judgeKey, judgeOnePolicy } from "../simulation/key-and-policy";
import { quarantiningOf, type Requirement, requirementsOf } from "../simulation/requirements";
import { type DeadLetters, deadLettersOf, failurePlace } from "../stack/dead-letters";
import { logGroupOf } from "../stack/log-groups";
import type { Callback, Loop } from "../stack/loop";
import { isUnresolved, referred, refersTo } from "../stack/references";
import { documentsOf } from "../stack/resource-policies";
import { ofKind, type Resource } from "../stack/resources";
import { arnOf } from "../stack/scope";

/** Least time that dead letters must be kept: over a long weekend. */
const LEAST_RETENTION_DAYS = 4;
const DAY = 24 * 60 * 60;

/** Least size of a message that a dead-letter queue takes, in bytes. */
const LEAST_MESSAGE_SIZE = 64 * 1024;

/** What nobody but the account's own may do with a dead-letter queue. */
const NOBODYS = [
  "sqs:SendMessage",
  "sqs:ReceiveMessage",
  "sqs:DeleteMessage",
  "sqs:PurgeQueue",
  ...["sqs:SetQueueAttributes", "sqs:AddPermission", "sqs:RemovePermission", "sqs:DeleteQueue"],
];

/** Least age of an event before Lambda gives it up, in seconds. */
const LEAST_EVENT_AGE = 60 * 60;

/** Whether two settings are of the same version or alias, as they are written. */
const isSameSetting = ({ props: one }: Resource, { props: other }: Resource) =>
  typeof one.functionName === "string" &&
  one.functionName === other.functionName &&
  (one.qualifier ?? "") === (other.qualifier ?? "");

function judgeDestination(callback: Resource, letters: DeadLetters, finding: Finding): void {
  const { configs, idleConfigs, destination, elsewhere, fifo } = letters;
  if (fifo.length > 0) {
    finding.refuse(
      `Dead letters of ${fifo.join(", ")} go to a FIFO queue or topic, to which Lambda, a standard topic and a standard ` +
        "queue write nothing: they are lost. Use a standard queue.",
    );
  }
  for (const what of elsewhere) finding.unjudged(what);
  if (destination === "unknown") {
    finding.unjudged(
      "its failure destination: an event invoke config's function is not known before the deployment",
    );
  }
  if (destination === "none") {
    const idle = idleConfigs.map(
      ({ name }) =>
        ` "${name}" is of a version or alias that no alarm invokes, or not of each that one does.`,
    );
    finding.refuse(
      `Function "${callback.name}" behind an alert topic has no failure destination: an alarm that it fails on is lost, ` +
        `and Device Defender never repeats one.${idle.join("")} Set destinationConfig.onFailure of its event invoke ` +
        "config to a queue.",
    );
  }
  const [again] = configs.filter((one) =>
    configs.some((other) => other !== one && isSameSetting(one, other)),
  );
  if (again !== undefined) {
    finding.refuse(
      `Function "${callback.name}" has several event invoke configs, such as "${again.name}": AWS keeps one of a function, ` +
        "version or alias, the last that is written. Put all settings into one.",
    );
  }
  for (const { name, props } of configs) {
    const age = props.maximumEventAgeInSeconds;
    if (age === UNKNOWN)
      finding.unjudged(`maximumEventAgeInSeconds of "${name}" is not known before the deployment`);
    // AWS takes none below 60 (Lambda API Reference, PutFunctionEventInvokeConfig): a 0 is a provider's word for unset.
    else if (typeof age === "number" && age > 0 && age < LEAST_EVENT_AGE) {
      finding.refuse(
        `"${name}" gives up alarms for function "${callback.name}" after ${age} s: a throttling of minutes loses them. ` +
          `Set maximumEventAgeInSeconds to at least ${LEAST_EVENT_AGE}, or leave it out (6 hours).`,
      );
    }
  }
}

function judgeQueue(queue: Resource, loop: Loop, finding: Finding): void {
  // Where the program sets none, it is SQS's default: four days (SQS Developer Guide, "Message quotas").
  const seconds = queue.props.messageRetentionSeconds;
  if (seconds === UNKNOWN) {
    finding.unjudged(`how long "${queue.name}" keeps dead letters is not known before the deployment`);
  } else if (typeof seconds === "number" && seconds < LEAST_RETENTION_DAYS * DAY) {
    finding.refuse(
      `Dead-letter queue "${queue.name}" keeps messages for ${seconds} s: they are gone before anybody looks. Set ` +
        `messageRetentionSeconds to at least ${LEAST_RETENTION_DAYS * DAY} (${LEAST_RETENTION_DAYS} days); ` +
        `${14 * DAY} (14 days) is the most.`,
    );
  }
  const size = queue.props.maxMessageSize;
  if (typeof size === "number" && size > 0 && size < LEAST_MESSAGE_SIZE) {
    finding.refuse(
      `Dead-letter queue "${queue.name}" takes messages of no more than ${size} bytes: a record of a failure holds the ` +
        `alarm and what became of it. Set maxMessageSize to at least ${LEAST_MESSAGE_SIZE}, or leave it out.`,
    );
  }
  judgeKey(queue, `dead-letter queue "${queue.name}"`, loop, finding);
  judgeOnePolicy("queue", queue, loop.resources, finding);
  const documents = documentsOf("queue", queue, loop.resources);
  const arn = arnOf(queue, loop.scope);
  const open = arn === undefined ? [] : openActions(documents, NOBODYS, arn, loop.scope?.account);
  if (open.length > 0) {
    finding.refuse(
      `Anybody of any account may do ${open.join(", ")} with dead-letter queue "${queue.name}": what it keeps can be ` +
        `taken or forged. Name who may in the policy of ${documents.map(({ carrier }) => `"${carrier.name}"`).join(", ")}.`,
    );
  }
}

function judgeLog(callback: Resource, loop: Loop, finding: Finding): void {
  const log = logGroupOf(callback, loop);
  if (log.kind === "unknown") finding.unjudged("its log group, which is not known before the deployment");
  else if (log.kind === "elsewhere") {
    finding.unjudged(`its log group ${log.name}, which this stack does not make`);
  } else if (log.kind === "made-by-lambda") {
    finding.refuse(
      `Function "${callback.name}" behind an alert topic has no log group in this stack: Lambda makes ${log.name ?? "one"} ` +
        "without a retention. Make a log group of that name (/aws/lambda/ and the function's) with retentionInDays.",
    );
  } else {
    const days = log.group.props.retentionInDays;
    if (days === UNKNOWN)
      finding.unjudged(`retentionInDays of "${log.group.name}" is not known before the deployment`);
    else if (typeof days !== "number" || days <= 0) {
      finding.refuse(
        `Log group "${log.group.name}" of function "${callback.name}" has no retention: what it writes about devices is ` +
          "kept for ever. Set retentionInDays, for example to 90.",
      );
    }
  }
}

/** Judges whether somebody gets what a function's failures are published to. */
function judgeFailureTopic(topic: Resource, { topics }: Callback, { resources }: Loop, finding: Finding) {
  // What goes back to an alert topic is refused as such.
  if (topics.some((one) => one.topic === topic)) return;
  const all = ofKind(resources, "topic");
  const mayHear = ofKind(resources, "subscription").some(
    (one) => referred(one, ["topic"], [topic]).length > 0 || isUnresolved(one, ["topic"], all),
  );
  if (mayHear || itemsOf(topic.props.subscription).length > 0) return;
  finding.refuse(
    `Nobody hears topic "${topic.name}", which failures are published to: what a function fails on is gone. Subscribe a ` +
      "queue to it, or set the failure destination to one.",
  );
}

/** Judges what an alert topic does to its own alarms. */
function judgeTopic(
  topic: Resource,
  callback: Resource,
  letters: DeadLetters,
  loop: Loop,
  finding: Finding,
): void {
  judgeKey(topic, `alert topic "${topic.name}"`, loop, finding);
  for (const owner of [...letters.configs, callback]) {
    const { property, value } = failurePlace(owner);
    if (!refersTo(owner, property, value, topic)) continue;
    finding.refuse(
      `"${owner.name}" sends what its function fails on back to alert topic "${topic.name}": it is no alarm, and ` +
        `nobody keeps it. Set ${owner === callback ? "deadLetterConfig.targetArn" : "destinationConfig.onFailure"} to a queue.`,
    );
  }
}

/** Tells of access that should be granted. */
function expectGranted({ access, fault, remedy, question }: Requirement, finding: Finding): void {
  if (access === "denied") finding.refuse(`${fault}. ${remedy}.`);
  if (access === "unknown") finding.unjudged(question);
}

function judgeCallback(callback: Callback, loop: Loop, finding: Finding): void {
  const letters = deadLettersOf(callback, loop);
  judgeDestination(callback.callback, letters, finding);
  const { failureTargets, subscriptionQueues, redriveTargets } = letters;
  for (const one of new Set([...failureTargets, ...subscriptionQueues, ...redriveTargets])) {
    if (one.kind === "queue") judgeQueue(one, loop, finding);
    else judgeFailureTopic(one, callback, loop, finding);
  }
  for (const feed of callback.feeds) {
    for (const { level, message } of remarksOn(feed, callback.callback, redriveTargets, loop))
      finding[level](message);
    judgeKey(feed.queue, `queue "${feed.queue.name}"`, loop, finding);
    judgeOnePolicy("queue", feed.queue, loop.resources, finding);
  }
  judgeLog(callback.callback, loop, finding);
  for (const { topic } of callback.topics) judgeTopic(topic, callback.callback, letters, loop, finding);
  for (const one of requirementsOf(callback, letters, loop)) expectGranted(one, finding);
}

/**
 * A function behind an alert topic by which an alarm can be lost, or the record of what it did.
 *
 * Source: AWS Lambda Developer Guide, "Configuring a queue to use with Lambda", "How Lambda handles errors and retries with asynchronous invocation",
 * "Retaining records of asynchronous invocations"; SNS Developer Guide, "Configuring an Amazon SNS dead-letter queue
 * for a subscription"; SQS Developer Guide, "Message quotas", "Key management".
 */
export const callbackLosesNothing = loopPolicy({
  name: "callback-loses-nothing",
  displayName: "Callback loses nothing",
  description:
    "An alarm that a callback fails on must be kept, where its writer may write, and so must its log.",
  severity: "high",
  tags: ["lambda", "sqs", "resilience"],
  url: "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
  remediationSteps:
    "Give the function a failure destination, the queues a retention of 14 days and policies that let SNS and the " +
    "function's role in, and the log group a retention.",
  judge: (loop, findings) => {
    for (const callback of loop.callbacks) {
      findings.about(callback.callback, (finding) => judgeCallback(callback, loop, finding));
    }
    // The last leg of the loop is the functions' together.
    const [first] = loop.callbacks;
    const last = quarantiningOf(loop);
    if (first !== undefined && last !== undefined) {
      findings.about(first.callback, (finding) => expectGranted(last, finding));
    }
  },
});
