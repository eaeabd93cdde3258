import {
  automaticName,
  type HandlerContext,
  isAutomaticName,
  isGone,
  type Live,
  orGone,
  PartlyMade,
  type ResourceHandler,
} from "./handler";
import { unknownInputs } from "./known-inputs";
import { type Properties, UNKNOWN } from "./property-values";
import {
  baselineOf,
  type Difference,
  differences,
  importedInputs,
  type Kept,
  refreshedInputs,
  stateOf,
} from "./state";

/** A resource as a provider's caller names it. */
export interface ResourceName {
  /** Type token. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
}

/** Type token and logical name out of a URN. Source: Pulumi documentation, "Resource names", "URNs". */
export function resourceNameOf(urn: string): ResourceName {
  const [, , types = "", ...name] = urn.split("::");
  return { type: types.split("$").at(-1) ?? "", name: name.join("::") };
}

/** Inputs as they will be used, or why they cannot be. */
export interface Checked {
  readonly inputs: Properties;
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

/** What makes a physical name where the program gives none. */
export interface Naming {
  /** The resource's inputs so far; empty for a new one. */
  readonly earlier: Properties;
  /** A name that the engine's own configuration proposes; empty for none. */
  readonly proposed: string;
  /** The engine's seed, the same in preview and update. */
  readonly seed: Uint8Array;
}

/**
 * Where the `aws` provider notes which inputs it filled in.
 *
 * Source: pulumi/pulumi-terraform-bridge, pkg/tfbridge/schema.go, `applyDefaults`.
 */
const DEFAULTED = "__defaults";

/** The name that a resource without one keeps: for `aws` one that it filled in, or may have. */
function earlierName({ autoName = "", model }: ResourceHandler, earlier: Properties): unknown {
  const noted = earlier[DEFAULTED] as readonly string[] | undefined;
  return model || (noted?.includes(autoName) ?? true) ? earlier[autoName] : undefined;
}

/** Checks a resource's inputs and gives it a physical name, as the provider does. */
export function check(
  handler: ResourceHandler,
  { type, name }: ResourceName,
  news: Properties,
  naming: Naming,
): Checked {
  const inputs = Object.fromEntries(Object.entries(news).filter(([, value]) => value !== null));
  const failures = unknownInputs(handler, inputs).map((property) => ({
    property,
    reason: `the sandbox does not honour the input ${property} of ${type}; see pulumi-host/resources/handlers/`,
  }));
  const { autoName, model } = handler;
  const isUnnamed = autoName !== undefined && inputs[autoName] === undefined;
  const physical = () =>
    earlierName(handler, naming.earlier) ?? (naming.proposed || automaticName(name, naming.seed));
  return {
    inputs: {
      ...inputs,
      ...(isUnnamed && { [autoName]: physical() }),
      ...(!model && { [DEFAULTED]: isUnnamed ? [autoName] : [] }),
    },
    failures,
  };
}

/** What an update would do to a resource. */
export interface Planned {
  readonly differences: ReadonlyMap<string, Difference>;
  readonly deleteBeforeReplace: boolean;
}

/** Compares a resource as it is kept with how it is wanted. */
export function diff(
  handler: ResourceHandler,
  { name }: ResourceName,
  kept: Kept,
  wanted: Properties,
): Planned {
  const found = differences(handler, baselineOf(handler, kept, wanted), wanted);
  const { autoName } = handler;
  // Two resources cannot bear one name: unless it is made up, or changes, the old one has to go first.
  const sameName = autoName !== undefined && !found.has(autoName) && !isAutomaticName(name, wanted[autoName]);
  return { differences: found, deleteBeforeReplace: sameName };
}

/** Properties that are known only after a deploy. */
export const unknowns = (names: readonly string[] = []): Properties =>
  Object.fromEntries(names.map((name) => [name, UNKNOWN]));

/** The state of a resource that is to be made: nothing that AWS alone can tell is known of it. */
export const previewedNew = ({ computed, computedIfAbsent = {} }: ResourceHandler, inputs: Properties) => ({
  ...unknowns([...computed, ...Object.keys(computedIfAbsent)]),
  ...inputs,
});

/** A resource with its state. */
export interface Made {
  readonly id: string;
  readonly state: Properties;
}

/** A resource that was partly made, with what there is of it. */
export class PartialState extends Error {
  readonly made: Made;
  /** The inputs that it was to be made with. */
  readonly inputs: Properties;

  constructor(made: Made, inputs: Properties, cause: Error) {
    super(cause.message, { cause });
    this.made = made;
    this.inputs = inputs;
  }
}

/** What a read answered of a resource that must be there. */
function present(live: Live | undefined, id: string): Live {
  if (!live) throw new Error(`AWS has no ${id} any more.`);
  return live;
}

/** Makes what a handler makes, as far as it gets: its id, and what failed after that. */
async function begin(handler: ResourceHandler, inputs: Properties, context: HandlerContext) {
  try {
    return { id: await handler.create(inputs, context), failed: undefined };
  } catch (error) {
    if (!(error instanceof PartlyMade)) throw error;
    return { id: error.id, failed: error };
  }
}

/**
 * Makes a resource.
 *
 * @throws PartialState - it was made, but not completely, or could not be read: without its id in the state nobody
 * could ever make or delete it again. Source: pulumi/pulumi-terraform-bridge, pkg/tfbridge/provider.go, `Create`.
 */
export async function create(
  handler: ResourceHandler,
  inputs: Properties,
  context: HandlerContext,
): Promise<Made> {
  const { id, failed } = await begin(handler, inputs, context);
  const live = await handler.read(id, inputs, context).catch((cause: Error) => {
    throw new PartialState({ id, state: inputs }, inputs, failed ?? cause);
  });
  const made = { id, state: stateOf(handler, inputs, present(live, id)) };
  if (failed) throw new PartialState(made, inputs, failed);
  return made;
}

/** Changes a resource in place and answers its state. */
export async function update(
  handler: ResourceHandler,
  { id, kept, wanted }: { readonly id: string; readonly kept: Kept; readonly wanted: Properties },
  context: HandlerContext,
): Promise<Properties> {
  const old = baselineOf(handler, kept, wanted);
  const changed = new Set(differences(handler, old, wanted).keys());
  // The plugin of `aws-native` sends an empty patch where nothing differs after all. Source:
  // pulumi/pulumi-aws-native, provider/pkg/provider/provider.go, `Update`.
  if (changed.size > 0 || handler.model) {
    if (!handler.update)
      throw new Error(`${id} cannot be updated in place: ${[...changed].join(", ")} differ.`);
    await handler.update({ id, old, inputs: wanted, changed }, context);
  }
  return stateOf(handler, wanted, present(await orGone(handler.read(id, wanted, context)), id));
}

/** Reads a resource, to refresh it or to import it; nothing when AWS has none. */
export async function read(
  handler: ResourceHandler,
  { id, kept }: { readonly id: string; readonly kept: Kept },
  context: HandlerContext,
): Promise<(Made & { readonly inputs: Properties }) | undefined> {
  const known = { ...kept.state, ...kept.inputs };
  const live = await orGone(handler.read(id, known, context));
  if (!live) return undefined;
  // The engine knows nothing yet of what it imports.
  const isImport = Object.keys(known).length === 0;
  return {
    id,
    state: stateOf(handler, kept.inputs, live),
    inputs: isImport ? importedInputs(handler, live) : refreshedInputs(handler, kept.inputs, live),
  };
}

/** Deletes a resource; one that is gone already is no error. */
export async function remove(
  handler: ResourceHandler,
  { id, kept }: { readonly id: string; readonly kept: Kept },
  context: HandlerContext,
): Promise<void> {
  try {
    await handler.delete(id, { ...kept.state, ...kept.inputs }, context);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
