import type {
  ActiveViolation,
  BehaviorCriteriaType,
  ListActiveViolationsRequest,
  ListActiveViolationsResponse,
  ListViolationEventsRequest,
  ListViolationEventsResponse,
  PutVerificationStateOnViolationRequest,
  Behavior as SdkBehavior,
  MetricValue as SdkMetricValue,
  ViolationEvent,
} from "@aws-sdk/client-iot";
import type { Behavior, MetricValue } from "../../../../lib/detect/behavior";
import { iotPage } from "../../iot/checks";
import { invalidRequest } from "../../iot/errors";
import type { DetectStore, Verification } from "../store";
import { isInSpanOf } from "../time-span";

const VERIFICATION_STATES: readonly unknown[] = [
  "FALSE_POSITIVE",
  "BENIGN_POSITIVE",
  "TRUE_POSITIVE",
  "UNKNOWN",
];
/** API Reference, "PutVerificationStateOnViolation": up to 1,000, no control characters. */
const DESCRIPTION = /^\P{Cc}{0,1000}$/u;

/** What both listings can be narrowed by. */
type Filter = Pick<
  ListActiveViolationsRequest,
  "thingName" | "securityProfileName" | "behaviorCriteriaType" | "listSuppressedAlerts" | "verificationState"
>;

function criteriaTypeOf({ criteria }: Behavior): BehaviorCriteriaType {
  if (criteria?.mlDetectionConfig) return "MACHINE_LEARNING";
  return criteria?.statisticalThreshold ? "STATISTICAL" : "STATIC";
}

/** An absent member of a filter lets everything through. */
const fits = <T>(wanted: T | undefined, actual: T) => wanted === undefined || wanted === actual;

/**
 * Whether a violation passes a filter. Without `listSuppressedAlerts` suppressed ones are listed with the others
 * (Developer Guide, "Getting started with ML Detect" shows some in a plain listing); that `true` leaves only
 * those and `false` only the others is assumed.
 */
function passes(
  filter: Filter,
  violation: { thingName: string; profileName: string; behavior: Behavior },
  verification: Verification,
): boolean {
  return (
    fits(filter.thingName, violation.thingName) &&
    fits(filter.securityProfileName, violation.profileName) &&
    fits(filter.behaviorCriteriaType, criteriaTypeOf(violation.behavior)) &&
    fits(filter.listSuppressedAlerts, violation.behavior.suppressAlerts ?? false) &&
    fits(filter.verificationState, verification.verificationState)
  );
}

const verificationOf = (store: DetectStore, violationId: string): Verification =>
  store.verifications.get(violationId) ?? { verificationState: "UNKNOWN" };

// The SDK's types are the mutable siblings of ours.
const behaviorOut = (behavior: Behavior) => behavior as SdkBehavior;
const valueOut = (value: MetricValue) => value as SdkMetricValue;

/** Lists the violations that last, oldest first (the order is assumed). */
export function listActiveViolations(store: DetectStore, request: ListActiveViolationsRequest) {
  if (request.securityProfileName !== undefined) store.profile(request.securityProfileName);
  const found = store.activeViolations().flatMap(({ profile, thingName, violation }): ActiveViolation[] => {
    const verification = verificationOf(store, violation.id);
    const described = { thingName, profileName: profile.name, behavior: violation.behavior };
    if (!passes(request, described, verification)) return [];
    const active: ActiveViolation = {
      violationId: violation.id,
      thingName,
      securityProfileName: profile.name,
      behavior: behaviorOut(violation.behavior),
      lastViolationValue: valueOut(violation.lastValue),
      ...verification,
      lastViolationTime: new Date(violation.lastTime),
      violationStartTime: new Date(violation.startTime),
    };
    return [active];
  });
  const page = iotPage(found, request);
  return { activeViolations: page.items, nextToken: page.nextToken } satisfies ListActiveViolationsResponse;
}

/** Lists what happened in a span of time, both ends included, oldest first (assumed). */
export function listViolationEvents(store: DetectStore, request: ListViolationEventsRequest) {
  const isInSpan = isInSpanOf(request);
  const found = store.keptEvents().flatMap((event): ViolationEvent[] => {
    const { violationEventTime: time, violationId, thingName, securityProfileName, behavior } = event;
    const verification = verificationOf(store, violationId);
    const described = { thingName, profileName: securityProfileName, behavior };
    if (!isInSpan(time) || !passes(request, described, verification)) return [];
    const listed: ViolationEvent = {
      violationId,
      thingName,
      securityProfileName,
      behavior: behaviorOut(behavior),
      ...(event.metricValue && { metricValue: valueOut(event.metricValue) }),
      violationEventType: event.violationEventType,
      ...verification,
      violationEventTime: new Date(time),
    };
    return [listed];
  });
  const page = iotPage(found, request);
  return { violationEvents: page.items, nextToken: page.nextToken } satisfies ListViolationEventsResponse;
}

/** Keeps what a person says of a violation, lasting or past. */
export function putVerificationStateOnViolation(
  store: DetectStore,
  request: PutVerificationStateOnViolationRequest,
) {
  const { violationId = "", verificationState, verificationStateDescription: description } = request;
  if (!VERIFICATION_STATES.includes(verificationState)) {
    throw invalidRequest(`Invalid verificationState ${verificationState}`);
  }
  if (description !== undefined && !DESCRIPTION.test(description)) {
    throw invalidRequest(
      "verificationStateDescription must have at most 1000 characters, none of them control characters.",
    );
  }
  const known =
    store.activeViolations().some(({ violation }) => violation.id === violationId) ||
    store.keptEvents().some((event) => event.violationId === violationId);
  // The action has no ResourceNotFoundException (API Reference).
  if (!known) throw invalidRequest(`Violation ${violationId} does not exist`);
  store.verifications.set(violationId, {
    verificationState,
    ...(description !== undefined && { verificationStateDescription: description }),
  });
  return {};
}
