import { parseArn } from "../judging/arn";
import { keyOf } from "../loop/keys";
import type { AlertTopic, Loop } from "../loop/loop";
import type { Resource } from "../loop/resources";
import { arnOf } from "../loop/scope";
import { service } from "./callers";
import { documentsOf } from "./documents";
import { type Door, roleDoor, serviceDoor } from "./doors";
import { permissionsOf } from "./role-permissions";
import type { Sender } from "./senders";

const SEND = "sqs:SendMessage";

/** What a writer to something encrypted needs. Source: SNS Developer Guide, "Managing Amazon SNS encryption keys". */
const ENCRYPT = ["kms:GenerateDataKey", "kms:Decrypt"];

/** AWS's own keys: their policies let no service in on behalf of another. */
const AWS_KEY = /(?:^|:)alias\/aws\//;

/** The strictest of several doors. */
function all(doors: readonly Door[]): Door {
  return doors.find((door) => door === "shut") ?? doors.find((door) => door === "unknown") ?? "open";
}

/** A key is asked under its ARN, or under any: in a key policy the resource is the key itself. */
function keyArn(key: Resource): string {
  const { arn } = key.props;
  return typeof arn === "string" ? arn : "arn:aws:kms:us-east-1:123456789012:key/q-7";
}

/** Whether a role may encrypt with the key of a topic or queue; open where there is none. */
export function roleKeyDoor(encrypted: Resource, { arn, role }: Sender, loop: Loop): Door {
  const { kmsMasterKeyId } = encrypted.props;
  if (kmsMasterKeyId === undefined || kmsMasterKeyId === null || kmsMasterKeyId === "") return "open";
  // Whether a key of AWS will do is for another policy to say.
  if (typeof kmsMasterKeyId === "string" && AWS_KEY.test(kmsMasterKeyId)) return "open";
  const key = keyOf(encrypted, loop.resources);
  if (key === undefined || arn === undefined) return "unknown";
  const documents = documentsOf("key", key, loop.resources);
  const permissions = role && permissionsOf(role, loop.resources);
  return all(
    ENCRYPT.map((action) => roleDoor("key", documents, arn, permissions, { action, resource: keyArn(key) })),
  );
}

/** Whether SNS may write a topic's undelivered messages to a queue. */
export function snsDoor(queue: Resource, topic: AlertTopic, loop: Loop): Door {
  const resource = arnOf(queue, loop.scope);
  const topicArn = arnOf(topic.topic, loop.scope);
  const account = parseArn(topicArn)?.account;
  if (resource === undefined || topicArn === undefined || account === undefined) return "unknown";
  const caller = service("sns.amazonaws.com", { arn: topicArn, account });
  const door = serviceDoor(documentsOf("queue", queue, loop.resources), { action: SEND, resource }, caller);
  const { kmsMasterKeyId: name } = queue.props;
  if (door === "shut" || name === undefined || name === null || name === "") return door;
  if (typeof name === "string" && AWS_KEY.test(name)) return "shut";
  const key = keyOf(queue, loop.resources);
  if (key === undefined) return all([door, "unknown"]);
  const documents = documentsOf("key", key, loop.resources);
  return all([
    door,
    ...ENCRYPT.map((action) => serviceDoor(documents, { action, resource: keyArn(key) }, caller)),
  ]);
}

/** Whether a function's role may write the events that it failed on to a queue. */
export function failureDoor(queue: Resource, sender: Sender, loop: Loop): Door {
  const resource = arnOf(queue, loop.scope);
  const { arn, role } = sender;
  if (resource === undefined || arn === undefined) return "unknown";
  const permissions = role && permissionsOf(role, loop.resources);
  const documents = documentsOf("queue", queue, loop.resources);
  return all([
    roleDoor("queue", documents, arn, permissions, { action: SEND, resource }),
    roleKeyDoor(queue, sender, loop),
  ]);
}
