import type { Registry } from "../detect/targets";
import type { IotStore } from "./store";

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
