import { eventEnd, thingKey } from "./keys";

/** What was decided about a thing. */
export type ThingState = "quarantined" | "held" | "observed" | "exempt" | "not-quarantinable";

/** A decision, as the ledger keeps it. */
export interface LedgerEntry {
  readonly tableName: string;
  readonly thingName: string;
  readonly state: ThingState;
  readonly reason: string;
  readonly securityProfileName: string;
  readonly behaviorName: string;
  readonly violationId: string;
  /** Time of the alarm, epoch milliseconds. */
  readonly violationEventTime: number;
  /** Time of the decision, epoch milliseconds. */
  readonly now: number;
}

const isoOf = (time: number) => ({ S: new Date(time).toISOString() });

const decisionOf = (entry: LedgerEntry) => ({
  reason: { S: entry.reason },
  securityProfileName: { S: entry.securityProfileName },
  behaviorName: { S: entry.behaviorName },
  violationId: { S: entry.violationId },
  alarmedAt: isoOf(entry.violationEventTime),
});

/** Adds a decision to a thing's time line; the same one again changes nothing, whenever it comes. */
export const eventOf = (entry: LedgerEntry) => ({
  TableName: entry.tableName,
  Item: {
    pk: thingKey(entry.thingName).pk,
    sk: {
      S: `event#${new Date(entry.violationEventTime).toISOString()}#${entry.violationId}#${entry.state}`,
    },
    thingName: { S: entry.thingName },
    decision: { S: entry.state },
    decidedAt: isoOf(entry.now),
    ...decisionOf(entry),
    endsAt: eventEnd(entry.now),
  },
});

/**
 * Sets a thing's state. It fails with `ConditionalCheckFailedException`, and changes nothing, where the thing is
 * quarantined and the decision is less, or where the ledger knows of a later alarm: duplicates and any order of alarms
 * come to the same.
 */
export function stateOf(entry: LedgerEntry) {
  const values = { ...decisionOf(entry), thingName: { S: entry.thingName }, state: { S: entry.state } };
  const sets = Object.keys(values).map((name) => `#${name} = :${name}`);
  const names = [...Object.keys(values), "since"].map((name) => [`#${name}`, name]);
  const bound = Object.entries(values).map(([name, value]) => [`:${name}`, value]);
  const isLess = entry.state !== "quarantined";
  return {
    TableName: entry.tableName,
    Key: thingKey(entry.thingName),
    UpdateExpression: `SET ${sets.join(", ")}, #since = :now`,
    ConditionExpression: isLess
      ? "attribute_not_exists(#state) OR (#state <> :quarantined AND #alarmedAt <= :alarmedAt)"
      : "attribute_not_exists(#state) OR #state <> :state OR #alarmedAt < :alarmedAt",
    ExpressionAttributeNames: Object.fromEntries(names),
    ExpressionAttributeValues: {
      ...Object.fromEntries(bound),
      ":now": isoOf(entry.now),
      ...(isLess && { ":quarantined": { S: "quarantined" } }),
    },
  };
}
