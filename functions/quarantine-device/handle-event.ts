import type { Notice, NoticePorts } from "../../lib/notices/notice";
import type { Outcome } from "../../lib/quarantine/outcome";
import { type ParsedRecord, parseEvent } from "../../lib/quarantine/parse";
import { type AlarmContext, respond } from "../../lib/quarantine/respond";
import { MAX_RECEIVES } from "../../lib/responses/response-table";
import { noticesOf } from "./notices-of";

/** Which messages of a batch must come again. Source: AWS Lambda API Reference, `FunctionResponseTypes`. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * Records that are handled at a time. More would only wait for each other at Device Defender, which answers ten look-ups a
 * second to all batches together (`npm run bench:storm`).
 */
const AT_A_TIME = 2;

/**
 * Handles every record of an event, several at a time, and reports each outcome as soon as it is known: a
 * bad record hides no good one, and a timeout hides nothing that was done before it.
 *
 * @param event - whatever Lambda was invoked with
 * @param tell - told once of all that people and other systems are to know; never rejects
 * @returns the messages that were rejected or failed, where a queue's messages came: SQS brings these again, and at
 * last takes them to the dead letters.
 * @throws one Error, after all records, if any was rejected or failed and is no message of a queue. Lambda then
 * retries the event. Its text holds counts, nothing of the payload.
 */
export async function handleEvent(
  event: unknown,
  context: AlarmContext,
  report: (outcome: Outcome) => void,
  tell: NoticePorts["tell"],
): Promise<BatchResponse> {
  const records = parseEvent(event);
  const bad: { readonly outcome: string; readonly messageId: string | undefined }[] = [];
  const notices: Notice[] = [];
  const waiting = records.values();
  const handleRest = async () => {
    // All workers share the iterator: each record is one's alone.
    for (const record of waiting) {
      // What no queue sent is not counted: it is told each time.
      const isLast = (record.receiveCount ?? MAX_RECEIVES) >= MAX_RECEIVES;
      const outcome = await outcomeOf(record, context);
      report(outcome);
      notices.push(...noticesOf(outcome, isLast));
      if (outcome.outcome === "rejected" || outcome.outcome === "failed") {
        bad.push({ outcome: outcome.outcome, messageId: record.messageId });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, handleRest));
  await tell(notices);
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
  return record.kind === "rejection"
    ? { outcome: "rejected", path: record.path, reason: record.reason }
    : respond(record.alarm, context, { isLast: (record.receiveCount ?? 0) >= MAX_RECEIVES });
}
