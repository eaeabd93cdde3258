import { isObject } from "../../lib/json";
import { loopPolicy } from "../define-policy";
import type { Finding } from "../findings";
import { stringsSetting } from "../input/settings";
import { at, itemsOf, jsonString, parseJson, shown, UNKNOWN } from "../input/unknown";
import { covers } from "../simulation/samples";
import { type AlertTopic, type Loop, type LoopProfile, targets } from "../stack/loop";
import { isUnresolved, referred } from "../stack/references";
import { ofKind, type Resource } from "../stack/resources";
import { arnOf } from "../stack/scope";

/** Protocols by which a machine listens. Source: SNS API Reference, Subscribe, `Protocol`. */
const LISTENING: readonly unknown[] = ["lambda", "sqs", "firehose", "https"];

const SETTINGS = {
  heardElsewhere: stringsSetting(
    "ARNs of topics outside of the stack that are known to be heard, and are not reported; * stands for any text.",
  ),
};

/** Whether a subscription lets no alarm through: alarms carry no message attributes to filter on. */
function hearsNothing({ props }: Resource): boolean {
  const text = jsonString(props.filterPolicy);
  const filter = typeof text === "string" ? parseJson(text) : undefined;
  return isObject(filter) && Object.keys(filter).length > 0 && props.filterPolicyScope !== "MessageBody";
}

/** Whether SNS may invoke a function of the stack for a topic. */
function isInvocable(callback: Resource, topic: Resource, loop: Loop): boolean {
  const functions = ofKind(loop.resources, "function");
  const topicArn = arnOf(topic, loop.scope);
  return ofKind(loop.resources, "permission").some((permission) => {
    const { principal, sourceArn } = permission.props;
    const isOurs =
      referred(permission, ["function"], [callback]).length > 0 ||
      isUnresolved(permission, ["function"], functions);
    const isSns = principal === UNKNOWN || principal === "*" || principal === "sns.amazonaws.com";
    const isAny = typeof sourceArn !== "string" || sourceArn === "";
    const isTopic = isAny || topicArn === undefined || covers(sourceArn, topicArn);
    return isOurs && isSns && isTopic;
  });
}

/** What keeps a subscription from hearing alarms. */
function deafness(subscription: Resource, topic: Resource, loop: Loop): string | undefined {
  const { protocol } = subscription.props;
  if (!LISTENING.includes(protocol) && protocol !== UNKNOWN) return `its protocol is ${shown(protocol)}`;
  if (hearsNothing(subscription)) {
    return "its filter policy is about message attributes, which alarms do not have";
  }
  const [callback] = referred(subscription, ["endpoint"], ofKind(loop.resources, "function"));
  if (protocol === "lambda" && callback !== undefined && !isInvocable(callback, topic, loop)) {
    return `SNS has no permission to invoke "${callback.name}"`;
  }
  return undefined;
}

/** Whether a redrive policy names a dead-letter queue. */
function hasDeadLetters({ props }: Resource): boolean {
  const text = jsonString(props.redrivePolicy);
  if (text === UNKNOWN) return true;
  const target = text === undefined ? undefined : at(parseJson(text), "deadLetterTargetArn");
  return typeof target === "string" && target !== "";
}

function judgeTopic({ topic, subscriptions }: AlertTopic, loop: Loop, finding: Finding): void {
  // A topic of aws-native can carry subscriptions in itself; such a one has no redrive policy.
  const inline = itemsOf(topic.props.subscription).filter((one) => LISTENING.includes(at(one, "protocol")));
  const deaf = subscriptions.map((subscription) => ({
    subscription,
    why: deafness(subscription, topic, loop),
  }));
  const listeners = deaf.filter(({ why }) => why === undefined).map(({ subscription }) => subscription);
  const topics = ofKind(loop.resources, "topic");
  const unresolved = ofKind(loop.resources, "subscription").filter((one) =>
    isUnresolved(one, ["topic"], topics),
  );
  if (listeners.length === 0 && inline.length === 0) {
    if (unresolved.length > 0)
      finding.unjudged("who listens to it: a subscription's topic is not known before the deployment");
    else {
      const found = deaf.map(
        ({ subscription, why }) => ` Subscription "${subscription.name}" does not: ${why}.`,
      );
      finding.refuse(
        `Nothing listens to alert topic "${topic.name}": alarms are published, and no device is quarantined.` +
          `${found.join("")} Subscribe the quarantine function (protocol lambda, with a permission for ` +
          "sns.amazonaws.com), or a queue, stream or HTTPS endpoint before it.",
      );
    }
  }
  const losing = listeners.filter((one) => !hasDeadLetters(one)).map(({ name }) => `"${name}"`);
  if (inline.length > 0) losing.push(`in "${topic.name}" itself`);
  for (const one of losing) {
    finding.refuse(
      `Subscription ${one} to alert topic "${topic.name}" has no dead-letter queue: an alarm that SNS cannot ` +
        "deliver is lost, and Device Defender never repeats one. Set redrivePolicy to { deadLetterTargetArn } of " +
        "an SQS queue.",
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
  enforcementLevel: "mandatory",
  remediationSteps:
    "Subscribe the quarantine function to the topic, let sns.amazonaws.com invoke it, and give the subscription a " +
    "redrivePolicy with a dead-letter queue.",
  settings: SETTINGS,
  judge: (loop, findings, { heardElsewhere }) => {
    for (const topic of loop.topics) {
      findings.about(topic.topic, (finding) => judgeTopic(topic, loop, finding));
    }
    for (const sender of loop.profiles) {
      findings.about(sender.owner, (finding) => judgeElsewhere(sender, loop, heardElsewhere, finding));
    }
  },
});
