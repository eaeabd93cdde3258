import { amountOf } from "../../lib/detect/compare";
import { type NotPlayed, ruleOf, titleOf, type Watched } from "../scenario/scenario";
import type { Decision, Point, Scene } from "./scene";
import type { StepResult } from "./step";

/** What was seen of one behavior. */
export interface BehaviorResult {
  readonly profile: string;
  readonly behavior: string;
  /** What it calls normal, in words. */
  readonly rule: string;
  /** What its alarm leads to. */
  readonly response: string;
  /** `not reached`: a step before it did not hold. */
  readonly state: "held" | "failed" | "not played" | "not reached";
  /** Why it was not played, or what did not hold. */
  readonly reason?: string;
  /** The number that a datapoint is compared with; absent for sets. */
  readonly threshold?: number;
  readonly points: readonly Point[];
  /** When it alarmed, ISO 8601. */
  readonly alarmed?: string;
  readonly cleared?: string;
  readonly decisions: readonly Decision[];
}

function stateOf(
  title: string,
  steps: readonly StepResult[],
  notPlayed: NotPlayed | undefined,
): Pick<BehaviorResult, "state" | "reason"> {
  const failed = steps.find(({ behavior, ok }) => behavior === title && !ok);
  if (failed !== undefined) return { state: "failed", reason: `${failed.step}: ${failed.detail}` };
  if (notPlayed !== undefined) return { state: "not played", reason: notPlayed.reason };
  return { state: steps.some(({ behavior }) => behavior === title) ? "held" : "not reached" };
}

const iso = (time: number) => new Date(time).toISOString();

/** Gathers what a rehearsal saw of a behavior. */
export function behaviorResult(
  watched: Watched,
  scenes: readonly Scene[],
  steps: readonly StepResult[],
  notPlayed: readonly NotPlayed[],
): BehaviorResult {
  const { profile, behavior, response } = watched;
  const title = titleOf(watched);
  const scene = scenes.find(({ play }) => titleOf(play) === title);
  const refused = notPlayed.find((each) => each.profile === profile && each.behavior === behavior.name);
  const { value } = behavior.criteria ?? {};
  const threshold = scene?.play.offence.threshold ?? (value === undefined ? undefined : amountOf(value));
  return {
    profile,
    behavior: behavior.name,
    rule: ruleOf(behavior),
    response,
    ...stateOf(title, steps, refused),
    ...(threshold !== undefined && { threshold }),
    points: scene?.points ?? [],
    ...(scene?.alarm && { alarmed: iso(scene.alarm.violationEventTime) }),
    ...(scene?.cleared && { cleared: iso(scene.cleared.violationEventTime) }),
    decisions: scene?.decisions ?? [],
  };
}
