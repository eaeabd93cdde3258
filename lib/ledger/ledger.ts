import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { inTime } from "../quarantine/in-time";
import type { Alarm } from "../quarantine/parse";
import { placesBefore, takePlace } from "./limit";
import { enterState, eventOf, renewState, type ThingState } from "./record";

/** What the function remembers. Each call may be repeated; each rejects with the SDK's error. */
export interface LedgerPorts {
  /** Takes a place under the behavior's limit, or finds the one that the thing has; false where all are taken. */
  takePlace(alarm: Alarm, limit: number): Promise<boolean>;
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
  const write = async (command: PutItemCommand | UpdateItemCommand): Promise<boolean> => {
    try {
      // `send` has an overload for each command, and none for either.
      await within((abortSignal) => dynamo.send(command as UpdateItemCommand, { abortSignal }));
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === "ConditionalCheckFailedException") return false;
      throw error;
    }
  };
  return {
    async takePlace(alarm, limit) {
      const { securityProfileName, behaviorName, thingName } = alarm;
      const place = { tableName, securityProfileName, behaviorName, thingName, now: Date.now() };
      const before = new GetItemCommand(placesBefore(place));
      const { Item } = await within((abortSignal) => dynamo.send(before, { abortSignal }));
      if (Item?.things?.SS?.includes(thingName)) return true;
      return write(new UpdateItemCommand(takePlace(place, limit)));
    },
    async record(alarm, state, reason) {
      const { behaviorName, securityProfileName, thingName, violationEventTime, violationId } = alarm;
      const entry = {
        ...{ tableName, thingName, state, reason, securityProfileName, behaviorName, violationId },
        violationEventTime,
        now: Date.now(),
      };
      await write(new PutItemCommand(eventOf(entry)));
      const hasEntered = await write(new UpdateItemCommand(enterState(entry)));
      if (!hasEntered) await write(new UpdateItemCommand(renewState(entry)));
    },
  };
}
