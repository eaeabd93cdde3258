import { isObject } from "../json";

/**
 * What an alarm may lead to:
 * - `observe`: it is recorded and counted; no device is touched.
 * - `notify`: people are told as well; no device is touched.
 * - `quarantine`: the device is put into quarantine.
 */
export const RESPONSES = ["observe", "notify", "quarantine"] as const;

/** What an alarm leads to. */
export type Response = (typeof RESPONSES)[number];

/** What nobody decided leads to: a threshold that was never tried must not cost a fleet. */
export const DEFAULT_RESPONSE: Response = "observe";

/**
 * How a device is contained:
 * - `group`: the thing is put into the Quarantine group, whose policy holds for a client id that is the thing's name.
 * - `principal`: the restrictive policy is attached to each of the thing's principals, whatever their client id and
 *   protocol.
 * - `deactivate`: the thing's certificates are set to INACTIVE.
 */
export const CONTAINMENTS = ["group", "principal", "deactivate"] as const;

/** One way in which a device is contained. */
export type Containment = (typeof CONTAINMENTS)[number];

/**
 * How often an alarm is received from the queue before it becomes a dead letter: on the last receive it is decided for
 * good where that can be. The queue's `maxReceiveCount`.
 */
export const MAX_RECEIVES = 5;

/** Who is not quarantined, why, and for how long; a thing, or all that are in a thing group or below it. */
export type Exemption = ({ readonly thing: string } | { readonly group: string }) & {
  /** Why, in words for a person. */
  readonly reason: string;
  /** A date (`2027-01-31`: to the end of that day) or a time (`2027-01-31T12:00:00Z`), both UTC. */
  readonly until: string;
};

/** Name of the table's file in the function's archive. */
export const RESPONSE_TABLE_FILE = "responses.json";

/** What the stack's config says of alarms; it lies in the function's archive, beside the code that reads it. */
export interface ResponseTable {
  /** Version of this shape. */
  readonly version: 2;
  /** By security profile's and behavior's name, each of them: one that is not here is nobody's of the stack. */
  readonly profiles: Readonly<Record<string, Readonly<Record<string, Response>>>>;
  /** Most things that one behavior quarantines in an hour, at least 1. */
  readonly quarantineLimitPerHour: number;
  /** Minutes after which an alarm whose violation is over is too late to act on, at least 1. */
  readonly alarmMaxAgeMinutes: number;
  /** How devices are contained; `group` is among them. */
  readonly containment: readonly Containment[];
  /** Who is exempt. */
  readonly exempt: readonly Exemption[];
}

const isResponses = (value: unknown): boolean =>
  isObject(value) && Object.values(value).every((response) => RESPONSES.some((known) => known === response));

const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) > 0;

const isContainment = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.includes("group") &&
  value.every((each) => CONTAINMENTS.some((known) => known === each));

const isTable = (table: unknown): table is ResponseTable =>
  isObject(table) &&
  table.version === 2 &&
  isObject(table.profiles) &&
  Object.values(table.profiles).every(isResponses) &&
  isCount(table.quarantineLimitPerHour) &&
  isCount(table.alarmMaxAgeMinutes) &&
  isContainment(table.containment) &&
  Array.isArray(table.exempt) &&
  table.exempt.every(isObject);

/**
 * Reads a table that {@link ResponseTable} describes.
 *
 * @throws Error - when the text is no such table: the function then does not start, and no alarm is lost.
 */
export function parseResponseTable(text: string): ResponseTable {
  const table: unknown = JSON.parse(text);
  if (isTable(table)) return table;
  throw new Error("The table of responses must be of version 2; deploy the stack again.");
}

/** The response to a behavior's alarm; undefined for a behavior that the stack does not have. */
export function responseTo(table: ResponseTable, profile: string, behavior: string): Response | undefined {
  // By own keys alone: the names come from the alarm.
  const behaviors = Object.hasOwn(table.profiles, profile) ? table.profiles[profile] : undefined;
  return behaviors && Object.hasOwn(behaviors, behavior) ? behaviors[behavior] : undefined;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/;
const DAY_MS = 24 * 60 * 60 * 1000;

/** A date or time that stands in a stack file without quotes: Pulumi hands it over as Go writes it. */
const OF_YAML = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) \+0000 UTC$/;

/** When an exemption ends, epoch milliseconds; undefined where `until` is no date or time of the calendar. */
export function endOfExemption(given: string): number | undefined {
  const until = given.replace(OF_YAML, (_, date, time) => (time === "00:00:00" ? date : `${date}T${time}Z`));
  const isDate = DATE.test(until);
  if (!isDate && !TIME.test(until)) return undefined;
  const start = Date.parse(until);
  // A day that no month has, such as 31 February, is read as one of the next month, or as none.
  const isOfCalendar = !Number.isNaN(start) && new Date(start).toISOString().startsWith(until.slice(0, 10));
  return isOfCalendar ? start + (isDate ? DAY_MS : 0) : undefined;
}

/** The exemptions that hold at a time (epoch milliseconds). */
export function exemptionsAt(table: ResponseTable, now: number): readonly Exemption[] {
  return table.exempt.filter(({ until }) => now < (endOfExemption(until) ?? 0));
}
