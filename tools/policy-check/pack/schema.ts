import { isDeepStrictEqual } from "node:util";

type Json = unknown;
type Check = (expected: Json, value: Json, path: string) => string[];

/** A keyword of JSON Schema stands in a pack's schema that this check does not know. */
export class SchemaError extends Error {}

const isObject = (value: Json): value is Record<string, Json> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function typeOf(value: Json): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

const hasType = (type: Json, value: Json): boolean =>
  type === "integer" ? Number.isInteger(value) : type === typeOf(value);

const shown = (value: Json) => JSON.stringify(value);

/** A check of values of one kind; the others are not its concern. */
function checking<Value extends Json>(
  applies: (value: Json) => value is Value,
  holds: (expected: never, value: Value) => boolean,
  rule: string,
): Check {
  return (expected, value, path) =>
    !applies(value) || holds(expected as never, value)
      ? []
      : [`${path} must ${rule} ${shown(expected)}; it is ${shown(value)}.`];
}

const isNumber = (value: Json): value is number => typeof value === "number";
const isText = (value: Json): value is string => typeof value === "string";
const isList = (value: Json): value is Json[] => Array.isArray(value);
const isAny = (_value: Json): _value is Json => true;

const characters = (text: string) => [...text].length;
const members = (value: object) => Object.keys(value).length;

function additionalFaults(schema: Record<string, Json>, value: Json, path: string): string[] {
  const rest = schema.additionalProperties;
  if (rest === undefined || !isObject(value)) return [];
  const declared = isObject(schema.properties) ? schema.properties : {};
  const strangers = Object.entries(value).filter(([name]) => !Object.hasOwn(declared, name));
  return strangers.flatMap(([name, item]) => schemaFaults(rest, item, `${path}.${name}`));
}

/** Keywords that judge nothing. */
const ANNOTATIONS: readonly string[] = ["description", "default", "title", "format", "additionalProperties"];

const KEYWORDS: Readonly<Record<string, Check>> = {
  type: checking(
    isAny,
    (types: Json, value) => [types].flat().some((type) => hasType(type, value)),
    "be of type",
  ),
  enum: checking(
    isAny,
    (all: readonly Json[], value) => all.some((one) => isDeepStrictEqual(one, value)),
    "be one of",
  ),
  const: checking(isAny, (expected: Json, value) => isDeepStrictEqual(expected, value), "be"),
  multipleOf: checking(isNumber, (step: number, value) => Number.isInteger(value / step), "be a multiple of"),
  maximum: checking(isNumber, (bound: number, value) => value <= bound, "be at most"),
  exclusiveMaximum: checking(isNumber, (bound: number, value) => value < bound, "be less than"),
  minimum: checking(isNumber, (bound: number, value) => value >= bound, "be at least"),
  exclusiveMinimum: checking(isNumber, (bound: number, value) => value > bound, "be more than"),
  maxLength: checking(
    isText,
    (bound: number, value) => characters(value) <= bound,
    "have a length of at most",
  ),
  minLength: checking(
    isText,
    (bound: number, value) => characters(value) >= bound,
    "have a length of at least",
  ),
  pattern: checking(isText, (pattern: string, value) => new RegExp(pattern, "u").test(value), "match"),
  maxItems: checking(isList, (bound: number, value) => value.length <= bound, "have a length of at most"),
  minItems: checking(isList, (bound: number, value) => value.length >= bound, "have a length of at least"),
  uniqueItems: checking(
    isList,
    (unique: boolean, value) =>
      !unique || value.every((item, at) => value.findIndex((other) => isDeepStrictEqual(other, item)) === at),
    "have no item twice: uniqueItems is",
  ),
  maxProperties: checking(
    isObject,
    (bound: number, value) => members(value) <= bound,
    "have a number of members of at most",
  ),
  minProperties: checking(
    isObject,
    (bound: number, value) => members(value) >= bound,
    "have a number of members of at least",
  ),
  required: (names, value, path) =>
    isObject(value)
      ? (names as string[])
          .filter((name) => !Object.hasOwn(value, name))
          .map((name) => `${path}.${name} must be set.`)
      : [],
  items: (schema, value, path) =>
    isList(value) ? value.flatMap((item, at) => schemaFaults(schema, item, `${path}[${at}]`)) : [],
  properties: (schemas, value, path) =>
    isObject(value) && isObject(schemas)
      ? Object.entries(schemas)
          .filter(([name]) => Object.hasOwn(value, name))
          .flatMap(([name, schema]) => schemaFaults(schema, value[name], `${path}.${name}`))
      : [],
};

/**
 * Judges a value by a JSON schema with the keywords that `@pulumi/policy` declares for the configuration of a
 * policy and that this check knows.
 *
 * @param path - Name of the value, for the messages.
 * @returns One sentence for each fault.
 * @throws SchemaError - the schema uses another keyword; to pass over it would take a wrong value for a right one.
 */
export function schemaFaults(schema: Json, value: Json, path: string): string[] {
  if (schema === true) return [];
  if (schema === false) return [`${path} must not be set.`];
  if (!isObject(schema)) throw new SchemaError(`the schema of ${path} is no object: ${shown(schema)}.`);
  const faults = Object.entries(schema).flatMap(([keyword, expected]) => {
    if (ANNOTATIONS.includes(keyword)) return [];
    const check = Object.hasOwn(KEYWORDS, keyword) ? KEYWORDS[keyword] : undefined;
    if (!check)
      throw new SchemaError(`the schema of ${path} has ${keyword}, which this check does not know.`);
    return check(expected, value, path);
  });
  return [...faults, ...additionalFaults(schema, value, path)];
}
