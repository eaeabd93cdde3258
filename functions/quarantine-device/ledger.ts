import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { giveBackPlace, placesBefore, takePlace } from "../../lib/ledger/limit";
import { eventOf, stateOf, type ThingState } from "../../lib/ledger/record";
import { inTime } from "./in-time";
import type { Alarm } from "./parse";

/** What the function remembers. Each call may be repeated; each rejects with the SDK's error. */
export interface LedgerPorts {
  /** Takes a place under the behavior's limit, or finds the one that the violation has; false where all are taken. */
  takePlace(alarm: Alarm, limit: number): Promise<boolean>;
  /** Gives a place back that came to nothing. */
  giveBackPlace(alarm: Alarm): Promise<void>;
  /** Records a decision: the thing's state and its time line. */
  record(alarm: Alarm, state: ThingState, reason: string): Promise<void>;
}

/** What the ledger is made of. */
export interface LedgerArgs {
  /** Client of DynamoDB. */
  readonly dynamo: Pick<DynamoDBClient, "send">;
  /** Name of the ledger's table. */
  readonly tableName: string;
  /** How long the next call may take, its retries and its answer's body included, in milliseconds. */
  readonly callTimeoutMs: () => number;
}

/**
 * Makes the ledger's ports of an AWS SDK client.
 *
 * @param args - the client, the table's name and the time for a call
 */
export function makeLedger({ dynamo, tableName, callTimeoutMs }: LedgerArgs): LedgerPorts {
  const within = <T>(call: (abortSignal: AbortSignal) => Promise<T>) => inTime(callTimeoutMs(), call);
  /** Whether a write's condition held. */
  const write = async (command: UpdateItemCommand): Promise<boolean> => {
    try {
      await within((abortSignal) => dynamo.send(command, { abortSignal }));
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === "ConditionalCheckFailedException") return false;
      throw error;
    }
  };
  const placeOf = ({ securityProfileName, behaviorName, violationId }: Alarm) => ({
    tableName,
    securityProfileName,
    behaviorName,
    violationId,
    now: Date.now(),
  });
  return {
    async takePlace(alarm, limit) {
      const place = placeOf(alarm);
      const before = new GetItemCommand(placesBefore(place));
      const { Item } = await within((abortSignal) => dynamo.send(before, { abortSignal }));
      if (Item?.violations?.SS?.includes(alarm.violationId)) return true;
      return write(new UpdateItemCommand(takePlace(place, limit)));
    },
    async giveBackPlace(alarm) {
      await write(new UpdateItemCommand(giveBackPlace(placeOf(alarm))));
    },
    async record(alarm, state, reason) {
      const { behaviorName, securityProfileName, thingName, violationEventTime, violationId } = alarm;
      const entry = {
        ...{ tableName, thingName, state, reason, securityProfileName, behaviorName, violationId },
        violationEventTime,
        now: Date.now(),
      };
      const event = new PutItemCommand(eventOf(entry));
      await within((abortSignal) => dynamo.send(event, { abortSignal }));
      await write(new UpdateItemCommand(stateOf(entry)));
    },
  };
}
