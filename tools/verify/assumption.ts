import type { Bench } from "./bench";

/** Something that docs/aws-facts.md marks as assumed, and how an account settles it. */
export interface Assumption {
  /** What is assumed, in a few words. */
  readonly name: string;
  /** How the first column of its row in docs/aws-facts.md begins. */
  readonly fact: string;
  /** What `attempt` answers where AWS is as assumed. */
  readonly expected: string;
  /** Tries it with resources of the bench, and says what AWS did. */
  readonly attempt: (bench: Bench) => Promise<string>;
}

/** What a call came to: `accepted`, or `refused: ` and the name of AWS's error. */
export async function verdictOf(call: Promise<unknown>): Promise<string> {
  const error = await errorOf(call);
  return error === undefined ? "accepted" : `refused: ${error.name}`;
}

/** The error that a call ends with, if any. */
export async function errorOf(call: Promise<unknown>): Promise<Error | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
