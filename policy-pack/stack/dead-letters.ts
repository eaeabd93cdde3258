import type { AwsScope } from "../../lib/aws/arns";
import { parseArn } from "../../lib/aws/parse-arn";
import { at, jsonString, parseJson, shown, UNKNOWN } from "../input/unknown";
import { isSameQualifier, qualifierIn, qualifierOf } from "./aliases";
import type { Callback, Loop } from "./loop";
import { redriveOf } from "./queue-feeds";
import { isUnresolved, referred, refersTo } from "./references";
import { ofKind, type Resource } from "./resources";
import { homeOf } from "./scope";

/** Where what a callback cannot do goes to. */
export interface DeadLetters {
  /** The settings of its asynchronous invocations, under the names that alarms invoke it by. */
  readonly configs: readonly Resource[];
  /** The settings that are of a version or an alias that no alarm invokes. */
  readonly idleConfigs: readonly Resource[];
  /**
   * Whether a failed invocation by a topic goes anywhere; `unknown` where it is not known which function a config is
   * of. A queue keeps what the function fails on.
   */
  readonly destination: "set" | "none" | "unknown";
  /** Queues and topics of this stack that failed invocations go to. */
  readonly failureTargets: readonly Resource[];
  /** Queues of this stack that undelivered alarms go to. */
  readonly subscriptionQueues: readonly Resource[];
  /** Queues of this stack that alarms go to which a queue has handed out too often. */
  readonly redriveTargets: readonly Resource[];
  /** What else the first two go to, in words. */
  readonly elsewhere: readonly string[];
  /** What sends its dead letters to a FIFO queue or topic, in words. */
  readonly fifo: readonly string[];
}

/** A place where dead letters may go: whose property it is, and what is there. */
export interface Place {
  readonly owner: Resource;
  readonly property: string;
  readonly value: unknown;
}

/** Whether what stands at a place is first in, first out: its name then ends so. */
function isFifo(place: Place, [target]: readonly Resource[]): boolean {
  const { fifoQueue, fifoTopic } = target?.props ?? {};
  return fifoQueue === true || fifoTopic === true || String(place.value).endsWith(".fifo");
}

/** Sorts places into resources of the stack, and the places that are none of them. */
function split(places: readonly Place[], among: readonly Resource[]) {
  const isSet = ({ value }: Place) => value === UNKNOWN || (typeof value === "string" && value !== "");
  const set = places.filter(isSet);
  const found = ({ owner, property, value }: Place) =>
    among.filter((target) => refersTo(owner, property, value, target));
  return {
    isAnySet: set.length > 0,
    targets: [...new Set(set.flatMap(found))],
    fifo: set.filter((place) => isFifo(place, found(place))).map(({ owner }) => `"${owner.name}"`),
    elsewhere: set
      .filter((place) => found(place).length === 0)
      .map(({ owner, value }) =>
        value === UNKNOWN
          ? `the dead letters of "${owner.name}", whose place is not known before the deployment`
          : `the dead letters of "${owner.name}", which go to ${shown(value)}, no queue or topic of this stack`,
      ),
  };
}

/** The queue that a redrive policy, string or object, names. */
export function redrivePlace(owner: Resource): Place {
  const text = jsonString(owner.props.redrivePolicy);
  const value = typeof text === "string" ? at(parseJson(text), "deadLetterTargetArn") : text;
  return { owner, property: "redrivePolicy", value };
}

/**
 * What keeps a dead-letter queue from being one for what comes from somewhere; `undefined` where nothing does, or where
 * that is not known.
 *
 * Source: SNS Developer Guide, "Amazon SNS dead-letter queues"; SQS Developer Guide, "Using dead-letter queues in Amazon
 * SQS" (account and region, standard behind standard).
 *
 * @param from - where the messages come from.
 */
export function misplacement(
  { owner, property, value }: Place,
  from: AwsScope | undefined,
  { scope, resources }: Loop,
): string | undefined {
  const [queue] = ofKind(resources, "queue").filter((one) => refersTo(owner, property, value, one));
  if (value === UNKNOWN && queue === undefined) return undefined;
  const arn = parseArn(value);
  if (value !== UNKNOWN && (arn?.service !== "sqs" || arn.resource === "")) return "which is no SQS queue";
  if (arn?.resource.endsWith(".fifo") || queue?.props.fifoQueue === true) {
    return "a FIFO queue, which takes none of a standard topic's or queue's messages";
  }
  const there = arn ?? (queue && homeOf(queue, scope));
  if (from === undefined || there === undefined) return undefined;
  if (there.account !== from.account) return `which is in account ${there.account}, not in ${from.account}`;
  return there.region === from.region
    ? undefined
    : `which is in region ${there.region}, not in ${from.region}`;
}

/** Where a function, or its settings of asynchronous invocations, sends what it fails on. */
export function failurePlace(owner: Resource): Place {
  const property = owner.kind === "function" ? "deadLetterConfig" : "destinationConfig";
  const path = owner.kind === "function" ? ["targetArn"] : ["onFailure", "destination"];
  return { owner, property, value: at(owner.props, property, ...path) };
}

/** Says so of dead letters that leave the region: no page of AWS says that Lambda takes them there. */
function inOtherRegion(target: Resource, callback: Resource, { scope }: Loop): readonly string[] {
  const [there, here] = [homeOf(target, scope)?.region, homeOf(callback, scope)?.region];
  return there === undefined || here === undefined || there === here
    ? []
    : [`the dead letters that go to "${target.name}", which is in ${there}, not in the function's region`];
}

/** Follows a callback to its dead letters. */
export function deadLettersOf({ callback, subscriptions, feeds }: Callback, loop: Loop): DeadLetters {
  const { resources } = loop;
  const queues = ofKind(resources, "queue");
  const all = ofKind(resources, "invoke-config");
  const own = all.filter((config) => referred(config, ["functionName"], [callback]).length > 0);
  const functions = ofKind(resources, "function");
  const unresolved = all.some((config) => isUnresolved(config, ["functionName"], functions));
  // Each version and alias has settings of its own. A callback that is only tagged is invoked by any name.
  const invoked = subscriptions.map((one) => qualifierIn(one, "endpoint", resources));
  const under = (name: string | undefined) =>
    own.filter((config) => isSameQualifier(qualifierOf(config, "functionName", resources), name));
  const names = invoked.length > 0 || feeds.length > 0 ? invoked : [undefined];
  const byName = names.map(under);
  const configs = own.filter((config) => byName.some((some) => some.includes(config)));
  const failures = split([...configs, callback].map(failurePlace), [
    ...queues,
    ...ofKind(resources, "topic"),
  ]);
  const fed = new Set([...subscriptions, ...feeds.map(({ subscription }) => subscription)]);
  const undelivered = split([...fed].map(redrivePlace), queues);
  const sources = new Set(feeds.map(({ queue }) => redriveOf(queue, resources)));
  const given = split([...sources].map(redrivePlace), queues);
  const isKept = byName.every((some) => split([...some, callback].map(failurePlace), []).isAnySet);
  return {
    configs,
    idleConfigs: own.filter((config) => !configs.includes(config)),
    destination: isKept ? "set" : unresolved ? "unknown" : "none",
    failureTargets: failures.targets,
    subscriptionQueues: undelivered.targets,
    redriveTargets: given.targets,
    elsewhere: [
      ...[failures, undelivered].flatMap(({ elsewhere }) => elsewhere),
      ...failures.targets.flatMap((target) => inOtherRegion(target, callback, loop)),
    ],
    fifo: [failures, undelivered, given].flatMap(({ fifo }) => fifo),
  };
}
