import type { Behavior, ConfidenceLevel, MetricValue } from "./behavior";

/** What happened to a violation: it began, it ended, or it was dropped for want of data. */
export type ViolationEventType = "in-alarm" | "alarm-cleared" | "alarm-invalidated";

/**
 * The JSON document that Device Defender Detect publishes to a security profile's alert target.
 *
 * Its fields are those of the API's `ViolationEvent`; the time is in epoch MILLISECONDS here (the API
 * answers seconds), and it carries no account, region or ARN.
 *
 * Source: a captured message (docs/aws-facts.md, "The alarm message"); AWS IoT API Reference, data type
 * `ViolationEvent`.
 */
export interface AlarmMessage {
  /** End of the datapoint that changed the state, epoch milliseconds, aligned to the period. */
  readonly violationEventTime: number;
  /** Registry name of the thing or, for an unregistered device, its client id. 1 to 128 characters. */
  readonly thingName: string;
  /** The behavior that was violated, as the profile holds it. */
  readonly behavior: Behavior;
  /** What happened. */
  readonly violationEventType: ViolationEventType;
  /** The measured value; absent when an alarm is invalidated. */
  readonly metricValue?: MetricValue;
  /** Id of the violation, 1 to 128 of `[a-zA-Z0-9-]`; 32 hexadecimal digits in captures. */
  readonly violationId: string;
  /** Name of the security profile. */
  readonly securityProfileName: string;
  /** Set by ML Detect. */
  readonly violationEventAdditionalInfo?: { readonly confidenceLevel: ConfidenceLevel };
  /** What a person said of the violation. */
  readonly verificationState?: "FALSE_POSITIVE" | "BENIGN_POSITIVE" | "TRUE_POSITIVE" | "UNKNOWN";
  /** What a person added to it, at most 1,000 characters. */
  readonly verificationStateDescription?: string;
}

/** The part of Device Defender's alarm message that the function acts on and reports. */
export type Alarm = Pick<
  AlarmMessage,
  "violationEventTime" | "thingName" | "violationEventType" | "violationId" | "securityProfileName"
> & {
  /** Name of the violated behavior. */
  readonly behaviorName: string;
  /** The measured value, a JSON text; absent where the message has none, or none that can be kept. */
  readonly value?: string;
};
