import { cbor } from "@smithy/core/cbor";

/** How a report, and the answer to it, is written. */
interface Codec {
  /** @throws Error for what is not written so. */
  read(payload: Uint8Array): unknown;
  write(answer: object): Uint8Array;
}

/** RFC 8949, "Specification of the CBOR Encoding": major type of a map. */
const CBOR_MAP = 5;

/** A key without a value has no place in CBOR, as it has none in JSON. */
const withoutGaps = (answer: object) =>
  Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== undefined));

/** By the last part of the topic. Source: AWS IoT Core Developer Guide, "Reserved topics" (payload-format). */
export const CODECS = {
  json: {
    read: (payload) => JSON.parse(Buffer.from(payload).toString("utf8")),
    write: (answer) => Buffer.from(JSON.stringify(answer)),
  },
  cbor: {
    read: (payload) => {
      // The library takes JSON for a text of absurd length, and warns of it on the console.
      if ((payload[0] ?? 0) >> 5 !== CBOR_MAP) throw new Error("no map");
      return cbor.deserialize(payload);
    },
    write: (answer) => cbor.serialize(withoutGaps(answer)),
  },
} as const satisfies Record<string, Codec>;

/** A format that there is. */
export type ReportFormat = keyof typeof CODECS;
