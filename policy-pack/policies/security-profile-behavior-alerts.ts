import { type Arn, parseArn } from "../../lib/aws/parse-arn";
import { isTargetResource } from "../../lib/aws/targets";
import { isObject } from "../../lib/json";
import { profilePolicy } from "../define-policy";
import type { Finding } from "../findings";
import { at, itemsOf, shown, UNKNOWN } from "../input/unknown";
import { criteriaOf, isKindUnknown } from "../stack/behaviors";
import type { Profile } from "../stack/security-profiles";

/** Where a profile is, as far as it says so itself. */
function homeOf({ arn, alertTarget, region }: Profile): {
  readonly region?: string;
  readonly account?: string;
} {
  const own = parseArn(arn);
  const account = own?.account ?? parseArn(at(alertTarget, "roleArn"))?.account;
  const itsRegion = own?.region ?? region;
  return { ...(account && { account }), ...(itsRegion && { region: itsRegion }) };
}

/** Advises against targets that no device is in. */
function judgeTargets(profile: Profile, finding: Finding): void {
  const arns: Arn[] = [];
  for (const target of itemsOf(profile.targetArns)) {
    if (target === UNKNOWN) continue;
    const arn = parseArn(target);
    if (arn?.service === "iot" && isTargetResource(arn.resource)) arns.push(arn);
    else {
      finding.refuse(
        `${profile.label} has the target ${shown(target)}, which no device is in. Set targetArns to ARNs of thing ` +
          "groups, or of all/things, all/registered-things or all/unregistered-things.",
      );
    }
  }
  // Without knowing where the profile is: AWS IoT takes targets of one place only, which the first may be.
  const home = { ...arns[0], ...homeOf(profile) };
  for (const what of ["region", "account"] as const) {
    const foreign = new Set(arns.map((arn) => arn[what]).filter((value) => value !== home[what]));
    if (foreign.size === 0) continue;
    finding.refuse(
      `${profile.label} is of ${what} ${home[what]}, and has targets of ${what} ${[...foreign].join(", ")}: it is ` +
        `judged for no device there. Set targetArns to targets of its own ${what}.`,
    );
  }
}

/** When a suppressed behavior may speak: one of rules has nothing to learn first. */
function remedyOf(behavior: unknown): string {
  if (isKindUnknown(behavior)) return "Remove suppressAlerts; of an ML behavior, once its model has learned.";
  return isObject(criteriaOf(behavior).mlDetectionConfig)
    ? "Remove suppressAlerts once its ML model has learned."
    : "Remove suppressAlerts.";
}

/** A profile without behaviors is there for the metrics that it retains, or in vain. */
function judgePresence({ behaviors, label, retained }: Profile, finding: Finding): void {
  if (behaviors === UNKNOWN) finding.unjudged("its behaviors are not known before the deployment");
  if (behaviors === UNKNOWN || itemsOf(behaviors).length > 0) return;
  if (retained === UNKNOWN) finding.unjudged("whether it retains metrics is not known before the deployment");
  else if (itemsOf(retained).length === 0) {
    finding.refuse(`${label} has no behaviors: it can never raise an alarm. Set behaviors to at least one.`);
  }
}

/**
 * A security profile that watches nobody, or whose violations are recorded without an alarm.
 *
 * Source: AWS IoT API Reference, `Behavior` (`suppressAlerts`); AWS IoT Device Defender Developer Guide, "ML
 * Detect" (alerts are suppressed while a model is learned).
 */
export const securityProfileBehaviorAlerts = profilePolicy({
  name: "security-profile-behavior-alerts",
  displayName: "Security profile's behaviors raise alarms",
  description:
    "A security profile should have behaviors that raise alarms, and targets that they are judged for.",
  severity: "medium",
  tags: ["device-defender", "alerting"],
  url: "https://docs.aws.amazon.com/iot/latest/apireference/API_Behavior.html",
  enforcementLevel: "advisory",
  remediationSteps:
    "Give the profile behaviors and targetArns, and remove suppressAlerts (which is for ML behaviors whose model " +
    "is still learning).",
  judge: (profile, finding) => {
    const { behaviors, label, targetArns } = profile;
    judgePresence(profile, finding);
    if (targetArns === UNKNOWN) finding.unjudged("its targets are not known before the deployment");
    else if (itemsOf(targetArns).length === 0) {
      finding.refuse(
        `${label} has no targets in this stack: no device is judged by it, unless somebody attached it by hand. ` +
          "Set targetArns to the thing groups that it watches.",
      );
    } else judgeTargets(profile, finding);
    for (const [index, behavior] of itemsOf(behaviors).entries()) {
      const suppressed = at(behavior, "suppressAlerts");
      const name = at(behavior, "name");
      const called = `Behavior ${typeof name === "string" ? shown(name) : index} of ${label}`;
      if (behavior === UNKNOWN || suppressed === UNKNOWN) {
        finding.unjudged(`suppressAlerts of ${called} is not known before the deployment`);
      } else if (suppressed === true || suppressed === "true") {
        finding.refuse(
          `${called} has suppressAlerts: its violations are recorded, and no device is quarantined for them. ` +
            remedyOf(behavior),
        );
      }
    }
  },
});
