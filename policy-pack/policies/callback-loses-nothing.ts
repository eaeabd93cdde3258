import { loopPolicy } from "../define-policy";
import type { Finding, Findings } from "../findings";
import { UNKNOWN } from "../input/unknown";
import type { Access } from "../simulation/access";
import { quarantiningAccess } from "../simulation/quarantining";
import { failureAccess, roleKeyAccess, snsAccess } from "../simulation/write-access";
import { type DeadLetters, deadLettersOf } from "../stack/dead-letters";
import { keyOf } from "../stack/keys";
import { logGroupOf } from "../stack/log-groups";
import type { Callback, Loop } from "../stack/loop";
import { referred } from "../stack/references";
import { ofKind, type Resource } from "../stack/resources";
import { arnOf } from "../stack/scope";
import { type Sender, sendersTo } from "../stack/senders";

/** Least time that dead letters must be kept: over a long weekend. */
const LEAST_RETENTION_DAYS = 4;
const DAY = 24 * 60 * 60;

/** Least age of an event before Lambda gives it up, in seconds. */
const LEAST_EVENT_AGE = 60 * 60;

function judgeDestination(callback: Resource, letters: DeadLetters, finding: Finding): void {
  const { configs, idleConfigs, destination, elsewhere, fifo } = letters;
  if (fifo.length > 0) {
    finding.refuse(
      `Dead letters of ${fifo.join(", ")} go to a FIFO queue or topic, which neither Lambda nor a standard topic can ` +
        "write to: they are lost. Use a standard queue.",
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

function judgeRetention(queue: Resource, finding: Finding): void {
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

/** Tells of access that should be granted. */
function expectGranted(
  access: Access,
  fault: string,
  remedy: string,
  question: string,
  finding: Finding,
): void {
  if (access === "denied") finding.refuse(`${fault}. ${remedy}.`);
  if (access === "unknown") finding.unjudged(question);
}

function callbackRole(callback: Resource, loop: Loop): Sender {
  const [role] = referred(callback, ["role"], ofKind(loop.resources, "role"));
  const arn = role ? arnOf(role, loop.scope) : callback.props.role;
  return { ...(role && { role }), ...(typeof arn === "string" && { arn }) };
}

/** Judges what an alert topic does to its own alarms. */
function judgeTopic(topic: Resource, { configs }: DeadLetters, { resources }: Loop, finding: Finding): void {
  const key = keyOf(topic, resources);
  if (key?.props.isEnabled === UNKNOWN) finding.unjudged(`whether key "${key.name}" is enabled`);
  if (key?.props.isEnabled === false) {
    finding.refuse(
      `The key "${key.name}" of alert topic "${topic.name}" is disabled: no alarm gets through. Enable it.`,
    );
  }
  for (const config of configs) {
    if (referred(config, ["destinationConfig", "onFailure", "destination"], [topic]).length === 0) continue;
    finding.refuse(
      `"${config.name}" sends what its function fails on back to alert topic "${topic.name}": it is no alarm, and ` +
        "nobody keeps it. Set destinationConfig.onFailure to a queue.",
    );
  }
}

function judgeAccess(
  { callback, topics }: Callback,
  letters: DeadLetters,
  loop: Loop,
  finding: Finding,
): void {
  for (const target of letters.failureTargets) {
    // What goes back to an alert topic is refused as such.
    if (topics.some(({ topic }) => topic === target)) continue;
    const [what, action] =
      target.kind === "queue"
        ? ["dead-letter queue", "sqs:SendMessage"]
        : ["topic of failures", "sns:Publish"];
    expectGranted(
      failureAccess(target, callbackRole(callback, loop), loop),
      `The role of function "${callback.name}" may not write to its ${what} "${target.name}"`,
      `Allow it ${action} there, and kms:GenerateDataKey and kms:Decrypt on the key behind it if it has one`,
      `whether the function may write to "${target.name}", for a document that is not known or cannot be read`,
      finding,
    );
  }
  for (const topic of topics) {
    judgeTopic(topic.topic, letters, loop, finding);
    for (const queue of letters.subscriptionQueues) {
      expectGranted(
        snsAccess(queue, topic, loop),
        `SNS may not write to dead-letter queue "${queue.name}" for alert topic "${topic.topic.name}"`,
        "Allow sqs:SendMessage to sns.amazonaws.com in the queue's policy with ArnEquals aws:SourceArn of the topic, and " +
          "kms:GenerateDataKey and kms:Decrypt in the policy of the queue's key if it has one (not an AWS key)",
        `whether SNS may write to "${queue.name}", for a document that is not known or cannot be read`,
        finding,
      );
    }
    for (const sender of sendersTo(topic, loop)) {
      expectGranted(
        roleKeyAccess(topic.topic, sender, loop),
        `The alert role may not use the key of alert topic "${topic.topic.name}": no alarm gets through`,
        "Allow the role kms:GenerateDataKey and kms:Decrypt in the key's policy",
        `whether the alert role may use the key of "${topic.topic.name}", for a document that is not known or cannot be read`,
        finding,
      );
    }
  }
}

/** Judges the last leg of the loop: an alarm whose device nobody may quarantine is lost, too. */
function judgeQuarantining(loop: Loop, findings: Findings): void {
  const [first] = loop.callbacks;
  const groups = loop.groups.map(({ name }) => `"${name}"`).join(", ");
  if (first === undefined || groups === "") return;
  findings.about(first.callback, (finding) =>
    expectGranted(
      quarantiningAccess(loop),
      `No function behind an alert topic may put a thing into a quarantine group (${groups}): alarms quarantine nobody`,
      `Allow the role of function "${first.callback.name}" iot:AddThingToThingGroup on the group and on the things`,
      `whether alarms put things into ${groups}, as what the role may do is not known, or it may have something else do it`,
      finding,
    ),
  );
}

/**
 * A function behind an alert topic by which an alarm can be lost, or the record of what it did.
 *
 * Source: AWS Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation",
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
  enforcementLevel: "mandatory",
  remediationSteps:
    "Give the function a failure destination, the queues a retention of 14 days and policies that let SNS and the " +
    "function's role in, and the log group a retention.",
  settings: {},
  judge: (loop, findings) => {
    judgeQuarantining(loop, findings);
    for (const callback of loop.callbacks) {
      findings.about(callback.callback, (finding) => {
        const letters = deadLettersOf(callback, loop);
        judgeDestination(callback.callback, letters, finding);
        for (const one of new Set([...letters.failureTargets, ...letters.subscriptionQueues])) {
          if (one.kind === "queue") judgeRetention(one, finding);
        }
        judgeLog(callback.callback, loop, finding);
        judgeAccess(callback, letters, loop, finding);
      });
    }
  },
});
