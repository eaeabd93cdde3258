import type { DynamoDBClient, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { isNamed } from "../aws/errors";
import { sendInTime } from "../aws/in-time";

/** The ledger's table, and what reaches it. */
export interface TableArgs {
  readonly dynamo: Pick<DynamoDBClient, "send">;
  /** Name of the ledger's table. */
  readonly tableName: string;
  /** How long the next call may take, its retries and its answer's body included, in milliseconds. */
  readonly callTimeoutMs: () => number;
}

/**
 * Whether a write's condition held. Source: Amazon DynamoDB API Reference, "UpdateItem", "PutItem" (errors).
 *
 * @throws what the write rejects with for any other reason
 */
export async function conditionHeld(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isNamed(error, "ConditionalCheckFailedException")) return false;
    throw error;
  }
}

/** What writes to the table, and answers whether the write's condition held. */
export function writing({ dynamo, callTimeoutMs }: Omit<TableArgs, "tableName">) {
  const send = sendInTime(dynamo, callTimeoutMs);
  // `send` has an overload for each command, and none for either.
  return (command: PutItemCommand | UpdateItemCommand) => conditionHeld(send(command as UpdateItemCommand));
}
