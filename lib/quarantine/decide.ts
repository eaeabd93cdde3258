import { REGISTRY_NAME } from "../aws/names";
import type { Alarm } from "../detect/alarm";
import { type ResponseTable, responseTo } from "../responses/response-table";

/** What is to be done about an alarm. */
export type Decision =
  | { readonly kind: "quarantine" }
  | { readonly kind: "ignored" | "observed" | "notified" | "unregistered"; readonly reason: string };

/**
 * Decides what an alarm calls for, exemptions apart. Pure.
 *
 * Only `in-alarm` quarantines, and nothing releases: the quarantine itself silences the metric, so a release
 * on `alarm-cleared` would let a device out that has not changed.
 *
 * An alarm of an unregistered device carries its client id, which may be no registry name at all (AWS IoT
 * Developer Guide, "Detect", targets). It is told apart here because writing its shadow would leave a shadow
 * of no thing behind.
 */
export function decide(alarm: Alarm, responses: ResponseTable): Decision {
  if (alarm.violationEventType !== "in-alarm") {
    return {
      kind: "ignored",
      reason: `${alarm.violationEventType} releases nothing; only in-alarm calls for an act`,
    };
  }
  const response = responseTo(responses, alarm.securityProfileName, alarm.behaviorName);
  if (response !== "quarantine") {
    const reason =
      response === undefined
        ? "the stack has no such behavior; the device was not touched"
        : `the response to this behavior is ${response}; the device was not touched`;
    return { kind: response === "notify" ? "notified" : "observed", reason };
  }
  if (!REGISTRY_NAME.test(alarm.thingName)) {
    return {
      kind: "unregistered",
      reason: "no thing can have this name (1 to 128 of a-z A-Z 0-9 : _ -); no shadow, no session touched",
    };
  }
  return { kind: "quarantine" };
}
