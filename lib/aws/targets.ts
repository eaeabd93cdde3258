import { type AwsScope, regionalArn } from "./arns";
import { NAME_PATTERN } from "./names";
import { parseArn } from "./parse-arn";

/** Words for the targets that are no thing groups, and how the resources of their ARNs are called. */
const SETS: ReadonlyMap<string, string> = new Map([
  ["all-things", "all/things"],
  ["registered-things", "all/registered-things"],
  ["unregistered-things", "all/unregistered-things"],
]);

/** Words that stand for a set of devices rather than for a thing group. */
export const DEVICE_SETS: readonly string[] = [...SETS.keys()];

const GROUP = new RegExp(`^thinggroup/(${NAME_PATTERN})$`);

/** Name of the thing group that the resource of an ARN is. */
export const groupOfResource = (resource: string): string | undefined => GROUP.exec(resource)?.[1];

/**
 * Whether a security profile can be attached to the resource of an ARN.
 *
 * Source: AWS IoT API Reference, "AttachSecurityProfile", `securityProfileTargetArn`.
 */
export const isTargetResource = (resource: string): boolean =>
  [...SETS.values()].includes(resource) || GROUP.test(resource);

/** The resource of a target that is given by its ARN; undefined for all else. */
export function resourceOfTargetArn(target: unknown): string | undefined {
  const arn = parseArn(target);
  const isTarget =
    arn?.service === "iot" && arn.region !== "" && arn.account !== "" && isTargetResource(arn.resource);
  return isTarget ? arn.resource : undefined;
}

/**
 * The resource of the ARN that a target stands for, by which two ways to write one target are the same.
 *
 * @param target - `all-things`, `registered-things`, `unregistered-things`, a thing group's name, or the ARN itself.
 */
export const targetResource = (target: string): string =>
  resourceOfTargetArn(target) ?? SETS.get(target) ?? `thinggroup/${target}`;

/**
 * ARN that a security profile attaches to.
 *
 * Source: AWS IoT Device Defender Developer Guide, "AWS IoT Device Defender detect" (target ARNs
 * `all/things`, `all/registered-things`, `all/unregistered-things` and a thing group's ARN).
 *
 * @param target - as of {@link targetResource}.
 */
export const targetArn = (scope: AwsScope, target: string): string =>
  resourceOfTargetArn(target) === undefined ? regionalArn(scope, "iot", targetResource(target)) : target;
