import type { Alarm } from "../detect/alarm";
import { isObject } from "../json";

/** A record that is no alarm. A retry cannot help: the same bytes would come again. */
interface Rejection {
  readonly kind: "rejection";
  /** Where the fault is, from the event down, for example `Records[0].Sns.Message.violationEventTime`. */
  readonly path: string;
  /** The rule that is broken, what KIND of value is there instead (never the value), and that a retry cannot help. */
  readonly reason: string;
  /** What was thrown underneath, if anything. Its text may quote the payload, so it must not be logged. */
  readonly cause?: unknown;
}

/** What became of one record of the event. */
export type ParsedRecord = ({ readonly kind: "alarm"; readonly alarm: Alarm } | Rejection) & {
  /** Id of the queue's message that the record is; absent where SNS invoked the function itself. */
  readonly messageId?: string;
  /** How often the queue has handed the message out, this time included; absent where no queue did. */
  readonly receiveCount?: number;
};

/** A value of unknown shape and where it stands. */
interface Place {
  readonly value: unknown;
  readonly path: string;
}

// `satisfies` makes the table fail to compile when the message's type gains an event that it lacks.
const EVENT_TYPES = {
  "in-alarm": true,
  "alarm-cleared": true,
  "alarm-invalidated": true,
} as const satisfies Record<Alarm["violationEventType"], true>;

/** Last moment of the year 9999: later ones are written, and sorted, in another way. */
const LATEST_MS = 253_402_300_799_999;

/** Longest value that is kept, in characters: a list of addresses or ports may be longer. */
const VALUE_LENGTH = 1024;

/** Source: AWS IoT API Reference, `ViolationEvent`, `violationId`. */
const VIOLATION_ID = /^[a-zA-Z0-9-]{1,128}$/;

class Malformed extends Error {
  readonly path: string;

  constructor(place: Place, rule: string, options?: ErrorOptions) {
    super(`${rule}; it is ${kindOf(place.value)}; a retry cannot help`, options);
    this.path = place.path;
  }
}

/**
 * Reads an event of Lambda, record by record, into alarms: messages of a queue, each with SNS's notification or, by
 * raw delivery, with the alarm itself, or records of SNS. Never throws: what is no alarm becomes a
 * {@link Rejection}, and one bad record leaves the others as they are. There is at least one answer.
 *
 * Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS", "Using Lambda with Amazon SNS" (the envelopes;
 * `Message` is a JSON string); Amazon SNS Developer Guide, "Amazon SNS raw message delivery"; a captured event
 * (docs/aws-facts.md, "The alarm message").
 *
 * @param event - whatever Lambda was invoked with
 */
export function parseEvent(event: unknown): readonly ParsedRecord[] {
  const records = isObject(event) ? event.Records : undefined;
  if (!Array.isArray(records) || records.length === 0) {
    return [
      rejectionOf(
        new Malformed({ value: records, path: "Records" }, "must be the list of records of SQS or SNS"),
      ),
    ];
  }
  return records.map((value: unknown, index) => parseRecord({ value, path: `Records[${index}]` }));
}

function parseRecord(record: Place): ParsedRecord {
  const origin = originOf(isObject(record.value) ? record.value : {});
  try {
    return { kind: "alarm", alarm: alarmAt(json(messageOf(record))), ...origin };
  } catch (error) {
    if (error instanceof Malformed) return { ...rejectionOf(error), ...origin };
    throw error;
  }
}

/** Source: Amazon SQS API Reference, `ReceiveMessage`, `ApproximateReceiveCount`. */
function originOf({ messageId, attributes }: Readonly<Record<string, unknown>>) {
  if (typeof messageId !== "string") return {};
  const count = Number(isObject(attributes) ? attributes.ApproximateReceiveCount : undefined);
  return { messageId, ...(Number.isInteger(count) ? { receiveCount: count } : {}) };
}

/** Where the text is that Device Defender published. */
function messageOf(record: Place): Place {
  const body = member(record, "body");
  if (body.value === undefined) return member(member(record, "Sns"), "Message");
  const content = json(body);
  // An alarm has no such member.
  return isObject(content.value) && content.value.Type === "Notification" ? member(content, "Message") : body;
}

function alarmAt(message: Place): Alarm {
  const value = JSON.stringify(member(message, "metricValue").value);
  return {
    violationEventTime: epochMilliseconds(member(message, "violationEventTime")),
    // Of any length and alphabet: for an unregistered device it is the client id
    // (AWS IoT API Reference, `ViolationEvent`: no pattern). `decide` judges it.
    thingName: text(member(message, "thingName")),
    violationEventType: eventType(member(message, "violationEventType")),
    violationId: violationId(member(message, "violationId")),
    securityProfileName: text(member(message, "securityProfileName")),
    behaviorName: text(member(member(message, "behavior"), "name")),
    ...(value === undefined || value.length > VALUE_LENGTH ? {} : { value }),
  };
}

function rejectionOf(error: Malformed): Rejection {
  const fault = { kind: "rejection", path: error.path, reason: error.message } as const;
  return error.cause === undefined ? fault : { ...fault, cause: error.cause };
}

function member(parent: Place, key: string): Place {
  if (!isObject(parent.value)) throw new Malformed(parent, "must be an object");
  return { value: parent.value[key], path: `${parent.path}.${key}` };
}

function text(place: Place): string {
  if (typeof place.value !== "string" || place.value === "") {
    throw new Malformed(place, "must be a text that is not empty");
  }
  return place.value;
}

function violationId(place: Place): string {
  const id = text(place);
  if (!VIOLATION_ID.test(id)) throw new Malformed(place, "must be 1 to 128 of a-z A-Z 0-9 -");
  return id;
}

function json(place: Place): Place {
  const source = text(place);
  try {
    return { value: JSON.parse(source), path: place.path };
  } catch (cause) {
    throw new Malformed(place, "must hold JSON", { cause });
  }
}

function eventType(place: Place): Alarm["violationEventType"] {
  const { value } = place;
  if (!isEventType(value)) {
    throw new Malformed(place, `must be one of ${Object.keys(EVENT_TYPES).join(", ")}`);
  }
  return value;
}

function isEventType(value: unknown): value is Alarm["violationEventType"] {
  return typeof value === "string" && Object.hasOwn(EVENT_TYPES, value);
}

function epochMilliseconds(place: Place): number {
  const { value } = place;
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0 || value > LATEST_MS) {
    throw new Malformed(place, "must be a time in whole epoch milliseconds");
  }
  return value;
}

function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "string") return `a text of ${value.length} characters`;
  return value === null ? "null" : `of type ${typeof value}`;
}
