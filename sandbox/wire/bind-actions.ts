import type { Action, Call } from "./service";

/** What a module of actions exports: each is named as the API names it, with a small first letter, and nothing else. */
export type ActionModule<Store> = Readonly<
  // biome-ignore lint/suspicious/noExplicitAny: each action types its own input with the SDK's type; this is their meeting point.
  Record<string, (store: Store, input: any, call: Call) => unknown>
>;

/**
 * The actions of modules, bound to what they act upon: `createTopic` of a module is `CreateTopic` of the API.
 *
 * @param store - what every action is given first.
 * @param modules - the modules, whole.
 */
export function bindActions<Store>(
  store: Store,
  ...modules: readonly ActionModule<Store>[]
): Readonly<Record<string, Action>> {
  return Object.fromEntries(
    modules.flatMap((module) =>
      Object.entries(module).map(([name, action]): [string, Action] => [
        name.charAt(0).toUpperCase() + name.slice(1),
        (input, call) => action(store, input, call),
      ]),
    ),
  );
}
