import { type PolicyVariables, variableKey } from "./variables";

/** Stands in a pattern for any run of characters, the empty one included: the policy wildcard `*`. */
export const ANY_RUN: unique symbol = Symbol("*");

/** Stands in a pattern for exactly one character (a Unicode code point): the policy wildcard `?`. */
export const ANY_CHARACTER: unique symbol = Symbol("?");

/** One position of a pattern: a wildcard, or a character (code point) that stands for itself alone. */
export type PatternSymbol = string | typeof ANY_RUN | typeof ANY_CHARACTER;

/** A place in a policy text that a value of the connection fills when the policy is evaluated. */
interface VariableReference {
  /** The variable's key, as {@link variableKey} writes it. */
  readonly variable: string;
}

/** A text of a policy (an action, a resource, a condition value) read once and matched many times. */
export interface Template {
  /** The text as the policy has it. */
  readonly source: string;
  /** What it says, in order. */
  readonly symbols: readonly (PatternSymbol | VariableReference)[];
}

/** What a text may hold besides characters that stand for themselves. */
export interface TemplateSyntax {
  /** Whether `*` and `?` are wildcards. */
  readonly wildcards: "wildcards" | "no-wildcards";
  /** Whether `${...}` is a variable. */
  readonly variables: "variables" | "no-variables";
}

// A text without a closing brace, a `$` alone and `$aws` hold no variable; the `s` flag lets `.` be a line end.
const WITH_VARIABLES = /\$\{([^}]*)\}|./gsu;
const WITHOUT_VARIABLES = /./gsu;

// The predefined variables stand for the character that would otherwise have a meaning.
const PREDEFINED: ReadonlySet<string> = new Set(["*", "?", "$"]);

/**
 * Reads a text of a policy.
 *
 * Source: AWS IoT Core Developer Guide, "AWS IoT Core policy variables" (variables, `*`, `?` and the
 * predefined `${*}`, `${?}`, `${$}`); IAM User Guide, "IAM policy elements: Variables and tags".
 */
export function parseTemplate(source: string, syntax: TemplateSyntax): Template {
  const symbols: (PatternSymbol | VariableReference)[] = [];
  for (const [text, name] of source.matchAll(
    syntax.variables === "variables" ? WITH_VARIABLES : WITHOUT_VARIABLES,
  )) {
    if (name !== undefined) symbols.push(PREDEFINED.has(name) ? name : { variable: variableKey(name) });
    else if (syntax.wildcards === "wildcards" && text === "*") symbols.push(ANY_RUN);
    else if (syntax.wildcards === "wildcards" && text === "?") symbols.push(ANY_CHARACTER);
    else symbols.push(text);
  }
  return { source, symbols };
}

/**
 * Puts the connection's values in place of the variables. A value stands for itself character by
 * character: a client id `*` is an asterisk, never a wildcard.
 *
 * Source: assumed; AWS documents only that MQTT's `+` in a client id can widen a topic filter (AWS IoT
 * Core Developer Guide, "Basic AWS IoT Core policy variables"), which it does here too, being a character.
 *
 * @returns the pattern, or undefined where a variable has no value or more than one: nothing can be equal
 * or like it
 */
export function resolveTemplate(
  template: Template,
  variables: PolicyVariables,
): readonly PatternSymbol[] | undefined {
  const pattern: PatternSymbol[] = [];
  for (const symbol of template.symbols) {
    if (typeof symbol !== "object") {
      pattern.push(symbol);
      continue;
    }
    const [value, ...others] = variables.get(symbol.variable) ?? [];
    if (value === undefined || others.length > 0) return undefined;
    pattern.push(...value);
  }
  return pattern;
}

/**
 * Whether a pattern covers a whole value.
 *
 * A wildcard crosses every character, `/` and `:` included; `+` and `#` are characters like any other.
 * The matcher goes back to the last `*` only, so its cost is at most the product of the two lengths: a
 * policy such as `*a*a*a*...` cannot stall a broker, as the same pattern made into a regular expression can.
 *
 * Source: AWS IoT Core Developer Guide, "Publish/Subscribe policy examples", section "Using wildcard
 * characters in MQTT and AWS IoT Core policies"; for the colon, IAM User Guide, "IAM JSON policy elements:
 * Resource", section "Using wildcards in resource ARNs" (that page lets only a `*` that ends an ARN segment
 * cross a colon; here every one does, docs/aws-facts.md).
 *
 * @param pattern wildcards and characters, in order
 * @param characters the value, split into code points
 */
export function matchesWildcard(pattern: readonly PatternSymbol[], characters: readonly string[]): boolean {
  let at = 0;
  let next = 0;
  let lastRun = -1;
  let runEnd = 0;
  while (at < characters.length) {
    const symbol = pattern[next];
    if (symbol === ANY_RUN) {
      lastRun = next;
      runEnd = at;
      next += 1;
    } else if (symbol === ANY_CHARACTER || (symbol !== undefined && symbol === characters[at])) {
      next += 1;
      at += 1;
    } else if (lastRun >= 0) {
      // Only the last `*` need give up one more character: an earlier one could gain nothing by it.
      next = lastRun + 1;
      runEnd += 1;
      at = runEnd;
    } else {
      return false;
    }
  }
  while (pattern[next] === ANY_RUN) next += 1;
  return next === pattern.length;
}
