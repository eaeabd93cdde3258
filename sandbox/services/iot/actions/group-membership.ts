import type * as sdk from "@aws-sdk/client-iot";
import { iotPage } from "../checks";
import { invalidRequest, notFound } from "../errors";
import type { IotStore, Thing, ThingGroup } from "../store";

/** What a change of membership answers for a thing and for a group alike (API Reference, section "Errors"). */
const NOT_FOUND = "The specified resource does not exist";

/** Static groups that a thing can be in. Source: Developer Guide, "Static thing groups". */
const MAX_GROUPS_OF_A_THING = 10;

const rootOf = (store: IotStore, group: ThingGroup) => store.lineageOf(group.name).at(-1)?.name;

/** Names of the groups that the thing would be in, checked by AWS's rules. */
function checkMembership(store: IotStore, thing: Thing, groupNames: ReadonlySet<string>): void {
  if (groupNames.size > MAX_GROUPS_OF_A_THING) {
    throw invalidRequest(`Thing ${thing.name} cannot be in more than ${MAX_GROUPS_OF_A_THING} thing groups.`);
  }
  const roots = new Map<string, string>();
  for (const name of groupNames) {
    const root = rootOf(store, store.group(name)) ?? name;
    const other = roots.get(root);
    if (other) {
      throw invalidRequest(
        `Thing ${thing.name} cannot be in thing groups ${other} and ${name}: they are of the same hierarchy.`,
      );
    }
    roots.set(root, name);
  }
}

function setGroups(store: IotStore, thing: Thing, next: ReadonlySet<string>): void {
  checkMembership(store, thing, next);
  for (const name of [...thing.groups]) if (!next.has(name)) thing.groups.delete(name);
  for (const name of next) thing.groups.add(name);
}

/** A name of a group, given as such or as an ARN. */
const nameFrom = (name: string | undefined, arn: string | undefined) =>
  name ?? arn?.split("/").slice(1).join("/");

function bothNamed(store: IotStore, request: sdk.AddThingToThingGroupRequest) {
  const thingName = nameFrom(request.thingName, request.thingArn);
  const groupName = nameFrom(request.thingGroupName, request.thingGroupArn);
  if (thingName === undefined) throw invalidRequest("thingName or thingArn must be given");
  if (groupName === undefined) throw invalidRequest("thingGroupName or thingGroupArn must be given");
  return { thing: existing(store.things, thingName), group: existing(store.groups, groupName) };
}

function existing<T>(all: ReadonlyMap<string, T>, name: string): T {
  const found = all.get(name);
  if (!found) throw notFound(NOT_FOUND);
  return found;
}

/**
 * Adds a thing to a static group; one that is in it already is no error. `overrideDynamicGroups` makes room by
 * leaving a dynamic group; with static ones alone, as here, ten are too many whatever it says.
 */
export function addThingToThingGroup(store: IotStore, request: sdk.AddThingToThingGroupRequest) {
  const { thing, group } = bothNamed(store, request);
  setGroups(store, thing, new Set([...thing.groups, group.name]));
  return {};
}

/** Removes a thing from a group; one that is not in it is no error. */
export function removeThingFromThingGroup(store: IotStore, request: sdk.RemoveThingFromThingGroupRequest) {
  const { thing, group } = bothNamed(store, request);
  thing.groups.delete(group.name);
  return {};
}

/** Adds a thing to groups and removes it from others, or does nothing. */
export function updateThingGroupsForThing(store: IotStore, request: sdk.UpdateThingGroupsForThingRequest) {
  const thing = existing(store.things, request.thingName ?? "");
  const toRemove = request.thingGroupsToRemove ?? [];
  const toAdd = request.thingGroupsToAdd ?? [];
  for (const name of [...toRemove, ...toAdd]) existing(store.groups, name);
  const kept = [...thing.groups].filter((name) => !toRemove.includes(name));
  setGroups(store, thing, new Set([...kept, ...toAdd]));
  return {};
}

/** Lists the groups that a thing was added to. */
export function listThingGroupsForThing(store: IotStore, request: sdk.ListThingGroupsForThingRequest) {
  const thing = store.thing(request.thingName);
  const groups = [...thing.groups].map((name) => ({
    groupName: name,
    groupArn: store.group(name).arn,
  }));
  const page = iotPage(groups, request);
  return { thingGroups: page.items, nextToken: page.nextToken } satisfies sdk.ListThingGroupsForThingResponse;
}

/** Lists the things of a group and, with `recursive`, of the groups below it. */
export function listThingsInThingGroup(store: IotStore, request: sdk.ListThingsInThingGroupRequest) {
  const group = store.group(request.thingGroupName);
  const groups = request.recursive ? [group, ...store.descendantsOf(group.name)] : [group];
  const found = [...store.things.values()].filter((thing) =>
    groups.some(({ name }) => thing.groups.has(name)),
  );
  const page = iotPage(found, request);
  return {
    things: page.items.map(({ name }) => name),
    nextToken: page.nextToken,
  } satisfies sdk.ListThingsInThingGroupResponse;
}
