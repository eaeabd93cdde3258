import type * as sdk from "@aws-sdk/client-eventbridge";
import { regionalArn } from "../../../../lib/aws/arns";
import { parseObject } from "../../../../lib/json";
import { checkConstraints } from "../../../wire/constraints";
import { validation } from "../errors";
import type { EventsStore } from "../store";

/** Most that an entry may be. Source: Amazon EventBridge API Reference, "PutEvents". */
const MAX_ENTRY_BYTES = 262_144;

/** Bytes of a time. Source: Amazon EventBridge User Guide, "Calculating PutEvents event entry size". */
const TIME_BYTES = 14;

const REQUIRED = ["Source", "DetailType", "Detail"] as const;

/** Source: same page as {@link TIME_BYTES}. */
function sizeOf({ Time, Source, DetailType, Detail, Resources = [] }: sdk.PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources].map((text) => Buffer.byteLength(text ?? ""));
  return texts.reduce((sum, bytes) => sum + bytes, Time === undefined ? 0 : TIME_BYTES);
}

/** What is wrong with an entry, as its own answer: the others of the call go on. */
function faultOf(
  events: EventsStore,
  entry: sdk.PutEventsRequestEntry,
): sdk.PutEventsResultEntry | undefined {
  const missing = REQUIRED.find((member) => !entry[member]);
  if (missing !== undefined) {
    const why = `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`;
    return { ErrorCode: "InvalidArgument", ErrorMessage: why };
  }
  const { EventBusName: bus = "default", Detail = "", Source = "" } = entry;
  if (Source.startsWith("aws.")) {
    return {
      ErrorCode: "NotAuthorizedForSourceException",
      ErrorMessage: "Not authorized for the source.",
    };
  }
  if (!parseObject(Detail)) return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  const own = ["default", regionalArn(events.env, "events", "event-bus/default")];
  if (own.includes(bus)) return undefined;
  return {
    ErrorCode: "ResourceNotFoundException",
    ErrorMessage: `The sandbox has the default event bus alone, and no ${bus}.`,
  };
}

/** PutEvents: the call succeeds also where entries fail. */
export function putEvents(events: EventsStore, input: sdk.PutEventsRequest): sdk.PutEventsResponse {
  const { Entries = [] } = input;
  checkConstraints({ Entries }, { Entries: { min: 1, max: 10 } }, validation);
  if (Entries.some((entry) => sizeOf(entry) > MAX_ENTRY_BYTES)) {
    throw validation("Total size of the entries in the request is over the limit.");
  }
  const results = Entries.map((entry) => faultOf(events, entry) ?? { EventId: events.add(entry) });
  return {
    FailedEntryCount: results.filter((result) => "ErrorCode" in result).length,
    Entries: results,
  };
}
