import type { AlertTopic } from "./alert-topics";
import { referred } from "./references";
import { ofKind, type Resource } from "./resources";

/** The way of alarms through a queue: a subscription of a topic puts them in, an event source mapping takes them out. */
export interface QueueFeed {
  readonly topic: AlertTopic;
  readonly subscription: Resource;
  readonly queue: Resource;
  readonly mapping: Resource;
}

/** The event source mappings that take messages from a queue. */
export function mappingsOf(queue: Resource, resources: readonly Resource[]): readonly Resource[] {
  return ofKind(resources, "mapping").filter((one) => referred(one, ["eventSourceArn"], [queue]).length > 0);
}

/** The queues of the stack that a subscription puts its messages into. */
function queuesOf(subscription: Resource, resources: readonly Resource[]): readonly Resource[] {
  return subscription.props.protocol === "sqs"
    ? referred(subscription, ["endpoint"], ofKind(resources, "queue"))
    : [];
}

/** Follows alert topics to a function through queues of the stack. */
export function feedsOf(
  callback: Resource,
  topics: readonly AlertTopic[],
  resources: readonly Resource[],
): readonly QueueFeed[] {
  return topics.flatMap((topic) =>
    topic.subscriptions.flatMap((subscription) =>
      queuesOf(subscription, resources).flatMap((queue) =>
        mappingsOf(queue, resources)
          .filter((mapping) => referred(mapping, ["functionName"], [callback]).length > 0)
          .map((mapping) => ({ topic, subscription, queue, mapping })),
      ),
    ),
  );
}

/** What carries the redrive policy of a queue in its property `redrivePolicy`: the queue, or what sets it for it. */
export function redriveOf(queue: Resource, resources: readonly Resource[]): Resource {
  const [separate] = ofKind(resources, "queue-redrive").filter(
    (one) => referred(one, ["queueUrl"], [queue]).length > 0,
  );
  return separate ?? queue;
}
