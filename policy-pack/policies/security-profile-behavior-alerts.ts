import { profilePolicy } from "../define-policy";
import { at, itemsOf, shown, UNKNOWN } from "../input/unknown";

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
  settings: {},
  judge: (profile, finding) => {
    const { behaviors, label, targetArns } = profile;
    if (behaviors === UNKNOWN) finding.unjudged("its behaviors are not known before the deployment");
    else if (itemsOf(behaviors).length === 0) {
      finding.refuse(
        `${label} has no behaviors: it can never raise an alarm. Set behaviors to at least one.`,
      );
    }
    if (targetArns === UNKNOWN) finding.unjudged("its targets are not known before the deployment");
    else if (itemsOf(targetArns).length === 0) {
      finding.refuse(
        `${label} has no targets in this stack: no device is judged by it, unless somebody attached it by hand. ` +
          "Set targetArns to the thing groups that it watches.",
      );
    }
    for (const [index, behavior] of itemsOf(behaviors).entries()) {
      const suppressed = at(behavior, "suppressAlerts");
      const name = at(behavior, "name");
      const called = `Behavior ${typeof name === "string" ? shown(name) : index} of ${label}`;
      if (behavior === UNKNOWN || suppressed === UNKNOWN) {
        finding.unjudged(`suppressAlerts of ${called} is not known before the deployment`);
      } else if (suppressed === true || suppressed === "true") {
        finding.refuse(
          `${called} has suppressAlerts: its violations are recorded, and no device is quarantined for them. ` +
            "Remove suppressAlerts once its ML model has learned.",
        );
      }
    }
  },
});
