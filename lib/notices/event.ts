import { createHash } from "node:crypto";
import { printable } from "../printable";
import type { Notice, NoticeKind } from "./notice";

/** Source of every event. */
export const EVENT_SOURCE = "iot-quarantine";

/** Type of each event, as a rule of EventBridge asks for it. */
export const DETAIL_TYPES = {
  quarantined: "Device Quarantined",
  held: "Device Held",
  exempt: "Exempt Device Alarmed",
  notified: "Device Alarmed",
  "not-contained": "Device Not Contained",
  stale: "Alarm Stale",
  released: "Device Released",
  "removed-by-hand": "Device Removed By Hand",
  "entered-by-hand": "Device Entered By Hand",
  failed: "Alarm Failed",
} as const satisfies Record<NoticeKind, string>;

/** Longest reason that is told, in UTF-16 code units. */
const REASON_LIMIT = 1024;

/** What an event tells: docs/events.md has its schema. */
export interface EventDetail {
  /** Of this form; another form has another number. */
  readonly version: 1;
  /** The same whenever the same is told again: whoever acts on it acts once. */
  readonly id: string;
  /** Name of the stack that tells it. */
  readonly stack: string;
  readonly kind: NoticeKind;
  readonly thingName?: string;
  readonly securityProfileName?: string;
  readonly behaviorName?: string;
  readonly violationId?: string;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly actor?: string;
}

/**
 * What is told of a notice, to people and other systems alike. Texts are as long as they need to be and print: none of
 * them holds a payload, and a client id is the attacker's to choose.
 */
export function detailOf(notice: Notice, stack: string): EventDetail {
  const { thingName, securityProfileName, behaviorName, violationId, actor } = notice;
  const given = { thingName, securityProfileName, behaviorName, violationId, actor };
  const named = Object.entries(given).filter(([, text]) => text !== undefined);
  return {
    version: 1,
    id: idOf(notice),
    stack,
    kind: notice.kind,
    ...Object.fromEntries(named.map(([name, text]) => [name, printable(text ?? "")])),
    reason: printable(notice.reason, REASON_LIMIT),
    at: new Date(notice.at).toISOString(),
  };
}

/** A violation leads to one thing of a kind, however often its alarm comes; what no violation led to has its time. */
function idOf({
  kind,
  thingName,
  securityProfileName,
  behaviorName,
  violationId,
  at,
  actor,
}: Notice): string {
  const cause = violationId ?? [at, actor ?? null];
  const identity = [kind, thingName ?? null, securityProfileName ?? null, behaviorName ?? null, cause];
  return createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 32);
}
