import { PutItemCommand, UpdateItemCommand, type UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import { type TableArgs, writing } from "./condition";
import { eventEnd, thingKey } from "./keys";
import { isoOf, RELEASED_RANK } from "./record";

/** What a person did to a thing. */
export interface PersonsAct {
  readonly thingName: string;
  /** When, epoch milliseconds. No alarm up to then takes effect. */
  readonly releasedAt: number;
  /** ARN of the person. */
  readonly releasedBy: string;
  /** Why, in the person's words. */
  readonly reason: string;
}

/** The same, with the table that it is written to. */
interface ReleaseEntry extends PersonsAct {
  readonly tableName: string;
}

/** What a person did. */
export type PersonsDecision = "released" | "rejected" | "approved";

/** What of a release is undone, and so need not be remembered. */
export interface Undone {
  /** Principals that the restrictive policy is no longer attached to. */
  readonly policyDetachedFrom: readonly string[];
  /** ARNs of certificates that are no longer INACTIVE by us. */
  readonly reactivatedCertificates: readonly string[];
}

const WHO = "releasedAt = :at, releasedBy = :by, releaseReason = :reason";

const baseOf = ({ tableName, thingName, releasedAt, releasedBy, reason }: ReleaseEntry) => ({
  key: { TableName: tableName, Key: thingKey(thingName) },
  values: {
    ":at": isoOf(releasedAt),
    ":by": { S: releasedBy },
    ":reason": { S: reason },
  },
});

/** The state of who is released, as {@link WHO} has it of a release. */
const RELEASED = {
  setting: "thingName = :thingName, #state = :released, #rank = :rank, #since = :at",
  names: { "#state": "state", "#rank": "rank", "#since": "since" },
  values: { ":released": { S: "released" }, ":rank": { N: String(RELEASED_RANK) } },
} as const;

/**
 * Says that a release begins, before anything is undone: from now on no alarm that came before quarantines the thing
 * again, and the state stays, so that a release that was cut off is seen and completed by the next. It always succeeds.
 */
export function beginRelease(entry: ReleaseEntry) {
  const { key, values } = baseOf(entry);
  return {
    ...key,
    UpdateExpression: `SET ${WHO}, thingName = :thingName`,
    ExpressionAttributeValues: { ...values, ":thingName": { S: entry.thingName } },
  };
}

/**
 * Says that everything is undone. It fails with `ConditionalCheckFailedException`, and changes nothing, where the thing
 * was quarantined anew since the release began, or somebody else began another.
 */
export function endRelease(entry: ReleaseEntry, { policyDetachedFrom, reactivatedCertificates }: Undone) {
  const { key, values } = baseOf(entry);
  const sets = Object.entries({
    policyAttachedTo: policyDetachedFrom,
    deactivatedCertificates: reactivatedCertificates,
  }).filter(([, names]) => names.length > 0);
  const deletes = sets.length === 0 ? "" : ` DELETE ${sets.map(([name]) => `${name} :${name}`).join(", ")}`;
  return {
    ...key,
    UpdateExpression: `SET ${RELEASED.setting}, ${WHO}, endsAt = :end REMOVE containment, evidence, evidenceAt, evidenceOf, groupName, policyName${deletes}`,
    ConditionExpression: "releasedAt = :at AND (attribute_not_exists(evidenceAt) OR evidenceAt < :at)",
    ExpressionAttributeNames: RELEASED.names,
    ExpressionAttributeValues: {
      ...values,
      ...RELEASED.values,
      ":thingName": { S: entry.thingName },
      ":end": eventEnd(entry.releasedAt),
      ...Object.fromEntries(sets.map(([name, names]) => [`:${name}`, { SS: [...names] }])),
    },
  };
}

/**
 * Says that a held thing stays free, and settles its violation: neither its alarm nor the violation itself is acted on
 * again. It fails with `ConditionalCheckFailedException`, and changes nothing, where the thing is not held for that
 * violation any more.
 */
export function rejectHeld(entry: ReleaseEntry, violationId: string) {
  const { key, values } = baseOf(entry);
  return {
    ...key,
    UpdateExpression: `SET ${RELEASED.setting}, ${WHO}, endsAt = :end, settledViolationId = :violationId`,
    ConditionExpression: "#state = :held AND violationId = :violationId",
    ExpressionAttributeNames: RELEASED.names,
    ExpressionAttributeValues: {
      ...values,
      ...RELEASED.values,
      ":thingName": { S: entry.thingName },
      ":end": eventEnd(entry.releasedAt),
      ":held": { S: "held" },
      ":violationId": { S: violationId },
    },
  };
}

/** What of the thing's item an event keeps that a release takes out of it. */
export interface EventDetails {
  readonly securityProfileName?: string;
  readonly behaviorName?: string;
  readonly violationId?: string;
  readonly evidence?: string;
}

/** Adds what a person did to a thing's time line; again it is the same event. */
export function personsEvent(entry: ReleaseEntry, decision: PersonsDecision, details: EventDetails = {}) {
  const { tableName, thingName, releasedAt, releasedBy, reason } = entry;
  const texts = Object.entries(details).filter(([, text]) => text !== undefined);
  return {
    TableName: tableName,
    Item: {
      pk: thingKey(thingName).pk,
      sk: { S: `event#${new Date(releasedAt).toISOString()}#${decision}` },
      thingName: { S: thingName },
      decision: { S: decision },
      decidedAt: isoOf(releasedAt),
      actor: { S: releasedBy },
      reason: { S: reason },
      ...Object.fromEntries(texts.map(([name, text]) => [name, { S: text }])),
      endsAt: eventEnd(releasedAt),
    },
  };
}

/** Writes what persons do. Each call may be repeated; each rejects with the SDK's error. */
export interface ReleaseLedger {
  /** See {@link beginRelease}. */
  begin(act: PersonsAct): Promise<void>;
  /** See {@link endRelease}; false where it must not end. */
  end(act: PersonsAct, undone: Undone): Promise<boolean>;
  /** See {@link rejectHeld}; false where the thing is not held for that violation any more. */
  reject(act: PersonsAct, violationId: string): Promise<boolean>;
  /** See {@link personsEvent}. */
  note(act: PersonsAct, decision: PersonsDecision, details?: EventDetails): Promise<void>;
}

/** Makes what writes that of an AWS SDK client. */
export function makeReleaseLedger(args: TableArgs): ReleaseLedger {
  const { tableName } = args;
  const write = writing(args);
  const update = (input: UpdateItemCommandInput) => write(new UpdateItemCommand(input));
  return {
    begin: async (act) => void (await update(beginRelease({ ...act, tableName }))),
    end: (act, undone) => update(endRelease({ ...act, tableName }, undone)),
    reject: (act, violationId) => update(rejectHeld({ ...act, tableName }, violationId)),
    async note(act, decision, details) {
      await write(new PutItemCommand(personsEvent({ ...act, tableName }, decision, details)));
    },
  };
}
