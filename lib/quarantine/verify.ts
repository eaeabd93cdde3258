import { attempt } from "../aws/attempt";
import type { Alarm } from "../detect/alarm";
import type { AlarmOutcome } from "./outcome";

/** A violation that lasts. */
export interface ActiveViolation {
  readonly violationId: string;
  /** The value that was measured last, a JSON text. */
  readonly value?: string;
}

/** What is asked of Device Defender. */
export interface VerificationPorts {
  /** The thing's lasting violation of the alarm's behavior, that of the alarm's id first. */
  activeViolation(alarm: Alarm): Promise<ActiveViolation | undefined>;
}

/** How an alarm came. */
export interface Delivery {
  /** Whether it becomes a dead letter if it fails once more. */
  readonly isLast: boolean;
}

/**
 * Asks Device Defender whether the violation lasts: whoever can write to the queue or invoke the function could make an
 * alarm up, and one from a backlog or a redrive may be over. Never rejects.
 *
 * One that is not found although it is fresh comes again: that Detect lists a violation before it sends the alarm is
 * nowhere promised.
 *
 * @param age - how old the alarm is, and at which age it is too old to come again, minutes
 * @returns the violation, or what becomes of the alarm without one
 */
export async function verify(
  alarm: Alarm,
  ports: VerificationPorts,
  age: { readonly minutes: number; readonly max: number },
  { isLast }: Delivery,
): Promise<ActiveViolation | AlarmOutcome> {
  const active = await attempt("violation", () => ports.activeViolation(alarm));
  if ("failure" in active) {
    return { outcome: "failed", alarm, reason: `${active.failure}; the device was not touched` };
  }
  if (active.value !== undefined) return active.value;
  if (age.minutes >= age.max) {
    const reason = `the violation is over, and the alarm ${age.minutes} minutes old; the device was not touched`;
    return { outcome: "stale", alarm, reason };
  }
  const reason = "unverified: Device Defender lists no such violation; the device was not touched";
  return { outcome: isLast ? "held" : "failed", alarm, reason };
}
