import { isJsonObject, type Json, type JsonObject, memberOf } from "./json";
import { ShadowError } from "./shadow-error";

/** Nested levels that `desired` and `reported` may have. */
const MAX_LEVELS = 8;
const MAX_TOKEN_BYTES = 64;

/** The sections of a shadow's state. */
export const SECTIONS = ["desired", "reported"] as const;

/** Name of a section of a shadow's state. */
export type SectionName = (typeof SECTIONS)[number];

/** What an update wants of the state: of each section it names a patch, or null to remove it. */
export type StatePatch = { readonly [name in SectionName]?: JsonObject | null };

/** A valid request to update a shadow. */
export interface ShadowUpdate {
  /** Null removes both sections. */
  readonly state: StatePatch | null;
  /** The version that the caller expects the shadow to have. */
  readonly version?: number;
  readonly clientToken?: string;
}

/** The JSON of a request; undefined where it is none. @throws ShadowError - 415 for text that is not UTF-8. */
function parse(payload: Uint8Array): Json | undefined {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(payload);
  } catch {
    throw new ShadowError(415, "Unsupported documented encoding; supported encoding is UTF-8");
  }
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function validToken(value: Json | undefined): value is string | undefined {
  return value === undefined || (typeof value === "string" && Buffer.byteLength(value) <= MAX_TOKEN_BYTES);
}

/** The token of a get or a delete, whose body is otherwise ignored; undefined where there is none. */
export function readClientToken(payload: Uint8Array): string | undefined {
  let body: Json | undefined;
  try {
    body = parse(payload);
  } catch {
    return undefined;
  }
  const token = isJsonObject(body) ? memberOf(body, "clientToken") : undefined;
  return validToken(token) ? token : undefined;
}

function isTooDeep(value: Json, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0
    ? Object.keys(value).length > 0
    : Object.values(value).some((item: Json) => isTooDeep(item, levels - 1));
}

function hasNullInList(value: Json): boolean {
  if (Array.isArray(value)) return value.some((item: Json) => item === null || hasNullInList(item));
  return isJsonObject(value) && Object.values(value).some(hasNullInList);
}

function sectionFault(name: SectionName, value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) return `${name === "desired" ? "Desired" : "Reported"} node must be an object`;
  if (isTooDeep(value, MAX_LEVELS)) {
    return `JSON contains too many levels of nesting; maximum is ${MAX_LEVELS}`;
  }
  return hasNullInList(value) ? "State contains an invalid node" : undefined;
}

function stateFault(state: Json | undefined): string | undefined {
  if (state === undefined) return "Missing required node: state";
  if (state === null) return undefined;
  if (!isJsonObject(state)) return "State node must be an object";
  if (Object.keys(state).some((key) => !SECTIONS.some((name) => name === key))) {
    return "State contains an invalid node";
  }
  const faults = SECTIONS.map((name) => sectionFault(name, memberOf(state, name)));
  return faults.find((fault) => fault !== undefined);
}

/**
 * Reads the body of an update.
 *
 * Source: AWS IoT Core Developer Guide, "Device Shadow service documents", sections "Request state
 * documents", "Client token", "Arrays", and "Device Shadow error messages"; AWS General Reference, "AWS IoT
 * Core endpoints and quotas" (8 levels; the error messages page still says 6). Which message a list with
 * nulls gets, and that a level is counted for lists too, is assumed.
 *
 * @throws ShadowError - 400 or 415, with the request's token if it had a valid one.
 */
export function readUpdate(payload: Uint8Array): ShadowUpdate {
  const body = parse(payload);
  if (!isJsonObject(body)) throw new ShadowError(400, "Invalid JSON");
  const clientToken = memberOf(body, "clientToken");
  if (!validToken(clientToken)) throw new ShadowError(400, "Invalid clientToken");
  const version = memberOf(body, "version");
  if (version !== undefined && !(Number.isSafeInteger(version) && Number(version) >= 0)) {
    throw new ShadowError(400, "Invalid version", clientToken);
  }
  const state = memberOf(body, "state");
  const fault = stateFault(state);
  if (fault !== undefined) throw new ShadowError(400, fault, clientToken);
  return {
    state: state as StatePatch | null,
    ...(version !== undefined && { version: Number(version) }),
    ...(clientToken !== undefined && { clientToken }),
  };
}
