import type * as sdk from "@aws-sdk/client-iot";
import { iotPage } from "../../iot/checks";
import { invalidRequest, limitExceeded, notFound } from "../../iot/errors";
import type { Registry } from "../../iot/registry";
import type { SecurityProfile } from "../records";
import type { DetectStore } from "../store";
import { groupArn, groupOf, isTargetArn, isTargeted } from "../targets";

/** AWS General Reference, "AWS IoT Device Defender endpoints and quotas". */
const PROFILES_PER_TARGET = 5;

/** Takes the target of a request, or refuses it. */
function checkTarget({ env, registry }: DetectStore, arn: string): void {
  if (!isTargetArn(env, arn)) throw invalidRequest(`Invalid security profile target ${arn}`);
  const group = groupOf(arn);
  if (group !== undefined && !registry.hasGroup(group)) throw notFound(`Thing group ${group} does not exist`);
}

const profilesOf = (store: DetectStore, targetArn: string) =>
  [...store.profiles.values()].filter((profile) => profile.targets.has(targetArn));

/** Attaches a profile to a target; again is no error (assumed). Source: API Reference, "AttachSecurityProfile". */
export function attachSecurityProfile(store: DetectStore, request: sdk.AttachSecurityProfileRequest) {
  const profile = store.profile(request.securityProfileName);
  const target = request.securityProfileTargetArn ?? "";
  checkTarget(store, target);
  if (!profile.targets.has(target) && profilesOf(store, target).length >= PROFILES_PER_TARGET) {
    throw limitExceeded(`At most ${PROFILES_PER_TARGET} security profiles can be attached to ${target}`);
  }
  profile.targets.add(target);
  return {};
}

/** Forgets the things that no target means any more, without an event. */
function forgetUntargeted(profile: SecurityProfile, registry: Registry): void {
  for (const things of profile.watched.values()) {
    for (const [identity, { thingName }] of things) {
      if (!isTargeted(registry, profile.targets, thingName)) things.delete(identity);
    }
  }
}

/** Detaches a profile from a target; from one that it is not attached to is no error (assumed). */
export function detachSecurityProfile(store: DetectStore, request: sdk.DetachSecurityProfileRequest) {
  const profile = store.profile(request.securityProfileName);
  const target = request.securityProfileTargetArn ?? "";
  // The group itself may be gone already.
  if (!isTargetArn(store.env, target)) throw invalidRequest(`Invalid security profile target ${target}`);
  if (profile.targets.delete(target)) forgetUntargeted(profile, store.registry);
  return {};
}

/** Lists the targets of a profile. */
export function listTargetsForSecurityProfile(
  store: DetectStore,
  request: sdk.ListTargetsForSecurityProfileRequest,
) {
  const profile = store.profile(request.securityProfileName);
  const page = iotPage([...profile.targets], request);
  return {
    securityProfileTargets: page.items.map((arn) => ({ arn })),
    nextToken: page.nextToken,
  } satisfies sdk.ListTargetsForSecurityProfileResponse;
}

/** Lists the profiles of a target; `recursive` adds those of its child groups. */
export function listSecurityProfilesForTarget(
  store: DetectStore,
  request: sdk.ListSecurityProfilesForTargetRequest,
) {
  const target = request.securityProfileTargetArn ?? "";
  checkTarget(store, target);
  const group = groupOf(target);
  const { env, registry } = store;
  const below = request.recursive && group !== undefined ? registry.descendantsOf(group) : [];
  const mappings = [target, ...below.map((name) => groupArn(env, name))].flatMap((arn) =>
    profilesOf(store, arn).map((profile) => ({
      securityProfileIdentifier: { name: profile.name, arn: profile.arn },
      target: { arn },
    })),
  );
  const page = iotPage(mappings, request);
  return {
    securityProfileTargetMappings: page.items,
    nextToken: page.nextToken,
  } satisfies sdk.ListSecurityProfilesForTargetResponse;
}
