import type { Shape } from "../../lib/cloudformation/model-shape";
import type { Properties } from "./property-values";

/** What a value may hold: anything, a list, or an object of these keys; `*` stands for keys that are names. */
export type Known = "anything" | readonly [Known] | { readonly [key: string]: Known };

/** The inputs that a handler honours; another one is refused by name rather than ignored. */
export interface KnownInputs {
  /** Their names. */
  readonly inputs: readonly string[];
  /** What those of them may hold that are objects or lists of objects. */
  readonly nested?: Readonly<Record<string, Known>>;
}

const uncapitalized = (key: string) => key.charAt(0).toLowerCase() + key.slice(1);

/** What a value of a CloudFormation type may hold, in the spelling of the provider `aws-native`. */
export function knownOf(shape: Shape): Known {
  if (shape.kind === "JSONArray") return [knownOf(shape.of)];
  if (shape.kind === "Map") return { "*": knownOf(shape.of) };
  if (shape.kind !== "JSONObject") return "anything";
  const fields = Object.entries(shape.fields);
  return Object.fromEntries(fields.map(([key, field]) => [uncapitalized(key), knownOf(field)]));
}

/** Paths of what stands in a value and is not known; values of another kind are for AWS to refuse. */
function strangersIn(known: Known, value: unknown, path: string): string[] {
  if (known === "anything" || typeof value !== "object" || value === null) return [];
  if (isList(known)) {
    const items = Array.isArray(value) ? value : [];
    return items.flatMap((item, index) => strangersIn(known[0], item, `${path}[${index}]`));
  }
  return Object.entries(value).flatMap(([key, held]) => {
    if (held === undefined || held === null) return [];
    const inner = path === "" ? key : `${path}.${key}`;
    const field = Object.hasOwn(known, key) ? known[key] : known["*"];
    return field === undefined ? [inner] : strangersIn(field, held, inner);
  });
}

/**
 * A value without the fields of its objects that no wanted value has, which the provider `aws-native` leaves to AWS;
 * keys that are names, and items of lists, stay.
 *
 * Source: pulumi/pulumi-aws-native, provider/pkg/resources/path_classifier.go, `pruneUnownedComputed`. It pairs the
 * items of lists by their places; here an item keeps what any wanted item has, as their order means nothing.
 */
export function ownedPart(known: Known, value: unknown, wanted: readonly unknown[]): unknown {
  if (known === "anything" || typeof value !== "object" || value === null) return value;
  if (isList(known)) {
    const items = wanted.flatMap((one) => (Array.isArray(one) ? one : []));
    return Array.isArray(value) ? value.map((item) => ownedPart(known[0], item, items)) : value;
  }
  if (known["*"] !== undefined) return value;
  const entries = Object.entries(value).flatMap(([key, held]) => {
    const inner = wanted.map((one) => (one as Properties | null | undefined)?.[key]);
    const isOwned = inner.some((one) => one !== undefined && one !== null);
    return isOwned ? [[key, ownedPart(known[key] ?? "anything", held, inner)]] : [];
  });
  return Object.fromEntries(entries);
}

const isList = (known: Known): known is readonly [Known] => Array.isArray(known);

/** Paths of inputs of a resource that its handler would not honour, such as `behaviors[0].metrik`. */
export const unknownInputs = (handler: KnownInputs, inputs: Properties): string[] => {
  const known = handler.inputs.map((name): [string, Known] => [name, handler.nested?.[name] ?? "anything"]);
  return strangersIn(Object.fromEntries(known), inputs, "");
};
