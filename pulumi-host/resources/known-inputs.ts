import { lowered, type Shape } from "../../lib/cloudformation/model-shape";
import { isObject } from "../../lib/json";
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

/** CloudFormation's spelling of a property. */
export const capitalized = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1);

/** What a value of a CloudFormation type may hold, in the spelling of the provider `aws-native`. */
export function knownOf(shape: Shape): Known {
  if (shape.kind === "JSONArray") return [knownOf(shape.of)];
  if (shape.kind === "Map") return { "*": knownOf(shape.of) };
  if (shape.kind !== "JSONObject") return "anything";
  const fields = Object.entries(shape.fields);
  return Object.fromEntries(fields.map(([key, field]) => [lowered(key), knownOf(field)]));
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
 * A value of a CloudFormation type without the fields that nobody wants, which the provider `aws-native` leaves to AWS.
 * It pairs the items of lists by their places, also where their order means nothing.
 *
 * Source: pulumi/pulumi-aws-native, provider/pkg/resources/path_classifier.go, `pruneUnownedComputed`.
 */
export function ownedPart(shape: Shape | undefined, value: unknown, wanted: readonly unknown[]): unknown {
  if (shape?.kind === "JSONArray" && Array.isArray(value)) {
    return value.map((item, index) => {
      const there = wanted.map((list) => (Array.isArray(list) ? list[index] : undefined));
      return ownedPart(shape.of, item, there);
    });
  }
  if (shape?.kind !== "JSONObject" || !isObject(value)) return value;
  const entries = Object.entries(shape.fields).flatMap(([field, inner]) => {
    const key = lowered(field);
    const there = wanted.map((one) => (isObject(one) ? one[key] : undefined));
    const isOwned = shape.required.includes(field) || there.some((one) => one !== undefined && one !== null);
    return isOwned && value[key] !== undefined ? [[key, ownedPart(inner, value[key], there)]] : [];
  });
  return Object.fromEntries(entries);
}

const isList = (known: Known): known is readonly [Known] => Array.isArray(known);

/** Paths of inputs of a resource that its handler would not honour, such as `behaviors[0].metrik`. */
export const unknownInputs = (handler: KnownInputs, inputs: Properties): string[] => {
  const known = handler.inputs.map((name): [string, Known] => [name, handler.nested?.[name] ?? "anything"]);
  return strangersIn(Object.fromEntries(known), inputs, "");
};
