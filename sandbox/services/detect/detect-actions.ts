import type { Environment } from "../../environment";
import type { Action } from "../../wire/service";
import * as targets from "./actions/profile-targets";
import * as profiles from "./actions/security-profiles";
import * as violations from "./actions/violations";
import type { DetectStore } from "./store";
import type { Registry } from "./targets";

/** Device Defender Detect's actions, which are part of the service `iot`. */
export function detectActions(
  store: DetectStore,
  env: Environment,
  ports: { readonly registry: Registry },
): Record<string, Action> {
  const { registry } = ports;
  return {
    CreateSecurityProfile: (request) => profiles.createSecurityProfile(store, env, request),
    DescribeSecurityProfile: (request) => profiles.describeSecurityProfile(store, request),
    UpdateSecurityProfile: (request) => profiles.updateSecurityProfile(store, env, request),
    DeleteSecurityProfile: (request) => profiles.deleteSecurityProfile(store, request),
    ListSecurityProfiles: (request) => profiles.listSecurityProfiles(store, request),
    ValidateSecurityProfileBehaviors: (request) => profiles.validateSecurityProfileBehaviors(request),
    AttachSecurityProfile: (request) => targets.attachSecurityProfile(store, env, registry, request),
    DetachSecurityProfile: (request) => targets.detachSecurityProfile(store, env, registry, request),
    ListTargetsForSecurityProfile: (request) => targets.listTargetsForSecurityProfile(store, request),
    ListSecurityProfilesForTarget: (request) =>
      targets.listSecurityProfilesForTarget(store, env, registry, request),
    ListActiveViolations: (request) => violations.listActiveViolations(store, request),
    ListViolationEvents: (request) => violations.listViolationEvents(store, env, request),
    PutVerificationStateOnViolation: (request) =>
      violations.putVerificationStateOnViolation(store, env, request),
  };
}
