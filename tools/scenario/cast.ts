import { groupOfResource, targetResource } from "../../lib/aws/targets";
import type { Exemption } from "../../lib/responses/response-table";

/** A device of a rehearsal. */
export interface Actor {
  /** Its client id, which is its thing's name where it is a thing. */
  readonly name: string;
  readonly isThing: boolean;
  /** Thing groups that it is in. */
  readonly groups: readonly string[];
  /** Whether its certificate allows it its own topics alone; else it may all. */
  readonly isPinned: boolean;
}

/** The device that misbehaves first. */
export const SUSPECT = "dev-XBHY";
/** A second one, whose certificate allows its own topics and nothing else. */
export const PINNED_SUSPECT = "dev-QPLM";
/** A device whose certificate lets it connect as itself alone, and that tries to be another. */
export const STRANGER = "dev-NOSY";

/** Members of each target group, and devices of no thing. */
const FEW = 2;

/** Names of the thing groups that targets name. */
export const groupsOf = (targets: readonly string[]): readonly string[] =>
  targets.flatMap((target) => groupOfResource(targetResource(target)) ?? []);

const targetsSet = (targets: readonly string[], set: string) =>
  targets.some((target) => targetResource(target) === targetResource(set));

/** Whether targets mean a device. */
export function isTargeted(targets: readonly string[], { isThing, groups }: Actor): boolean {
  return (
    targetsSet(targets, "all-things") ||
    targetsSet(targets, isThing ? "registered-things" : "unregistered-things") ||
    (isThing && groupsOf(targets).some((group) => groups.includes(group)))
  );
}

/** A device that targets mean: a thing where they mean things. */
export function actorWithin(targets: readonly string[], name: string, isPinned = false): Actor {
  const isThing = !targets.every(
    (target) => targetResource(target) === targetResource("unregistered-things"),
  );
  const needsGroup =
    isThing && !targetsSet(targets, "all-things") && !targetsSet(targets, "registered-things");
  return { name, isThing, groups: needsGroup ? groupsOf(targets).slice(0, 1) : [], isPinned };
}

/** A device that targets do not mean, if there can be one. */
export function actorOutside(targets: readonly string[], name: string): Actor | undefined {
  const possible = [true, false].map((isThing) => ({ name, isThing, groups: [], isPinned: false }));
  return possible.find((actor) => !isTargeted(targets, actor));
}

/** Exemptions of which each is of another thing or group: a thing that stands there twice is one device. */
export const distinct = (exempt: readonly Exemption[]): readonly Exemption[] => [
  ...new Map(
    exempt.map((each) => ["thing" in each ? `thing ${each.thing}` : `group ${each.group}`, each]),
  ).values(),
];

/** A device within targets that an exemption is of; exemptions of a thing are of one name. */
export function exemptActor(
  exemption: Exemption,
  targets: readonly string[],
  name: string,
): Actor | undefined {
  const actor = actorWithin(targets, "thing" in exemption ? exemption.thing : name);
  if (!actor.isThing) return undefined;
  return "thing" in exemption ? actor : { ...actor, groups: [...actor.groups, exemption.group] };
}

/** A profile's targets, and how many healthy devices it takes among them. */
export interface Audience {
  readonly targets: readonly string[];
  readonly fleet: number;
}

/** A thing's name is as long as a group's may be: of a long one it has the beginning, and its place in the list. */
const shortened = (group: string, at: number) =>
  group.length <= 100 ? group : `${group.slice(0, 100)}-${at + 1}`;

/** The healthy devices: things, members of each target group, devices of no thing where some profile means them. */
export function healthyFleet(audiences: readonly Audience[], isPinned: boolean): readonly Actor[] {
  const actors: Actor[] = [];
  const add = (name: string, isThing: boolean, groups: readonly string[]) =>
    actors.push({ name, isThing, groups, isPinned });
  for (let index = 1; index <= 9; index++) add(`dev-OK${index}`, true, []);
  const targets = audiences.flatMap((audience) => audience.targets);
  for (const [at, group] of [...new Set(groupsOf(targets))].entries()) {
    for (let index = 1; index <= FEW; index++) add(`dev-OK-${shortened(group, at)}-${index}`, true, [group]);
  }
  const meansUnregistered = ["all-things", "unregistered-things"].some((set) => targetsSet(targets, set));
  for (let index = 1; meansUnregistered && index <= FEW; index++) add(`dev-OK-nothing-${index}`, false, []);
  for (const { targets: of, fleet } of audiences) {
    if (fleet <= 9 && groupsOf(of).length > 0) continue;
    const enough = fleet <= 9 ? Math.min(fleet, FEW) : fleet;
    const there = actors.filter((actor) => isTargeted(of, actor)).length;
    for (let missing = enough - there; missing > 0; missing--) {
      actors.push({ ...actorWithin(of, `dev-OK${actors.length + 1}`), isPinned });
    }
  }
  return actors;
}
