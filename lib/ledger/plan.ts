import { thingKey } from "./keys";
import { isoOf, type LedgerAlarm, NOT_RELEASED } from "./record";

/**
 * What is about to be done to a thing, and what it was like before. The thing's item holds each under its name here, of a
 * list a set, with `evidenceAt` and `evidenceOf` (when, and for which violation, the evidence was taken).
 *
 * It is written before anything is changed: what it names was perhaps not done in the end, and undoing it is harmless.
 * What was so before is not in it: a policy that was attached, a certificate that was INACTIVE. `containment` is beside
 * it after the acts, a set of what was done: `group`, `principal`, `deactivate`. A release undoes exactly that, and then
 * removes it all (of a set, what it undid).
 */
export interface ContainmentPlan {
  /** JSON of `Evidence` (lib/quarantine/evidence.ts). */
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
