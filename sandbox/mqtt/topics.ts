import type { ConnectPacket, PublishPacket } from "aedes";

/** Most bytes that the payload of a message may have. */
export const MAX_PAYLOAD_BYTES = 128 * 1024;

const MAX_TOPIC_BYTES = 256;
const MAX_SLASHES = 7;
const MAX_CLIENT_ID_BYTES = 128;

// Basic Ingest names a rule first; that prefix counts neither for the length nor for the slashes.
const BASIC_INGEST_PREFIX = /^\$aws\/rules\/[^/]+\/?/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these cannot stand in a name.
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * Whether a topic filter covers a topic, as AWS IoT reads it: `sensor/#` does not cover `sensor`, and a
 * wildcard in the first place does not cover topics that begin with `$`.
 *
 * Source: AWS IoT Core Developer Guide, "MQTT", section "AWS IoT differences from MQTT specifications";
 * for `$`, MQTT 3.1.1 [MQTT-4.7.2-1].
 */
export function matchesFilter(filter: string, topic: string): boolean {
  const pattern = filter.split("/");
  const levels = topic.split("/");
  if (topic.startsWith("$") && (pattern[0] === "#" || pattern[0] === "+")) return false;
  for (const [index, level] of pattern.entries()) {
    if (index >= levels.length) return false;
    if (level === "#") return true;
    if (level !== "+" && level !== levels[index]) return false;
  }
  return pattern.length === levels.length;
}

function lengthFault(name: string): string | undefined {
  const counted = name.replace(BASIC_INGEST_PREFIX, "");
  const bytes = Buffer.byteLength(counted);
  if (bytes > MAX_TOPIC_BYTES) return `it has ${bytes} bytes, more than ${MAX_TOPIC_BYTES}`;
  const slashes = counted.split("/").length - 1;
  if (slashes > MAX_SLASHES) return `it has ${slashes} slashes, more than ${MAX_SLASHES}`;
  return undefined;
}

/**
 * What is wrong with a topic to publish to, or undefined.
 *
 * Source: AWS General Reference, "AWS IoT Core endpoints and quotas", section "AWS IoT Core message broker
 * and protocol limits and quotas" (topic size, slashes); MQTT 3.1.1, section 4.7.
 */
export function topicFault(topic: string): string | undefined {
  if (topic === "") return "it is empty";
  // Bytes that are no UTF-8 arrive as this character. [MQTT-1.5.3-1]
  if (topic.includes("\ufffd")) return "it is not UTF-8";
  if (/[+#\0]/.test(topic)) return "it has a wildcard or a null character";
  return lengthFault(topic);
}

/** What is wrong with a topic filter, or undefined. Source: as {@link topicFault}. */
export function filterFault(filter: string): string | undefined {
  const levels = filter.split("/");
  if (filter === "" || filter.includes("\0")) return "it is empty or has a null character";
  const misplaced = levels.some(
    (level, index) =>
      (level.length > 1 && /[+#]/.test(level)) || (level === "#" && index < levels.length - 1),
  );
  return misplaced ? "a wildcard does not stand alone in its level, or # not last" : lengthFault(filter);
}

/**
 * What is wrong with a client id, or undefined.
 *
 * Source: AWS General Reference, "AWS IoT Core endpoints and quotas" (128 bytes, the prefix `$` is
 * reserved); MQTT 3.1.1 [MQTT-3.1.3-8] (an empty id needs a clean session). That control characters are
 * refused is assumed.
 */
export function clientIdFault(clientId: string, clean: boolean): string | undefined {
  if (clientId === "" && !clean) return "an empty client id needs a clean session";
  if (Buffer.byteLength(clientId) > MAX_CLIENT_ID_BYTES)
    return `it is longer than ${MAX_CLIENT_ID_BYTES} bytes`;
  if (clientId.startsWith("$")) return "client ids that begin with $ are reserved";
  return CONTROL_CHARACTER.test(clientId) ? "it has control characters" : undefined;
}

/**
 * What is wrong with a message that a client publishes, or leaves as its will, whatever its policies.
 *
 * Source: AWS IoT Core Developer Guide, "MQTT" (QoS 2; no retained messages on reserved topics); AWS
 * General Reference, "AWS IoT Core endpoints and quotas" (128 KB).
 */
export function messageFault({
  topic,
  payload,
  qos,
  retain,
}: PublishPacket | NonNullable<ConnectPacket["will"]>): string | undefined {
  if ((qos ?? 0) > 1) return "QoS 2 is not supported";
  if (payload.length > MAX_PAYLOAD_BYTES) return `its payload is larger than ${MAX_PAYLOAD_BYTES} bytes`;
  if (retain && topic.startsWith("$")) return "messages on reserved topics cannot be retained";
  return topicFault(topic);
}
