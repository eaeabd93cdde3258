import type { Properties } from "../property-values";

/** The API's name of each input that is an attribute; attributes are text on the wire. */
export type AttributeNames = Readonly<Record<string, string>>;

/** Attributes from those of a resource's inputs that are given. */
export const attributesFrom = (names: AttributeNames, inputs: Properties): Record<string, string> =>
  Object.fromEntries(
    Object.entries(names).flatMap(([input, attribute]) =>
      inputs[input] === undefined ? [] : [[attribute, String(inputs[input])]],
    ),
  );

/** The value that an attribute's text stands for, of the kind of its default. */
function parsedValue(attribute: string | undefined, absent: unknown): unknown {
  if (attribute === undefined) return undefined;
  if (typeof absent === "boolean") return attribute === "true";
  return typeof absent === "number" ? Number(attribute) : attribute;
}

/** A resource's inputs from the attributes that a service answers; the defaults tell which are no text. */
export const inputsFrom = (
  names: AttributeNames,
  defaults: Properties,
  attributes: Readonly<Record<string, string | undefined>>,
): Properties =>
  Object.fromEntries(
    Object.entries(names).map(([input, attribute]) => [
      input,
      parsedValue(attributes[attribute], defaults[input]),
    ]),
  );
