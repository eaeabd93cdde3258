import type { IotStore } from "./store";

/** What Detect asks of the IoT registry. */
export interface Registry {
  /** Whether a thing of that name is registered. */
  isThing(name: string): boolean;
  /** Whether a thing is in a group, itself or through a child group. */
  isInGroup(thingName: string, groupName: string): boolean;
  /** Whether a thing group of that name exists. */
  hasGroup(groupName: string): boolean;
  /** Names of the groups below a group, at any depth. */
  descendantsOf(groupName: string): readonly string[];
}

/** Answers Detect's questions about things and groups from the registry as it is at that moment. */
export function detectRegistry(store: IotStore): Registry {
  return {
    isThing: (name) => store.things.has(name),
    isInGroup: (thingName, groupName) =>
      [...(store.things.get(thingName)?.groups ?? [])].some((group) =>
        store.lineageOf(group).some(({ name }) => name === groupName),
      ),
    hasGroup: (groupName) => store.groups.has(groupName),
    descendantsOf: (groupName) => store.descendantsOf(groupName).map(({ name }) => name),
  };
}
