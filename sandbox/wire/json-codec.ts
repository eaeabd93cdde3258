import type { NormalizedSchema } from "@smithy/core/schema";
import { isObject } from "../../lib/json";
import { AwsError } from "./aws-error";

/** An input that does not fit its operation's shape. */
export class ShapeError extends Error {
  constructor(path: string, expected: string, value: unknown) {
    const got = value === null ? "null" : Array.isArray(value) ? "a list" : typeof value;
    super(`${path || "the request body"} must be ${expected}, not ${got}`);
    this.name = "ShapeError";
  }
}

/** The JSON of a request's body; an empty body is an empty object. */
export function parseBody(body: Buffer): unknown {
  try {
    return body.length === 0 ? {} : JSON.parse(body.toString("utf8"));
  } catch (cause) {
    const message = `The request body is not JSON: ${(cause as Error).message}`;
    throw new AwsError("SerializationException", 400, message);
  }
}

const join = (path: string, member: string) => (path ? `${path}.${member}` : member);

function expectObject(value: unknown, path: string): Record<string, unknown> {
  if (!isObject(value)) throw new ShapeError(path, "an object", value);
  return value;
}

function structFromJson(schema: NormalizedSchema, value: unknown, path: string): Record<string, unknown> {
  const source = expectObject(value, path);
  const result: Record<string, unknown> = {};
  for (const [member, memberSchema] of schema.structIterator()) {
    const key = memberSchema.getMergedTraits().jsonName ?? member;
    const item = Object.hasOwn(source, key) ? source[key] : undefined;
    if (item !== undefined && item !== null)
      result[member] = fromJson(memberSchema, item, join(path, member));
  }
  return result;
}

function timestampFromJson(value: unknown, path: string): Date {
  const date = new Date(typeof value === "number" ? value * 1000 : typeof value === "string" ? value : NaN);
  if (Number.isNaN(date.getTime())) throw new ShapeError(path, "a timestamp", value);
  return date;
}

function scalarFromJson(schema: NormalizedSchema, value: unknown, path: string): unknown {
  if (schema.isTimestampSchema()) return timestampFromJson(value, path);
  if (schema.isBlobSchema()) {
    if (typeof value !== "string") throw new ShapeError(path, "base64 text", value);
    return new Uint8Array(Buffer.from(value, "base64"));
  }
  if (schema.isBooleanSchema() && typeof value !== "boolean")
    throw new ShapeError(path, "true or false", value);
  if (schema.isNumericSchema() && typeof value !== "number") throw new ShapeError(path, "a number", value);
  if (schema.isStringSchema() && typeof value !== "string") throw new ShapeError(path, "text", value);
  return value;
}

/**
 * Reads parsed JSON as a value of the SDK's types: timestamps become dates, blobs bytes, unknown members
 * are dropped as AWS does.
 *
 * @throws ShapeError - with the path of the member that does not fit.
 */
export function fromJson(schema: NormalizedSchema, value: unknown, path = ""): unknown {
  if (schema.isStructSchema() || schema.isUnionSchema()) return structFromJson(schema, value, path);
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw new ShapeError(path, "a list", value);
    return value.map((item, index) => fromJson(schema.getValueSchema(), item, `${path}[${index}]`));
  }
  if (schema.isMapSchema()) {
    const entries = Object.entries(expectObject(value, path));
    return Object.fromEntries(
      entries.map(([key, item]) => [key, fromJson(schema.getValueSchema(), item, join(path, key))]),
    );
  }
  return scalarFromJson(schema, value, path);
}

function structToJson(schema: NormalizedSchema, value: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [member, memberSchema] of schema.structIterator()) {
    const item = value[member];
    if (item !== undefined && item !== null)
      result[memberSchema.getMergedTraits().jsonName ?? member] = toJson(memberSchema, item);
  }
  return result;
}

/** Turns a value of the SDK's types into plain JSON: dates become epoch seconds, bytes base64. */
export function toJson(schema: NormalizedSchema, value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if ((schema.isStructSchema() || schema.isUnionSchema()) && isObject(value))
    return structToJson(schema, value);
  if (schema.isListSchema() && Array.isArray(value)) {
    return value.map((item) => toJson(schema.getValueSchema(), item));
  }
  if (schema.isMapSchema() && isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, toJson(schema.getValueSchema(), item)]),
    );
  }
  return value;
}
