import { isObject } from "../../lib/json";
import { at, jsonString, parseJson, shown, UNKNOWN } from "../input/unknown";
import type { AlertTopic } from "../stack/alert-topics";
import { misplacement, redrivePlace } from "../stack/dead-letters";
import type { Loop } from "../stack/loop";
import { mappingsOf } from "../stack/queue-feeds";
import { isUnresolved, referred } from "../stack/references";
import { ofKind, type Resource } from "../stack/resources";
import { homeOf } from "../stack/scope";
import { letsAlarmsThrough } from "./alarm-filter";
import { isInvocable } from "./function-access";
import { snsAccess } from "./write-access";

/** Protocols by which a machine listens. Source: SNS API Reference, Subscribe, `Protocol`. */
const LISTENING: readonly unknown[] = ["lambda", "sqs", "firehose", "https"];

/** Whether a subscription hears a topic's alarms, and why not, or why that is not known. */
export type Hearing =
  | { readonly kind: "hears" }
  | { readonly kind: "deaf"; readonly why: string }
  | { readonly kind: "unknown"; readonly what: string };

const HEARS: Hearing = { kind: "hears" };
const deaf = (why: string): Hearing => ({ kind: "deaf", why });
const unclear = (what: string): Hearing => ({ kind: "unknown", what });

/** Whether a subscription that is written inside a topic is a machine's. */
export function isListening(subscription: unknown): boolean {
  return LISTENING.includes(at(subscription, "protocol"));
}

function functionHears(subscription: Resource, topic: Resource, loop: Loop): Hearing {
  const { endpoint } = subscription.props;
  const [callback] = referred(subscription, ["endpoint"], ofKind(loop.resources, "function"));
  if (callback === undefined) return unclear(`whether SNS may invoke ${called(endpoint)}`);
  return isInvocable(callback, subscription, topic, loop)
    ? HEARS
    : deaf(
        `SNS has no permission to invoke "${callback.name}" for it (lambda:InvokeFunction for sns.amazonaws.com, on the ` +
          "version or alias that is subscribed)",
      );
}

/** Why nobody of the stack reads a queue, although it has a function for alarms and no other way to it. */
function unread(queue: Resource, { callbacks, resources }: Loop): Hearing | undefined {
  const [idle] = callbacks.filter(({ topics }) => topics.length === 0);
  if (idle === undefined || mappingsOf(queue, resources).length > 0) return undefined;
  const isOpen = ofKind(resources, "mapping").some(
    (one) =>
      isUnresolved(one, ["eventSourceArn"], ofKind(resources, "queue")) ||
      isUnresolved(one, ["functionName"], ofKind(resources, "function")),
  );
  return isOpen
    ? unclear(`who reads queue "${queue.name}": an event source mapping's queue or function is not known`)
    : deaf(
        `no event source mapping takes alarms from queue "${queue.name}" to function "${idle.callback.name}"`,
      );
}

function queueHears(subscription: Resource, topic: AlertTopic, loop: Loop): Hearing {
  const [queue] = referred(subscription, ["endpoint"], ofKind(loop.resources, "queue"));
  if (queue?.props.fifoQueue === true || String(subscription.props.endpoint).endsWith(".fifo")) {
    return deaf("its queue is a FIFO queue, which takes nothing of a standard topic");
  }
  if (queue === undefined) return unclear(`whether SNS may write to ${called(subscription.props.endpoint)}`);
  const access = snsAccess(queue, topic, loop);
  if (access === "denied") {
    return deaf(
      `the policy of queue "${queue.name}" does not let sns.amazonaws.com send to it for this topic, or its key, such as ` +
        "AWS's own, does not let it encrypt",
    );
  }
  if (access === "unknown") return unclear(`whether SNS may write to queue "${queue.name}"`);
  return unread(queue, loop) ?? HEARS;
}

/** An endpoint that no resource of the stack makes. */
function called(endpoint: unknown): string {
  return endpoint === UNKNOWN
    ? "an endpoint that is not known before the deployment"
    : `${shown(endpoint)}, which this stack does not make`;
}

/** Tells whether a subscription hears the alarms of a topic. */
export function hearingOf(subscription: Resource, topic: AlertTopic, loop: Loop): Hearing {
  const { protocol, filterPolicy, filterPolicyScope } = subscription.props;
  if (!LISTENING.includes(protocol) && protocol !== UNKNOWN)
    return deaf(`its protocol is ${shown(protocol)}`);
  const text = jsonString(filterPolicy);
  const filter = typeof text === "string" ? parseJson(text) : undefined;
  if (isObject(filter) && !letsAlarmsThrough(filter, filterPolicyScope, topic)) {
    return deaf(
      filterPolicyScope === "MessageBody"
        ? "its filter policy lets no alarm through, whose violationEventType is in-alarm"
        : "its filter policy is about message attributes, which alarms do not have",
    );
  }
  if (protocol === UNKNOWN || text === UNKNOWN) {
    return unclear(
      `whether subscription "${subscription.name}" hears it: its protocol or filter policy is not known`,
    );
  }
  if (protocol === "lambda") return functionHears(subscription, topic.topic, loop);
  return protocol === "sqs" ? queueHears(subscription, topic, loop) : HEARS;
}

/**
 * What keeps a subscription's undelivered messages from being kept; nothing where they are, or where it is not known.
 *
 * Source: SNS Developer Guide, "Amazon SNS dead-letter queues" (a queue of the account and region of the subscription).
 */
export function redriveFault(subscription: Resource, { topic }: AlertTopic, loop: Loop): string | undefined {
  const redrive = redrivePlace(subscription);
  if (redrive.value === undefined || redrive.value === "") return "has no dead-letter queue";
  const why = misplacement(redrive, homeOf(topic, loop.scope), loop);
  return why === undefined ? undefined : `has the dead-letter queue ${shown(redrive.value)}, ${why}`;
}
