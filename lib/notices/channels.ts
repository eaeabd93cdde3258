import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from "@aws-sdk/client-eventbridge";
import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { attempt } from "../aws/attempt";
import { sendInTime } from "../aws/in-time";
import { chunksOf } from "../chunks";
import type { TableArgs } from "../ledger/condition";
import { DETAIL_TYPES, EVENT_SOURCE, type EventDetail } from "./event";
import type { Message } from "./message";

/** What notices are made of. */
export interface NoticesArgs extends TableArgs {
  /** Client of SNS. */
  readonly sns: Pick<SNSClient, "send">;
  /** Client of EventBridge. */
  readonly events: Pick<EventBridgeClient, "send">;
  /** ARN of the topic for people. */
  readonly topicArn: string;
  /** Name of the stack, which every notice bears. */
  readonly stack: string;
  /**
   * Told of each call that failed, and what comes of it: a line for the log, without a payload.
   *
   * @default one line of JSON on standard error
   */
  readonly failed?: (failure: string) => void;
  /**
   * The time, epoch milliseconds.
   *
   * @default the clock's
   */
  readonly now?: () => number;
}

/** Entries of one call. Source: Amazon EventBridge API Reference, "PutEvents", `Entries`. */
const ENTRIES = 10;

/** The ways to people and other systems. Each tells of what it could not do, and none rejects. */
export interface Channels {
  /** Sends events. @returns those that EventBridge did not take */
  readonly putEvents: (details: readonly EventDetail[]) => Promise<readonly EventDetail[]>;
  /** Sends people a message; false where SNS did not take it. */
  readonly publish: (message: Message, kind: string) => Promise<boolean>;
}

export const reportFailure = (failure: string) =>
  console.error(JSON.stringify({ level: "ERROR", message: failure }));

const entryOf = (detail: EventDetail): PutEventsRequestEntry => ({
  Source: EVENT_SOURCE,
  DetailType: DETAIL_TYPES[detail.kind],
  Detail: JSON.stringify(detail),
  Time: new Date(detail.at),
});

/** Makes the ways to people and other systems. */
export function makeChannels({
  sns,
  events,
  topicArn,
  callTimeoutMs,
  failed = reportFailure,
}: NoticesArgs): Channels {
  const [sendEvents, sendMessage] = [sendInTime(events, callTimeoutMs), sendInTime(sns, callTimeoutMs)];
  return {
    async putEvents(details) {
      const refused: EventDetail[] = [];
      for (const chunk of chunksOf(details, ENTRIES)) {
        const command = new PutEventsCommand({ Entries: chunk.map(entryOf) });
        const put = await attempt("events", () => sendEvents(command));
        // The call succeeds also where an entry fails (EventBridge User Guide, "Handling failures with PutEvents").
        const answers = "failure" in put ? [] : (put.value.Entries ?? []);
        const lost = chunk.filter((_detail, index) => answers[index]?.EventId === undefined);
        if (lost.length === 0) continue;
        const why =
          "failure" in put ? put.failure : `events: ${answers.find(({ ErrorCode }) => ErrorCode)?.ErrorCode}`;
        failed(`${lost.length} events not sent; the next digest tries again: ${why}`);
        refused.push(...lost);
      }
      return refused;
    },
    async publish({ subject, text, json }, kind) {
      const data = JSON.stringify(json);
      const command = new PublishCommand({
        TopicArn: topicArn,
        Subject: subject,
        MessageStructure: "json",
        // Mail is read by people, everything else by programs, and a telephone shows a line.
        Message: JSON.stringify({ default: data, email: `${text}\n\n${data}\n`, sms: subject }),
        MessageAttributes: { kind: { DataType: "String", StringValue: kind } },
      });
      const sent = await attempt("people", () => sendMessage(command));
      if ("failure" in sent) failed(`message of ${kind} not sent; the next digest tells it: ${sent.failure}`);
      return !("failure" in sent);
    },
  };
}
