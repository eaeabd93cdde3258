import type { ResponseTable } from "../../lib/responses/response-table";
import { attempt, type QuarantinePorts, quarantine } from "./act";
import { decide } from "./decide";
import { type ExemptionPorts, exemptionOf } from "./exempt";
import type { AlarmOutcome, Outcome } from "./outcome";
import { type Alarm, type ParsedRecord, parseEvent } from "./parse";

/** What the function decides and acts with. */
export interface AlarmContext {
  /** What the stack's config says of alarms. */
  readonly responses: ResponseTable;
  /** The calls to AWS. */
  readonly ports: QuarantinePorts & ExemptionPorts;
}

/**
 * Handles every record of an SNS event, one after the other, and reports each outcome as soon as it is known: a
 * bad record hides no good one, and a timeout hides nothing that was done before it.
 *
 * @param event - whatever Lambda was invoked with
 * @param context - what it decides and acts with
 * @param report - told of each outcome
 * @throws one Error, after all records, if any was rejected or failed. Lambda then retries the event and at last
 * sends it to the on-failure destination. Its text holds counts, nothing of the payload.
 */
export async function handleEvent(
  event: unknown,
  context: AlarmContext,
  report: (outcome: Outcome) => void,
): Promise<void> {
  const records = parseEvent(event);
  let rejected = 0;
  let failed = 0;
  for (const record of records) {
    const outcome = await outcomeOf(record, context);
    report(outcome);
    rejected += Number(outcome.outcome === "rejected");
    failed += Number(outcome.outcome === "failed");
  }
  if (rejected + failed > 0) {
    throw new Error(
      `Of ${records.length} records ${rejected} were rejected (a retry cannot help) and ${failed} failed (a retry can); ` +
        "the log has a line for each.",
    );
  }
}

async function outcomeOf(record: ParsedRecord, context: AlarmContext): Promise<Outcome> {
  if (record.kind === "rejection") {
    return { outcome: "rejected", path: record.path, reason: record.reason };
  }
  const { alarm } = record;
  const decision = decide(alarm, context.responses);
  return decision.kind === "quarantine"
    ? quarantineUnlessExempt(alarm, context)
    : { outcome: decision.kind, alarm, reason: decision.reason };
}

async function quarantineUnlessExempt(
  alarm: Alarm,
  { responses, ports }: AlarmContext,
): Promise<AlarmOutcome> {
  const exemption = await attempt("exemptions", () => exemptionOf(alarm.thingName, responses, ports));
  if ("failure" in exemption) {
    return { outcome: "failed", alarm, reason: `${exemption.failure}; the device was not touched` };
  }
  if (exemption.value === undefined) return quarantine(alarm, ports);
  const { reason, until, ...who } = exemption.value;
  const whom = "thing" in who ? "the thing" : `thing group ${who.group}`;
  return { outcome: "exempt", alarm, reason: `${whom} is exempt until ${until}: ${reason}` };
}
