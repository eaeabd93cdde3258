import type { Live, ResourceHandler } from "../deploy/handler";
import type { Properties } from "../deploy/property-values";
import { sameValue } from "./same-value";

/** What the engine keeps of a resource. */
export interface Kept {
  /** The inputs that the program asked for. */
  readonly inputs: Properties;
  /** The resource as it was seen last: inputs and outputs. */
  readonly state: Properties;
}

/** What a comparison has to know of a type of resource. */
type Comparable = Pick<ResourceHandler, "inputs" | "createOnly" | "defaults" | "unordered">;

/** How an input differs. */
export interface Difference {
  readonly kind: "add" | "delete" | "update";
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
  return sameValue(a ?? absent, b ?? absent, handler.unordered?.includes(name));
}

/** The state of a resource as the engine is to keep it. */
export const stateOf = (handler: ResourceHandler, inputs: Properties, live: Live): Properties => ({
  ...pick(inputs, handler.writeOnly),
  ...defined(live.inputs),
  ...defined(live.outputs),
});

/**
 * The inputs that AWS has, of those that the program owns: what it asked for before or asks for now. Others,
 * such as a queue's policy that another resource sets, are nobody's business.
 *
 * Source: pulumi/pulumi-aws-native, provider/pkg/resources/path_classifier.go, `ActualInputBaselineFromOutputs`;
 * that the `aws` provider owns no more is assumed.
 */
export function baselineOf(
  handler: ResourceHandler,
  { inputs, state }: Kept,
  wanted: Properties,
): Properties {
  const owned = handler.inputs.filter((name) => given(inputs[name]) || given(wanted[name]));
  const fallen = handler.writeOnly?.filter((name) => !given(state[name]));
  return { ...pick(state, owned), ...pick(inputs, fallen) };
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
    const kind = given(old) ? (given(next) ? "update" : "delete") : "add";
    found.set(name, { kind, replaces: handler.createOnly.includes(name) });
  }
  return found;
}

/** The inputs after a refresh: as they were, but for what AWS has changed since; all there are for an import. */
export function refreshedInputs(handler: ResourceHandler, inputs: Properties, live: Live): Properties {
  const imported = Object.keys(inputs).length === 0;
  const names = handler.inputs.filter((name) =>
    imported ? !sameInput(handler, name, live.inputs[name], undefined) : given(inputs[name]),
  );
  const entries = names.map((name) => {
    const kept =
      handler.writeOnly?.includes(name) || sameInput(handler, name, inputs[name], live.inputs[name]);
    return [name, kept && !imported ? inputs[name] : live.inputs[name]];
  });
  return defined(Object.fromEntries(entries) as Properties);
}
