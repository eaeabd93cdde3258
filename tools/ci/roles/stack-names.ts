import { ExpectedError } from "../../../lib/command/expected-error";
import { isObject } from "../../../lib/json";
import { type Properties, UNKNOWN } from "../../../pulumi-host/resources/property-values";

/** A resource that the program registers, as far as its names go. */
export interface RegisteredResource {
  /** Type token, for example `aws:sns/topic:Topic`. */
  readonly type: string;
  /** Whether a provider makes it; a component is not custom. */
  readonly custom: boolean;
  /** Inputs. */
  readonly inputs: Properties;
}

/** A role of the stack and who assumes it. */
interface StackRole {
  /** Physical name. */
  readonly name: string;
  /** Service principal of its trust, such as `lambda.amazonaws.com`. */
  readonly service: string;
}

/** A resource's names cannot be told from its inputs; the message names the resource. */
export class StackNamesError extends ExpectedError {}

function text({ type, inputs }: RegisteredResource, key: string): string {
  const value = inputs[key];
  if (typeof value === "string" && value !== UNKNOWN) return value;
  const what = value === UNKNOWN ? "unknown before a deploy" : "no text";
  throw new StackNamesError(`${type}: its input ${key} is ${what}, so no role can be limited to it.`);
}

function roleOf(resource: RegisteredResource): StackRole {
  const trust = JSON.parse(text(resource, "assumeRolePolicy")) as {
    Statement: readonly { Principal?: { Service?: unknown } }[];
  };
  const service = trust.Statement[0]?.Principal?.Service;
  if (trust.Statement.length !== 1 || typeof service !== "string") {
    throw new StackNamesError(`${resource.type} ${text(resource, "name")}: its trust must name one service.`);
  }
  return { name: text(resource, "name"), service };
}

function targetsOf(profile: RegisteredResource): readonly string[] {
  const { targetArns } = profile.inputs;
  if (Array.isArray(targetArns) && targetArns.every((arn) => typeof arn === "string" && arn !== UNKNOWN)) {
    return targetArns;
  }
  const name = text(profile, "securityProfileName");
  throw new StackNamesError(`${profile.type} ${name}: its targets are no list of ARNs.`);
}

function exportRolesOf({ inputs: { metricsExportConfig } }: RegisteredResource): readonly string[] {
  const { roleArn } = isObject(metricsExportConfig) ? metricsExportConfig : {};
  return typeof roleArn === "string" ? [roleArn] : [];
}

/**
 * The names that the stack's resources will have, sorted: they register in whatever order their inputs come to be known,
 * and the documents must not change with it.
 *
 * @throws StackNamesError when one is unknown before it exists, as then no role could be limited to it.
 */
export function stackNames(resources: readonly RegisteredResource[]) {
  const all = (type: string) => resources.filter((resource) => resource.type === type);
  const named = (type: string, key = "name") =>
    all(type)
      .map((resource) => text(resource, key))
      .sort();
  const profile = "aws-native:iot:SecurityProfile";
  return {
    roles: all("aws:iam/role:Role")
      .map(roleOf)
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
    topics: named("aws:sns/topic:Topic"),
    queues: named("aws:sqs/queue:Queue"),
    tables: named("aws:dynamodb/table:Table"),
    functions: named("aws:lambda/function:Function"),
    schedules: named("aws:scheduler/schedule:Schedule"),
    logGroups: named("aws:cloudwatch/logGroup:LogGroup"),
    metricAlarms: named("aws:cloudwatch/metricAlarm:MetricAlarm"),
    thingGroups: named("aws:iot/thingGroup:ThingGroup"),
    iotPolicies: named("aws:iot/policy:Policy"),
    // With the prefix `alias/`.
    keyAliases: named("aws:kms/alias:Alias"),
    securityProfiles: named(profile, "securityProfileName"),
    // ARNs of what the profiles are attached to.
    profileTargets: [...new Set(all(profile).flatMap(targetsOf))].sort(),
    // ARNs of the roles of others that Device Defender exports metrics with.
    exportRoles: [...new Set(all(profile).flatMap(exportRolesOf))].sort(),
  };
}

/** Physical names of what a stack holds; what is not named here has no name of its own. */
export type StackNames = Readonly<ReturnType<typeof stackNames>>;
