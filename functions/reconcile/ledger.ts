import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { sendInTime } from "../../lib/aws/in-time";
import { chunksOf } from "../../lib/chunks";
import { type TableArgs, writing } from "../../lib/ledger/condition";
import { eventEnd, LEDGER, thingKey } from "../../lib/ledger/keys";
import { isoOf, RANKS, RELEASED_RANK } from "../../lib/ledger/record";
import { recordOf, type ThingRecord } from "./records";

/** What a record becomes. */
export interface Correction {
  readonly thingName: string;
  readonly state: "released" | "quarantined" | "not-contained";
  readonly reason: string;
  /** The record as it was read: one that changed since is left alone. */
  readonly from: ThingRecord;
  /** The group that a thing entered. */
  readonly groupName?: string;
}

/** What is read and written of the ledger. Each call rejects with the SDK's error. */
export interface ReconcileLedger {
  /** The things in a state, by an index that may be some seconds late. */
  inState(state: string): Promise<ThingRecord[]>;
  /** How many things are in a state. */
  count(state: string): Promise<number>;
  /** What is remembered of things, as it is now; each has a record. */
  records(thingNames: readonly string[]): Promise<ReadonlyMap<string, ThingRecord>>;
  /** Whether nobody did this in the last hour; from now on somebody has. */
  claim(what: string): Promise<boolean>;
  /** Takes a claim back: it was not done after all. */
  disclaim(what: string): Promise<void>;
  /** Corrects a record, and its time line; false where it changed meanwhile. */
  correct(correction: Correction): Promise<boolean>;
}

/** Most keys of one BatchGetItem. Source: Amazon DynamoDB API Reference, "BatchGetItem". */
const BATCH_SIZE = 100;
const CLAIM_MS = 60 * 60 * 1000;

const claimKey = (what: string) => ({ pk: { S: `reconcile#${what}` }, sk: { S: "claim" } });
const seconds = (time: number) => ({ N: String(Math.floor(time / 1000)) });

/** Makes the ledger's ports of an AWS SDK client. */
export function makeReconcileLedger(args: TableArgs): ReconcileLedger {
  return { ...reads(args), ...writes(args) };
}

function reads({ dynamo, tableName, callTimeoutMs }: TableArgs) {
  const send = sendInTime(dynamo, callTimeoutMs);
  async function* pages(state: string, select = {}): AsyncGenerator<QueryCommandOutput> {
    let ExclusiveStartKey: Item | undefined;
    do {
      const command = new QueryCommand({ ...stateQuery(tableName, state), ...select, ExclusiveStartKey });
      const page: QueryCommandOutput = await send(command);
      yield page;
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
  }
  /** The items of keys; DynamoDB may leave some for another call. */
  async function batch(keys: Item[]): Promise<Item[]> {
    const items: Item[] = [];
    let requests: BatchGetItemCommandOutput["UnprocessedKeys"] = {
      [tableName]: { Keys: keys, ConsistentRead: true },
    };
    while (requests !== undefined && Object.keys(requests).length > 0) {
      const command = new BatchGetItemCommand({ RequestItems: requests });
      const answer: BatchGetItemCommandOutput = await send(command);
      items.push(...(answer.Responses?.[tableName] ?? []));
      requests = answer.UnprocessedKeys;
    }
    return items;
  }
  return {
    async inState(state: string) {
      const found: ThingRecord[] = [];
      for await (const { Items = [] } of pages(state)) found.push(...Items.map(readItem));
      return found;
    },
    async count(state: string) {
      let count = 0;
      for await (const { Count = 0 } of pages(state, { Select: "COUNT" })) count += Count;
      return count;
    },
    async records(thingNames: readonly string[]) {
      const found = new Map(thingNames.map((name) => [name, recordOf(name)]));
      for (const names of chunksOf([...found.keys()], BATCH_SIZE)) {
        for (const item of await batch(names.map(thingKey))) found.set(nameOf(item), readItem(item));
      }
      return found;
    },
  };
}

function writes(args: TableArgs) {
  const { tableName } = args;
  const write = writing(args);
  return {
    claim: (what: string) => write(new PutItemCommand(claimOf(tableName, what, Date.now()))),
    async disclaim(what: string) {
      // One that has ended.
      const { TableName, Item } = claimOf(tableName, what, Date.now() - CLAIM_MS);
      await write(new PutItemCommand({ TableName, Item }));
    },
    async correct(correction: Correction) {
      const now = Date.now();
      if (!(await write(new UpdateItemCommand(correctionOf(tableName, correction, now))))) return false;
      await write(new PutItemCommand(eventOf(tableName, correction, now)));
      return true;
    },
  };
}

type Item = Record<string, AttributeValue>;

const nameOf = (item: Item): string => item.pk?.S?.slice("thing#".length) ?? "";

const readItem = (item: Item): ThingRecord => recordOf(nameOf(item), item);

const stateQuery = (TableName: string, state: string) => ({
  TableName,
  IndexName: LEDGER.stateIndex.name,
  KeyConditionExpression: "#state = :state",
  ExpressionAttributeNames: { "#state": LEDGER.stateIndex.partitionKey },
  ExpressionAttributeValues: { ":state": { S: state } },
});

/** DynamoDB deletes what has ended only some days later, so that the condition looks at the time, too. */
const claimOf = (TableName: string, what: string, now: number) => ({
  TableName,
  Item: { ...claimKey(what), [LEDGER.endsAt]: seconds(now + CLAIM_MS) },
  ConditionExpression: "attribute_not_exists(pk) OR #endsAt <= :now",
  ExpressionAttributeNames: { "#endsAt": LEDGER.endsAt },
  ExpressionAttributeValues: { ":now": seconds(now) },
});

/** A release by another hand says so where one by an operator names the caller. */
const releaseOf = ({ state, reason }: Correction, now: number) =>
  state === "released"
    ? { releasedAt: isoOf(now), releasedBy: { S: "not by this stack" }, releaseReason: { S: reason } }
    : {};

function correctionOf(TableName: string, correction: Correction, now: number): UpdateItemCommandInput {
  const { thingName, state, reason, from, groupName } = correction;
  const values: Item = {
    thingName: { S: thingName },
    state: { S: state },
    rank: { N: String(state === "released" ? RELEASED_RANK : RANKS[state]) },
    since: isoOf(now),
    reason: { S: reason },
    ...releaseOf(correction, now),
    ...(groupName === undefined ? {} : { groupName: { S: groupName } }),
  };
  const names = Object.keys(values);
  const isKnown = from.state !== undefined && from.since !== undefined;
  return {
    TableName,
    Key: thingKey(thingName),
    UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(", ")} REMOVE #endsAt${groupName === undefined ? "" : " ADD containment :group"}`,
    ConditionExpression: isKnown ? "#state = :was AND #since = :wasSince" : "attribute_not_exists(#state)",
    ExpressionAttributeNames: {
      ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
      "#endsAt": LEDGER.endsAt,
    },
    ExpressionAttributeValues: {
      ...Object.fromEntries(names.map((name) => [`:${name}`, values[name] as AttributeValue])),
      ...(isKnown && { ":was": { S: from.state ?? "" }, ":wasSince": { S: from.since ?? "" } }),
      ...(groupName === undefined ? {} : { ":group": { SS: ["group"] } }),
    },
  };
}

const eventOf = (TableName: string, { thingName, state, reason }: Correction, now: number) => ({
  TableName,
  Item: {
    pk: thingKey(thingName).pk,
    sk: { S: `event#${new Date(now).toISOString()}#reconcile#${state}` },
    thingName: { S: thingName },
    decision: { S: state },
    decidedAt: isoOf(now),
    reason: { S: reason },
    endsAt: eventEnd(now),
  },
});
