import { isDeepStrictEqual } from "node:util";
import type * as sdk from "@aws-sdk/client-iot";
import { regionalArn } from "../../../../lib/aws/arns";
import { mergeTags, tagPairs } from "../../../wire/tags";
import { checkRegistryName, checkVersion, iotPage } from "../../iot/checks";
import { alreadyExists, invalidRequest } from "../../iot/errors";
import { metricUses } from "../metric-uses";
import {
  behaviorErrors,
  checkAlertTargets,
  checkBehaviors,
  checkExport,
  checkPlainText,
  checkRetained,
} from "../profile-checks";
import type { ProfileSettings, SecurityProfile } from "../records";
import type { DetectStore } from "../store";

/** The deprecated list of bare metric names means the same as the newer one. */
const metricsIn = (request: sdk.CreateSecurityProfileRequest) =>
  request.additionalMetricsToRetainV2 ?? request.additionalMetricsToRetain?.map((metric) => ({ metric }));

function settingsFrom(request: sdk.CreateSecurityProfileRequest): ProfileSettings {
  const { securityProfileDescription: description, metricsExportConfig } = request;
  checkPlainText("securityProfileDescription", description);
  if (metricsExportConfig) checkExport(metricsExportConfig);
  return {
    ...(description !== undefined && { description }),
    behaviors: checkBehaviors(request.behaviors ?? []),
    alertTargets: checkAlertTargets(request.alertTargets ?? {}),
    metricsToRetain: checkRetained(metricsIn(request) ?? []),
    ...(metricsExportConfig && { metricsExportConfig }),
  };
}

const entriesOf = (tags: ReadonlyMap<string, string>) => [...tags].sort();

/**
 * Creates a security profile. The very same one again is no error.
 *
 * Source: API Reference, "CreateSecurityProfile"; that it is idempotent: comments of AWS's published CloudFormation
 * handler of `AWS::IoT::SecurityProfile`.
 */
export function createSecurityProfile(store: DetectStore, request: sdk.CreateSecurityProfileRequest) {
  const name = request.securityProfileName ?? "";
  checkRegistryName(name, "securityProfileName");
  const settings = settingsFrom(request);
  const tags = mergeTags(new Map(), tagPairs(request.tags), invalidRequest);
  const existing = store.profiles.get(name);
  const same = isDeepStrictEqual(existing?.settings, settings);
  if (existing && !(same && isDeepStrictEqual(entriesOf(existing.tags), entriesOf(tags)))) {
    throw alreadyExists(
      `Security profile ${name} already exists with different properties`,
      name,
      existing.arn,
    );
  }
  const profile = existing ?? {
    name,
    arn: regionalArn(store.env, "iot", `securityprofile/${name}`),
    creationDate: store.env.clock.date(),
    lastModifiedDate: store.env.clock.date(),
    version: 1,
    settings,
    tags,
    targets: new Set<string>(),
    watched: new Map(),
  };
  store.profiles.set(name, profile);
  return {
    securityProfileName: name,
    securityProfileArn: profile.arn,
  } satisfies sdk.CreateSecurityProfileResponse;
}

/** Describes a profile; what is empty is left out, as in the AWS CLI Command Reference's examples. */
export function describeSecurityProfile(store: DetectStore, request: sdk.DescribeSecurityProfileRequest) {
  const profile = store.profile(request.securityProfileName);
  const { description, behaviors, alertTargets, metricsToRetain, metricsExportConfig } = profile.settings;
  return {
    securityProfileName: profile.name,
    securityProfileArn: profile.arn,
    securityProfileDescription: description,
    behaviors: behaviors as sdk.Behavior[],
    ...(Object.keys(alertTargets).length > 0 && { alertTargets: { ...alertTargets } }),
    ...(metricsToRetain.length > 0 && { additionalMetricsToRetainV2: [...metricsToRetain] }),
    version: profile.version,
    creationDate: profile.creationDate,
    lastModifiedDate: profile.lastModifiedDate,
    ...(metricsExportConfig && { metricsExportConfig }),
  } satisfies sdk.DescribeSecurityProfileResponse;
}

/** Pairs of a member and the flag that empties it. */
const DELETIONS = [
  ["behaviors", "deleteBehaviors"],
  ["alertTargets", "deleteAlertTargets"],
  ["additionalMetricsToRetain", "deleteAdditionalMetricsToRetain"],
  ["additionalMetricsToRetainV2", "deleteAdditionalMetricsToRetain"],
  ["metricsExportConfig", "deleteMetricsExportConfig"],
] as const;

function changedSettings(
  current: ProfileSettings,
  request: sdk.UpdateSecurityProfileRequest,
): ProfileSettings {
  for (const [member, flag] of DELETIONS) {
    if (request[flag] && request[member] !== undefined) {
      throw invalidRequest(`${flag} cannot be true while ${member} is given.`);
    }
  }
  const given = settingsFrom(request);
  const pick = <Key extends keyof ProfileSettings>(
    key: Key,
    deleted: boolean | undefined,
    member: unknown,
  ) => ({
    [key]: deleted || member !== undefined ? given[key] : current[key],
  });
  const { metricsExportConfig: kept, ...rest } = current;
  const exportConfig = request.deleteMetricsExportConfig ? undefined : (given.metricsExportConfig ?? kept);
  return {
    ...rest,
    ...(given.description !== undefined && { description: given.description }),
    ...pick("behaviors", request.deleteBehaviors, request.behaviors),
    ...pick("alertTargets", request.deleteAlertTargets, request.alertTargets),
    ...pick("metricsToRetain", request.deleteAdditionalMetricsToRetain, metricsIn(request)),
    ...(exportConfig && { metricsExportConfig: exportConfig }),
  };
}

/**
 * Changes what is given of a profile. What was found under behaviors that are gone is dropped without an event.
 *
 * Source: API Reference, "UpdateSecurityProfile".
 */
export function updateSecurityProfile(store: DetectStore, request: sdk.UpdateSecurityProfileRequest) {
  const profile = store.profile(request.securityProfileName);
  checkVersion(request.expectedVersion, profile.version, `security profile ${profile.name}`);
  profile.settings = changedSettings(profile.settings, request);
  profile.version++;
  profile.lastModifiedDate = store.env.clock.date();
  const names = new Set(profile.settings.behaviors.map((behavior) => behavior.name));
  for (const name of profile.watched.keys()) if (!names.has(name)) profile.watched.delete(name);
  return describeSecurityProfile(store, request) satisfies sdk.UpdateSecurityProfileResponse;
}

/**
 * Deletes a profile with its attachments and what was found under it; one that does not exist is no error.
 *
 * Source: API Reference, "DeleteSecurityProfile" (no `ResourceNotFoundException` among its errors).
 */
export function deleteSecurityProfile(store: DetectStore, request: sdk.DeleteSecurityProfileRequest) {
  const name = request.securityProfileName ?? "";
  checkRegistryName(name, "securityProfileName");
  const profile = store.profiles.get(name);
  if (profile) checkVersion(request.expectedVersion, profile.version, `security profile ${name}`);
  store.profiles.delete(name);
  return {};
}

/** Lists profiles: all, or those that use a dimension or a metric. */
export function listSecurityProfiles(store: DetectStore, request: sdk.ListSecurityProfilesRequest) {
  const { dimensionName, metricName } = request;
  if (dimensionName !== undefined && metricName !== undefined) {
    throw invalidRequest("dimensionName and metricName cannot be used in the same request.");
  }
  const uses = (profile: SecurityProfile) =>
    metricUses(profile).some((use) =>
      metricName === undefined
        ? use.metricDimension?.dimensionName === dimensionName
        : use.metric === metricName,
    );
  const all = [...store.profiles.values()];
  const found = (metricName ?? dimensionName) === undefined ? all : all.filter(uses);
  const page = iotPage(found, request);
  return {
    securityProfileIdentifiers: page.items.map(({ name, arn }) => ({ name, arn })),
    nextToken: page.nextToken,
  } satisfies sdk.ListSecurityProfilesResponse;
}

/** Tells what is wrong with behaviors, without keeping them. */
export function validateSecurityProfileBehaviors(
  _store: DetectStore,
  request: sdk.ValidateSecurityProfileBehaviorsRequest,
) {
  const errors = behaviorErrors(request.behaviors ?? []);
  return {
    valid: errors.length === 0,
    validationErrors: errors.map((errorMessage) => ({ errorMessage })),
  } satisfies sdk.ValidateSecurityProfileBehaviorsResponse;
}
