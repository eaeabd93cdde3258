import { eventEnd, thingKey } from "./keys";

/**
 * What was decided about a thing, by rank: a decision of a lower rank is in the time line, and does not take the place of
 * a higher one, which somebody has to look at.
 */
const RANKS = { observed: 0, exempt: 1, held: 2, "not-quarantinable": 3, quarantined: 4 } as const;

/** What was decided about a thing. */
export type ThingState = keyof typeof RANKS;

/** Whether an outcome is a thing's state. The others say nothing of it, or come again. */
export const isThingState = (outcome: string): outcome is ThingState => Object.hasOwn(RANKS, outcome);

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

/**
 * Adds a decision to a thing's time line. It fails with `ConditionalCheckFailedException`, and changes nothing, where the
 * decision is there.
 */
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
  ConditionExpression: "attribute_not_exists(pk)",
});

/** What both writes of a state set, and with what names and values. */
function settingOf(entry: LedgerEntry) {
  const values = {
    ...decisionOf(entry),
    thingName: { S: entry.thingName },
    state: { S: entry.state },
    rank: { N: String(RANKS[entry.state]) },
  };
  const names = Object.keys(values);
  return {
    sets: names.map((name) => `#${name} = :${name}`).join(", "),
    names: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    values: Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
  };
}

/**
 * Brings a thing into a state. It fails with `ConditionalCheckFailedException`, and changes nothing, where the thing is in
 * that one or in one of a higher rank.
 */
export function enterState(entry: LedgerEntry) {
  const { sets, names, values } = settingOf(entry);
  return {
    TableName: entry.tableName,
    Key: thingKey(entry.thingName),
    UpdateExpression: `SET ${sets}, #since = :now`,
    ConditionExpression: "attribute_not_exists(#rank) OR #rank < :rank",
    ExpressionAttributeNames: { ...names, "#since": "since" },
    ExpressionAttributeValues: { ...values, ":now": isoOf(entry.now) },
  };
}

/**
 * Tells the latest alarm of a thing that is in the state already, and stays in it since when it was. It fails with
 * `ConditionalCheckFailedException`, and changes nothing, in any other case: duplicates and any order come to the same.
 */
export function renewState(entry: LedgerEntry) {
  const { sets, names, values } = settingOf(entry);
  return {
    TableName: entry.tableName,
    Key: thingKey(entry.thingName),
    UpdateExpression: `SET ${sets}`,
    ConditionExpression: "#rank = :rank AND #alarmedAt < :alarmedAt",
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}
