import { isObject, type JsonObject } from "../json";
/** What a property of a CloudFormation resource holds. */
export type Shape =
  | { readonly kind: "String" | "Integer" | "Number" | "Boolean" }
  /** A number that CloudFormation spells as text. */
  | { readonly kind: "Long" }
  | { readonly kind: "JSONArray"; readonly of: Shape }
  | { readonly kind: "Map"; readonly of: Shape }
  | ObjectShape;

/** An object that knows all its keys. */
export interface ObjectShape {
  readonly kind: "JSONObject";
  readonly fields: Readonly<Record<string, Shape>>;
  readonly required: readonly string[];
}

/** The name that the registry's validator gives to what it found. */
function kindOf(value: unknown): string {
  if (value === null) return "Null";
  if (Array.isArray(value)) return "JSONArray";
  if (typeof value === "number") return Number.isInteger(value) ? "Integer" : "BigDecimal";
  if (typeof value === "object") return "JSONObject";
  return typeof value === "string" ? "String" : "Boolean";
}

function scalarFaults(kind: string, value: unknown, path: string): string[] {
  const found = kindOf(value);
  const expected = kind === "Long" ? "String" : kind;
  const fits = found === expected || (kind === "Number" && ["Integer", "BigDecimal"].includes(found));
  return fits ? [] : [`${path}: expected type: ${expected}, found: ${found}`];
}

function objectFaults(shape: ObjectShape, value: JsonObject, path: string): string[] {
  const missing = shape.required.filter((key) => value[key] === undefined);
  return [
    ...missing.map((key) => `${path}: required key [${key}] not found`),
    ...Object.entries(value).flatMap(([key, held]) => {
      const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
      return field
        ? shapeFaults(field, held, `${path}/${key}`)
        : [`${path}: extraneous key [${key}] is not permitted`];
    }),
  ];
}

/**
 * Says where a model breaks its shape, in the words of CloudFormation's validator, for example
 * `#/Behaviors/0: extraneous key [Foo] is not permitted`.
 *
 * Source: messages of the Cloud Control API in public reports, "Model validation failed (...)".
 *
 * @param path - Where the value is; `#` is the whole model.
 */
export function shapeFaults(shape: Shape, value: unknown, path = "#"): string[] {
  if (shape.kind === "JSONArray") {
    if (!Array.isArray(value)) return scalarFaults(shape.kind, value, path);
    return value.flatMap((item, index) => shapeFaults(shape.of, item, `${path}/${index}`));
  }
  if (shape.kind !== "Map" && shape.kind !== "JSONObject") return scalarFaults(shape.kind, value, path);
  if (!isObject(value)) return scalarFaults("JSONObject", value, path);
  if (shape.kind === "JSONObject") return objectFaults(shape, value, path);
  return Object.entries(value).flatMap(([key, held]) => shapeFaults(shape.of, held, `${path}/${key}`));
}

/** The spelling of a model's key in the API and in the provider `aws-native`. */
export const lowered = (key: string): string => key.charAt(0).toLowerCase() + key.slice(1);

/** Which way a model is translated. */
type Way = "toApi" | "toModel" | "toProvider";

/** The API's or the provider's spelling of a model's value, or the other way round. Keys of maps are data and stay. */
function translate(shape: Shape, value: unknown, way: Way): unknown {
  if (value === undefined || value === null) return undefined;
  switch (shape.kind) {
    case "Long":
      return way === "toApi" ? Number(value) : String(value);
    case "JSONArray":
      return (value as unknown[]).map((item) => translate(shape.of, item, way));
    case "Map":
      return Object.fromEntries(
        Object.entries(value as JsonObject).map(([key, held]) => [key, translate(shape.of, held, way)]),
      );
    case "JSONObject": {
      const fields = Object.entries(shape.fields).flatMap(([key, field]) => {
        const [from, to] = way === "toModel" ? [lowered(key), key] : [key, lowered(key)];
        const held = translate(field, (value as JsonObject)[from], way);
        return held === undefined ? [] : [[to, held] as const];
      });
      return Object.fromEntries(fields);
    }
    default:
      return value;
  }
}

/** Translates a model that fits its shape into the API's spelling: `{"Count": "10"}` becomes `{"count": 10}`. */
export const toApi = (shape: Shape, model: unknown) => translate(shape, model, "toApi");

/** Translates a model into the spelling of the provider `aws-native`: `{"Count": "10"}` becomes `{"count": "10"}`. */
export const toProvider = (shape: Shape, model: unknown) => translate(shape, model, "toProvider");

/** Translates the API's or the provider's spelling into a model. */
export const toModel = (shape: Shape, value: unknown) => translate(shape, value, "toModel");
