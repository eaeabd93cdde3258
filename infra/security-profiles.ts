import leven from "leven";
import { DEVICE_SETS, TARGET_ARN } from "../lib/aws/arns";
import { isName, NAME_RULE, type Place, unknownKeys, unwanted, wrong } from "../lib/detect/checks";
import type { Fault } from "../lib/detect/fault";
import { meantMetric } from "../lib/detect/meant-metric";
import { isAwsMetric } from "../lib/detect/metrics";
import type { TypedBehavior } from "../lib/detect/typed-behavior";
import { profileFaults } from "../lib/detect/validate-behavior";
import { isObject, type JsonObject } from "../lib/json";

/** One security profile, as the stack makes it. */
export interface SecurityProfileSpec {
  /** Physical name, 1 to 128 of `[a-zA-Z0-9:_-]`. */
  readonly name: string;
  /** What it is for: at most 1,000 printable ASCII characters. */
  readonly description?: string;
  /** What is normal: 1 to 100 behaviors, all rules or all ML. */
  readonly behaviors: readonly TypedBehavior[];
  /** `all-things`, `registered-things`, `unregistered-things`, names of thing groups, or ARNs of these; none twice. */
  readonly targets: readonly string[];
}

const PROFILE_KEYS = ["name", "description", "behaviors", "targets"];

/** Source: AWS IoT API Reference, "CreateSecurityProfile", `securityProfileDescription`. */
const DESCRIPTION = /^[\x20-\x7e]{0,1000}$/;

/** Source: AWS General Reference, "AWS IoT Device Defender endpoints and quotas", profiles per target. */
const PROFILES_PER_TARGET = 5;

/**
 * Finds all that is wrong with a list of security profiles. Never throws, whatever it is given.
 *
 * One profile may leave its name out: it is then named after the stack.
 *
 * @param profiles what should be an array of {@link SecurityProfileSpec}.
 * @param path where the array is, for the faults.
 * @param quarantineGroup name of the group that is no target: who is in it has been caught already.
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
    ...allBehaviorFaults(behaviors, `${path}.behaviors`),
    ...targetFaults(place, targets, quarantineGroup),
  ];
}

/** What AWS refuses, and what it takes although it is likely a slip, or comes to nothing in this stack. */
function allBehaviorFaults(behaviors: unknown, path: string): Fault[] {
  const faults = profileFaults(behaviors, path);
  const slips = (Array.isArray(behaviors) ? behaviors : []).flatMap((behavior: unknown, index): Fault[] => {
    if (!isObject(behavior)) return [];
    const { name, metric, exportMetric } = behavior;
    const place: Place = {
      path: `${path}[${index}]`,
      subject: isName(name) ? `behavior \`${name}\`` : "the behavior",
    };
    const meant = isName(metric) && !isAwsMetric(metric) ? meantMetric(metric) : undefined;
    return [
      ...(meant === undefined
        ? []
        : [wrong(place, "metric", metric, `a metric of AWS (did you mean ${meant}?)`)]),
      ...(exportMetric === true
        ? [unwanted(place, "exportMetric", true, "as the stack has no export that the metric could go to")]
        : []),
    ];
  });
  return [...faults, ...slips.filter((slip) => !faults.some(({ path: at }) => at === slip.path))];
}

/** Letters of a word that may be wrong, missing or too many. */
const MOST_TYPOS = 2;

/** The quarantine group, where a target has a letter more or less: other groups may well differ in one letter. */
function nearly(target: string, quarantineGroup: string | undefined): string | undefined {
  if (quarantineGroup === undefined || quarantineGroup.length === target.length) return undefined;
  return leven(quarantineGroup, target) === 1 ? quarantineGroup : undefined;
}

/** A target as it is written without an ARN. */
function shortTarget(target: unknown): unknown {
  if (typeof target !== "string" || !TARGET_ARN.test(target)) return target;
  const [, set, group] = /:(?:all\/([a-z-]+)|thinggroup\/(.*))$/.exec(target) ?? [];
  return group ?? (set === "things" ? "all-things" : set);
}

/** Why a target is none, or likely not the one that is meant; undefined where nothing speaks against it. */
function targetRule(target: unknown, quarantineGroup: string | undefined): string | undefined {
  const [, group] = (typeof target === "string" && TARGET_ARN.exec(target)) || [];
  if (quarantineGroup !== undefined && (target === quarantineGroup || group === quarantineGroup)) {
    return "devices that are not in quarantine: the quarantine group is no target";
  }
  if (typeof target === "string" && TARGET_ARN.test(target)) return undefined;
  if (!isName(target))
    return `a set of devices, a thing group's name (${NAME_RULE}), or the ARN of one of these`;
  if (DEVICE_SETS.includes(target)) return undefined;
  const meant =
    DEVICE_SETS.find((name) => leven(name, target.toLowerCase()) <= MOST_TYPOS) ??
    nearly(target, quarantineGroup);
  return (
    meant &&
    `a target that is not nearly another (did you mean ${meant}? A thing group of this name goes by its ARN)`
  );
}

function targetFaults(place: Place, targets: unknown, quarantineGroup?: string): Fault[] {
  if (!Array.isArray(targets) || targets.length === 0) {
    const rule =
      "a list of at least one of all-things, registered-things, unregistered-things, or a thing group's name";
    return [wrong(place, "targets", targets, rule)];
  }
  const entries: unknown[] = targets.map(shortTarget);
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
    if (!isObject(profile)) {
      return [];
    }
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
    for (const target of targetSet(profile)) {
      counts.set(target, (counts.get(target) ?? 0) + 1);
    }
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
  return new Set<unknown>(Array.isArray(targets) ? targets.map(shortTarget) : []);
}
