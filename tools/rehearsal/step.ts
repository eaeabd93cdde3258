import type { Stage } from "./stage";

/** One thing that the rehearsal does and verifies. */
export interface Step {
  /** Short name, which a failure is told by. */
  readonly name: string;
  /** Does it. Resolves with one sentence that says what was seen; throws when it does not hold. */
  readonly run: (stage: Stage) => Promise<string>;
}

/** Throws when something does not hold. */
export function must(holds: boolean, complaint: string): asserts holds {
  if (!holds) throw new Error(complaint);
}
