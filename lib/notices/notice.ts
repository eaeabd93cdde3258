/**
 * What people and other systems are told of:
 * - `quarantined`: the quarantine of a device was requested of AWS.
 * - `held`: a device would have been quarantined; a person has to approve it.
 * - `exempt`: a device would have been quarantined, and is exempt.
 * - `notified`: the response to the behavior is to tell, and nothing else.
 * - `not-contained`: a device is not contained, or publishes on.
 * - `stale`: an alarm came too late: its violation is over.
 * - `released`: somebody released a device.
 * - `removed-by-hand`, `entered-by-hand`: a device left, or entered, the quarantine group by another hand than ours.
 * - `failed`: an alarm ended in the dead-letter queue, or could not be understood.
 */
export const NOTICE_KINDS = [
  "quarantined",
  "held",
  "exempt",
  "notified",
  "not-contained",
  "stale",
  "released",
  "removed-by-hand",
  "entered-by-hand",
  "failed",
] as const;

/** What is told. */
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** One thing that is told, of one device. */
export interface Notice {
  readonly kind: NoticeKind;
  /** Name of the thing; absent where a message named none. */
  readonly thingName?: string;
  /** Profile and behavior, where an alarm led to it. */
  readonly securityProfileName?: string;
  readonly behaviorName?: string;
  readonly violationId?: string;
  /** Why, in words for a person. */
  readonly reason: string;
  /** When it was decided, epoch milliseconds. */
  readonly at: number;
  /** Who did it, where a person did: the caller's ARN. */
  readonly actor?: string;
}

/** Tells people and other systems. */
export interface NoticePorts {
  /**
   * Tells of each as an event, and people at most once an hour of a kind and a behavior; what they are not told at once
   * is in the next digest.
   */
  tell(notices: readonly Notice[]): Promise<void>;
}

/** Name of the metric of what could not be told, by stack. */
export const NOTICE_FAILED = "notice-failed";
