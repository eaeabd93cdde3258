import type { AlertTopic } from "./alert-topics";
import { deadLettersOf } from "./dead-letters";
import { keyOf } from "./keys";
import { logGroupOf } from "./log-groups";
import type { Callback, Loop } from "./loop";
import { referred } from "./references";
import { ofKind, type Resource } from "./resources";
import { sendersTo } from "./senders";

function behindTopic(topic: AlertTopic, loop: Loop): (Resource | undefined)[] {
  return [topic.topic, keyOf(topic.topic, loop.resources), ...sendersTo(topic, loop).map(({ role }) => role)];
}

function behindCallback(callback: Callback, loop: Loop): (Resource | undefined)[] {
  const { failureTargets, subscriptionQueues, redriveTargets } = deadLettersOf(callback, loop);
  const log = logGroupOf(callback.callback, loop);
  return [
    callback.callback,
    ...referred(callback.callback, ["role"], ofKind(loop.resources, "role")),
    ...failureTargets,
    ...subscriptionQueues,
    ...callback.feeds.flatMap(({ queue }) => [queue, keyOf(queue, loop.resources)]),
    ...redriveTargets,
    log.kind === "made" ? log.group : undefined,
  ];
}

function behindGroup(group: Resource, { resources }: Loop): readonly Resource[] {
  const policies = ofKind(resources, "iot-policy");
  const attachments = ofKind(resources, "iot-attachment").filter(
    (one) => referred(one, ["target"], [group]).length > 0,
  );
  return [group, ...attachments.flatMap((one) => referred(one, ["policy"], policies))];
}

/** The resources of a loop that can carry tags and have a physical name, each once. */
export function membersOf(loop: Loop): readonly Resource[] {
  const members = [
    ...loop.profiles
      .map(({ owner }) => owner)
      .filter(({ type }) => type === "aws-native:iot:SecurityProfile"),
    ...loop.topics.flatMap((topic) => behindTopic(topic, loop)),
    ...loop.callbacks.flatMap((callback) => behindCallback(callback, loop)),
    ...loop.groups.flatMap((group) => behindGroup(group, loop)),
  ];
  return [...new Set(members.filter((member) => member !== undefined))];
}
