import { REGISTRY_NAME } from "../aws/names";
import type { JsonObject } from "../json";
import type { Fault } from "./fault";

/** Where a check stands: the path of an object, and the words that name it to a person. */
export interface Place {
  /** Path from the top, for example `behaviors[0].criteria`. */
  readonly path: string;
  /** Name of what is judged, for example ``behavior `MsgSent` ``. */
  readonly subject: string;
}

/** Words for {@link isName}. */
export const NAME_RULE = "1 to 128 of the characters a-z, A-Z, 0-9, colon, underscore and hyphen";

/** Tells whether a value is a name that AWS IoT takes. */
export function isName(value: unknown): value is string {
  return typeof value === "string" && REGISTRY_NAME.test(value);
}

/** Writes a list of choices into a sentence. */
function oneOf(choices: readonly (string | number)[]): string {
  return choices.length === 1 ? String(choices[0]) : `one of ${choices.join(", ")}`;
}

/** Says that a key must be set to something else. */
export function wrong(place: Place, key: string, value: unknown, rule: string): Fault {
  return { path: `${place.path}.${key}`, rule, value, remedy: `Set \`${key}\` of ${place.subject} to` };
}

/** Says that a key must go. */
export function unwanted(place: Place, key: string, value: unknown, rule: string): Fault {
  return { path: `${place.path}.${key}`, rule, value, remedy: `Remove \`${key}\` from ${place.subject},` };
}

/** Finds the keys that nobody reads. */
export function unknownKeys(place: Place, json: JsonObject, known: readonly string[]): Fault[] {
  return Object.keys(json)
    .filter((key) => !known.includes(key))
    .map((key) => unwanted(place, key, json[key], `which knows only ${known.join(", ")}`));
}

/** Checks a key that must hold one of a few values, or may also be absent. */
export function choiceFaults(
  place: Place,
  json: JsonObject,
  key: string,
  choices: readonly (string | number)[],
  presence: "required" | "optional",
): Fault[] {
  const value = json[key];
  if (value === undefined && presence === "optional") return [];
  return (choices as readonly unknown[]).includes(value) ? [] : [wrong(place, key, value, oneOf(choices))];
}

/** Checks a key that may be absent and else is true or false. */
export function flagFaults(place: Place, json: JsonObject, key: string): Fault[] {
  const value = json[key];
  return value === undefined || typeof value === "boolean" ? [] : [wrong(place, key, value, "true or false")];
}
