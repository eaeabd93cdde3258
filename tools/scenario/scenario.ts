import type { ProgramConfig } from "../../infra/config/program-config";
import type { SecurityProfileSpec } from "../../infra/config/security-profiles";
import type { Behavior, DurationSeconds } from "../../lib/detect/behavior";
import { amountOf } from "../../lib/detect/compare";
import { periodOf } from "../../lib/detect/spec";
import { DEFAULT_RESPONSE, exemptionsAt, type ResponseTable } from "../../lib/responses/response-table";
import {
  type Actor,
  actorOutside,
  actorWithin,
  distinct,
  exemptActor,
  groupsOf,
  healthyFleet,
  PINNED_SUSPECT,
  SUSPECT,
} from "./cast";
import { type Healthy, healthyOf } from "./healthy";
import { type Offence, offenceOf, Unplayable } from "./offence";
import { amountIn, BASE_SECONDS, commonPeriodOf, inWords, metricOf } from "./reading";
import { countedTopic, telemetryTopic } from "./topics";

/** What a person says of a fleet, beside the stack's config. */
export interface Said {
  /** Healthy readings by short name. */
  readonly healthy: Readonly<Record<string, string>>;
  /** Topic filters by dimension. */
  readonly dimensions: Readonly<Record<string, string>>;
}

/** One behavior of one profile. */
export interface Watched {
  readonly profile: string;
  readonly behavior: Behavior;
  readonly targets: readonly string[];
  /** What its alarm leads to, as the config says it. */
  readonly response: string;
}

/** A behavior and who violates it. */
export interface Play extends Watched {
  readonly period: DurationSeconds;
  /** Violating datapoints in a row that raise the alarm. */
  readonly toAlarm: number;
  /** Periods until it is raised: an absence takes some until it violates at all. */
  readonly periodsToAlarm: number;
  /** Conforming ones that clear it. */
  readonly toClear: number;
  readonly offence: Offence;
  readonly lead: Actor;
  /** Does the same with a narrow certificate. */
  readonly second?: Actor;
  /** Whether the lead is exempt by the very group that the profile means. */
  readonly isExempt: boolean;
  /** Do the same, and are exempt. */
  readonly exempt: readonly Actor[];
  /** Does the same, and is none of the targets. */
  readonly outsider?: Actor;
}

/** A behavior that is not played, and why. */
export interface NotPlayed {
  readonly profile: string;
  readonly behavior: string;
  readonly reason: string;
}

/** Everything that a rehearsal of one stack plays. */
export interface Scenario {
  readonly watched: readonly Watched[];
  readonly healthy: Healthy;
  readonly fleet: readonly Actor[];
  readonly plays: readonly Play[];
  readonly notPlayed: readonly NotPlayed[];
  /** What the stack's config says of alarms. */
  readonly responses: ResponseTable;
  /** Thing groups that profiles target: without them nothing can be deployed. */
  readonly groups: readonly string[];
  /** Other thing groups that the stack names. */
  readonly exemptGroups: readonly string[];
  readonly dimensions: Readonly<Record<string, string>>;
  /** Seconds after which windows of all behaviors begin at once: of 600 s and of 900 s every 1800 s. */
  readonly commonPeriod: number;
  /** Base windows in which the healthy fleet alone is played. */
  readonly healthyWindows: number;
}

/** A behavior as `Profile/Behavior`. */
export const titleOf = ({ profile, behavior }: Pick<Watched, "profile" | "behavior">): string =>
  `${profile}/${behavior.name}`;

/** What a behavior calls normal, in words. */
export function ruleOf({ criteria = {}, ...behavior }: Behavior): string {
  const { comparisonOperator = "", value, statisticalThreshold } = criteria;
  const bound = statisticalThreshold?.statistic ?? (value === undefined ? "" : inWords(value));
  const dimension = behavior.metricDimension;
  const topics = dimension === undefined ? "" : ` (${dimension.operator ?? "IN"} ${dimension.dimensionName})`;
  if (criteria.mlDetectionConfig) return `${behavior.metric}${topics} as ML Detect learns it`;
  const datapoints = criteria.consecutiveDatapointsToAlarm ?? 1;
  const run = datapoints === 1 ? "1 datapoint" : `${datapoints} datapoints in a row`;
  return `${behavior.metric}${topics} ${comparisonOperator} ${bound} in ${periodOf({ criteria, name: "" })} s, ${run} to alarm`;
}

function watchedOf(profiles: readonly SecurityProfileSpec[]): readonly Watched[] {
  return profiles.flatMap(({ name: profile, behaviors, targets, response = DEFAULT_RESPONSE }) =>
    behaviors.map(({ response: own, ...behavior }) => ({
      profile,
      targets,
      behavior: behavior as Behavior,
      response: own ?? response,
    })),
  );
}

type Exempt = ReturnType<typeof exemptionsAt>;

/** Whether a device that may everything could not show it: a refusal takes a policy. */
const needsPolicy = (behavior: Behavior) => metricOf(behavior) === "aws:num-authorization-failures";

const isAbsence = (behavior: Behavior) => metricOf(behavior) === "aws:disconnect-duration";

/**
 * The period by which a behavior is played. Source: AWS IoT Device Defender Developer Guide, "Cloud-side metrics": how
 * long a device has been away is evaluated each hour.
 */
const playedPeriod = (behavior: Behavior): DurationSeconds =>
  isAbsence(behavior) ? 3600 : periodOf(behavior);

/** Periods of an absence that still conform. */
function periodsBefore(behavior: Behavior): number {
  const { comparisonOperator, value } = behavior.criteria ?? {};
  const bound = value === undefined ? undefined : amountOf(value);
  if (!isAbsence(behavior) || bound === undefined) return 0;
  const period = playedPeriod(behavior);
  return comparisonOperator === "less-than"
    ? Math.max(0, Math.ceil(bound / period) - 1)
    : Math.floor(bound / period);
}

function playOf(watched: Watched, index: number, offence: Offence, exempt: Exempt, isFirst: boolean): Play {
  const { behavior, targets } = watched;
  const { consecutiveDatapointsToAlarm: toAlarm = 1, consecutiveDatapointsToClear: toClear = 1 } =
    behavior.criteria ?? {};
  const suffix = index === 0 ? "" : `-${index + 1}`;
  const outsider = actorOutside(targets, `dev-OUTSIDE${suffix}`);
  // Of two that show the same, a percentile calls at least one normal.
  const lead = actorWithin(targets, `${SUSPECT}${suffix}`, needsPolicy(behavior));
  const isExempt = exempt.some((each) => "group" in each && lead.groups.includes(each.group));
  const isAlone = offence.threshold !== undefined || !isFirst || isExempt;
  return {
    ...watched,
    period: playedPeriod(behavior),
    toAlarm,
    periodsToAlarm: toAlarm + periodsBefore(behavior),
    toClear,
    offence,
    lead,
    isExempt,
    ...(!isAlone && { second: actorWithin(targets, `${PINNED_SUSPECT}${suffix}`, true) }),
    exempt: isAlone
      ? []
      : exempt.flatMap((each, at) => {
          const actor = exemptActor(each, targets, `dev-EXEMPT-${at + 1}`);
          return actor ? [{ ...actor, isPinned: needsPolicy(behavior) }] : [];
        }),
    ...(outsider && { outsider: { ...outsider, isPinned: needsPolicy(behavior) } }),
  };
}

/** Behaviors that would quarantine an offender of this one as well. */
const containsBeside = (each: Watched, watched: readonly Watched[]): readonly Behavior[] =>
  watched
    .filter((other) => other !== each && other.response === "quarantine")
    .map(({ behavior }) => behavior);

/** Plays what can be played, each with the reason where it cannot. */
function playAll(watched: readonly Watched[], healthy: Healthy, said: Said, exempt: Exempt, limit: number) {
  const plays: Play[] = [];
  const notPlayed: NotPlayed[] = [];
  for (const each of watched) {
    const isFirst =
      each.response === "quarantine" &&
      limit > 1 &&
      actorWithin(each.targets, "").isThing &&
      !plays.some(({ second }) => second);
    try {
      countedTopic(each.behavior.metricDimension, said.dimensions, SUSPECT, telemetryTopic(SUSPECT));
      const offence = offenceOf(each.behavior, healthy.readings, containsBeside(each, watched));
      plays.push(playOf(each, plays.length, offence, exempt, isFirst));
    } catch (error) {
      if (!(error instanceof Unplayable)) throw error;
      notPlayed.push({ profile: each.profile, behavior: each.behavior.name, reason: error.message });
    }
  }
  return { plays, notPlayed };
}

/** Base windows until each played behavior has had its datapoints, in whole common periods. */
function windowsFor(plays: readonly Play[], commonPeriod: number): number {
  const longest = Math.max(
    commonPeriod,
    ...plays.map(({ period, periodsToAlarm }) => period * periodsToAlarm),
  );
  return (Math.ceil(longest / commonPeriod) * commonPeriod) / BASE_SECONDS;
}

/**
 * What is to be played for a stack. Pure but for the time by which exemptions hold.
 *
 * @param now - Epoch milliseconds.
 * @throws HealthyError - what is said of healthy devices cannot be.
 */
export function scenarioOf(config: ProgramConfig, said: Said, now: number): Scenario {
  const watched = watchedOf(config.profiles);
  const healthy = healthyOf(
    watched.map(({ behavior }) => behavior),
    said.healthy,
  );
  const { responses } = config.callbackLambda;
  const exempt = distinct(exemptionsAt(responses, now));
  const { plays, notPlayed } = playAll(watched, healthy, said, exempt, responses.quarantineLimitPerHour);
  const audiences = plays.map(({ targets, offence }) => ({ targets, fleet: offence.fleet }));
  const isPinned = amountIn(healthy.readings["aws:num-authorization-failures"]) > 0;
  // Also of a profile that watches nothing.
  const groups = new Set(groupsOf(config.profiles.flatMap(({ targets }) => targets)));
  const commonPeriod = commonPeriodOf(watched.map(({ behavior }) => playedPeriod(behavior)));
  return {
    watched,
    healthy,
    fleet: healthyFleet(audiences, isPinned),
    plays,
    notPlayed,
    responses,
    groups: [...groups],
    exemptGroups: exempt.flatMap((each) => ("group" in each && !groups.has(each.group) ? [each.group] : [])),
    dimensions: said.dimensions,
    commonPeriod,
    healthyWindows: windowsFor(plays, commonPeriod),
  };
}
