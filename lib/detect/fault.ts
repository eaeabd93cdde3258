/** One thing that is wrong with an input, and what to do about it. */
export interface Fault {
  /** Where it is: keys and indices from the top, for example `profiles[0].behaviors[2].criteria.durationSeconds`. */
  readonly path: string;
  /** What must hold: the end of the sentence that `remedy` begins, for example `one of 300, 600`. */
  readonly rule: string;
  /** What is there instead; `undefined` where nothing is. */
  readonly value: unknown;
  /** What to do: the beginning of the sentence, for example ``Set `durationSeconds` of behavior `MsgSent` to``. */
  readonly remedy: string;
}

const LONGEST_TEXT = 60;

/** Shows scalars as JSON and only measures the rest: a list may be long, and an object may hold anything. */
function shown(value: unknown): string {
  if (value === undefined) return "not set";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value === "string" && value.length > LONGEST_TEXT) {
    return `${JSON.stringify(value.slice(0, LONGEST_TEXT))}... (${value.length} characters)`;
  }
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/**
 * Writes a fault as one line, for example ``profiles[0].behaviors[0].criteria.durationSeconds: Set
 * `durationSeconds` of behavior `MsgSent` to one of 300, 600, 900, 1800, 3600; it is 60.``
 */
export function formatFault(fault: Fault): string {
  return `${fault.path}: ${fault.remedy} ${fault.rule}; it is ${shown(fault.value)}.`;
}
