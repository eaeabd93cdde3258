import { isObject, parseObject } from "../json";

/** What a shadow says of a quarantine; `undefined` where it says nothing. */
export interface ShadowFlags {
  readonly desired: unknown;
  readonly reported: unknown;
  /** Version of the document. */
  readonly version: unknown;
}

const flagOf = (part: unknown) => (isObject(part) ? part.quarantine : undefined);

/**
 * Reads the flags of a shadow's document. Source: AWS IoT Developer Guide, "Device Shadow service documents".
 *
 * @param payload - as `GetThingShadow` answers; none where the thing has no shadow
 */
export function shadowFlags(payload: Uint8Array = new Uint8Array()): ShadowFlags {
  const shadow = parseObject(Buffer.from(payload).toString("utf8"));
  const { desired, reported } = isObject(shadow?.state) ? shadow.state : {};
  return { desired: flagOf(desired), reported: flagOf(reported), version: shadow?.version };
}
