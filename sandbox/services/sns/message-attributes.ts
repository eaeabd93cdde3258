import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import { AwsError } from "../../wire/aws-error";

/** The attributes that a publisher puts beside a message, by name. */
export type MessageAttributes = Readonly<Record<string, MessageAttributeValue>>;

const invalidValue = (message: string) => new AwsError("InvalidParameterValueException", 400, message);

/** What is wrong with an attribute's name, in SNS's words. */
function nameFault(name: string): string | undefined {
  if (name.length > 256) return "Length of message attribute name must be less than 256 bytes.";
  const found = (where: string) => `Invalid message attribute name ${where} with character '.' was found.`;
  if (name.startsWith(".")) return found("starting");
  if (name.endsWith(".")) return found("ending");
  if (name.includes("..")) return "Message attribute name can not have successive '.' character.";
  const [odd] = /[^\w.-]/.exec(name) ?? [];
  if (odd === undefined) return undefined;
  const code = odd.charCodeAt(0).toString(16).toUpperCase();
  return `Invalid non-alphanumeric character '#x${code}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`;
}

/** What is wrong with an attribute's type or value, in SNS's words. */
function valueFault(name: string, attribute: MessageAttributeValue): string | undefined {
  const { DataType: type = "", StringValue, BinaryValue } = attribute;
  const it = `The message attribute '${name}'`;
  const [, kind] = /^(String|Number|Binary)(?:\..+)?$/.exec(type) ?? [];
  if (kind === undefined) {
    return `${it} has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`;
  }
  const [field, value, other] =
    kind === "Binary" ? ["Binary", BinaryValue, StringValue] : ["String", StringValue, BinaryValue];
  if (value === undefined && other !== undefined)
    return `${it} with type '${type}' must use field '${field}'.`;
  if (!value?.length) {
    return `${it} must contain non-empty message attribute value for message attribute type '${type}'.`;
  }
  return kind === "Number" && Number.isNaN(Number(value))
    ? `Could not cast message attribute '${name}' value to number.`
    : undefined;
}

/**
 * Refuses attributes that SNS would.
 *
 * Source of the rules: Amazon SNS Developer Guide, "Amazon SNS message attributes"; of the words: as others recorded
 * them.
 */
export function checkMessageAttributes(attributes: MessageAttributes): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    const fault = nameFault(name) ?? valueFault(name, attribute);
    if (fault !== undefined) throw invalidValue(fault);
  }
}
