import { at, jsonString, parseJson, UNKNOWN } from "../input/unknown";
import type { Callback, Loop } from "./loop";
import { isUnresolved, means, referred, refersTo } from "./references";
import { ofKind, type Resource } from "./resources";

/** Where what a callback cannot do goes to. */
export interface DeadLetters {
  /** The settings of its asynchronous invocations. */
  readonly configs: readonly Resource[];
  /** Whether a failed invocation goes anywhere; `unknown` where it is not known which function a config is of. */
  readonly destination: "set" | "none" | "unknown";
  /** Queues of this stack that failed invocations go to. */
  readonly functionQueues: readonly Resource[];
  /** Queues of this stack that undelivered alarms go to. */
  readonly subscriptionQueues: readonly Resource[];
}

/** The queues that a redrive policy, string or object, names. */
function redriveQueues(subscription: Resource, queues: readonly Resource[]): readonly Resource[] {
  const text = jsonString(subscription.props.redrivePolicy);
  if (text === UNKNOWN)
    return queues.filter((queue) => refersTo(subscription, "redrivePolicy", UNKNOWN, queue));
  const target = text === undefined ? undefined : at(parseJson(text), "deadLetterTargetArn");
  return typeof target === "string" ? queues.filter((queue) => means(queue, target)) : [];
}

/** Follows a callback to its dead letters. */
export function deadLettersOf({ callback, subscriptions }: Callback, { resources }: Loop): DeadLetters {
  const queues = ofKind(resources, "queue");
  const all = ofKind(resources, "invoke-config");
  const configs = all.filter((config) => referred(config, ["functionName"], [callback]).length > 0);
  const functions = ofKind(resources, "function");
  const unresolved = all.some((config) => isUnresolved(config, ["functionName"], functions));
  const paths = [
    ...configs.map((owner) => ({ owner, path: ["destinationConfig", "onFailure", "destination"] as const })),
    { owner: callback, path: ["deadLetterConfig", "targetArn"] as const },
  ];
  const isSet = (value: unknown) => value === UNKNOWN || (typeof value === "string" && value !== "");
  const hasDestination = paths.some(({ owner, path }) => isSet(at(owner.props, ...path)));
  return {
    configs,
    destination: hasDestination ? "set" : unresolved ? "unknown" : "none",
    functionQueues: [...new Set(paths.flatMap(({ owner, path }) => referred(owner, path, queues)))],
    subscriptionQueues: [...new Set(subscriptions.flatMap((one) => redriveQueues(one, queues)))],
  };
}
