import type * as sdk from "@aws-sdk/client-cloudwatch-logs";
import { invalidParameter } from "../errors";
import type { LogLine, LogsStore } from "../store";
import { storedBytes } from "../stored-bytes";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
// Source: CloudWatch Logs API Reference, "PutLogEvents".
const MAX_BATCH_BYTES = 1_048_576;
const MAX_BATCH_SPAN_MS = DAY_MS;
const MAX_AGE_DAYS = 14;
const MAX_AHEAD_MS = 2 * HOUR_MS;

function checkBatch(lines: readonly LogLine[]): void {
  if (storedBytes(lines) > MAX_BATCH_BYTES) {
    throw invalidParameter(
      `Upload too large: ${storedBytes(lines)} bytes exceeds limit of ${MAX_BATCH_BYTES}`,
    );
  }
  const times = lines.map(({ timestamp }) => timestamp);
  if (times.some((time, index) => time < (times[index - 1] ?? time))) {
    throw invalidParameter("Log events in a single PutLogEvents request must be in chronological order.");
  }
  if ((times.at(-1) ?? 0) - (times[0] ?? 0) > MAX_BATCH_SPAN_MS) {
    throw invalidParameter(
      "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
    );
  }
}

const linesOf = (events: readonly sdk.InputLogEvent[]): LogLine[] =>
  events.map(({ timestamp, message }) => {
    if (timestamp === undefined || message === undefined || message === "") {
      throw invalidParameter("Each log event must have a timestamp and a message of at least one character.");
    }
    return { timestamp, message };
  });

/** Takes events into a stream; those too old or too far ahead are left out, and the answer says so. */
export function putLogEvents(logs: LogsStore, request: sdk.PutLogEventsRequest) {
  const group = logs.group(request.logGroupName);
  const stream = logs.stream(group, request.logStreamName);
  const lines = linesOf(request.logEvents ?? []);
  checkBatch(lines);
  const now = logs.env.clock.now();
  const oldest = now - MAX_AGE_DAYS * DAY_MS;
  const expired = now - (group.retentionInDays ?? Number.POSITIVE_INFINITY) * DAY_MS;
  const count = (before: number) => lines.filter(({ timestamp }) => timestamp < before).length;
  const firstTooNew = count(now + MAX_AHEAD_MS + 1);
  const rejected = {
    ...(firstTooNew < lines.length && { tooNewLogEventStartIndex: firstTooNew }),
    ...(count(oldest) > 0 && { tooOldLogEventEndIndex: count(oldest) }),
    ...(count(expired) > 0 && { expiredLogEventEndIndex: count(expired) }),
  } satisfies sdk.RejectedLogEventsInfo;
  logs.put(stream, lines.slice(Math.max(count(oldest), count(expired)), firstTooNew));
  return {
    nextSequenceToken: "unused",
    ...(Object.keys(rejected).length > 0 && { rejectedLogEventsInfo: rejected }),
  } satisfies sdk.PutLogEventsResponse;
}
