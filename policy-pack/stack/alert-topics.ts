import { at } from "../input/unknown";
import { means, referred, refersTo } from "./references";
import { ofKind, type Resource } from "./resources";
import type { Profile } from "./security-profiles";
import { taggedComponent } from "./tags";

/** A security profile and the resource that makes it. */
export interface LoopProfile {
  readonly profile: Profile;
  readonly owner: Resource;
}

/** A topic of the stack that gets alarms. */
export interface AlertTopic {
  readonly topic: Resource;
  /** The profiles that send their alarms to it. */
  readonly profiles: readonly LoopProfile[];
  /** All subscriptions to it. */
  readonly subscriptions: readonly Resource[];
}

/** Whether a profile sends its alarms to a topic of the stack. */
export function targets({ profile, owner }: LoopProfile, topic: Resource): boolean {
  return refersTo(owner, profile.sourceProperty, at(profile.alertTarget, "alertTargetArn"), topic);
}

/** The topics of the stack that get alarms: of a profile, or by their tag or the config. */
export function alertTopics(
  resources: readonly Resource[],
  profiles: readonly LoopProfile[],
  configured: readonly string[],
): readonly AlertTopic[] {
  const subscriptions = ofKind(resources, "subscription");
  return ofKind(resources, "topic")
    .map((topic) => ({
      topic,
      profiles: profiles.filter((profile) => targets(profile, topic)),
      subscriptions: subscriptions.filter((s) => referred(s, ["topic"], [topic]).length > 0),
    }))
    .filter(
      ({ topic, profiles: senders }) =>
        senders.length > 0 ||
        taggedComponent(topic) === "AlertTopic" ||
        configured.some((text) => means(topic, text)),
    );
}
