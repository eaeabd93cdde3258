import type { Live, ResourceHandler } from "./handler";
import { capitalized, ownedPart } from "./known-inputs";
import type { Properties } from "./property-values";
import { sameValue } from "./same-value";

/** What the engine keeps of a resource. */
export interface Kept {
  /** The inputs that the program asked for. */
  readonly inputs: Properties;
  /** The resource as it was seen last: inputs and outputs. */
  readonly state: Properties;
}

/** What a comparison has to know of a type of resource. */
type Comparable = Pick<ResourceHandler, "inputs" | "createOnly" | "defaults" | "unordered" | "model">;

/** How an input differs. */
export interface Difference {
  readonly old: unknown;
  readonly next: unknown;
  /** Whether it replaces the resource. */
  readonly replaces: boolean;
}

const given = (value: unknown) => value !== undefined && value !== null;

const defined = (properties: Properties): Properties =>
  Object.fromEntries(Object.entries(properties).filter(([, value]) => given(value)));

const pick = (properties: Properties, names: readonly string[] = []): Properties =>
  defined(Object.fromEntries(names.map((name) => [name, properties[name]])));

function sameInput(handler: Comparable, name: string, a: unknown, b: unknown): boolean {
  const absent = handler.defaults?.[name];
  const [left, right] = [a, b].map((value) => (value === "" ? (absent ?? value) : (value ?? absent)));
  return sameValue(left, right, handler.unordered?.includes(name));
}

/** What `aws` tells of inputs that are set neither by the program nor by AWS: an empty text, else their default. */
const unsetInputs = ({ defaults = {} }: ResourceHandler): Properties =>
  Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, typeof value === "string" ? "" : value]),
  );

/** The state of a resource as the engine is to keep it. */
export const stateOf = (handler: ResourceHandler, inputs: Properties, live: Live): Properties => ({
  ...unsetInputs(handler),
  ...handler.computedIfAbsent,
  ...pick(inputs, handler.writeOnly),
  ...defined(live.inputs),
  ...defined(live.outputs),
});

/**
 * The inputs that AWS has, of those that are the program's business: for `aws` all but what AWS may choose, such as a
 * queue's policy that another resource sets; for `aws-native` what it asked for before or asks for now.
 */
export function baselineOf(
  handler: ResourceHandler,
  { inputs, state }: Kept,
  wanted: Properties,
): Properties {
  const { model, computedIfAbsent = {} } = handler;
  const owned = handler.inputs.filter((name) => {
    if (given(wanted[name])) return true;
    return model ? given(inputs[name]) : !(name in computedIfAbsent);
  });
  const fallen = handler.writeOnly?.filter((name) => !given(state[name]));
  const actual = owned.map((name) => [name, ownedValue(handler, name, state[name], [inputs, wanted])]);
  return { ...defined(Object.fromEntries(actual) as Properties), ...pick(inputs, fallen) };
}

/** Of what AWS has of an input, that which is the program's business. */
function ownedValue(
  { model }: Comparable,
  name: string,
  live: unknown,
  wanted: readonly Properties[],
): unknown {
  const values = wanted.map((inputs) => inputs[name]);
  return model ? ownedPart(model.fields[capitalized(name)], live, values) : live;
}

/** What differs between the inputs as they are and as they are wanted, by name. */
export function differences(
  handler: Comparable,
  baseline: Properties,
  wanted: Properties,
): ReadonlyMap<string, Difference> {
  const found = new Map<string, Difference>();
  for (const name of handler.inputs) {
    const [old, next] = [baseline[name], wanted[name]];
    if (sameInput(handler, name, old, next)) continue;
    found.set(name, { old, next, replaces: handler.createOnly.includes(name) });
  }
  return found;
}

/** The inputs of an imported resource: all that there are, but for AWS's defaults. */
export function importedInputs(handler: ResourceHandler, live: Live): Properties {
  const names = handler.inputs.filter((name) => !sameInput(handler, name, live.inputs[name], undefined));
  return pick(live.inputs, names);
}

/** The inputs after a refresh: as they were, but for what AWS has changed since. */
export function refreshedInputs(handler: ResourceHandler, inputs: Properties, live: Live): Properties {
  const names = Object.keys(defined(inputs));
  const entries = names.map((name) => {
    const actual = ownedValue(handler, name, live.inputs[name], [inputs]);
    const isKept =
      !handler.inputs.includes(name) ||
      handler.writeOnly?.includes(name) ||
      sameInput(handler, name, inputs[name], actual);
    return [name, isKept ? inputs[name] : actual];
  });
  return defined(Object.fromEntries(entries) as Properties);
}
