import { regionalArn } from "../../lib/aws/arns";
import type { AlertTopic } from "../stack/alert-topics";
import type { DeadLetters } from "../stack/dead-letters";
import { logGroupOf } from "../stack/log-groups";
import type { Callback, Loop } from "../stack/loop";
import { referred } from "../stack/references";
import { ofKind, type Resource } from "../stack/resources";
import { permissionsOf } from "../stack/role-permissions";
import { arnOf } from "../stack/scope";
import { type Sender, sendersTo } from "../stack/senders";
import { type Access, allOf, ownAccess } from "./access";
import { quarantiningAccess } from "./quarantining";
import { failureAccess, readAccess, roleKeyAccess, snsAccess } from "./write-access";

/** Access that a loop needs, and what to say where it is denied or cannot be told. */
export interface Requirement {
  readonly access: Access;
  readonly fault: string;
  readonly remedy: string;
  readonly question: string;
}

const whether = (what: string) => `whether ${what}, for a document that is not known or cannot be read`;

function senderOf(callback: Resource, loop: Loop): Sender {
  const [role] = referred(callback, ["role"], ofKind(loop.resources, "role"));
  const arn = role ? arnOf(role, loop.scope) : callback.props.role;
  return { ...(role && { role }), ...(typeof arn === "string" && { arn }) };
}

function ofFailures(callback: Resource, target: Resource, sender: Sender, loop: Loop): Requirement {
  const [what, action] =
    target.kind === "queue" ? ["dead-letter queue", "sqs:SendMessage"] : ["topic of failures", "sns:Publish"];
  return {
    access: failureAccess(target, sender, loop),
    fault: `The role of function "${callback.name}" may not write to its ${what} "${target.name}"`,
    remedy: `Allow it ${action} there, and kms:GenerateDataKey and kms:Decrypt on the key behind it if it has one`,
    question: whether(`the function may write to "${target.name}"`),
  };
}

function ofFeed(callback: Resource, queue: Resource, sender: Sender, loop: Loop): Requirement {
  return {
    access: readAccess(queue, sender, loop),
    fault: `The role of function "${callback.name}" may not take alarms from queue "${queue.name}": they wait there until they are too old`,
    remedy:
      "Allow it sqs:ReceiveMessage, sqs:DeleteMessage and sqs:GetQueueAttributes there, and kms:Decrypt on the key behind " +
      "it if it has one",
    question: whether(`the function may take alarms from "${queue.name}"`),
  };
}

/** Source: AWS Lambda Developer Guide, "Sending Lambda function logs to CloudWatch Logs" (the role's permissions). */
function ofLog(callback: Resource, { role, arn }: Sender, loop: Loop): readonly Requirement[] {
  const log = logGroupOf(callback, loop);
  if (role === undefined || arn === undefined || loop.scope === undefined || log.kind !== "made") return [];
  const group = regionalArn(loop.scope, "logs", `log-group:${String(log.group.props.name)}`);
  const permissions = permissionsOf(role, loop.resources);
  const may = (action: string, resource: string) => ownAccess(arn, permissions, { action, resource });
  const stream = `${group}:log-stream:q-7`;
  // A stream is made in the group, which policies name with and without what is in it.
  const makes = may("logs:CreateLogStream", group);
  const access = allOf([
    makes === "granted" ? makes : may("logs:CreateLogStream", stream),
    may("logs:PutLogEvents", stream),
  ]);
  return [
    {
      access: typeof log.group.props.name === "string" ? access : "unknown",
      fault: `The role of function "${callback.name}" may not write its log "${log.group.name}": nobody learns what became of an alarm`,
      remedy: `Allow it logs:CreateLogStream and logs:PutLogEvents on ${group}:*`,
      question: whether(`the function may write its log "${log.group.name}"`),
    },
  ];
}

function ofTopic(alertTopic: AlertTopic, letters: DeadLetters, loop: Loop): readonly Requirement[] {
  const { topic } = alertTopic;
  return [
    ...letters.subscriptionQueues.map((queue) => ({
      access: snsAccess(queue, alertTopic, loop),
      fault: `SNS may not write to dead-letter queue "${queue.name}" for alert topic "${topic.name}"`,
      remedy:
        "Allow sqs:SendMessage to sns.amazonaws.com in the queue's policy with ArnEquals aws:SourceArn of the topic, and " +
        "kms:GenerateDataKey and kms:Decrypt in the policy of the queue's key if it has one (not an AWS key)",
      question: whether(`SNS may write to "${queue.name}"`),
    })),
    ...sendersTo(alertTopic, loop).map((sender) => ({
      access: roleKeyAccess(topic, sender, loop),
      fault: `The alert role may not use the key of alert topic "${topic.name}": no alarm gets through`,
      remedy: "Allow the role kms:GenerateDataKey and kms:Decrypt in the key's policy",
      question: whether(`the alert role may use the key of "${topic.name}"`),
    })),
  ];
}

/** What a callback, SNS and the alert roles before it must be allowed, so that no alarm is lost. */
export function requirementsOf(
  { callback, topics, feeds }: Callback,
  letters: DeadLetters,
  loop: Loop,
): readonly Requirement[] {
  const sender = senderOf(callback, loop);
  return [
    ...letters.failureTargets
      // What goes back to an alert topic is refused as such.
      .filter((target) => !topics.some(({ topic }) => topic === target))
      .map((target) => ofFailures(callback, target, sender, loop)),
    ...[...new Set(feeds.map(({ queue }) => queue))].map((queue) => ofFeed(callback, queue, sender, loop)),
    ...ofLog(callback, sender, loop),
    ...topics.flatMap((topic) => ofTopic(topic, letters, loop)),
  ];
}

/** The last leg of the loop, which one of its functions must be allowed; none in a stack without a group. */
export function quarantiningOf(loop: Loop): Requirement | undefined {
  const [first] = loop.callbacks;
  const groups = loop.groups.map(({ name }) => `"${name}"`).join(", ");
  if (first === undefined || groups === "") return undefined;
  return {
    access: quarantiningAccess(loop),
    fault: `No function behind an alert topic may put a thing into a quarantine group (${groups}): alarms quarantine nobody`,
    remedy: `Allow the role of function "${first.callback.name}" iot:AddThingToThingGroup on the group and on the things`,
    question: `whether alarms put things into ${groups}, as what the role may do is not known, or it may have something else do it`,
  };
}
