import { createHash } from "node:crypto";
import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { sqsError } from "./errors";

/** The attributes that a sender puts beside a message's body, by name. */
export type MessageAttributes = Readonly<Record<string, MessageAttributeValue>>;

/** The MD5 of a text, hex, as SQS answers it for a message's body. */
export const md5Of = (text: string) => createHash("md5").update(text).digest("hex");

const contentOf = (attribute: MessageAttributeValue): string | Uint8Array | undefined =>
  attribute.DataType?.startsWith("Binary") ? attribute.BinaryValue : attribute.StringValue;

function lengthPrefixed(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/**
 * The MD5 of a message's attributes, hex; undefined when there are none.
 *
 * Source: Amazon SQS Developer Guide, "Amazon SQS message metadata", section "Calculating the MD5 message
 * digest for message attributes".
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  for (const name of names) {
    const { DataType = "" } = attributes[name] ?? {};
    const value = contentOf(attributes[name] ?? { DataType }) ?? "";
    hash.update(lengthPrefixed(name)).update(lengthPrefixed(DataType));
    hash.update(Buffer.from([DataType.startsWith("Binary") ? 2 : 1])).update(lengthPrefixed(value));
  }
  return hash.digest("hex");
}

/** What the attributes count for in a message's size, bytes: names, types and values. */
export function sizeOfAttributes(attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, attribute]) =>
      sum +
      Buffer.byteLength(name) +
      Buffer.byteLength(attribute.DataType ?? "") +
      Buffer.byteLength(contentOf(attribute) ?? ""),
    0,
  );
}

/** Refuses attributes that SQS would: at most 10, each of a known type and with a value. */
export function checkAttributes(attributes: MessageAttributes): void {
  if (Object.keys(attributes).length > 10) {
    throw sqsError(
      "InvalidParameterValue",
      "Number of message attributes [more than 10] exceeds the limit 10.",
    );
  }
  for (const [name, attribute] of Object.entries(attributes)) {
    if (!/^(String|Number|Binary)(\..+)?$/.test(attribute.DataType ?? "")) {
      throw sqsError(
        "InvalidParameterValue",
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    }
    if (!contentOf(attribute)?.length) {
      throw sqsError(
        "InvalidParameterValue",
        `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${attribute.DataType}'.`,
      );
    }
  }
}

/** The attributes that a receiver asked for: by name, by prefix (`a.*`), or `All`. */
export function selectAttributes(
  attributes: MessageAttributes,
  wanted: readonly string[],
): MessageAttributes {
  const matches = (name: string) =>
    wanted.some((want) =>
      want.endsWith("*")
        ? name.startsWith(want.slice(0, -1)) || want === ".*"
        : want === "All" || want === name,
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => matches(name)));
}
