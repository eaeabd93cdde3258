import { REGISTRY_NAME } from "../aws/names";
import type { LedgerPorts } from "../ledger/ledger";
import { isThingState } from "../ledger/record";
import type { ResponseTable } from "../responses/response-table";
import { attempt, type QuarantinePorts, quarantine, unregistered } from "./contain";
import { decide } from "./decide";
import { type ExemptionPorts, exemptionOf } from "./exempt";
import type { AlarmOutcome } from "./outcome";
import type { Alarm } from "./parse";

/** What the function decides and acts with. */
export interface AlarmContext {
  /** What the stack's config says of alarms. */
  readonly responses: ResponseTable;
  /** The calls to AWS IoT. */
  readonly ports: QuarantinePorts & ExemptionPorts;
  /** What is remembered. */
  readonly ledger: LedgerPorts;
}

/**
 * Does what an alarm calls for, and records it. Never rejects: what could not be done or recorded is `failed`, comes
 * again, and then changes nothing that was done before.
 *
 * @param alarm - the parsed alarm
 * @param context - what it decides and acts with
 */
export async function respond(alarm: Alarm, context: AlarmContext): Promise<AlarmOutcome> {
  const decision = decide(alarm, context.responses);
  const done: AlarmOutcome =
    decision.kind === "quarantine"
      ? await quarantineUnlessExempt(alarm, context)
      : { outcome: decision.kind, alarm, reason: decision.reason };
  const { outcome, reason } = done;
  // What cannot be a thing's name has no record: who sends alarms of made-up client ids must not fill the ledger.
  if (!isThingState(outcome) || !REGISTRY_NAME.test(alarm.thingName)) return done;
  const recorded = await attempt("ledger", () => context.ledger.record(alarm, outcome, reason));
  return "failure" in recorded
    ? { outcome: "failed", alarm, reason: `${outcome} (${reason}), and not recorded: ${recorded.failure}` }
    : done;
}

async function quarantineUnlessExempt(alarm: Alarm, context: AlarmContext): Promise<AlarmOutcome> {
  const { responses, ports } = context;
  const exemption = await attempt("exemptions", () => exemptionOf(alarm.thingName, responses, ports));
  if ("failure" in exemption) {
    return { outcome: "failed", alarm, reason: `${exemption.failure}; the device was not touched` };
  }
  if (exemption.value === undefined) return quarantineWithinLimit(alarm, context);
  const { reason, until, ...who } = exemption.value;
  const whom = "thing" in who ? "the thing" : `thing group ${who.group}`;
  return { outcome: "exempt", alarm, reason: `${whom} is exempt until ${until}: ${reason}` };
}

/**
 * Asks the registry first: alarms of names that are no things must take no place from a thing. A limit that cannot be
 * asked is one that is reached: the alarm comes again.
 */
async function quarantineWithinLimit(
  alarm: Alarm,
  { responses, ports, ledger }: AlarmContext,
): Promise<AlarmOutcome> {
  const { thingName } = alarm;
  const registered = await attempt("registry", () => ports.isRegistered(thingName));
  if ("failure" in registered) {
    return { outcome: "failed", alarm, reason: `${registered.failure}; the device was not touched` };
  }
  if (!registered.value) return unregistered(alarm);
  const limit = responses.quarantineLimitPerHour;
  const place = await attempt("limit", () => ledger.takePlace(alarm, limit));
  if ("failure" in place) {
    return { outcome: "failed", alarm, reason: `${place.failure}; the device was not touched` };
  }
  if (!place.value) {
    const reason = `all ${limit} places of the behavior in this hour are taken; the device was not touched`;
    return { outcome: "held", alarm, reason };
  }
  return quarantine(alarm, ports);
}
