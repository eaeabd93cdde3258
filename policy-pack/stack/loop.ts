import type { PolicyResource } from "@pulumi/policy";
import type { AwsScope } from "../../lib/aws/arns";
import { stringsSetting, type Values } from "../input/settings";
import { type AlertTopic, alertTopics, type LoopProfile } from "./alert-topics";
import { throughAliases } from "./aliases";
import { quarantineGroups } from "./quarantine-groups";
import { feedsOf, type QueueFeed } from "./queue-feeds";
import { referred } from "./references";
import { ofKind, type Resource, readResources } from "./resources";
import { homeOf, scopeOf } from "./scope";
import { profilesOf } from "./security-profiles";
import { taggedComponent } from "./tags";

/** Settings of every policy that follows the loop. */
export const loopSettings = {
  alertTopics: stringsSetting(
    "Names or ARNs of topics of the stack that get alarms although no profile of it targets them.",
  ),
  quarantineGroups: stringsSetting(
    "Names or ARNs of thing groups of the stack that hold quarantined devices.",
  ),
};

/** Values of {@link loopSettings}. */
export type LoopValues = Values<typeof loopSettings>;

/** A function of the stack that alarms invoke. */
export interface Callback {
  readonly callback: Resource;
  /** The subscriptions by which they do so directly. */
  readonly subscriptions: readonly Resource[];
  /** The queues by which they do, each with what is before and behind it. */
  readonly feeds: readonly QueueFeed[];
  /** The topics that they come from, either way. */
  readonly topics: readonly AlertTopic[];
}

/** The quarantine loop of a stack: what belongs to it, and all that the stack has. */
export interface Loop {
  readonly resources: readonly Resource[];
  readonly profiles: readonly LoopProfile[];
  readonly topics: readonly AlertTopic[];
  readonly callbacks: readonly Callback[];
  readonly groups: readonly Resource[];
  /** Absent where no ARN of the loop is known, or its ARNs do not agree. */
  readonly scope?: AwsScope;
}

function callbacksOf(resources: readonly Resource[], topics: readonly AlertTopic[]): readonly Callback[] {
  return ofKind(resources, "function").flatMap((callback): Callback[] => {
    const invokes = (subscription: Resource) =>
      subscription.props.protocol === "lambda" && referred(subscription, ["endpoint"], [callback]).length > 0;
    const subscriptions = topics.flatMap((topic) => topic.subscriptions.filter(invokes));
    const feeds = feedsOf(callback, topics, resources);
    const from = topics.filter(
      (topic) => topic.subscriptions.some(invokes) || feeds.some((feed) => feed.topic === topic),
    );
    const belongs = from.length > 0 || taggedComponent(callback) === "CallbackLambda";
    return belongs ? [{ callback, subscriptions, feeds, topics: from }] : [];
  });
}

/**
 * Finds the quarantine loop of a stack by following profile, topic, subscription, queue, function and group; tags
 * `iot-quarantine:component` and the config name what no reference leads to.
 */
export function findLoop(registered: readonly PolicyResource[], values: LoopValues): Loop {
  const loop = followLoop(throughAliases(readResources(registered)), values);
  const { scope } = loop;
  if (scope === undefined) return loop;
  // Where the loop is tells resources from those of the same name elsewhere: what was followed by name alone is not its.
  const resources = loop.resources.map((resource) => ({
    ...resource,
    home: homeOf(resource, scope) ?? scope,
  }));
  return { ...followLoop(resources, values), scope };
}

function followLoop(resources: readonly Resource[], values: LoopValues): Loop {
  const profiles = ofKind(resources, "profile").flatMap((owner) =>
    profilesOf(owner).profiles.map((profile) => ({ profile, owner })),
  );
  const topics = alertTopics(resources, profiles, values.alertTopics);
  const callbacks = callbacksOf(resources, topics);
  const functions = callbacks.map(({ callback }) => callback);
  const groups = quarantineGroups(resources, functions, values.quarantineGroups);
  const scope = scopeOf(
    profiles.map(({ profile }) => profile),
    [...topics.map(({ topic }) => topic), ...functions, ...groups],
  );
  return { resources, profiles, topics, callbacks, groups, ...(scope && { scope }) };
}
