import { type QuarantinePorts, quarantine } from "./act";
import { decide } from "./decide";
import type { Outcome } from "./outcome";
import { type ParsedRecord, parseEvent } from "./parse";

/**
 * Handles every record of an SNS event, one after the other, and reports each outcome as soon as it is known: a
 * bad record hides no good one, and a timeout hides nothing that was done before it.
 *
 * @param event - whatever Lambda was invoked with
 * @param ports - the calls to AWS
 * @param report - told of each outcome
 * @throws one Error, after all records, if any was rejected or failed. Lambda then retries the event and at last
 * sends it to the on-failure destination. Its text holds counts, nothing of the payload.
 */
export async function handleEvent(
  event: unknown,
  ports: QuarantinePorts,
  report: (outcome: Outcome) => void,
): Promise<void> {
  const records = parseEvent(event);
  let rejected = 0;
  let failed = 0;
  for (const record of records) {
    const outcome = await outcomeOf(record, ports);
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

async function outcomeOf(record: ParsedRecord, ports: QuarantinePorts): Promise<Outcome> {
  if (record.kind === "rejection") {
    return { outcome: "rejected", path: record.path, reason: record.reason };
  }
  const decision = decide(record.alarm);
  return decision.kind === "quarantine"
    ? quarantine(record.alarm, ports)
    : { outcome: decision.kind, alarm: record.alarm, reason: decision.reason };
}
