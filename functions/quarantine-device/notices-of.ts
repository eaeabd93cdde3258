import type { Notice, NoticeKind } from "../../lib/notices/notice";
import type { Outcome } from "../../lib/quarantine/outcome";

/** What is told of an outcome; of all others nothing. */
const TOLD: Partial<Record<Outcome["outcome"], NoticeKind>> = {
  quarantined: "quarantined",
  held: "held",
  exempt: "exempt",
  notified: "notified",
  "not-contained": "not-contained",
  stale: "stale",
  rejected: "failed",
  failed: "failed",
};

/**
 * The notices of an outcome.
 *
 * @param isLast - whether the record does not come again: before, nothing is told of one that was rejected or failed
 */
export function noticesOf(outcome: Outcome, isLast: boolean): readonly Notice[] {
  const kind = TOLD[outcome.outcome];
  if (kind === undefined || (kind === "failed" && !isLast)) return [];
  const at = Date.now();
  if (outcome.outcome === "rejected") return [{ kind, reason: `${outcome.path} ${outcome.reason}`, at }];
  const { thingName, securityProfileName, behaviorName, violationId } = outcome.alarm;
  return [{ kind, thingName, securityProfileName, behaviorName, violationId, reason: outcome.reason, at }];
}
