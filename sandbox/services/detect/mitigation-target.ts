import type { StartDetectMitigationActionsTaskRequest } from "@aws-sdk/client-iot";
import type { Behavior } from "../../../lib/detect/behavior";
import { invalidRequest } from "../iot/errors";
import type { DetectStore } from "./store";
import { isInSpanOf } from "./time-span";

/** A violation that a task is about. */
export interface TargetedViolation {
  readonly violationId: string;
  readonly thingName: string;
}

/** A violation that lasts, or that events are kept of. Times are epoch milliseconds. */
interface KnownViolation extends TargetedViolation {
  readonly profileName: string;
  readonly behavior: Behavior;
  readonly isActive: boolean;
  /** When anything happened to it. */
  readonly times: number[];
}

function knownViolations(store: DetectStore): Map<string, KnownViolation> {
  const known = new Map<string, KnownViolation>();
  for (const { profile, thingName, violation } of store.activeViolations()) {
    const { id: violationId, behavior, startTime } = violation;
    const named = { violationId, thingName, profileName: profile.name };
    known.set(violationId, { ...named, behavior, isActive: true, times: [startTime] });
  }
  for (const event of store.keptEvents()) {
    const { violationId, thingName, securityProfileName: profileName, behavior } = event;
    const named = { violationId, thingName, profileName };
    const violation = known.get(violationId) ?? { ...named, behavior, isActive: false, times: [] };
    violation.times.push(event.violationEventTime);
    known.set(violationId, violation);
  }
  return known;
}

/** Either violations by their ids, or those of a profile or of one of its behaviors. */
function checkTarget({ target = {} }: StartDetectMitigationActionsTaskRequest, store: DetectStore): void {
  const { violationIds, securityProfileName, behaviorName } = target;
  if ((violationIds === undefined) === (securityProfileName === undefined)) {
    throw invalidRequest("The target has to be either violationIds or a securityProfileName.");
  }
  if (violationIds !== undefined) {
    if (behaviorName !== undefined) throw invalidRequest("A behaviorName needs its securityProfileName.");
    if (violationIds.length < 1 || violationIds.length > 25)
      throw invalidRequest("The target has 1 to 25 violationIds.");
    return;
  }
  const profile = store.profiles.get(securityProfileName ?? "");
  // The action has no ResourceNotFoundException (API Reference).
  if (!profile) throw invalidRequest(`Security profile ${securityProfileName} does not exist`);
  const names = profile.settings.behaviors.map(({ name }) => name);
  if (behaviorName !== undefined && !names.includes(behaviorName))
    throw invalidRequest(`Security profile ${securityProfileName} has no behavior ${behaviorName}`);
}

/**
 * The violations that a task is about, the oldest first (assumed), as they are when it begins (assumed). Those that are over
 * are among them unless the request leaves them out, suppressed ones where it asks for them (assumed, by the names of
 * its members).
 *
 * @throws AwsError - `InvalidRequestException`.
 */
export function targetedViolations(
  store: DetectStore,
  request: StartDetectMitigationActionsTaskRequest,
): TargetedViolation[] {
  checkTarget(request, store);
  const isInSpan = isInSpanOf(request.violationEventOccurrenceRange ?? {});
  const { target = {}, includeOnlyActiveViolations = false, includeSuppressedAlerts = false } = request;
  const known = knownViolations(store);
  const unknown = target.violationIds?.find((id) => !known.has(id));
  if (unknown !== undefined) throw invalidRequest(`Violation ${unknown} does not exist`);
  return [...known.values()]
    .filter(({ violationId, profileName, behavior }) =>
      target.violationIds
        ? target.violationIds.includes(violationId)
        : profileName === target.securityProfileName &&
          (target.behaviorName ?? behavior.name) === behavior.name,
    )
    .filter(({ isActive, behavior, times }) => {
      const isWanted = includeSuppressedAlerts || !behavior.suppressAlerts;
      return isWanted && (isActive || !includeOnlyActiveViolations) && times.some(isInSpan);
    })
    .sort((a, b) => Math.min(...a.times) - Math.min(...b.times));
}
