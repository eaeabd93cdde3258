import { type Arn, parseArn } from "../../lib/aws/parse-arn";
import { isObject } from "../../lib/json";
import { profilePolicy } from "../define-policy";
import type { Finding } from "../findings";
import { stringsSetting, type Values } from "../input/settings";
import { at, itemsOf, shown, UNKNOWN } from "../input/unknown";
import type { Profile } from "../stack/security-profiles";

/** Name of a standard topic. Source: Service Authorization Reference, "... Amazon SNS"; SNS API Reference, CreateTopic. */
const TOPIC_NAME = /^[A-Za-z0-9_-]{1,256}$/;

/** Path and name of a role. Source: Service Authorization Reference, "... Identity and Access Management". */
const ROLE_NAME = /^role\/[\w+=,.@/-]+$/;

const SETTINGS = {
  allowedAccounts: stringsSetting(
    "Accounts, besides the profile's own, whose topics may get the alarms (12 digits).",
  ),
  allowedRegions: stringsSetting("Regions, besides the profile's own, whose topics may get the alarms."),
};

/** What must hold of a property of the alert target. */
interface Requirement {
  readonly property: "alertTargetArn" | "roleArn";
  readonly holds: (arn: Arn) => boolean;
  readonly remedy: string;
}

const REQUIREMENTS: readonly Requirement[] = [
  {
    property: "alertTargetArn",
    holds: ({ service, region, account, resource }) =>
      service === "sns" && region !== "" && account !== "" && TOPIC_NAME.test(resource),
    remedy: "the ARN of the SNS topic that the quarantine function listens to",
  },
  {
    property: "roleArn",
    holds: ({ service, account, resource }) =>
      service === "iam" && account !== "" && ROLE_NAME.test(resource),
    remedy: "the ARN of the IAM role with which Device Defender publishes to that topic",
  },
];

/** Reads one property of the alert target and says what is wrong with it. */
function checked(profile: Profile, { property, holds, remedy }: Requirement, finding: Finding) {
  const value = at(profile.alertTarget, property);
  if (value === UNKNOWN) {
    finding.unjudged(`${profile.alertProperty}.${property} is not known before the deployment`);
    return undefined;
  }
  const arn = parseArn(value);
  if (arn !== undefined && holds(arn)) return arn;
  if (arn?.service === "sns" && arn.resource.endsWith(".fifo")) {
    finding.refuse(
      `${profile.label} sends its alarms to a FIFO topic, which takes none of them: Device Defender gives no message ` +
        `group, and no function can subscribe. Set ${property} of ${profile.alertProperty} to a standard topic; it is ` +
        `${shown(value)}.`,
    );
    return undefined;
  }
  finding.refuse(
    `${profile.label} sends its alarms nowhere: set ${property} of ${profile.alertProperty} to ${remedy}; ` +
      `it is ${shown(value)}.`,
  );
  return undefined;
}

/** What some strings have in common; nothing where they do not agree, or say nothing. */
function only(texts: readonly string[]): string | undefined {
  const [first, ...others] = new Set(texts.filter((text) => text !== ""));
  return others.length === 0 ? first : undefined;
}

/** Refuses a topic of another account or region that the config does not name. */
function checkHome(
  profile: Profile,
  topic: Arn,
  role: Arn | undefined,
  finding: Finding,
  { allowedAccounts, allowedRegions }: Values<typeof SETTINGS>,
): void {
  const own = parseArn(profile.arn);
  const watched = itemsOf(profile.targetArns).flatMap((target) => parseArn(target) ?? []);
  // A role can be passed to a service of its own account only: the profile is where its role is.
  const account = own?.account ?? role?.account ?? only(watched.map((arn) => arn.account));
  const region = own?.region ?? profile.region;
  const foreign = (what: "account" | "region", home: string | undefined, allowed: readonly string[]) => {
    const value = topic[what];
    if (home === undefined || value === home || allowed.includes(value)) return;
    finding.refuse(
      `${profile.label} sends its alarms to a topic in ${what} ${value}, but it is in ${home}. Set alertTargetArn ` +
        `to a topic of ${what} ${home}, or name ${value} in ${what === "account" ? "allowedAccounts" : "allowedRegions"} ` +
        "of this policy's config.",
    );
  };
  foreign("account", account, allowedAccounts);
  foreign("region", region, allowedRegions);
  if (region !== undefined || allowedRegions.includes(topic.region)) return;
  if (itemsOf(profile.targetArns).includes(UNKNOWN)) {
    finding.unjudged(
      "whether its topic is in its own region, as its targets are not known before the deployment",
    );
  } else if (watched.length > 0 && watched.every((arn) => arn.region !== topic.region)) {
    // Either may be mistaken.
    finding.unjudged(
      `whether its topic is in its own region, as the topic is in ${topic.region} and what it watches is not`,
    );
  }
}

/**
 * A security profile that tells nobody: its violations are recorded, and no device is ever quarantined.
 *
 * Source: AWS IoT API Reference, CreateSecurityProfile, `alertTargets` (`SNS` is the only kind).
 */
export const securityProfileAlerts = profilePolicy({
  name: "security-profile-alerts",
  displayName: "Security profile alerts a topic",
  description: "A Device Defender security profile must send its alarms to an SNS topic, through a role.",
  severity: "critical",
  tags: ["device-defender", "alerting"],
  url: "https://docs.aws.amazon.com/iot-device-defender/latest/devguide/device-defender-detect.html",
  remediationSteps:
    "Set alertTargets.SNS of the profile to { alertTargetArn, roleArn }: the topic that the quarantine function " +
    "listens to, and the role with which Device Defender publishes to it.",
  settings: SETTINGS,
  judge: (profile, finding, values) => {
    if (profile.alertTarget === UNKNOWN) {
      finding.unjudged(`${profile.alertProperty} is not known before the deployment`);
      return;
    }
    if (!isObject(profile.alertTarget)) {
      finding.refuse(
        `${profile.label} has no SNS alert target: its alarms reach nobody. ` +
          `Set ${profile.alertProperty} to { alertTargetArn, roleArn }.`,
      );
      return;
    }
    const [topic, role] = REQUIREMENTS.map((requirement) => checked(profile, requirement, finding));
    if (topic !== undefined) checkHome(profile, topic, role, finding, values);
  },
  unreadable: (why, finding) => finding.unjudged(`security profiles in it, as ${why}`),
});
