import { thingKey } from "./keys";
import { isoOf, type LedgerAlarm, NOT_RELEASED } from "./record";

/** What is about to be done to a thing, and what it was like before. */
export interface ContainmentPlan {
  /** JSON of what was found out about the thing. */
  readonly evidence: string;
  /** Name of the group that it is put into. */
  readonly groupName: string;
  /** Name of the restrictive policy. */
  readonly policyName: string;
  /** Principals that the policy will be attached to, and is not yet. */
  readonly policyAttachedTo: readonly string[];
  /** ARNs of the certificates that will be set to INACTIVE, and are ACTIVE. */
  readonly deactivatedCertificates: readonly string[];
  /** Id of the violation that lasts; absent where nobody asked. */
  readonly activeViolationId?: string;
}

/** What both writes of a plan have in common. What an earlier try had planned stays: it was perhaps done. */
function planning(alarm: LedgerAlarm, plan: ContainmentPlan) {
  const sets = Object.entries({
    policyAttachedTo: plan.policyAttachedTo,
    deactivatedCertificates: plan.deactivatedCertificates,
  }).filter(([, names]) => names.length > 0);
  return {
    base: { TableName: alarm.tableName, Key: thingKey(alarm.thingName) },
    adds: sets.length === 0 ? "" : ` ADD ${sets.map(([name]) => `${name} :${name}`).join(", ")}`,
    condition: `${NOT_RELEASED.condition} AND (attribute_not_exists(#settled) OR #settled <> :active)`,
    values: {
      ":alarmedAt": isoOf(alarm.violationEventTime),
      ":violationId": { S: alarm.violationId },
      ":active": { S: plan.activeViolationId ?? alarm.violationId },
      ":thingName": { S: alarm.thingName },
      ":groupName": { S: plan.groupName },
      ":policyName": { S: plan.policyName },
      ...Object.fromEntries(sets.map(([name, names]) => [`:${name}`, { SS: [...names] }])),
    },
    setting: "SET thingName = :thingName, groupName = :groupName, policyName = :policyName",
  };
}

/**
 * Keeps evidence and plan before anything is changed. It fails with `ConditionalCheckFailedException`, and changes
 * nothing, where the thing was released since the alarm, or where there is evidence that must stay: of a thing that is
 * quarantined, or of an earlier try for this violation, which may have changed what is found now.
 */
export function beginWithEvidence(alarm: LedgerAlarm, plan: ContainmentPlan) {
  const { base, adds, condition, values, setting } = planning(alarm, plan);
  return {
    ...base,
    UpdateExpression: `${setting}, evidence = :evidence, evidenceAt = :now, evidenceOf = :violationId${adds}`,
    ConditionExpression: `${condition} AND (attribute_not_exists(evidenceAt) OR evidenceAt < #releasedAt OR (evidenceOf <> :violationId AND (attribute_not_exists(#state) OR #state <> :quarantined)))`,
    ExpressionAttributeNames: { ...NOT_RELEASED.names, "#state": "state" },
    ExpressionAttributeValues: {
      ...values,
      ":evidence": { S: plan.evidence },
      ":now": isoOf(alarm.now),
      ":quarantined": { S: "quarantined" },
    },
  };
}

/**
 * Keeps the plan of a thing that has its evidence. It fails with `ConditionalCheckFailedException`, and changes nothing,
 * where the thing was released since the alarm.
 */
export function beginAgain(alarm: LedgerAlarm, plan: ContainmentPlan) {
  const { base, adds, condition, values, setting } = planning(alarm, plan);
  return {
    ...base,
    UpdateExpression: `${setting}${adds}`,
    ConditionExpression: condition,
    ExpressionAttributeNames: NOT_RELEASED.names,
    ExpressionAttributeValues: values,
  };
}
