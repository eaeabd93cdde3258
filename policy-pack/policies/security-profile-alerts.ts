import type { ResourceValidationPolicy } from "@pulumi/policy";

/** Type of the resources that the policy judges. */
const SECURITY_PROFILE = "aws-native:iot:SecurityProfile";

/** An SNS topic of any partition. Source: Service Authorization Reference, "Actions, resources, and condition
 * keys for Amazon SNS". */
const TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$/;

/** A role of any partition. Source: Service Authorization Reference, "... AWS Identity and Access Management". */
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/** What must hold of a property of the alert target. */
interface Requirement {
  /** Name of the property. */
  readonly property: "alertTargetArn" | "roleArn";
  /** What it must look like. */
  readonly pattern: RegExp;
  /** What to set it to, and why. */
  readonly remedy: string;
}

const REQUIREMENTS: readonly Requirement[] = [
  {
    property: "alertTargetArn",
    pattern: TOPIC_ARN,
    remedy: "the ARN of the SNS topic that the quarantine function listens to",
  },
  {
    property: "roleArn",
    pattern: ROLE_ARN,
    remedy: "the ARN of the IAM role with which Device Defender publishes to that topic",
  },
];

/**
 * A security profile that tells nobody: its violations are recorded, and no device is ever quarantined.
 *
 * Values that a preview cannot know yet are not guessed: what is known is judged, and the policy pack's
 * server then says which value it could not see.
 */
export const securityProfileAlerts: ResourceValidationPolicy = {
  name: "security-profile-alerts",
  description: "A Device Defender security profile must send its alarms to an SNS topic, through a role.",
  enforcementLevel: "mandatory",
  validateResource: (args, reportViolation) => {
    if (args.type !== SECURITY_PROFILE) {
      return;
    }
    const target = record(record(args.props.alertTargets)?.SNS);
    if (target === undefined) {
      reportViolation(
        `Security profile "${args.name}" has no SNS alert target: its alarms reach nobody. ` +
          `Set alertTargets.SNS to { alertTargetArn, roleArn }.`,
      );
      return;
    }
    let unseen: unknown;
    for (const { property, pattern, remedy } of REQUIREMENTS) {
      try {
        const value = target[property];
        if (typeof value !== "string" || !pattern.test(value)) {
          reportViolation(
            `Security profile "${args.name}": set alertTargets.SNS.${property} to ${remedy}; it is ${shown(value)}.`,
          );
        }
      } catch (error) {
        // Reading what a preview does not know throws. The other property is still judged.
        unseen ??= error;
      }
    }
    if (unseen !== undefined) {
      throw unseen;
    }
  },
};

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

function shown(value: unknown): string {
  return value === undefined ? "not set" : JSON.stringify(value);
}
