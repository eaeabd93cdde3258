import { REGISTRY_NAME } from "../../lib/aws/names";
import type { Behavior, MetricValue } from "../../lib/detect/behavior";
import { amountOf } from "../../lib/detect/compare";
import { exemptionsAt, type ResponseTable, responseTo } from "../../lib/responses/response-table";
import { isBeingReleased, type ThingRecord } from "./records";

/** A violation that lasts. Times are epoch milliseconds. */
export interface LastingViolation {
  readonly violationId: string;
  readonly thingName: string;
  readonly securityProfileName: string;
  readonly behavior: Behavior;
  /** The value of the last datapoint that violated. */
  readonly value?: MetricValue;
  /** When it began. */
  readonly startTime: number;
  /** End of the last datapoint that violated. */
  readonly lastTime: number;
}

const MINUTE_MS = 60_000;

/** An alarm that is younger is on its way: a storm of 10,000 is decided in this time. */
const ON_ITS_WAY_MS = 2 * MINUTE_MS;

/**
 * How long a policy that was attached takes to act on open sessions. Source: AWS IoT Core Developer Guide, "AWS IoT Core
 * policies" (6 to 8 minutes).
 */
const POLICY_ACTS_MS = 8 * MINUTE_MS;

/** How long a device that publishes on after its quarantine is cut off again, before it counts as not contained. */
const CUT_AGAIN_MS = 15 * MINUTE_MS;

/** Whether a violation calls for quarantine, of what can be a thing. */
export const callsForQuarantine = (
  { thingName, securityProfileName, behavior }: LastingViolation,
  responses: ResponseTable,
): boolean =>
  responseTo(responses, securityProfileName, behavior.name) === "quarantine" && REGISTRY_NAME.test(thingName);

/**
 * Why no alarm of a violation is missing; undefined where one is. Pure.
 *
 * A thing that is held waits for a person whatever else it violates: an alarm of it in the next hour would find a place
 * under the limit.
 *
 * @param record - what the ledger has of the thing
 */
export function explanationOf(
  violation: LastingViolation,
  record: ThingRecord,
  responses: ResponseTable,
  now: number,
): string | undefined {
  const { thingName, violationId, startTime, lastTime } = violation;
  if (now - startTime < ON_ITS_WAY_MS) return "its alarm is on its way";
  if (record.settledViolationId === violationId) return "a person rejected it";
  if (record.releasedAt !== undefined && lastTime <= record.releasedAt) return "the thing was released since";
  if (record.state === "held" || record.state === "not-contained") return `the thing is ${record.state}`;
  // One that left the group is found by the members, and then released; but not where a release was cut off.
  if (record.state === "quarantined" && !isBeingReleased(record))
    return "the thing is contained, or left the group";
  if (record.state !== "exempt") return undefined;
  const mayCover = exemptionsAt(responses, now).some((one) => "group" in one || one.thing === thingName);
  return mayCover ? "the thing is exempt" : undefined;
}

/**
 * Metrics that only a device which publishes violates; the others also rise by what AWS refuses, or by the cut of a
 * session. Source: AWS IoT Device Defender Developer Guide, "Cloud-side metrics".
 */
const OF_PUBLISHING: readonly string[] = ["aws:num-messages-sent", "aws:message-byte-size"];

/** What is to be done about the session of a thing in the group that violates. */
export type SessionNeed = "none" | "cut" | "not-contained";

/**
 * What a violation says of a quarantined device: one whose last datapoint began after the quarantine shows that it
 * publishes on. Pure. A device that publishes less than its behavior allows is not seen, nor is one that violates in
 * another way.
 *
 * @param since - when the thing was quarantined
 */
export function sessionNeed(violation: LastingViolation, since: number, now: number): SessionNeed {
  const { behavior, value, lastTime } = violation;
  const began = lastTime - (behavior.criteria?.durationSeconds ?? 0) * 1000;
  const publishes =
    OF_PUBLISHING.includes(behavior.metric ?? "") && value !== undefined && (amountOf(value) ?? 0) > 0;
  if (!publishes || began < since) return "none";
  if (now - since < CUT_AGAIN_MS) return "cut";
  return began >= since + POLICY_ACTS_MS ? "not-contained" : "none";
}
