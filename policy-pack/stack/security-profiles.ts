import type { JsonObject } from "../../lib/json";
import { at, isLeftOut } from "../input/unknown";
import { apiSpelling } from "./api-spelling";
import { type DeclaringProperty, type DeclaringResource, declaredBy } from "./declared";
import { regionOf } from "./references";

/** A resource that may hold security profiles, its properties plain. */
export interface ProfileSource extends DeclaringResource {
  /** Its provider, where it has one of its own. */
  readonly provider?: { readonly props: JsonObject };
}

/** A Device Defender security profile, in the spelling of the AWS IoT API; nothing of it is checked. */
export interface Profile {
  /** How a message calls it. */
  readonly label: string;
  /** Physical name. */
  readonly name: unknown;
  /** ARN, where the resource tells it. */
  readonly arn: unknown;
  /** Behaviors; a count may be a string, as CloudFormation has it. */
  readonly behaviors: unknown;
  /** Metrics that it retains though no behavior watches them. */
  readonly retained: unknown;
  /** The SNS alert target: `alertTargetArn` and `roleArn`. */
  readonly alertTarget: unknown;
  /** How a message calls the place of the alert target. */
  readonly alertProperty: string;
  /** Name of the resource's own property that the alert target is in. */
  readonly sourceProperty: "alertTargets" | DeclaringProperty;
  /** ARNs of what it watches. */
  readonly targetArns: unknown;
  /** Region of the provider that makes it, where that is known. */
  readonly region?: string;
}

/** The profiles that a resource holds, and why it cannot be told whether it holds more. */
export interface ProfileReading {
  readonly profiles: readonly Profile[];
  readonly unread?: string;
}

const NATIVE = "aws-native:iot:SecurityProfile";
const CLOUDFORMATION_TYPE = "AWS::IoT::SecurityProfile";

/** How a message calls the place of the alert target. */
const ALERT_PROPERTY: Readonly<Record<Profile["sourceProperty"], string>> = {
  alertTargets: "alertTargets.SNS",
  desiredState: "AlertTargets.SNS of desiredState",
  properties: "AlertTargets.SNS of properties",
  templateBody: "AlertTargets.SNS",
};

function profile(
  called: string,
  sourceProperty: Profile["sourceProperty"],
  properties: unknown,
  region: string | undefined,
): Profile {
  return {
    sourceProperty,
    alertProperty: ALERT_PROPERTY[sourceProperty],
    label: `Security profile ${called}`,
    name: at(properties, "securityProfileName"),
    arn: at(properties, "securityProfileArn"),
    behaviors: at(properties, "behaviors"),
    retained: at(properties, "additionalMetricsToRetainV2"),
    alertTarget: at(properties, "alertTargets", "SNS"),
    targetArns: at(properties, "targetArns"),
    ...(region !== undefined && { region }),
  };
}

/**
 * Finds the security profiles that a resource makes: one of `aws-native`, or those that it declares in
 * CloudFormation's words.
 *
 * Source: AWS CloudFormation User Guide, `AWS::IoT::SecurityProfile` (keys, `Count` as string, `TargetArns`).
 */
export function profilesOf(source: ProfileSource): ProfileReading {
  // A stack set makes its profiles in other regions than its own.
  const region = /StackSet$/.test(source.type) ? undefined : regionOf(source);
  if (source.type === NATIVE) {
    if (isLeftOut(source.props))
      return { profiles: [], unread: "it comes without properties, as what --target leaves out" };
    return { profiles: [profile(`"${source.name}"`, "alertTargets", source.props, region)] };
  }
  const { declared, unread } = declaredBy(source, CLOUDFORMATION_TYPE);
  return {
    profiles: declared.map(({ called, property, properties }) =>
      profile(called, property, apiSpelling(properties), region),
    ),
    ...(unread !== undefined && { unread }),
  };
}
