import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { digestKey, LEDGER, toldKey, UNTOLD, untoldEnd, untoldKey } from "../ledger/keys";
import type { EventDetail } from "./event";

/** Who is still to be told of a notice. */
export type Whom = "people" | "systems";

/** A notice that waits in the ledger for a digest. */
export interface Untold {
  readonly whom: Whom;
  readonly detail: EventDetail;
}

/** Longest that a digest may take before another is made in its stead: one that Lambda ended releases nothing. */
const LEASE_MS = 120_000;

/**
 * A notice that is younger may be on its way to people in the message that is sent at once: a digest leaves it to the next.
 */
const SETTLING_MS = 60_000;

/**
 * Takes the one message that is sent at once in this hour of a kind, profile and behavior. It fails with
 * `ConditionalCheckFailedException` where that is taken: DynamoDB decides alone, however many ask at a time.
 */
export const takeTurn = (tableName: string, detail: EventDetail, now: number) => ({
  TableName: tableName,
  Item: {
    ...toldKey(detail.kind, detail.securityProfileName ?? "", detail.behaviorName ?? "", now),
    [LEDGER.endsAt]: untoldEnd(now),
  },
  ConditionExpression: "attribute_not_exists(pk)",
});

/** Keeps a notice for the next digest; one that is kept again is one. */
export const keep = (tableName: string, { whom, detail }: Untold, now: number) => ({
  TableName: tableName,
  Item: {
    ...untoldKey(whom, detail.id),
    detail: { S: JSON.stringify(detail) },
    keptAt: { N: String(now) },
    [LEDGER.endsAt]: untoldEnd(now),
  },
});

/** Forgets a notice that was told. */
export const forget = (tableName: string, { whom, detail }: Untold) => ({
  TableName: tableName,
  Key: untoldKey(whom, detail.id),
});

/** Reads what waits. */
export const waiting = (tableName: string, now: number) => ({
  TableName: tableName,
  KeyConditionExpression: "pk = :untold",
  FilterExpression: "keptAt <= :settled",
  ExpressionAttributeValues: {
    ":untold": { S: UNTOLD },
    ":settled": { N: String(now - SETTLING_MS) },
  },
  ConsistentRead: true,
});

/** A notice as it waits. */
export const untoldOf = ({ sk, detail }: Record<string, AttributeValue>): Untold => ({
  whom: sk?.S?.startsWith("people#") ? "people" : "systems",
  detail: JSON.parse(detail?.S ?? "{}") as EventDetail,
});

/** Begins a digest. It fails with `ConditionalCheckFailedException` while another is made. */
export const beginDigest = (tableName: string, now: number) => ({
  TableName: tableName,
  Key: digestKey,
  UpdateExpression: "SET leasedUntil = :until",
  ConditionExpression: "attribute_not_exists(leasedUntil) OR leasedUntil <= :now",
  ExpressionAttributeValues: { ":until": { N: String(now + LEASE_MS) }, ":now": { N: String(now) } },
});

/** Ends a digest. */
export const endDigest = (tableName: string) => ({
  TableName: tableName,
  Key: digestKey,
  UpdateExpression: "SET leasedUntil = :until",
  ExpressionAttributeValues: { ":until": { N: "0" } },
});
