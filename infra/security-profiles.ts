import { isName, NAME_RULE, type Place, unknownKeys, wrong } from "../lib/detect/checks";
import type { Fault } from "../lib/detect/fault";
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
  /** `all-things`, `registered-things`, `unregistered-things` or names of thing groups; none twice. */
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
 * @param profiles what should be a list of {@link SecurityProfileSpec}.
 * @param path where the list is, for the faults.
 */
export function securityProfileFaults(profiles: unknown, path: string): Fault[] {
  if (!Array.isArray(profiles) || profiles.length === 0) {
    const rule = "a list of at least one security profile";
    return [{ path, rule, value: profiles, remedy: "Set the profiles to" }];
  }
  const entries: unknown[] = profiles;
  return [
    ...entries.flatMap((profile, index) => oneProfileFaults(profile, `${path}[${index}]`)),
    ...repeatedNameFaults(entries, path),
    ...crowdedTargetFaults(entries, path),
  ];
}

function oneProfileFaults(profile: unknown, path: string): Fault[] {
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
    ...profileFaults(behaviors, `${path}.behaviors`),
    ...targetFaults(place, targets),
  ];
}

function targetFaults(place: Place, targets: unknown): Fault[] {
  if (!Array.isArray(targets) || targets.length === 0) {
    const rule =
      "a list of at least one of all-things, registered-things, unregistered-things, or a thing group's name";
    return [wrong(place, "targets", targets, rule)];
  }
  const entries: unknown[] = targets;
  return entries.flatMap((target, index): Fault[] => {
    const at = { path: `${place.path}.targets[${index}]`, value: target };
    if (!isName(target)) {
      return [
        {
          ...at,
          rule: `a set of devices or a thing group's name, ${NAME_RULE}`,
          remedy: "Set the target to",
        },
      ];
    }
    const remedy = `Set the targets of ${place.subject} to`;
    return entries.indexOf(target) === index ? [] : [{ ...at, rule: "a list without repetition", remedy }];
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
  return new Set<unknown>(Array.isArray(targets) ? targets : []);
}
