import type { Alarm } from "../detect/alarm";

/** A record that was understood, and what came of it. */
export interface AlarmOutcome {
  /**
   * - `quarantined`: containment, the shadow and the cut of the session were requested of AWS. The device is
   *   contained only when the policy acts. What could not be done for good, the reason says.
   * - `observed`: the response to the behavior is to observe; nothing was touched.
   * - `notified`: the response to the behavior is to tell people; nothing was touched.
   * - `held`: the behavior has quarantined as many things in this hour as its limit says, or Device Defender knows of no
   *   such violation; nothing was touched, a person has to look.
   * - `stale`: the violation is over, and the alarm is old; nothing was touched.
   * - `exempt`: the response is to quarantine, and the thing is exempt from it; nothing was touched.
   * - `ignored`: nothing was to be done, for example because the thing was released since the alarm.
   * - `unregistered`: the registry holds no such thing; nothing was touched, a person has to look.
   * - `not-contained`: AWS refuses for good what would contain the device; its session was cut, and its shadow does not
   *   claim a quarantine; a person has to look.
   * - `failed`: an act failed; the event must come again.
   */
  readonly outcome:
    | "quarantined"
    | "observed"
    | "notified"
    | "held"
    | "stale"
    | "exempt"
    | "ignored"
    | "unregistered"
    | "not-contained"
    | "failed";
  /** The alarm. */
  readonly alarm: Alarm;
  /** Why, in words for a person. */
  readonly reason: string;
}

/** A record that was not understood. */
interface RejectedOutcome {
  readonly outcome: "rejected";
  /** Where the fault is, from the event down. */
  readonly path: string;
  /** Which rule is broken. */
  readonly reason: string;
}

/** What became of one record: one log line and one metric. */
export type Outcome = AlarmOutcome | RejectedOutcome;
