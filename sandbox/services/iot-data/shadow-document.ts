import { isDeepStrictEqual } from "node:util";
import { isJsonObject, type Json, type JsonObject, memberOf } from "./json";
import { ShadowError } from "./shadow-error";
import { SECTIONS, type SectionName, type ShadowUpdate } from "./shadow-request";

/** Bytes that a shadow's state may have as JSON; metadata does not count. */
const MAX_STATE_BYTES = 8 * 1024;

/** A part of a state with the times at which its members were set, in a tree of the same form. */
interface Section {
  readonly state: JsonObject;
  /** Where the state has a value or a list, `{timestamp}` in epoch seconds. */
  readonly metadata: JsonObject;
}

/** A shadow. A section that holds nothing is absent. */
export interface ShadowDocument {
  readonly sections: { readonly [name in SectionName]?: Section };
  /** Grows by one with each update. */
  readonly version: number;
}

const EMPTY: Section = { state: {}, metadata: {} };

const isEmpty = (object: JsonObject) => Object.keys(object).length === 0;

/** What becomes of one member; undefined where it is removed. */
function mergeMember(current: Section, key: string, value: Json, seconds: number) {
  if (value === null) return undefined;
  if (!isJsonObject(value)) return { value, metadata: { timestamp: seconds } };
  const state = memberOf(current.state, key);
  const metadata = memberOf(current.metadata, key);
  const base = isJsonObject(state) && isJsonObject(metadata) ? { state, metadata } : EMPTY;
  const merged = merge(base, value, seconds);
  return { value: merged.state, metadata: merged.metadata };
}

function merge(current: Section, patch: JsonObject, seconds: number): Section {
  // Maps and fromEntries make members even of keys such as `__proto__`.
  const state = new Map(Object.entries(current.state));
  const metadata = new Map(Object.entries(current.metadata));
  for (const [key, value] of Object.entries(patch)) {
    const member = mergeMember(current, key, value, seconds);
    if (member) {
      state.set(key, member.value);
      metadata.set(key, member.metadata);
    } else {
      state.delete(key);
      metadata.delete(key);
    }
  }
  return { state: Object.fromEntries(state), metadata: Object.fromEntries(metadata) };
}

/** One half (states or metadata) of some sections, those that are there. */
function half(sections: ShadowDocument["sections"], part: keyof Section): JsonObject {
  return Object.fromEntries(
    SECTIONS.flatMap((name) => {
      const section = sections[name];
      return section ? [[name, section[part]]] : [];
    }),
  );
}

/**
 * Applies an update: members are merged, lists replaced as a whole, null removes, and sections that hold nothing
 * are not kept; objects inside of them are.
 *
 * Source: AWS IoT Core Developer Guide, "Device Shadow service documents", sections "Empty sections",
 * "Arrays"; "Interacting with shadows", section "Optimistic locking"; AWS General Reference, "AWS IoT Core
 * endpoints and quotas" (8 KB).
 *
 * @param current - The shadow as it is; version 0 without sections where there is none.
 * @param seconds - Virtual time, epoch seconds.
 * @throws ShadowError - 409 for another version than expected, 413 for a state that grew too large.
 */
export function applyUpdate(current: ShadowDocument, update: ShadowUpdate, seconds: number): ShadowDocument {
  const { clientToken, state, version } = update;
  if (version !== undefined && version !== current.version) {
    throw new ShadowError(409, "Version conflict", clientToken);
  }
  const sections: { [name in SectionName]?: Section } = {};
  for (const name of SECTIONS) {
    const patch = state === null ? null : state[name];
    const before = current.sections[name];
    const after = patch === null ? EMPTY : merge(before ?? EMPTY, patch ?? {}, seconds);
    if (!isEmpty(after.state)) sections[name] = after;
  }
  if (Buffer.byteLength(JSON.stringify(half(sections, "state"))) > MAX_STATE_BYTES) {
    throw new ShadowError(413, "The payload exceeds the maximum size allowed", clientToken);
  }
  return { sections, version: current.version + 1 };
}

function difference(desired: Section, reported: JsonObject): Section {
  const state: [string, Json][] = [];
  const metadata: [string, Json][] = [];
  for (const [key, wanted] of Object.entries(desired.state)) {
    const times = memberOf(desired.metadata, key) ?? {};
    const actual = memberOf(reported, key);
    if (isDeepStrictEqual(wanted, actual)) continue;
    const both = isJsonObject(wanted) && isJsonObject(times) && isJsonObject(actual);
    const inner = both ? difference({ state: wanted, metadata: times }, actual) : undefined;
    if (inner && isEmpty(inner.state)) continue;
    state.push([key, inner?.state ?? wanted]);
    metadata.push([key, inner?.metadata ?? times]);
  }
  return { state: Object.fromEntries(state), metadata: Object.fromEntries(metadata) };
}

/**
 * What is desired and not reported, member by member; undefined where nothing is.
 *
 * Source: AWS IoT Core Developer Guide, "Device Shadow MQTT topics", section "/update/delta", "Message body
 * details".
 */
export function deltaOf({ sections }: ShadowDocument): Section | undefined {
  const delta = difference(sections.desired ?? EMPTY, sections.reported?.state ?? {});
  return isEmpty(delta.state) ? undefined : delta;
}

/** State and metadata of a whole shadow. */
export function contentOf({ sections }: ShadowDocument): { state: JsonObject; metadata: JsonObject } {
  return { state: half(sections, "state"), metadata: half(sections, "metadata") };
}

/** The metadata of what an update named: each value, list and null with the time of the update. */
export function stampsOf(state: Json, seconds: number): Json {
  if (!isJsonObject(state)) return { timestamp: seconds };
  return Object.fromEntries(Object.entries(state).map(([key, value]) => [key, stampsOf(value, seconds)]));
}
