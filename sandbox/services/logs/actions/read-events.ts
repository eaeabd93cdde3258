import type * as sdk from "@aws-sdk/client-cloudwatch-logs";
import { pageOf } from "../../../wire/pagination";
import { groupNameOf } from "../checks";
import { invalidParameter } from "../errors";
import { parseFilterPattern } from "../filter-pattern";
import type { LogEvent, LogGroup, LogStream, LogsStore } from "../store";

/** Most events of one answer, and how many there are unless fewer are asked for. */
const MAX_EVENTS = 10_000;
const ID_DIGITS = 56;

/** The start of a range of time is in it, the end is not. Source: API Reference, "GetLogEvents". */
const within =
  ({
    startTime = 0,
    endTime = Number.POSITIVE_INFINITY,
  }: sdk.GetLogEventsRequest | sdk.FilterLogEventsRequest) =>
  ({ timestamp }: LogEvent) =>
    timestamp >= startTime && timestamp < endTime;

/** Events before or after the one that a token names; `f/<event id>` goes on, `b/<event id>` goes back. */
function cut(events: readonly LogEvent[], request: sdk.GetLogEventsRequest): readonly LogEvent[] {
  const { nextToken: token, startFromHead = false, limit = MAX_EVENTS } = request;
  if (limit < 1 || limit > MAX_EVENTS) {
    throw invalidParameter(`limit must be between 1 and ${MAX_EVENTS}; it is ${limit}.`);
  }
  if (token === undefined) return startFromHead ? events.slice(0, limit) : events.slice(-limit);
  const [, direction, id = ""] = /^([fb])\/(\d{56})$/.exec(token) ?? [];
  if (direction === undefined) throw invalidParameter("The specified nextToken is invalid.");
  return direction === "f"
    ? events.filter(({ eventId }) => eventId > id).slice(0, limit)
    : events.filter(({ eventId }) => eventId < id).slice(-limit);
}

/** Reads a stream page by page; at an end the token that was given comes back. */
export function getLogEvents(logs: LogsStore, request: sdk.GetLogEventsRequest) {
  const group = logs.group(groupNameOf(request));
  const stream = logs.stream(group, request.logStreamName);
  const events = cut(logs.events(group, [stream]).filter(within(request)), request);
  // At an end both tokens name the place where the reader is.
  const place = request.nextToken?.slice(2) ?? "".padStart(ID_DIGITS, "0");
  return {
    events: events.map(
      ({ timestamp, message, ingestionTime }) =>
        ({ timestamp, message, ingestionTime }) satisfies sdk.OutputLogEvent,
    ),
    nextForwardToken: `f/${events.at(-1)?.eventId ?? place}`,
    nextBackwardToken: `b/${events[0]?.eventId ?? place}`,
  } satisfies sdk.GetLogEventsResponse;
}

function streamsOf(group: LogGroup, request: sdk.FilterLogEventsRequest): LogStream[] {
  const { logStreamNames: names, logStreamNamePrefix: prefix } = request;
  if (names && prefix !== undefined) {
    throw invalidParameter("logStreamNames and logStreamNamePrefix are mutually exclusive parameters.");
  }
  return [...group.streams.values()].filter(
    ({ name }) => (names?.includes(name) ?? true) && name.startsWith(prefix ?? ""),
  );
}

/** Finds events of a group in order of time. */
export function filterLogEvents(logs: LogsStore, request: sdk.FilterLogEventsRequest) {
  const group = logs.group(groupNameOf(request));
  const passes = parseFilterPattern(request.filterPattern ?? "");
  const found = logs
    .events(group, streamsOf(group, request))
    .filter(within(request))
    .filter(({ message }) => passes(message));
  const { items, ...rest } = pageOf(found, {
    size: request.limit,
    member: "limit",
    token: request.nextToken,
    largest: MAX_EVENTS,
    invalid: invalidParameter,
  });
  return {
    events: items.map(
      ({ streamName, timestamp, message, ingestionTime, eventId }) =>
        ({
          logStreamName: streamName,
          timestamp,
          message,
          ingestionTime,
          eventId,
        }) satisfies sdk.FilteredLogEvent,
    ),
    searchedLogStreams: [],
    ...rest,
  } satisfies sdk.FilterLogEventsResponse;
}
