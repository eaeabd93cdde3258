import { randomBytes } from "node:crypto";
import type { CreateSecurityProfileRequest } from "@aws-sdk/client-iot";
import { toApi, toModel } from "../../../lib/cloudformation/model-shape";
import { SETTINGS, type SecurityProfileModel } from "../../../lib/cloudformation/security-profile-model";
import { mergeTags, tagPairs } from "../../wire/tags";
import { attachSecurityProfile, detachSecurityProfile } from "../detect/actions/profile-targets";
import {
  createSecurityProfile,
  deleteSecurityProfile,
  describeSecurityProfile,
  updateSecurityProfile,
} from "../detect/actions/security-profiles";
import type { DetectStore } from "../detect/store";
import { invalidRequest } from "../iot/errors";

/** A name for a profile whose creator gave none. Its form on AWS is not documented: assumed. */
export const generatedName = () => `${randomBytes(6).toString("hex")}-${randomBytes(6).toString("hex")}`;

const isEmpty = (held: unknown) => Object.keys(held ?? {}).length === 0;

function settingsIn(model: SecurityProfileModel): CreateSecurityProfileRequest {
  const { Behaviors } = model as { Behaviors?: { Criteria?: { Value?: { Count?: string } } }[] };
  for (const { Criteria } of Behaviors ?? []) {
    const count = Criteria?.Value?.Count;
    if (count !== undefined && !/^-?\d+$/.test(count)) {
      throw invalidRequest(`Invalid value for Behavior::MetricValue::Count: ${count}`);
    }
  }
  return toApi(SETTINGS, model) as CreateSecurityProfileRequest;
}

function attachAll(store: DetectStore, name: string, targets: Iterable<string>): void {
  for (const arn of targets) {
    attachSecurityProfile(store, { securityProfileName: name, securityProfileTargetArn: arn });
  }
}

/**
 * Creates a profile, then attaches it target by target: where one fails, the profile stays with those before it.
 *
 * Source: AWS's published CloudFormation handler of `AWS::IoT::SecurityProfile`, as for the other functions here.
 */
export function createProfile(store: DetectStore, name: string, model: SecurityProfileModel): void {
  if (model.SecurityProfileArn) throw invalidRequest("Arn is a read-only property and cannot be set.");
  const settings = settingsIn({ ...model, SecurityProfileName: name });
  createSecurityProfile(store, { ...settings, tags: [...(model.Tags ?? [])] });
  attachAll(store, name, model.TargetArns ?? []);
}

/** Reversed: AWS's handler puts its lists through hash sets, so they come back in an order of their own. */
const shuffled = <T>(items: readonly T[]) => [...items].reverse();

/** Reads a profile. Its lists come back in another order than they were given. */
export function readProfile(store: DetectStore, name: string): SecurityProfileModel {
  const { targets, tags } = store.profile(name);
  const settings = describeSecurityProfile(store, { securityProfileName: name });
  return {
    ...(toModel(SETTINGS, {
      ...settings,
      ...(settings.behaviors.length > 0
        ? { behaviors: shuffled(settings.behaviors) }
        : { behaviors: undefined }),
    }) as SecurityProfileModel),
    SecurityProfileArn: settings.securityProfileArn,
    Tags: shuffled([...tags]).map(([Key, Value]) => ({ Key, Value })),
    TargetArns: shuffled([...targets]),
  };
}

/**
 * Makes a profile equal to a model: settings, then targets (those that somebody attached by hand are detached),
 * then tags. A description that is left out stays as it was.
 */
export function updateProfile(store: DetectStore, name: string, model: SecurityProfileModel): void {
  updateSecurityProfile(store, {
    ...settingsIn(model),
    securityProfileName: name,
    // What is empty has to be deleted by name.
    ...(isEmpty(model.Behaviors) && { behaviors: undefined, deleteBehaviors: true }),
    ...(isEmpty(model.AlertTargets) && { alertTargets: undefined, deleteAlertTargets: true }),
    ...(isEmpty(model.AdditionalMetricsToRetainV2) && {
      additionalMetricsToRetainV2: undefined,
      deleteAdditionalMetricsToRetain: true,
    }),
    ...(isEmpty(model.MetricsExportConfig) && {
      metricsExportConfig: undefined,
      deleteMetricsExportConfig: true,
    }),
  });
  const profile = store.profile(name);
  const current = new Set(profile.targets);
  const desired = new Set(model.TargetArns ?? []);
  attachAll(
    store,
    name,
    [...desired].filter((arn) => !current.has(arn)),
  );
  for (const arn of current) {
    if (desired.has(arn)) continue;
    detachSecurityProfile(store, { securityProfileName: name, securityProfileTargetArn: arn });
  }
  const tags = new Map(tagPairs(model.Tags));
  for (const key of profile.tags.keys()) if (!tags.has(key)) profile.tags.delete(key);
  for (const [key, value] of mergeTags(profile.tags, tags, invalidRequest)) profile.tags.set(key, value);
}

/** Deletes a profile, which must exist. */
export function deleteProfile(store: DetectStore, name: string): void {
  store.profile(name);
  deleteSecurityProfile(store, { securityProfileName: name });
}
