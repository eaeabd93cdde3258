import type * as sdk from "@aws-sdk/client-cloudwatch-logs";
import { groupNameOf, logsPage } from "../checks";
import { invalidParameter } from "../errors";
import type { LogStream, LogsStore } from "../store";
import { storedBytes } from "../stored-bytes";

/** Makes a log stream. */
export function createLogStream(logs: LogsStore, request: sdk.CreateLogStreamRequest): void {
  logs.createStream(logs.group(request.logGroupName), request.logStreamName ?? "");
}

function detailOf({ name, arn, creationTime, events }: LogStream) {
  const [first] = events;
  const last = events.at(-1);
  return {
    logStreamName: name,
    creationTime,
    ...(first && { firstEventTimestamp: first.timestamp }),
    ...(last && {
      lastEventTimestamp: last.timestamp,
      lastIngestionTime: events.reduce((latest, { ingestionTime }) => Math.max(latest, ingestionTime), 0),
    }),
    uploadSequenceToken: "unused",
    arn,
    storedBytes: storedBytes(events),
  } satisfies sdk.LogStream;
}

/** Lists the streams of a group, by name or by the time of the last event. */
export function describeLogStreams(logs: LogsStore, request: sdk.DescribeLogStreamsRequest) {
  const { orderBy = "LogStreamName", descending = false, logStreamNamePrefix: prefix } = request;
  const byTime = orderBy === "LastEventTime";
  if (byTime && prefix !== undefined) {
    throw invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
  }
  const group = logs.group(groupNameOf(request));
  const timeOf = ({ events }: LogStream) => events.at(-1)?.timestamp ?? 0;
  const streams = [...group.streams.values()]
    .filter(({ name }) => name.startsWith(prefix ?? ""))
    .sort((a, b) => (byTime ? timeOf(a) - timeOf(b) : 0) || (a.name < b.name ? -1 : 1));
  if (descending) streams.reverse();
  const { items, ...rest } = logsPage(streams, request);
  return { logStreams: items.map(detailOf), ...rest } satisfies sdk.DescribeLogStreamsResponse;
}
