import { parseArn } from "../../lib/aws/parse-arn";
import type { AlertTopic } from "../stack/alert-topics";
import { keyOf } from "../stack/keys";
import type { Loop } from "../stack/loop";
import { documentsOf } from "../stack/resource-policies";
import type { Resource } from "../stack/resources";
import { permissionsOf } from "../stack/role-permissions";
import { arnOf } from "../stack/scope";
import type { Sender } from "../stack/senders";
import { type Access, allOf, roleAccess, serviceAccess } from "./access";
import { service } from "./principals";

const SEND = "sqs:SendMessage";

/** What a writer to something encrypted needs. Source: SNS Developer Guide, "Managing Amazon SNS encryption keys". */
export const ENCRYPT = ["kms:GenerateDataKey", "kms:Decrypt"];

/** AWS's own keys: their policies cannot be changed, and let no service in on behalf of another. */
export const AWS_KEY = /(?:^|:)alias\/aws\//;

/** A key is asked under its ARN, or under any: in a key policy the resource is the key itself. */
export function keyArn(key: Resource): string {
  const { arn } = key.props;
  return typeof arn === "string" ? arn : "arn:aws:kms:us-east-1:123456789012:key/q-7";
}

/** Whether a role may encrypt (or do else) with the key of a topic or queue; open where there is none. */
export function roleKeyAccess(
  encrypted: Resource,
  { arn, role }: Sender,
  loop: Loop,
  actions: readonly string[] = ENCRYPT,
): Access {
  const { kmsMasterKeyId } = encrypted.props;
  if (kmsMasterKeyId === undefined || kmsMasterKeyId === null || kmsMasterKeyId === "") return "granted";
  // Whether a key of AWS will do is for another policy to say.
  if (typeof kmsMasterKeyId === "string" && AWS_KEY.test(kmsMasterKeyId)) return "granted";
  const key = keyOf(encrypted, loop.resources);
  if (key === undefined || arn === undefined) return "unknown";
  const documents = documentsOf("key", key, loop.resources);
  const permissions = role && permissionsOf(role, loop.resources);
  return allOf(
    actions.map((action) =>
      roleAccess("key", documents, arn, permissions, { action, resource: keyArn(key) }),
    ),
  );
}

/** Whether SNS may write a topic's undelivered messages to a queue. */
export function snsAccess(queue: Resource, topic: AlertTopic, loop: Loop): Access {
  const resource = arnOf(queue, loop.scope);
  const topicArn = arnOf(topic.topic, loop.scope);
  const account = parseArn(topicArn)?.account;
  if (resource === undefined || topicArn === undefined || account === undefined) return "unknown";
  const caller = service("sns.amazonaws.com", { arn: topicArn, account });
  const access = serviceAccess(
    documentsOf("queue", queue, loop.resources),
    { action: SEND, resource },
    caller,
  );
  const { kmsMasterKeyId: name } = queue.props;
  if (access === "denied" || name === undefined || name === null || name === "") return access;
  if (typeof name === "string" && AWS_KEY.test(name)) return "denied";
  const key = keyOf(queue, loop.resources);
  if (key === undefined) return allOf([access, "unknown"]);
  const documents = documentsOf("key", key, loop.resources);
  return allOf([
    access,
    ...ENCRYPT.map((action) => serviceAccess(documents, { action, resource: keyArn(key) }, caller)),
  ]);
}

/** Whether a function's role may write the events that it failed on to a queue or a topic. */
export function failureAccess(target: Resource, sender: Sender, loop: Loop): Access {
  const resource = arnOf(target, loop.scope);
  const { arn, role } = sender;
  if (resource === undefined || arn === undefined) return "unknown";
  const permissions = role && permissionsOf(role, loop.resources);
  const kind = target.kind === "topic" ? "topic" : "queue";
  const action = kind === "topic" ? "sns:Publish" : SEND;
  const documents = documentsOf(kind, target, loop.resources);
  return allOf([
    roleAccess(kind, documents, arn, permissions, { action, resource }),
    roleKeyAccess(target, sender, loop),
  ]);
}

/** What Lambda does with a function's role to read a queue. Source: Lambda Developer Guide, "Configuring permissions". */
const READ = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/** Whether Lambda may take messages from a queue with a function's role. */
export function readAccess(queue: Resource, sender: Sender, loop: Loop): Access {
  const resource = arnOf(queue, loop.scope);
  const { arn, role } = sender;
  if (resource === undefined || arn === undefined) return "unknown";
  const permissions = role && permissionsOf(role, loop.resources);
  const documents = documentsOf("queue", queue, loop.resources);
  return allOf([
    ...READ.map((action) => roleAccess("queue", documents, arn, permissions, { action, resource })),
    roleKeyAccess(queue, sender, loop, ["kms:Decrypt"]),
  ]);
}
