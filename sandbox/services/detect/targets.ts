import { regionalArn } from "../../../lib/aws/arns";
import { groupOfResource, isTargetResource } from "../../../lib/aws/targets";
import type { Environment } from "../../environment";
import type { Registry } from "../iot/registry";

/** The targets that are not groups. Source: Device Defender Developer Guide, "How to use AWS IoT Device Defender detect". */
const WHOLES: Readonly<Record<string, (registry: Registry, thing: string) => boolean>> = {
  "all/things": () => true,
  "all/registered-things": (registry, thing) => registry.isThing(thing),
  "all/unregistered-things": (registry, thing) => !registry.isThing(thing),
};

/** `all/things` of `arn:aws:iot:us-east-1:123456789012:all/things`; a group's name may hold colons. */
function resourceOf(arn: string): string {
  let start = 0;
  for (let colons = 0; colons < 5; colons++) start = arn.indexOf(":", start) + 1;
  return arn.slice(start);
}

/** Name of the group that a target is; `undefined` for the others. */
export const groupOf = (targetArn: string) => groupOfResource(resourceOf(targetArn));

/** ARN of a thing group. */
export const groupArn = (env: Environment, groupName: string) =>
  regionalArn(env, "iot", `thinggroup/${groupName}`);

/** Whether an ARN can be a target of a security profile in this account and region. */
export function isTargetArn(env: Environment, arn: string): boolean {
  const resource = resourceOf(arn);
  return arn === regionalArn(env, "iot", resource) && isTargetResource(resource);
}

/**
 * Under what Detect keeps a thing: one that is registered, or deleted, is another from then on.
 *
 * Source: AWS IoT Device Defender Developer Guide, "AWS IoT Device Defender troubleshooting guide" (two violations).
 */
export const identityOf = (registry: Registry, thingName: string) =>
  `${registry.isThing(thingName) ? "registered" : "unregistered"} ${thingName}`;

/**
 * Whether any of the targets means a thing.
 *
 * A group stands for its members and those of its child groups: assumed, as everything else that is attached to
 * a group reaches them.
 *
 * @param thingName - Registry name, or client id of an unregistered device.
 */
export function isTargeted(registry: Registry, targets: Iterable<string>, thingName: string): boolean {
  for (const target of targets) {
    const resource = resourceOf(target);
    const group = Object.hasOwn(WHOLES, resource) ? undefined : groupOfResource(resource);
    const isIn =
      group === undefined ? WHOLES[resource]?.(registry, thingName) : registry.isInGroup(thingName, group);
    if (isIn) return true;
  }
  return false;
}
