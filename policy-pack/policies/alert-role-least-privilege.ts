import { regionalArn } from "../../lib/aws/arns";
import { parseArn } from "../../lib/aws/parse-arn";
import { loopPolicy } from "../define-policy";
import type { Finding } from "../findings";
import { at, jsonString, UNKNOWN } from "../input/unknown";
import { excessOf, inWords } from "../simulation/excess-permissions";
import { type ParsedPolicy, parsedPolicy } from "../simulation/parsed-policy";
import { trustFaults } from "../simulation/trust";
import { type LoopProfile, targets } from "../stack/alert-topics";
import { keyOf } from "../stack/keys";
import type { Loop } from "../stack/loop";
import { means } from "../stack/references";
import { ofKind, type Resource } from "../stack/resources";
import { grantsTo } from "../stack/role-permissions";
import { arnOf } from "../stack/scope";
import { senderOf } from "../stack/senders";

/** What a publisher to an encrypted topic needs of its key. Source: SNS Developer Guide, "Key management". */
const KEY_ACTION = /^kms:(?:generatedatakey.*|decrypt)$/i;

/** Reads a policy document, or says why it cannot be judged. */
function read(text: unknown, kind: "identity" | "trust", label: string, finding: Finding): ParsedPolicy[] {
  const document = jsonString(text);
  if (document === UNKNOWN || document === undefined) {
    finding.unjudged(`${label} is not known before the deployment`);
    return [];
  }
  const policy = parsedPolicy(document, kind);
  if (!("fault" in policy)) return [policy];
  finding.refuse(`The ${label} cannot be read: ${policy.fault}`);
  return [];
}

function judgeTrust(
  role: Resource,
  roleArn: string,
  sender: LoopProfile,
  loop: Loop,
  finding: Finding,
): void {
  const { name } = sender.profile;
  const home = parseArn(roleArn);
  if (loop.scope === undefined || typeof name !== "string" || home === undefined) {
    finding.unjudged(
      "for which profile it may be assumed, as the profile's ARN is not known before the deployment",
    );
    return;
  }
  const own = { ...loop.scope, account: home.account };
  const profileArn = regionalArn(own, "iot", `securityprofile/${name}`);
  for (const policy of read(
    role.props.assumeRolePolicy,
    "trust",
    `trust policy of role "${role.name}"`,
    finding,
  )) {
    for (const { fault, remedy } of trustFaults(policy, roleArn, profileArn, home)) {
      finding.refuse(`Alert role "${role.name}" ${fault}. ${remedy}.`);
    }
  }
}

/** The ARNs of the keys that the topic's alarms are encrypted with; `undefined` where they are not known. */
function keyArns(topics: readonly Resource[], loop: Loop): readonly string[] | undefined {
  // Of a topic that the stack does not make nobody knows the key.
  if (topics.length === 0) return undefined;
  const arns = topics.map((topic) => keyOf(topic, loop.resources)?.props.arn ?? topic.props.kmsMasterKeyId);
  const known = arns.filter((arn) => parseArn(arn) !== undefined) as string[];
  return known.length === arns.length ? known : undefined;
}

function judgePermissions(
  role: Resource,
  roleArn: string,
  senders: readonly LoopProfile[],
  loop: Loop,
  finding: Finding,
): void {
  const { documents, managed } = grantsTo(role, loop.resources, finding);
  for (const arn of managed) {
    finding.refuse(
      `Alert role "${role.name}" has the managed policy ${arn}: it needs sns:Publish on its topic and two actions on ` +
        "the topic's key. Detach the managed policy and write these out.",
    );
  }
  const policies = documents.flatMap(({ text, label }) => read(text, "identity", label, finding));
  const topics = ofKind(loop.resources, "topic").filter((topic) =>
    senders.some((sender) => targets(sender, topic)),
  );
  const topicArns = [
    ...senders.map(({ profile }) => at(profile.alertTarget, "alertTargetArn")),
    ...topics.map((topic) => arnOf(topic, loop.scope)),
  ];
  // Of a topic whose ARN is not known yet, all that can be asked is that it has the name.
  const isTopic = (resource: string) =>
    topicArns.includes(resource) ||
    (topicArns.includes(undefined) &&
      !/q-7/.test(resource) &&
      topics.some((topic) => means(topic, resource)));
  const keys = keyArns(topics, loop);
  const { partition = "aws", account = "" } = parseArn(roleArn) ?? {};
  const region = loop.scope?.region ?? "us-east-1";
  const elsewhere = `arn:${partition}:sns:${region}:${account}:some-other`;
  const excess = excessOf(roleArn, policies, elsewhere, ({ action, resource }) => {
    if (action.toLowerCase() === "sns:publish") return isTopic(resource);
    if (!KEY_ACTION.test(action)) return false;
    // Of a key that is not known yet, all that can be asked is that it is one key.
    return keys === undefined
      ? /:key\/[\w-]+$/.test(resource) && !/q-7|key\/$/.test(resource)
      : keys.includes(resource);
  });
  if (excess.length > 0) {
    const examples = excess.slice(0, 3).map((one) => inWords(one, elsewhere));
    finding.refuse(
      `Alert role "${role.name}" may do more than publish alarms: ${examples.join("; ")}. Allow it sns:Publish on the ` +
        "alert topic, and kms:GenerateDataKey and kms:Decrypt on that topic's key, by their ARNs.",
    );
  }
}

/** Judges the role that some profiles share. */
function judgeRole(senders: readonly LoopProfile[], loop: Loop, finding: Finding): void {
  for (const sender of senders) {
    const { role, arn } = senderOf(sender, loop);
    if (role === undefined) {
      if (arn !== undefined) finding.unjudged(`its alert role ${arn}, which this stack does not make`);
      else if (at(sender.profile.alertTarget, "roleArn") === UNKNOWN) {
        finding.unjudged("its alert role, which is not known before the deployment");
      }
      continue;
    }
    const roleArn = arn ?? arnOf(role, loop.scope);
    if (roleArn === undefined) {
      finding.unjudged("what it may do, as its ARN is not known before the deployment");
      return;
    }
    judgeTrust(role, roleArn, sender, loop, finding);
    if (sender === senders.at(-1)) judgePermissions(role, roleArn, senders, loop, finding);
  }
}

/**
 * An alert role that others than Device Defender may assume, or that may do more than publish alarms.
 *
 * Source: AWS IoT Device Defender Developer Guide, "Detect permissions", "Cross-service confused deputy prevention".
 */
export const alertRoleLeastPrivilege = loopPolicy({
  name: "alert-role-least-privilege",
  displayName: "Alert role has least privilege",
  description:
    "The alert role may be assumed by Device Defender for its profile alone, and publish alarms, no more.",
  severity: "high",
  tags: ["device-defender", "iam", "least-privilege"],
  url: "https://docs.aws.amazon.com/iot/latest/developerguide/cross-service-confused-deputy-prevention.html",
  remediationSteps:
    "Trust iot.amazonaws.com with aws:SourceArn (the profile) and aws:SourceAccount; allow sns:Publish on the topic, " +
    "and kms:GenerateDataKey and kms:Decrypt on its key.",
  judge: (loop, findings) => {
    const byOwner = new Map<Resource, LoopProfile[]>();
    for (const sender of loop.profiles) {
      const subject = senderOf(sender, loop).role ?? sender.owner;
      byOwner.set(subject, [...(byOwner.get(subject) ?? []), sender]);
    }
    for (const [subject, senders] of byOwner) {
      findings.about(subject, (finding) => judgeRole(senders, loop, finding));
    }
  },
});
