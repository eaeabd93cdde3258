import { loopPolicy } from "../define-policy";
import type { Finding } from "../findings";
import { configuredResponse } from "../input/stack-config";
import { at, itemsOf, shown, UNKNOWN } from "../input/unknown";
import { clientIdsOf, devicePolicies } from "../simulation/device-policies";
import { type LoopProfile, targets } from "../stack/alert-topics";
import type { Loop } from "../stack/loop";
import type { Profile } from "../stack/security-profiles";

/**
 * What others can cause in a device's name, by metric: these count for the client id that somebody claims, or what
 * others send to it.
 *
 * Source: AWS IoT Device Defender Developer Guide, "Cloud-side metrics".
 */
const CAUSED_BY_OTHERS: ReadonlyMap<unknown, string> = new Map([
  ["aws:num-authorization-failures", "refused operations count for the client id that somebody claims"],
  ["aws:num-connection-attempts", "attempts count for the client id that somebody claims"],
  ["aws:num-disconnects", "whoever connects under a client id disconnects whoever has it"],
  ["aws:source-ip-address", "it is the address of whoever claims the client id"],
  ["aws:num-messages-received", "others send what a device receives"],
]);

/** What is said of whether the stack's device policies let nobody take another's client id. */
type Pinning = "all" | "some-not" | "unknown" | "no-policy";

function pinningOf(loop: Loop): Pinning {
  const found = devicePolicies(loop).map((policy) => clientIdsOf(policy, loop).kind);
  if (found.length === 0) return "no-policy";
  if (found.includes("open")) return "some-not";
  return found.includes("unknown") ? "unknown" : "all";
}

/** Whether an alarm of a profile reaches a function, which quarantines. */
const quarantines = (sender: LoopProfile, { callbacks }: Loop): boolean =>
  callbacks.some(({ topics }) => topics.some(({ topic }) => targets(sender, topic)));

const isSuppressed = (behavior: unknown): boolean =>
  [true, "true"].some((value) => at(behavior, "suppressAlerts") === value);

/** Whether the stack's config says that a behavior's alarms quarantine nobody. */
function onlyWatches(behavior: unknown, { name }: Profile): boolean {
  const response = configuredResponse(process.env, name, at(behavior, "name"));
  return response !== undefined && response !== "quarantine";
}

function judgeBehavior(behavior: unknown, profile: Profile, pinning: Pinning, finding: Finding): void {
  const { label } = profile;
  const metric = at(behavior, "metric");
  if (isSuppressed(behavior) || onlyWatches(behavior, profile)) return;
  if (metric === UNKNOWN) {
    finding.unjudged("the metric of a behavior is not known before the deployment");
    return;
  }
  const why = CAUSED_BY_OTHERS.get(metric);
  if (why === undefined) return;
  if (at(behavior, "suppressAlerts") === UNKNOWN) {
    finding.unjudged("whether alerts of a behavior are suppressed, which is not known before the deployment");
    return;
  }
  const called = `behavior ${shown(at(behavior, "name"))} of ${label}`;
  if (pinning === "unknown") {
    finding.unjudged(
      `whether every device policy pins the client id, which ${called} needs, before the deployment`,
    );
    return;
  }
  const unpinned =
    pinning === "no-policy"
      ? "no device policy of this stack shows that a device must connect under its own name"
      : "a device policy of this stack lets a device connect under a client id that is not its own";
  finding.refuse(
    `By ${called} any device may have any other quarantined: ${why}, and ${unpinned}. Quarantine on what a device does ` +
      "itself, such as aws:num-messages-sent, or pin iot:Connect of every device policy to " +
      "client/${iot:Connection.Thing.ThingName}.",
  );
}

/** A behavior that quarantines a device for what others can cause in its name. */
export const securityProfileBehaviorOwnActs = loopPolicy({
  name: "security-profile-behavior-own-acts",
  displayName: "Security profile behavior is of own acts",
  description:
    "A behavior that quarantines should be of what a device does itself, unless every device policy pins the client id.",
  severity: "high",
  tags: ["device-defender", "detection"],
  url: "https://docs.aws.amazon.com/iot-device-defender/latest/devguide/detect-cloud-side-metrics.html",
  enforcementLevel: "advisory",
  remediationSteps:
    "Give the behavior a metric of what the device does itself, such as aws:num-messages-sent, or allow iot:Connect on " +
    "client/${iot:Connection.Thing.ThingName} alone in every device policy.",
  judge: (loop, findings) => {
    const pinning = pinningOf(loop);
    if (pinning === "all") return;
    for (const sender of loop.profiles.filter((profile) => quarantines(profile, loop))) {
      findings.about(sender.owner, (finding) => {
        for (const behavior of itemsOf(sender.profile.behaviors)) {
          judgeBehavior(behavior, sender.profile, pinning, finding);
        }
      });
    }
  },
});
