import { eventEnd, stateEnd, thingKey } from "./keys";

/**
 * What was decided about a thing, by rank: a decision of a lower rank is in the time line, and does not take the place of
 * a higher one, which somebody has to look at.
 */
export const RANKS = {
  observed: 0,
  notified: 1,
  exempt: 2,
  held: 3,
  "not-contained": 4,
  quarantined: 5,
} as const;

/** The rank of a thing that was released: every later decision takes its place. */
export const RELEASED_RANK = -1;

/** What was decided about a thing. */
export type ThingState = keyof typeof RANKS;

/** Whether an outcome is a thing's state. The others say nothing of it, or come again. */
export const isThingState = (outcome: string): outcome is ThingState => Object.hasOwn(RANKS, outcome);

/** Decisions that nobody has to act on: a thing of which there is no other is forgotten as its time line is. */
const PASSING: readonly ThingState[] = ["observed", "notified"];

/** An alarm, as far as the ledger asks. */
export interface LedgerAlarm {
  readonly tableName: string;
  readonly thingName: string;
  readonly securityProfileName: string;
  readonly behaviorName: string;
  readonly violationId: string;
  /** Time of the alarm, epoch milliseconds. */
  readonly violationEventTime: number;
  /** The measured value, a JSON text; absent where it is not known. */
  readonly value?: string;
  /** Time of the decision, epoch milliseconds. */
  readonly now: number;
}

/** A decision, as the ledger keeps it. */
export interface LedgerEntry extends LedgerAlarm {
  readonly state: ThingState;
  readonly reason: string;
  /** How the device was contained: `group`, `principal`, `deactivate`; empty where it was not. */
  readonly containment?: readonly string[];
}

export const isoOf = (time: number) => ({ S: new Date(time).toISOString() });

/**
 * What keeps a decision from taking effect: a release that is later than its alarm, and the violation that a person
 * rejected. Stands in every write to a thing's item, for a release may come between reading and writing.
 */
export const NOT_RELEASED = {
  condition:
    "(attribute_not_exists(#releasedAt) OR #releasedAt < :alarmedAt) AND (attribute_not_exists(#settled) OR #settled <> :violationId)",
  names: { "#releasedAt": "releasedAt", "#settled": "settledViolationId" },
} as const;

const decisionOf = (entry: LedgerEntry) => ({
  reason: { S: entry.reason },
  securityProfileName: { S: entry.securityProfileName },
  behaviorName: { S: entry.behaviorName },
  violationId: { S: entry.violationId },
  alarmedAt: isoOf(entry.violationEventTime),
  ...(entry.value === undefined ? {} : { value: { S: entry.value } }),
});

const containmentOf = ({ containment = [] }: LedgerEntry): { containment?: { SS: string[] } } =>
  containment.length === 0 ? {} : { containment: { SS: [...containment] } };

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
    ...containmentOf(entry),
    endsAt: eventEnd(entry.now),
  },
  ConditionExpression: "attribute_not_exists(pk)",
});

/** What both writes of a state set, and with what names and values. */
function settingOf(entry: LedgerEntry) {
  const isPassing = PASSING.includes(entry.state);
  const values = {
    ...decisionOf(entry),
    thingName: { S: entry.thingName },
    state: { S: entry.state },
    rank: { N: String(RANKS[entry.state]) },
    ...(isPassing ? { endsAt: stateEnd(entry.now) } : {}),
  };
  const names = Object.keys(values);
  const removed = [...(isPassing ? [] : ["endsAt"]), ...(entry.value === undefined ? ["value"] : [])];
  const { containment } = containmentOf(entry);
  const removes = removed.length === 0 ? "" : ` REMOVE ${removed.map((name) => `#${name}`).join(", ")}`;
  return {
    sets: names.map((name) => `#${name} = :${name}`).join(", "),
    // What was done before this retry stays told.
    others: `${removes}${containment ? " ADD #containment :containment" : ""}`,
    names: {
      ...Object.fromEntries([...names, ...removed].map((name) => [`#${name}`, name])),
      ...(containment ? { "#containment": "containment" } : {}),
      ...NOT_RELEASED.names,
    },
    values: {
      ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
      ...(containment ? { ":containment": containment } : {}),
    },
  };
}

/**
 * Brings a thing into a state. It fails with `ConditionalCheckFailedException`, and changes nothing, where the thing is in
 * that one or in one of a higher rank, or was released since the alarm. One whose release was begun since, and not ended,
 * comes into its state anew.
 */
export function enterState(entry: LedgerEntry) {
  const { sets, others, names, values } = settingOf(entry);
  return {
    TableName: entry.tableName,
    Key: thingKey(entry.thingName),
    UpdateExpression: `SET ${sets}, #since = :now${others}`,
    ConditionExpression: `(attribute_not_exists(#rank) OR #rank < :rank OR (#rank = :rank AND #since < #releasedAt)) AND ${NOT_RELEASED.condition}`,
    ExpressionAttributeNames: { ...names, "#since": "since" },
    ExpressionAttributeValues: { ...values, ":now": isoOf(entry.now) },
  };
}

/**
 * Tells the latest alarm of a thing that is in the state already, and stays in it since when it was; what a retry of that
 * alarm adds is told, too. It fails with `ConditionalCheckFailedException`, and changes nothing, in any other case:
 * duplicates and any order come to the same.
 */
export function renewState(entry: LedgerEntry) {
  const { sets, others, names, values } = settingOf(entry);
  return {
    TableName: entry.tableName,
    Key: thingKey(entry.thingName),
    UpdateExpression: `SET ${sets}${others}`,
    ConditionExpression: `#rank = :rank AND (#alarmedAt < :alarmedAt OR (#alarmedAt = :alarmedAt AND #violationId = :violationId)) AND ${NOT_RELEASED.condition}`,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}
