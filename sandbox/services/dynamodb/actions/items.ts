import type { Action } from "../../../wire/service";
import type { DynamoStore } from "../store";

/** What is done with items, all of which dynalite knows. Transactions it does not. */
const OPERATIONS = [
  "BatchGetItem",
  "BatchWriteItem",
  "DeleteItem",
  "GetItem",
  "PutItem",
  "Query",
  "Scan",
  "UpdateItem",
] as const;

/** The actions of items, as dynalite carries them out. */
export const itemActions = (store: DynamoStore): Readonly<Record<string, Action>> =>
  Object.fromEntries(
    OPERATIONS.map((operation) => [operation, (input: object) => store.send(operation, input)]),
  );
