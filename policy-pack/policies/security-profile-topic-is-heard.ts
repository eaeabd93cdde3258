import { loopPolicy } from "../define-policy";
import type { Finding } from "../findings";
import { stringsSetting } from "../input/settings";
import { at, itemsOf, UNKNOWN } from "../input/unknown";
import { type Hearing, hearingOf, isListening, redriveFault } from "../simulation/listening";
import { covers } from "../simulation/samples";
import { type AlertTopic, type LoopProfile, targets } from "../stack/alert-topics";
import type { Loop } from "../stack/loop";
import { isUnresolved, nameOf } from "../stack/references";
import { ofKind, type Resource } from "../stack/resources";
import { arnOf } from "../stack/scope";

const SETTINGS = {
  heardElsewhere: stringsSetting(
    "ARNs of topics that are known to be heard by something outside of the stack; * stands for any text.",
  ),
};

/** Says so of a topic that only subscriptions to nothing, or to nobody knows what, hear. */
function judgeSilence(
  { name }: Resource,
  hearings: readonly { readonly one: Resource; readonly hearing: Hearing }[],
  loop: Loop,
  finding: Finding,
): void {
  if (hearings.some(({ hearing }) => hearing.kind === "hears")) return;
  const topics = ofKind(loop.resources, "topic");
  const unclear = hearings.flatMap(({ hearing }) => (hearing.kind === "unknown" ? [hearing.what] : []));
  if (ofKind(loop.resources, "subscription").some((one) => isUnresolved(one, ["topic"], topics))) {
    unclear.push("who listens to it: a subscription's topic is not known before the deployment");
  }
  for (const what of unclear) finding.unjudged(what);
  if (unclear.length > 0) return;
  const found = hearings.map(({ one, hearing }) =>
    hearing.kind === "deaf" ? ` Subscription "${one.name}" does not: ${hearing.why}.` : "",
  );
  finding.refuse(
    `Nothing listens to alert topic "${name}": alarms are published, and no device is quarantined.` +
      `${found.join("")} Subscribe the quarantine function (protocol lambda, with a permission for ` +
      "sns.amazonaws.com), or a queue, stream or HTTPS endpoint before it. If another stack does, name the topic in " +
      "heardElsewhere of this policy's config.",
  );
}

/** Whether the config says of a topic of the stack that it is heard elsewhere; before it has an ARN, by its name. */
function isHeardElsewhere(topic: Resource, loop: Loop, heard: readonly string[]): boolean | typeof UNKNOWN {
  const arn = arnOf(topic, loop.scope);
  if (arn !== undefined) return heard.some((pattern) => covers(pattern, arn));
  const name = nameOf(topic);
  if (name === undefined) return heard.length > 0 && UNKNOWN;
  return heard.some((pattern) => covers(pattern.slice(pattern.lastIndexOf(":") + 1), name));
}

function judgeTopic(topic: AlertTopic, loop: Loop, heard: readonly string[], finding: Finding): void {
  const { name, props } = topic.topic;
  // Where the ARN is known, security-profile-alerts says so of the profile.
  if (props.fifoTopic === true && typeof props.arn !== "string") {
    finding.refuse(
      `Alert topic "${name}" is a FIFO topic, which takes no alarms: Device Defender gives no message group, and no ` +
        "function can subscribe. Leave fifoTopic out.",
    );
  }
  // A topic of aws-native can carry subscriptions in itself; such a one has no redrive policy.
  const inline = itemsOf(props.subscription).filter(isListening);
  const hearings = topic.subscriptions.map((one) => ({ one, hearing: hearingOf(one, topic, loop) }));
  const isElsewhere = isHeardElsewhere(topic.topic, loop, heard);
  if (isElsewhere === UNKNOWN) finding.unjudged("whether it is heard elsewhere, as its name is not known");
  else if (inline.length === 0 && !isElsewhere) judgeSilence(topic.topic, hearings, loop, finding);
  const losing = hearings
    .filter(({ hearing }) => hearing.kind !== "deaf")
    .flatMap(({ one }) => {
      const fault = redriveFault(one, topic, loop);
      return fault === undefined ? [] : [`"${one.name}" to alert topic "${name}" ${fault}`];
    });
  if (inline.length > 0) losing.push(`in "${name}" itself to alert topic "${name}" has no dead-letter queue`);
  for (const one of losing) {
    finding.refuse(
      `Subscription ${one}: an alarm that SNS cannot deliver is lost, and Device Defender never repeats one. Set ` +
        "redrivePolicy to { deadLetterTargetArn } of an SQS queue of the topic's account and region.",
    );
  }
}

/** Says so of a topic that the stack does not make. */
function judgeElsewhere(sender: LoopProfile, loop: Loop, heard: readonly string[], finding: Finding): void {
  if (ofKind(loop.resources, "topic").some((topic) => targets(sender, topic))) return;
  const arn = at(sender.profile.alertTarget, "alertTargetArn");
  if (arn === UNKNOWN) {
    finding.unjudged("who listens to its alert topic, which is not known before the deployment");
  } else if (typeof arn === "string" && arn !== "" && !heard.some((pattern) => covers(pattern, arn))) {
    finding.unjudged(
      `who listens to its alert topic ${arn}, which this stack does not make (name it in heardElsewhere of this ` +
        "policy's config once you know)",
    );
  }
}

/**
 * An alert topic that nothing listens to, or whose undelivered alarms are lost.
 *
 * Source: SNS Developer Guide, "Message delivery retries" and "Dead-letter queues"; that alarms carry no message
 * attributes is seen in a captured alarm (docs/aws-facts.md).
 */
export const securityProfileTopicIsHeard = loopPolicy({
  name: "security-profile-topic-is-heard",
  displayName: "Security profile's topic is heard",
  description:
    "Something must listen to the topic of a security profile's alarms, and keep those it cannot get.",
  severity: "critical",
  tags: ["device-defender", "sns", "alerting", "resilience"],
  url: "https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html",
  remediationSteps:
    "Subscribe the quarantine function to the topic, let sns.amazonaws.com invoke it, and give the subscription a " +
    "redrivePolicy with a dead-letter queue.",
  settings: SETTINGS,
  judge: (loop, findings, { heardElsewhere }) => {
    for (const topic of loop.topics) {
      findings.about(topic.topic, (finding) => judgeTopic(topic, loop, heardElsewhere, finding));
    }
    for (const sender of loop.profiles) {
      findings.about(sender.owner, (finding) => judgeElsewhere(sender, loop, heardElsewhere, finding));
    }
  },
});
