import { isObject } from "../../../lib/json";

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Whether a JSON value is an object. */
export const isJsonObject = (value: Json | undefined): value is JsonObject => isObject(value);

/** A member of an object, never one that it inherits (a key may be `__proto__`). */
export function memberOf(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
