import type { JsonObject } from "./json";
import { contentOf, deltaOf, type ShadowDocument, stampsOf } from "./shadow-document";
import type { ShadowError } from "./shadow-error";
import type { ShadowUpdate } from "./shadow-request";

// Source of all forms: AWS IoT Core Developer Guide, "Device Shadow service documents", sections "Response
// state documents" and "Error response document". All times are epoch seconds.

const withToken = (clientToken: string | undefined) => (clientToken === undefined ? {} : { clientToken });

/** The whole shadow, as a get answers it. */
export function wholeShadow(document: ShadowDocument, timestamp: number, clientToken?: string): JsonObject {
  const { state, metadata } = contentOf(document);
  const delta = deltaOf(document);
  return {
    state: { ...state, ...(delta && { delta: delta.state }) },
    metadata,
    version: document.version,
    timestamp,
    ...withToken(clientToken),
  };
}

/** The answer to an update: only what it named. */
export function acceptedUpdate(update: ShadowUpdate, version: number, timestamp: number): JsonObject {
  // A patch came out of JSON, so it is JSON.
  const state = update.state as JsonObject | null;
  return {
    state,
    metadata: stampsOf(state, timestamp),
    version,
    timestamp,
    ...withToken(update.clientToken),
  };
}

/** The message on `/update/delta`; undefined where everything desired is reported. */
export function deltaMessage(
  document: ShadowDocument,
  timestamp: number,
  clientToken?: string,
): JsonObject | undefined {
  const delta = deltaOf(document);
  return delta && { version: document.version, timestamp, ...delta, ...withToken(clientToken) };
}

/** The message on `/update/documents`; without `previous` for a shadow's first version (assumed). */
export function documentsMessage(
  previous: ShadowDocument | undefined,
  current: ShadowDocument,
  timestamp: number,
  clientToken?: string,
): JsonObject {
  const whole = (document: ShadowDocument) => ({ ...contentOf(document), version: document.version });
  return {
    ...(previous && { previous: whole(previous) }),
    current: whole(current),
    timestamp,
    ...withToken(clientToken),
  };
}

/** The answer to a delete. */
export function deletedShadow(version: number, timestamp: number, clientToken?: string): JsonObject {
  return { version, timestamp, ...withToken(clientToken) };
}

/** The message on a `/rejected` topic. */
export function rejection({ code, message, clientToken }: ShadowError, timestamp: number): JsonObject {
  return { code, message, timestamp, ...withToken(clientToken) };
}
