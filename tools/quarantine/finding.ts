/** What was found of one thing to look at. */
export interface Finding {
  /** What was looked at: a thing's name, or a part of the stack. */
  readonly subject: string;
  /** `note`: to be known, and nothing that has to be put right, or could not be told. */
  readonly verdict: "ok" | "note" | "finding";
  readonly detail: string;
}
