/** An option of a command line, or an operand. One that has nothing in its place must be given. */
export interface Option<Value> {
  /** What it is for, in the help. */
  readonly help: string;
  /** Placeholder of its value, such as `<name>`; absent for a switch. */
  readonly value?: string;
  /** What stands in its place where the command line is silent. */
  readonly preset?: { readonly value: Value };
  /** Whether it is given by its place on the command line and not by its name. */
  readonly isOperand?: boolean;
  /** Whether all operands that are left are its words, joined by newlines for {@link read}. */
  readonly isRest?: boolean;
  /** The values that there are, where that is a closed list. */
  readonly choices?: readonly string[];
  /** What to set it to, for the fault: "Set --port to ..." */
  readonly wanted: string;
  /** Reads a value; undefined where it is none. */
  readonly read: (text: string) => Value | undefined;
}

/** The options of a command by their names in camel case. */
export type Options = Readonly<Record<string, Option<unknown>>>;

/** What a command line sets its options to. */
export type Values<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends Option<infer Value> ? Value : never;
};

/** A switch, off unless it is given. */
export const flag = (help: string): Option<boolean> => ({ help, wanted: "", read: () => true });

/**
 * A string.
 *
 * @param matching - What it must match; unless told, it is not empty and no option, which stands there when the value
 * was forgotten.
 */
export const text = (
  value: string,
  help: string,
  wanted: string,
  matching = /^(?!--)./s,
): Option<string> => ({
  help,
  value: `<${value}>`,
  wanted,
  read: (given) => (matching.test(given) ? given : undefined),
});

/** A number, whole unless it may have a fraction. */
export const number = (
  help: string,
  {
    from,
    to = Number.POSITIVE_INFINITY,
    isWhole = true,
  }: { readonly from: number; readonly to?: number; readonly isWhole?: boolean },
): Option<number> => ({
  help,
  value: "<n>",
  wanted: `${isWhole ? "a whole number" : "a number"} from ${from}${to < Number.POSITIVE_INFINITY ? ` to ${to}` : ""}`,
  read: (given) => {
    const read = given.trim() === "" ? Number.NaN : Number(given);
    return read >= from && read <= to && (!isWhole || Number.isSafeInteger(read)) ? read : undefined;
  },
});

/** One of a closed list. */
export const choice = <const Choice extends string>(
  choices: readonly Choice[],
  help: string,
): Option<Choice> => ({
  help,
  value: `<${choices.join("|")}>`,
  choices,
  wanted: choices.length === 2 ? choices.join(" or ") : `one of ${choices.join(", ")}`,
  read: (given) => choices.find((known) => known === given),
});

/** An option with a default. */
export const preset = <Value>(option: Option<Value>, value: Value): Option<Value> => ({
  ...option,
  preset: { value },
});

/** An option that need not be given. */
export const optional = <Value>(option: Option<Value>): Option<Value | undefined> => ({
  ...option,
  preset: { value: undefined },
});

/** What is given by its place. */
export const operand = <Value>(option: Option<Value>): Option<Value> => ({ ...option, isOperand: true });

/** All that is given by its place after the other operands; none is an empty list. */
export const operands = (help: string, wanted: string, matching: RegExp): Option<readonly string[]> => ({
  help,
  wanted,
  preset: { value: [] },
  isOperand: true,
  isRest: true,
  read: (given) => {
    const words = given.split("\n");
    return words.every((word) => matching.test(word)) ? words : undefined;
  },
});
