import leven from "leven";
import { DEVICE_SETS, groupOfResource, resourceOfTargetArn, targetResource } from "../../lib/aws/targets";
import { choiceFaults, isName, NAME_RULE, type Place, unknownKeys, wrong } from "../../lib/detect/checks";
import type { Fault } from "../../lib/detect/fault";
import { meantMetric } from "../../lib/detect/meant-metric";
import { isAwsMetric } from "../../lib/detect/metrics";
import type { TypedBehavior } from "../../lib/detect/typed-behavior";
import { judgedMetric, meantFault, placeOf, profileFaults } from "../../lib/detect/validate-behavior";
import { isObject, type JsonObject } from "../../lib/json";
import { nearest } from "../../lib/nearest";
import { RESPONSES, type Response } from "../../lib/responses/response-table";
import {
  exportFaults,
  type MetricsExport,
  profileMetricsFaults,
  type RetainedMetric,
  retainsMetrics,
} from "./security-profile-metrics";

/** One security profile, as the stack makes it. */
export interface SecurityProfileSpec {
  /** Physical name, 1 to 128 of `[a-zA-Z0-9:_-]`. */
  readonly name: string;
  /** What it is for: at most 1,000 printable ASCII characters. */
  readonly description?: string;
  /** What an alarm leads to. @default observe */
  readonly response?: Response;
  /**
   * What is normal: up to 100 behaviors, all rules or all ML; each may have a `response` other than the profile's. None
   * only where the profile retains metrics.
   */
  readonly behaviors: readonly (TypedBehavior & { readonly response?: Response })[];
  /** `all-things`, `registered-things`, `unregistered-things`, names of thing groups, or ARNs of these; none twice. */
  readonly targets: readonly string[];
  /** Metrics whose values are kept though no behavior watches them. @default none */
  readonly additionalMetricsToRetain?: readonly RetainedMetric[];
  /** Where the values of metrics with `exportMetric: true` are published. @default nowhere */
  readonly metricsExport?: MetricsExport;
}

const PROFILE_KEYS = [
  "name",
  "description",
  "response",
  "behaviors",
  "targets",
  "additionalMetricsToRetain",
  "metricsExport",
];

/** Source: AWS IoT API Reference, "CreateSecurityProfile", `securityProfileDescription`. */
const DESCRIPTION = /^[\x20-\x7e]{0,1000}$/;

/** Source: AWS General Reference, "AWS IoT Device Defender endpoints and quotas", profiles per target. */
const PROFILES_PER_TARGET = 5;

/**
 * Finds all that is wrong with a list of security profiles. Never throws, whatever it is given.
 *
 * One profile may leave its name out: it is then named after the stack.
 *
 * @param profiles - what should be an array of {@link SecurityProfileSpec}.
 * @param path - where the array is, for the faults.
 * @param quarantineGroup - name of the group that is no target: who is in it has been caught already.
 */
export function securityProfileFaults(profiles: unknown, path: string, quarantineGroup?: string): Fault[] {
  if (!Array.isArray(profiles) || profiles.length === 0) {
    const rule = "a list of at least one security profile";
    return [{ path, rule, value: profiles, remedy: "Set the profiles to" }];
  }
  const entries: unknown[] = profiles;
  return [
    ...entries.flatMap((profile, index) => oneProfileFaults(profile, `${path}[${index}]`, quarantineGroup)),
    ...repeatedNameFaults(entries, path),
    ...crowdedTargetFaults(entries, path),
  ];
}

function oneProfileFaults(profile: unknown, path: string, quarantineGroup?: string): Fault[] {
  if (!isObject(profile)) {
    return [
      {
        path,
        rule: "an object with `behaviors` and `targets`",
        value: profile,
        remedy: "Set the profile to",
      },
    ];
  }
  const { name, description, behaviors, targets } = profile;
  const place: Place = { path, subject: isName(name) ? `profile \`${name}\`` : "the profile" };
  const described =
    description === undefined || (typeof description === "string" && DESCRIPTION.test(description));
  return [
    ...unknownKeys(place, profile, PROFILE_KEYS),
    ...(name === undefined || isName(name) ? [] : [wrong(place, "name", name, NAME_RULE)]),
    ...(described
      ? []
      : [wrong(place, "description", description, "at most 1000 printable ASCII characters")]),
    ...choiceFaults(place, profile, "response", RESPONSES, "optional"),
    ...(isWithout(behaviors) && retainsMetrics(profile)
      ? []
      : profileFaults(behaviors, `${path}.behaviors`, ["response"])),
    ...(Array.isArray(behaviors) ? behaviors : []).flatMap((behavior: unknown, index) =>
      ownFaults(behavior, `${path}.behaviors[${index}]`, profile),
    ),
    ...targetFaults(place, targets, quarantineGroup),
    ...profileMetricsFaults(place, profile),
  ];
}

/** Whether a profile has no behaviors, be it that they are left out. */
const isWithout = (behaviors: unknown): boolean =>
  behaviors === undefined || (Array.isArray(behaviors) && behaviors.length === 0);

/** What is wrong with a behavior for this stack: its own keys, likely slips, and what comes to nothing in it. */
function ownFaults(behavior: unknown, path: string, profile: JsonObject): Fault[] {
  if (!isObject(behavior)) return [];
  const { metric } = behavior;
  const place = placeOf(behavior, path);
  const isCustom = isName(metric) && !isAwsMetric(metric) && judgedMetric(behavior) === metric;
  const meant = isCustom ? meantMetric(metric) : undefined;
  return [
    ...choiceFaults(place, behavior, "response", RESPONSES, "optional"),
    ...(isCustom && meant !== undefined ? [meantFault(place, metric, meant)] : []),
    ...exportFaults(place, behavior, profile),
  ];
}

/** Letters of a name in which one too many or too few is likely a slip: of short names it makes others. */
const LEAST_LETTERS = 5;

/** The quarantine group, where a target has a letter more or less: other groups may well differ in one letter. */
function nearlyGroup(target: string, quarantineGroup: string | undefined): string | undefined {
  if (quarantineGroup === undefined || quarantineGroup.length === target.length) return undefined;
  if (Math.min(quarantineGroup.length, target.length) < LEAST_LETTERS) return undefined;
  return leven(quarantineGroup, target) === 1 ? quarantineGroup : undefined;
}

/** Why a target is none, or likely not the one that is meant; undefined where nothing speaks against it. */
function targetRule(target: unknown, quarantineGroup: string | undefined): string | undefined {
  const byArn = resourceOfTargetArn(target);
  if (byArn === undefined && !isName(target)) {
    return `a set of devices, a thing group's name (${NAME_RULE}), or the ARN of one of these`;
  }
  if (groupOfResource(targetResource(String(target))) === quarantineGroup && quarantineGroup !== undefined) {
    return "devices that are not in quarantine: the quarantine group is no target";
  }
  if (byArn !== undefined || !isName(target) || DEVICE_SETS.includes(target)) return undefined;
  const meant = nearest(target.toLowerCase(), DEVICE_SETS) ?? nearlyGroup(target, quarantineGroup);
  return (
    meant &&
    `a target that is not nearly another (did you mean ${meant}? A thing group of this name goes by its ARN)`
  );
}

/** By what a target is the same as another. */
const sameTarget = (target: unknown) => (typeof target === "string" ? targetResource(target) : target);

function targetFaults(place: Place, targets: unknown, quarantineGroup?: string): Fault[] {
  if (!Array.isArray(targets) || targets.length === 0) {
    const rule =
      "a list of at least one of all-things, registered-things, unregistered-things, or a thing group's name";
    return [wrong(place, "targets", targets, rule)];
  }
  const entries: unknown[] = targets.map(sameTarget);
  return targets.flatMap((target: unknown, index): Fault[] => {
    const at = { path: `${place.path}.targets[${index}]`, value: target };
    const rule = targetRule(target, quarantineGroup);
    if (rule !== undefined) return [{ ...at, rule, remedy: "Set the target to" }];
    const remedy = `Set the targets of ${place.subject} to`;
    return entries.indexOf(entries[index]) === index
      ? []
      : [{ ...at, rule: "a list without repetition", remedy }];
  });
}

function repeatedNameFaults(profiles: readonly unknown[], path: string): Fault[] {
  const seen = new Set<unknown>();
  return profiles.flatMap((profile, index): Fault[] => {
    if (!isObject(profile)) return [];
    const { name } = profile;
    const repeated = seen.has(name);
    seen.add(name);
    const rule =
      name === undefined
        ? "a name of its own, as only one profile can be named after the stack"
        : "a name that no other profile has";
    const place: Place = { path: `${path}[${index}]`, subject: `profile ${index + 1}` };
    return repeated ? [wrong(place, "name", name, rule)] : [];
  });
}

function crowdedTargetFaults(profiles: readonly unknown[], path: string): Fault[] {
  const counts = new Map<unknown, number>();
  for (const profile of profiles) {
    for (const target of targetSet(profile)) counts.set(target, (counts.get(target) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > PROFILES_PER_TARGET)
    .map(([target, count]) => ({
      path,
      rule: `at most ${PROFILES_PER_TARGET}, which is AWS's quota`,
      value: count,
      remedy: `Reduce the profiles on target \`${String(target)}\` to`,
    }));
}

function targetSet(profile: unknown): ReadonlySet<unknown> {
  const targets = isObject(profile) ? (profile as JsonObject).targets : undefined;
  return new Set<unknown>(Array.isArray(targets) ? targets.map(sameTarget) : []);
}
