import type * as sdk from "@aws-sdk/client-iot";
import type { Behavior, MetricValue } from "../../../../lib/detect/behavior";
import { iotPage } from "../../iot/checks";
import { invalidRequest } from "../../iot/errors";
import type { Verification } from "../records";
import type { DetectStore } from "../store";
import { isInSpanOf } from "../time-span";

/** API Reference, "PutVerificationStateOnViolation": up to 1,000, no control characters. */
const DESCRIPTION = /^\P{Cc}{0,1000}$/u;

/** What both listings can be narrowed by. */
type Filter = Pick<
  sdk.ListActiveViolationsRequest,
  "thingName" | "securityProfileName" | "behaviorCriteriaType" | "listSuppressedAlerts" | "verificationState"
>;

function criteriaTypeOf({ criteria }: Behavior): sdk.BehaviorCriteriaType {
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
const behaviorOut = (behavior: Behavior) => behavior as sdk.Behavior;
const valueOut = (value: MetricValue) => value as sdk.MetricValue;

/** Lists the violations that last, oldest first (the order is assumed). */
export function listActiveViolations(store: DetectStore, request: sdk.ListActiveViolationsRequest) {
  if (request.securityProfileName !== undefined) store.profile(request.securityProfileName);
  const found = store
    .activeViolations()
    .filter(({ profile, thingName, violation: { id, behavior } }) =>
      passes(request, { thingName, profileName: profile.name, behavior }, verificationOf(store, id)),
    );
  const { items, nextToken } = iotPage(found, request);
  const activeViolations = items.map(
    ({ profile, thingName, violation }): sdk.ActiveViolation => ({
      violationId: violation.id,
      thingName,
      securityProfileName: profile.name,
      behavior: behaviorOut(violation.behavior),
      lastViolationValue: valueOut(violation.lastValue),
      ...verificationOf(store, violation.id),
      lastViolationTime: new Date(violation.lastTime),
      violationStartTime: new Date(violation.startTime),
    }),
  );
  return { activeViolations, nextToken } satisfies sdk.ListActiveViolationsResponse;
}

/** Lists what happened in a span of time, both ends included, oldest first (assumed). */
export function listViolationEvents(store: DetectStore, request: sdk.ListViolationEventsRequest) {
  const isInSpan = isInSpanOf(request);
  const found = store
    .keptEvents()
    .filter(
      ({ violationEventTime: time, violationId, thingName, securityProfileName: profileName, behavior }) =>
        isInSpan(time) &&
        passes(request, { thingName, profileName, behavior }, verificationOf(store, violationId)),
    );
  const { items, nextToken } = iotPage(found, request);
  const violationEvents = items.map(
    ({ violationEventTime, behavior, metricValue, ...event }): sdk.ViolationEvent => ({
      ...event,
      behavior: behaviorOut(behavior),
      ...(metricValue && { metricValue: valueOut(metricValue) }),
      ...verificationOf(store, event.violationId),
      violationEventTime: new Date(violationEventTime),
    }),
  );
  return { violationEvents, nextToken } satisfies sdk.ListViolationEventsResponse;
}

/** Keeps what a person says of a violation, lasting or past. */
export function putVerificationStateOnViolation(
  store: DetectStore,
  request: sdk.PutVerificationStateOnViolationRequest,
) {
  const { violationId = "", verificationState, verificationStateDescription: description } = request;
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
