import type { Watched } from "../scenario/scenario";
import type { Stage } from "./stage";

/** One thing that the rehearsal does and verifies. */
export interface Step {
  /** Short name, which a failure is told by. */
  readonly name: string;
  /** Does it. Resolves with one sentence that says what was seen; throws when it does not hold. */
  readonly run: (stage: Stage) => Promise<string>;
}

/** A step of whatever it is given: a scene, a sequel. */
export const stepOf =
  <Of>(name: string, run: (stage: Stage, of: Of) => Promise<string>) =>
  (of: Of): Step => ({ name, run: (stage) => run(stage, of) });

/** A step does not hold, and a behavior is to blame. */
export class BehaviorFault extends Error {
  readonly of: Pick<Watched, "profile" | "behavior">;
  constructor(of: Pick<Watched, "profile" | "behavior">, message: string) {
    super(message);
    this.of = of;
  }
}

/** A behavior turns out not to be playable: another one is quicker. */
export class Overtaken extends Error {}

/** Throws when something does not hold. */
export function must(holds: boolean, complaint: string): asserts holds {
  if (!holds) throw new Error(complaint);
}

/** How one step went. */
export interface StepResult {
  /** Name of the step. */
  readonly step: string;
  /** The behavior that it is of, as `Profile/Behavior`; absent where it is of all. */
  readonly behavior?: string;
  /** Whether it held. */
  readonly ok: boolean;
  /** What was seen, or what did not hold. */
  readonly detail: string;
  /** Virtual time at its end, ISO 8601; absent when the clock could not be read. */
  readonly virtualTime?: string;
  /** Wall milliseconds since the rehearsal began. */
  readonly elapsedMs: number;
}
