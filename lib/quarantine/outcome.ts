import type { Alarm } from "./parse";

/** A record that was understood, and what came of it. */
export interface AlarmOutcome {
  /**
   * - `quarantined`: the group, the shadow and the cut of the session were requested of AWS. The device is
   *   contained only when the group's policy acts. Where its shadow can never take the flag, the reason says so.
   * - `observed`: the response to the behavior is to observe; nothing was touched.
   * - `held`: the behavior has quarantined as many things in this hour as its limit says; nothing was touched, a
   *   person has to look.
   * - `exempt`: the response is to quarantine, and the thing is exempt from it; nothing was touched.
   * - `ignored`: nothing was to be done.
   * - `unregistered`: the registry holds no such thing; nothing was touched, a person has to look.
   * - `not-quarantinable`: AWS refuses the group for good; shadow and session were done, a person has to look.
   * - `failed`: an act failed; the event must come again.
   */
  readonly outcome:
    | "quarantined"
    | "observed"
    | "held"
    | "exempt"
    | "ignored"
    | "unregistered"
    | "not-quarantinable"
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
