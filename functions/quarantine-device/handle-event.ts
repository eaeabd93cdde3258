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

/** Which messages of a batch must come again. Source: AWS Lambda API Reference, `FunctionResponseTypes`. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * Handles every record of an event, one after the other, and reports each outcome as soon as it is known: a
 * bad record hides no good one, and a timeout hides nothing that was done before it.
 *
 * @param event - whatever Lambda was invoked with
 * @param context - what it decides and acts with
 * @param report - told of each outcome
 * @returns the messages that were rejected or failed, where a queue's messages came: SQS brings these again, and at
 * last takes them to the dead letters.
 * @throws one Error, after all records, if any was rejected or failed and is no message of a queue. Lambda then
 * retries the event. Its text holds counts, nothing of the payload.
 */
export async function handleEvent(
  event: unknown,
  context: AlarmContext,
  report: (outcome: Outcome) => void,
): Promise<BatchResponse> {
  const records = parseEvent(event);
  const bad: { readonly outcome: string; readonly messageId: string | undefined }[] = [];
  for (const record of records) {
    const outcome = await outcomeOf(record, context);
    report(outcome);
    if (outcome.outcome === "rejected" || outcome.outcome === "failed") {
      bad.push({ outcome: outcome.outcome, messageId: record.messageId });
    }
  }
  if (bad.some(({ messageId }) => messageId === undefined)) {
    const rejected = bad.filter(({ outcome }) => outcome === "rejected").length;
    throw new Error(
      `Of ${records.length} records ${rejected} were rejected (a retry cannot help) and ${bad.length - rejected} failed (a retry can); ` +
        "the log has a line for each.",
    );
  }
  return { batchItemFailures: bad.map(({ messageId = "" }) => ({ itemIdentifier: messageId })) };
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
