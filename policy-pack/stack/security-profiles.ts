import { isObject, type JsonObject } from "../../lib/json";
import { at, parseJson, UNKNOWN } from "../input/unknown";
import { templateProfiles } from "./template-profiles";

/** A resource that may hold security profiles, its properties plain. */
export interface ProfileSource {
  /** Type token. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** Properties. */
  readonly props: JsonObject;
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
  /** The SNS alert target: `alertTargetArn` and `roleArn`. */
  readonly alertTarget: unknown;
  /** How a message calls the place of the alert target. */
  readonly alertProperty: string;
  /** Name of the resource's own property that the alert target is in. */
  readonly sourceProperty: "alertTargets" | "desiredState" | "templateBody";
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
const CLOUD_CONTROL = "aws:cloudcontrol/resource:Resource";
const TEMPLATE_STACK = "aws:cloudformation/stack:Stack";
const CLOUDFORMATION_TYPE = "AWS::IoT::SecurityProfile";

/** Keys of CloudFormation as the API spells them; `SNS`, the key of a map, stays. */
function apiSpelling(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(apiSpelling);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      /^[A-Z]+$/.test(key) ? key : key.slice(0, 1).toLowerCase() + key.slice(1),
      apiSpelling(item),
    ]),
  );
}

/** What differs between the forms of a profile. */
type Form = Pick<Profile, "alertProperty" | "sourceProperty">;

const FORMS = {
  native: { alertProperty: "alertTargets.SNS", sourceProperty: "alertTargets" },
  cloudControl: { alertProperty: "AlertTargets.SNS of desiredState", sourceProperty: "desiredState" },
  template: { alertProperty: "AlertTargets.SNS", sourceProperty: "templateBody" },
} as const satisfies Record<string, Form>;

function profile(label: string, form: Form, properties: unknown, region: unknown): Profile {
  return {
    ...form,
    label,
    name: at(properties, "securityProfileName"),
    arn: at(properties, "securityProfileArn"),
    behaviors: at(properties, "behaviors"),
    alertTarget: at(properties, "alertTargets", "SNS"),
    targetArns: at(properties, "targetArns"),
    ...(typeof region === "string" && { region }),
  };
}

function cloudControlProfiles(source: ProfileSource, region: unknown): ProfileReading {
  const { typeName, desiredState } = source.props;
  if (typeName !== CLOUDFORMATION_TYPE) return { profiles: [] };
  const state = typeof desiredState === "string" ? parseJson(desiredState) : desiredState;
  const label = `Security profile "${source.name}"`;
  return { profiles: [profile(label, FORMS.cloudControl, apiSpelling(state), region)] };
}

function templateStackProfiles(source: ProfileSource, region: unknown): ProfileReading {
  const { templateBody, parameters } = source.props;
  if (templateBody === UNKNOWN) return { profiles: [], unread: "its template is not known yet" };
  if (typeof templateBody !== "string") return { profiles: [] };
  const reading = templateProfiles(templateBody, parameters);
  if ("unreadable" in reading) return { profiles: [], unread: reading.unreadable };
  return {
    profiles: reading.profiles.map(({ logicalId, properties }) => {
      const label = `Security profile "${logicalId}" of CloudFormation stack "${source.name}"`;
      return profile(label, FORMS.template, apiSpelling(properties), region);
    }),
  };
}

/**
 * Finds the security profiles that a resource makes: one of `aws-native`, one of Cloud Control, those of a
 * CloudFormation template.
 *
 * Source: AWS CloudFormation User Guide, `AWS::IoT::SecurityProfile` (keys, `Count` as string, `TargetArns`).
 */
export function profilesOf(source: ProfileSource): ProfileReading {
  const region = readProviderRegion(source);
  switch (source.type) {
    case NATIVE: {
      const label = `Security profile "${source.name}"`;
      return { profiles: [profile(label, FORMS.native, source.props, region)] };
    }
    case CLOUD_CONTROL:
      return cloudControlProfiles(source, region);
    case TEMPLATE_STACK:
      return templateStackProfiles(source, region);
    default:
      return { profiles: [] };
  }
}

/** A provider's property may be unknown, and reading it then throws. */
function readProviderRegion({ provider }: ProfileSource): unknown {
  try {
    return provider?.props.region;
  } catch {
    return undefined;
  }
}
