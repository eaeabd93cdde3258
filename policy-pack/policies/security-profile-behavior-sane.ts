import { parseArn } from "../../lib/aws/parse-arn";
import { type Fault, formatFault } from "../../lib/detect/fault";
import { meantMetric } from "../../lib/detect/meant-metric";
import { profileFaults } from "../../lib/detect/validate-behavior";
import { isObject } from "../../lib/json";
import { profilePolicy } from "../define-policy";
import type { Finding } from "../findings";
import { configuredResponse } from "../input/stack-config";
import { at, itemsOf, shown, UNKNOWN } from "../input/unknown";
import { degenerateCriteria } from "../simulation/degenerate-criteria";
import { apiBehavior, criteriaOf, isKindUnknown } from "../stack/behaviors";
import type { Profile } from "../stack/security-profiles";

/** What a behavior may lack. Source: AWS IoT API Reference, `Behavior` (`name` alone is required). */
const NO_ALARM_WITHOUT = /^behaviors\[\d+\]\.(?:metric|criteria)$/;

/** Faults of what is known; a fault whose value is unknown is none yet. */
function judgeFaults(profile: Profile, behaviors: readonly unknown[], finding: Finding): void {
  const unclear = behaviors.flatMap((behavior, index) =>
    behavior === UNKNOWN || isKindUnknown(behavior) ? [`behaviors[${index}]`] : [],
  );
  // What is said of the list as a whole (rules and ML in one profile) rests on the kind of each.
  const isKnown = ({ path, value }: Fault) =>
    value !== UNKNOWN &&
    !unclear.some((prefix) => path === "behaviors" || path === prefix || path.startsWith(`${prefix}.`));
  const faults = profileFaults(behaviors, "behaviors");
  for (const fault of faults.filter(isKnown)) {
    // AWS takes a behavior without a metric or criteria; it only never alarms.
    if (fault.value === undefined && NO_ALARM_WITHOUT.test(fault.path)) {
      finding.advise(`${profile.label} has a behavior that can never alarm: ${formatFault(fault)}`);
    } else {
      finding.refuse(`${profile.label}: AWS refuses ${formatFault(fault)}`);
    }
  }
  for (const { path, value } of faults) {
    if (value === UNKNOWN) finding.unjudged(`${path} is not known before the deployment`);
  }
  for (const path of unclear) finding.unjudged(`the kind of ${path} is not known before the deployment`);
}

/** Advises against a custom metric that is called as one of AWS without its `aws:`. */
function judgeMetric(profile: Profile, behavior: unknown, finding: Finding): void {
  const metric = at(behavior, "metric");
  if (typeof metric !== "string" || metric.startsWith("aws:")) return;
  const meant = meantMetric(metric);
  if (meant === undefined) return;
  finding.advise(
    `Behavior ${shown(at(behavior, "name"))} of ${profile.label} has the custom metric ${metric}, which devices report ` +
      `themselves: did you mean ${meant}? Set metric to that, or call the custom metric otherwise.`,
  );
}

/** Whether a profile watches whatever connects to the account, under whatever name. */
const watchesAll = ({ targetArns }: Profile): boolean =>
  itemsOf(targetArns).some((target) => parseArn(target)?.resource === "all/things");

/** Advises against quarantining any device of the account for a single datapoint: a wrong bound then costs the fleet. */
function judgeHaste(profile: Profile, behavior: unknown, finding: Finding): void {
  const name = at(behavior, "name");
  const criteria = criteriaOf(behavior);
  const isLearned = isObject(criteria.mlDetectionConfig);
  const datapoints = criteria.consecutiveDatapointsToAlarm ?? 1;
  if (datapoints !== 1 || isLearned || isKindUnknown(behavior) || !watchesAll(profile)) return;
  if (configuredResponse(process.env, profile.name, name) !== "quarantine") return;
  finding.advise(
    `Behavior ${shown(name)} of ${profile.label} quarantines any device of the account for a single datapoint, also one ` +
      "that is not registered: one wrong bound fences the fleet. Set consecutiveDatapointsToAlarm to 2 or more, or " +
      "targets to registered-things or a thing group, or response to observe until the bound has proved itself.",
  );
}

/** Criteria that AWS refuses; and, as advice, those that it takes although they can never or always alarm. */
export const securityProfileBehaviorSane = profilePolicy({
  name: "security-profile-behavior-sane",
  displayName: "Security profile's behaviors can alarm",
  description:
    "The behaviors of a security profile must be ones that AWS takes, and should be able to alarm.",
  severity: "high",
  tags: ["device-defender", "detection"],
  url: "https://docs.aws.amazon.com/iot-device-defender/latest/devguide/detect-cloud-side-metrics.html",
  remediationSteps:
    "Set what the message names: the operators, durations, datapoints and values that AWS has for the metric. A " +
    "behavior states what is NORMAL; the alarm is its negation.",
  judge: (profile, finding) => {
    if (profile.behaviors === UNKNOWN) {
      finding.unjudged("its behaviors are not known before the deployment");
      return;
    }
    const behaviors = itemsOf(profile.behaviors).map(apiBehavior);
    // One without behaviors is security-profile-behavior-alerts' business.
    if (behaviors.length > 0) judgeFaults(profile, behaviors, finding);
    for (const behavior of behaviors) {
      judgeMetric(profile, behavior, finding);
      judgeHaste(profile, behavior, finding);
      const degenerate = degenerateCriteria(behavior);
      if (degenerate !== undefined) {
        const name = shown(at(behavior, "name"));
        finding.advise(
          `Behavior ${name} of ${profile.label} is in vain: ${degenerate.why}. ${degenerate.remedy}.`,
        );
      }
    }
  },
});
