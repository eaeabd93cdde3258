import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  paginateQuery,
} from "@aws-sdk/client-dynamodb";
import { inTime, sendInTime } from "../aws/in-time";
import type { TableArgs } from "./condition";
import { LEDGER, thingKey } from "./keys";
import { placesOf } from "./limit";
import type { ThingState } from "./record";

/** A state in which a thing may be listed, the most urgent first. */
export const LISTED_STATES = [
  "quarantined",
  "not-contained",
  "held",
  "exempt",
  "notified",
  "observed",
  "released",
] as const satisfies readonly (ThingState | "released")[];

/** A state in which a thing may be listed. */
export type ListedState = (typeof LISTED_STATES)[number];

/** What an alarm and a person said, as an item and an event of the time line have it; what is not known is absent. */
interface Recorded {
  readonly thingName: string;
  readonly reason?: string;
  readonly securityProfileName?: string;
  readonly behaviorName?: string;
  readonly violationId?: string;
  /** When the alarm was raised, ISO. */
  readonly alarmedAt?: string;
  /** The measured value, a JSON text. */
  readonly value?: string;
  /** JSON of `Evidence` (lib/quarantine/evidence.ts). */
  readonly evidence?: string;
  /** How the device was contained: `group`, `principal`, `deactivate`. */
  readonly containment: readonly string[];
}

/** A thing's item. */
export interface ThingRecord extends Recorded {
  /** Absent where nothing was decided yet: a quarantine that was only begun. */
  readonly state?: string;
  /** Since when it is in that state, ISO. */
  readonly since?: string;
  /** When the evidence was taken, ISO. */
  readonly evidenceAt?: string;
  /** Names of group and restrictive policy that the thing was contained with. */
  readonly groupName?: string;
  readonly policyName?: string;
  /** Principals that the restrictive policy was attached to. */
  readonly policyAttachedTo: readonly string[];
  /** ARNs of the certificates that were set to INACTIVE. */
  readonly deactivatedCertificates: readonly string[];
  /** When, by whom (ARN) and why it was released or its alarm rejected; ISO. */
  readonly releasedAt?: string;
  readonly releasedBy?: string;
  readonly releaseReason?: string;
  /** The violation that a person rejected. */
  readonly settledViolationId?: string;
}

/** An event of a thing's time line. */
interface LedgerEvent extends Recorded {
  /** A state, or what a person did. */
  readonly decision: string;
  /** ISO. */
  readonly decidedAt: string;
  /** ARN of the person who did it. */
  readonly actor?: string;
}

/** Reads the ledger. Each call rejects with the SDK's error. */
export interface LedgerReader {
  /** What is known of a thing, as it is now. */
  thing(thingName: string): Promise<ThingRecord | undefined>;
  /**
   * The things that are in a state, those that came into it last first; some seconds late, for an index has them. Page
   * by page: whoever stops asking asks for no more.
   *
   * @param since - only those that came into it at that time (epoch milliseconds) or later
   */
  inState(state: ListedState, since?: number): AsyncGenerator<ThingRecord>;
  /** What was decided about a thing, the latest alarm first; page by page. */
  timeLine(thingName: string): AsyncGenerator<LedgerEvent>;
  /** The things that have a place under a behavior's limit, in the hour of a time (epoch milliseconds). */
  placesIn(securityProfileName: string, behaviorName: string, time: number): Promise<readonly string[]>;
}

/** What the reader is made of. */
export interface ReaderArgs extends TableArgs {
  readonly dynamo: DynamoDBClient;
}

type Item = Readonly<Record<string, AttributeValue>>;

/** The texts of an item among some attributes. */
function textsOf<Name extends string>(item: Item, names: readonly Name[]): { [name in Name]?: string } {
  const texts = names.flatMap((name) => (item[name]?.S === undefined ? [] : [[name, item[name].S]]));
  return Object.fromEntries(texts);
}

const setOf = (item: Item, name: string): readonly string[] => [...(item[name]?.SS ?? [])].sort();

const RECORDED = [
  ...["reason", "securityProfileName", "behaviorName", "violationId", "alarmedAt", "value", "evidence"],
] as const;

function recordedOf(item: Item): Recorded {
  const [, ofKey = ""] = item.pk?.S?.split(/#(.*)/s) ?? [];
  return {
    // An item that only a release wrote has the name in its key alone.
    thingName: item.thingName?.S ?? ofKey,
    ...textsOf(item, RECORDED),
    containment: setOf(item, "containment"),
  };
}

const RELEASE = ["releasedAt", "releasedBy", "releaseReason", "settledViolationId"] as const;

const recordOf = (item: Item): ThingRecord => ({
  ...recordedOf(item),
  ...textsOf(item, ["state", "since", "evidenceAt", "groupName", "policyName", ...RELEASE]),
  policyAttachedTo: setOf(item, "policyAttachedTo"),
  deactivatedCertificates: setOf(item, "deactivatedCertificates"),
});

const ledgerEventOf = (item: Item): LedgerEvent => ({
  ...recordedOf(item),
  ...textsOf(item, ["actor"]),
  decision: item.decision?.S ?? "",
  decidedAt: item.decidedAt?.S ?? "",
});

/**
 * Makes what reads the ledger of an AWS SDK client.
 *
 * Source: Amazon DynamoDB Developer Guide, "Querying tables", "Using global secondary indexes" (what an index has is
 * eventually consistent).
 */
export function makeLedgerReader({ dynamo, tableName: TableName, callTimeoutMs }: ReaderArgs): LedgerReader {
  /** The items of a query, newest first. */
  async function* query(input: Omit<Parameters<typeof paginateQuery>[1], "TableName" | "ScanIndexForward">) {
    const pages = paginateQuery({ client: dynamo }, { ...input, TableName, ScanIndexForward: false });
    for (;;) {
      const page = await inTime(callTimeoutMs(), () => pages.next());
      if (page.done) return;
      yield* page.value.Items ?? [];
    }
  }
  const send = sendInTime(dynamo, callTimeoutMs);
  const itemOf = async (get: GetItemCommand) => (await send(get)).Item;
  return {
    async thing(thingName) {
      const key = { TableName, Key: thingKey(thingName), ConsistentRead: true };
      const item = await itemOf(new GetItemCommand(key));
      return item && recordOf(item);
    },
    async placesIn(securityProfileName, behaviorName, now) {
      const request = { tableName: TableName, securityProfileName, behaviorName, now };
      return setOf((await itemOf(new GetItemCommand(placesOf(request)))) ?? {}, "things");
    },
    async *inState(state, since = 0) {
      const { name, partitionKey, sortKey } = LEDGER.stateIndex;
      const items = query({
        IndexName: name,
        KeyConditionExpression: "#state = :state AND #since >= :since",
        ExpressionAttributeNames: { "#state": partitionKey, "#since": sortKey },
        ExpressionAttributeValues: { ":state": { S: state }, ":since": { S: new Date(since).toISOString() } },
      });
      for await (const item of items) yield recordOf(item);
    },
    async *timeLine(thingName) {
      const items = query({
        ConsistentRead: true,
        KeyConditionExpression: "#pk = :thing AND begins_with(#sk, :event)",
        ExpressionAttributeNames: { "#pk": LEDGER.partitionKey, "#sk": LEDGER.sortKey },
        ExpressionAttributeValues: { ":thing": thingKey(thingName).pk, ":event": { S: "event#" } },
      });
      for await (const item of items) yield ledgerEventOf(item);
    },
  };
}

/** Everything that is read, page by page, as a list. */
export async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
