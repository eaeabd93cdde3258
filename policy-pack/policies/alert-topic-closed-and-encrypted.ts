import { parseArn } from "../../lib/aws/parse-arn";
import { loopPolicy } from "../define-policy";
import type { Finding } from "../findings";
import { UNKNOWN } from "../input/unknown";
import { type Access, openActions, roleAccess } from "../simulation/access";
import { bestVerdict, type ParsedPolicy, parsedPolicy } from "../simulation/parsed-policy";
import { callersFor, identity, type NamedCaller } from "../simulation/principals";
import { AWS_KEY, ENCRYPT, keyArn } from "../simulation/write-access";
import type { AlertTopic } from "../stack/alert-topics";
import { keyOf } from "../stack/keys";
import type { Loop } from "../stack/loop";
import { attachedTo, documentsOf } from "../stack/resource-policies";
import type { Resource } from "../stack/resources";
import { permissionsOf } from "../stack/role-permissions";
import { arnOf } from "../stack/scope";
import { sendersTo } from "../stack/senders";

const PUBLISH = "sns:Publish";

/** What is judged of a topic or its key besides who may publish: whether anybody may do these with it. */
const NOBODYS = {
  key: [...ENCRYPT, "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:CreateGrant"],
  topic: [
    "sns:SetTopicAttributes",
    "sns:AddPermission",
    "sns:RemovePermission",
    "sns:DeleteTopic",
    "sns:Subscribe",
  ],
} as const;

/** Refuses what is anybody's. Source: AWS KMS Developer Guide, "Key policies in AWS KMS" (`Principal` `*`). */
function judgeStrangers(
  kind: keyof typeof NOBODYS,
  { topic }: AlertTopic,
  what: Resource,
  loop: Loop,
  finding: Finding,
) {
  const documents = documentsOf(kind, what, loop.resources);
  if (
    kind === "key" &&
    documents.some(({ text }) => text === UNKNOWN || "fault" in parsedPolicy(text, "resource"))
  ) {
    finding.unjudged(`who may use its key "${what.name}", whose policy is not known or cannot be read`);
    return;
  }
  const resource = kind === "key" ? keyArn(what) : arnOf(what, loop.scope);
  const open =
    resource === undefined ? [] : openActions(documents, NOBODYS[kind], resource, loop.scope?.account);
  if (open.length === 0) return;
  const called =
    kind === "key" ? `the key "${what.name}" of alert topic "${topic.name}"` : `alert topic "${topic.name}"`;
  finding.refuse(
    `Anybody of any account may do ${open.join(", ")} with ${called}: alarms can be read, or kept from the callback. ` +
      `Name who may in the policy of ${documents.map(({ carrier }) => `"${carrier.name}"`).join(", ")}.`,
  );
}

/** Refuses a topic without a key of its own. Source: SNS Developer Guide, "Encryption key management". */
function judgeEncryption(alertTopic: AlertTopic, loop: Loop, finding: Finding): void {
  const { topic } = alertTopic;
  const { kmsMasterKeyId: key } = topic.props;
  const own = keyOf(topic, loop.resources);
  if (own !== undefined) {
    judgeStrangers("key", alertTopic, own, loop, finding);
    return;
  }
  if (typeof key === "string" && key !== "" && !AWS_KEY.test(key)) {
    finding.unjudged(`who may use its key ${key}, which this stack does not make`);
    return;
  }
  if (key === UNKNOWN) {
    finding.unjudged(
      "kmsMasterKeyId is not known before the deployment, and comes from no key of this stack",
    );
    return;
  }
  const found =
    typeof key === "string" && key !== "" ? `is encrypted with AWS's key ${key}` : "is not encrypted";
  finding.refuse(
    `Alert topic "${topic.name}" ${found}: alarms name devices and what they did. Set kmsMasterKeyId to a ` +
      "customer-managed key whose policy lets the alert role in.",
  );
}

/** Whether a caller may publish by the topic's policy, or in spite of it by policies of their own. */
function mayPublish(
  policies: readonly ParsedPolicy[],
  topicArn: string,
  home: string,
  caller: NamedCaller,
): boolean {
  const verdict = bestVerdict(policies, PUBLISH, topicArn, caller);
  if (verdict === "deny") return false;
  // Inside the account a policy of the caller's own is enough (IAM User Guide, "Policy evaluation logic"); outside
  // of it both must allow; whoever is no identity of an account has only the topic's policy.
  return (
    caller.account === home ||
    verdict === "allow" ||
    (verdict === "allow-account" && caller.account !== undefined)
  );
}

/** Whether an alert role may publish by its own policies, or by the topic's. What is not known is told of the role. */
function publishAccess(topic: AlertTopic, arn: string, loop: Loop): Access {
  const sender = sendersTo(topic, loop).find((one) => one.arn === arn);
  const permissions = sender?.role && permissionsOf(sender.role, loop.resources);
  const resource = arnOf(topic.topic, loop.scope) ?? "";
  const documents = documentsOf("topic", topic.topic, loop.resources);
  return roleAccess("topic", documents, arn, permissions, { action: PUBLISH, resource });
}

/** The ARNs of the roles that publish the alarms; `undefined` where one is not known. */
function alertRoles(
  topic: AlertTopic,
  loop: Loop,
  others: readonly NamedCaller[],
): ReadonlySet<string> | undefined {
  const senders = sendersTo(topic, loop);
  // The profile is in another stack: the one role that the policy lets in is taken to be its.
  if (senders.length === 0) return new Set(others.length === 1 ? others.map(({ label }) => label) : []);
  const arns = senders.flatMap(({ arn }) => (arn === undefined ? [] : [arn]));
  return arns.length === senders.length ? new Set(arns) : undefined;
}

function judgePublishers(
  topic: AlertTopic,
  policies: readonly ParsedPolicy[],
  loop: Loop,
  finding: Finding,
): void {
  const { name } = topic.topic;
  const carriers = documentsOf("topic", topic.topic, loop.resources).map(
    ({ carrier }) => `"${carrier.name}"`,
  );
  const by = carriers.length > 0 ? `by its policy ${carriers.join(", ")}` : "by SNS's default policy";
  const arn = arnOf(topic.topic, loop.scope);
  const home = parseArn(arn);
  const written = policies.flatMap((policy) => policy.written);
  const publishers =
    arn && home
      ? callersFor(written, home).filter((caller) => mayPublish(policies, arn, home.account, caller))
      : [];
  const roles = alertRoles(topic, loop, publishers);
  if (arn === undefined || roles === undefined) {
    finding.unjudged(
      "who may publish to it, as its own ARN or its alert role's is not known before the deployment",
    );
    return;
  }
  const intruders = publishers.filter(({ label }) => !roles.has(label)).map(({ label }) => label);
  if (intruders.length > 0) {
    finding.refuse(
      `Alert topic "${name}" is open ${by}: ${intruders.slice(0, 3).join(", ")} may publish to it, and whoever can ` +
        "publish an alarm can quarantine a device. Deny sns:Publish in its policy to every principal whose " +
        "aws:PrincipalArn is not the alert role (ArnNotEquals, no other condition); an Allow alone closes nothing " +
        "inside one account.",
    );
  }
  for (const role of roles) {
    if (bestVerdict(policies, PUBLISH, arn, identity(role)) === "deny") {
      finding.refuse(
        `The policy of alert topic "${name}" denies sns:Publish even to the alert role ${role}: no alarm gets ` +
          "through. Except the role from the Deny.",
      );
    } else if (publishAccess(topic, role, loop) === "denied") {
      finding.refuse(
        `Alert role ${role} may not publish to alert topic "${name}": no alarm gets through. Allow it sns:Publish on ` +
          "the topic in a policy of the role.",
      );
    }
  }
}

function judgeTopic(topic: AlertTopic, loop: Loop, finding: Finding): void {
  judgeEncryption(topic, loop, finding);
  const documents = documentsOf("topic", topic.topic, loop.resources);
  const attached = attachedTo("topic", topic.topic, loop.resources);
  if (attached.length > 1) {
    finding.refuse(
      `Alert topic "${topic.topic.name}" has the policies ${attached.map(({ name }) => `"${name}"`).join(", ")}: ` +
        "a topic has one, and the last that is written stands. Put all statements into one.",
    );
  }
  const policies: ParsedPolicy[] = [];
  for (const { carrier, text } of documents) {
    if (text === UNKNOWN) {
      finding.unjudged(
        `who may publish to it, as the document of "${carrier.name}" is not known before the deployment`,
      );
      return;
    }
    const policy = parsedPolicy(text, "resource");
    if ("fault" in policy) {
      finding.refuse(
        `The policy of "${carrier.name}" for alert topic "${topic.topic.name}" is none: ${policy.fault}`,
      );
      return;
    }
    policies.push(policy);
  }
  judgePublishers(topic, policies, loop, finding);
  judgeStrangers("topic", topic, topic.topic, loop, finding);
}

/**
 * An alert topic to which others than Device Defender may publish, or that is not encrypted with a key of one's own.
 */
export const alertTopicClosedAndEncrypted = loopPolicy({
  name: "alert-topic-closed-and-encrypted",
  displayName: "Alert topic is closed and encrypted",
  description:
    "An alert topic must be encrypted with a customer-managed key and take alarms from its alert role alone.",
  severity: "critical",
  tags: ["device-defender", "sns", "encryption", "least-privilege"],
  url: "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html",
  remediationSteps:
    "Set kmsMasterKeyId of the topic, and give it a policy that denies sns:Publish to every principal whose " +
    "aws:PrincipalArn is not the alert role.",
  judge: (loop, findings) => {
    for (const topic of loop.topics) {
      findings.about(topic.topic, (finding) => judgeTopic(topic, loop, finding));
    }
  },
});
