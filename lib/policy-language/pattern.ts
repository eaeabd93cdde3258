import { type PolicyVariables, parseVariable, resolveVariable, type VariableReference } from "./variables";

/** Stands in a pattern for any run of characters, the empty one included: the policy wildcard `*`. */
export const ANY_RUN: unique symbol = Symbol("*");

/** Stands in a pattern for exactly one character (a Unicode code point): the policy wildcard `?`. */
export const ANY_CHARACTER: unique symbol = Symbol("?");

/** As {@link ANY_RUN}, within a segment of an ARN: a run without a colon. */
const SEGMENT_RUN: unique symbol = Symbol("* in a segment");

/** As {@link ANY_CHARACTER}, within a segment of an ARN: no colon. */
const SEGMENT_CHARACTER: unique symbol = Symbol("? in a segment");

/** One position of a pattern: a wildcard, or a character (code point) that stands for itself alone. */
export type PatternSymbol =
  | string
  | typeof ANY_RUN
  | typeof ANY_CHARACTER
  | typeof SEGMENT_RUN
  | typeof SEGMENT_CHARACTER;

/** A text of a policy (an action, a resource, a condition value) read once and matched many times. */
export interface Template {
  /** The text as the policy has it. */
  readonly source: string;
  /** What it says, in order. */
  readonly symbols: readonly (PatternSymbol | VariableReference)[];
  /** Whether all its variables are such as can be known of a request. */
  readonly isKnown: boolean;
}

/** What a text may hold besides characters that stand for themselves. */
export interface TemplateSyntax {
  /** Whether `*` and `?` are wildcards. */
  readonly wildcards: "wildcards" | "no-wildcards";
  /** Whether `${...}` is a variable. */
  readonly variables: "variables" | "no-variables";
  /** In how many segments of an ARN, from its beginning, a wildcard does not cross a colon; by default, in none. */
  readonly segments?: number;
  /** Whether a key can be known of a request; by default, each can. */
  readonly knowsKey?: ((key: string) => boolean) | undefined;
}

// A text without a closing brace, a `$` alone and `$aws` hold no variable.
const WITH_VARIABLES = /\$\{([^}]*)\}|\*+|\?|[^$*?]+|\$/gu;
const WITHOUT_VARIABLES = /\*+|\?|[^*?]+/gu;

/**
 * Reads a text of a policy. In an ARN a `*` that ends its segment crosses colons, and one inside it does not.
 *
 * Source: AWS IoT Core Developer Guide, "AWS IoT Core policy variables" (variables, `*`, `?` and the
 * predefined `${*}`, `${?}`, `${$}`); IAM User Guide, "IAM policy elements: Variables and tags", "IAM JSON policy
 * elements: Resource", "Using wildcards in resource ARNs"; that a `?` there is no colon is assumed.
 */
export function parseTemplate(source: string, syntax: TemplateSyntax): Template {
  const { wildcards, variables, segments = 0, knowsKey = () => true } = syntax;
  const symbols: Template["symbols"][number][] = [];
  let segment = 0;
  for (const match of source.matchAll(variables === "variables" ? WITH_VARIABLES : WITHOUT_VARIABLES)) {
    const [text, name] = match;
    if (name !== undefined) {
      symbols.push(parseVariable(name));
    } else if (wildcards === "wildcards" && (text[0] === "*" || text[0] === "?")) {
      const next = source[match.index + text.length] ?? ":";
      symbols.push(wildcardOf(text, segment < segments, next));
    } else {
      for (const character of text) symbols.push(character);
      segment += text.split(":").length - 1;
    }
  }
  const isKnown = symbols.every((symbol) => isCharacterOrWildcard(symbol) || knowsKey(symbol.variable));
  return { source, symbols, isKnown };
}

const isCharacterOrWildcard = (symbol: Template["symbols"][number]): symbol is PatternSymbol =>
  typeof symbol !== "object";

function wildcardOf(text: string, isInSegment: boolean, next: string): PatternSymbol {
  if (text === "?") return isInSegment ? SEGMENT_CHARACTER : ANY_CHARACTER;
  return isInSegment && next !== ":" ? SEGMENT_RUN : ANY_RUN;
}

/**
 * Puts the request's values in place of the variables. A value stands for itself character by
 * character: a client id `*` is an asterisk, never a wildcard.
 *
 * Source: IAM User Guide, "IAM policy elements: Variables and tags", "Policy variables with no value". That a value is
 * never a wildcard is assumed; AWS documents only that MQTT's `+` in a client id can widen a topic filter (AWS IoT
 * Core Developer Guide, "Basic AWS IoT Core policy variables"), which it does here too, being a character.
 *
 * @returns the pattern, or undefined where a variable has no value: nothing is equal to it or like it
 */
export function resolveTemplate(
  template: Template,
  variables: PolicyVariables,
): readonly PatternSymbol[] | undefined {
  if (template.symbols.every(isCharacterOrWildcard)) return template.symbols;
  const pattern: PatternSymbol[] = [];
  for (const symbol of template.symbols) {
    if (isCharacterOrWildcard(symbol)) {
      pattern.push(symbol);
      continue;
    }
    const value = resolveVariable(symbol, variables);
    if (value === undefined) return undefined;
    pattern.push(...value);
  }
  return pattern;
}

const isRun = (symbol: PatternSymbol | undefined) => symbol === ANY_RUN || symbol === SEGMENT_RUN;

/** Whether a position of a pattern takes a character. */
const takes = (symbol: PatternSymbol | undefined, character: string) =>
  symbol === character ||
  symbol === ANY_RUN ||
  symbol === ANY_CHARACTER ||
  ((symbol === SEGMENT_RUN || symbol === SEGMENT_CHARACTER) && character !== ":");

/**
 * Whether a pattern covers a whole value; `+` and `#` are characters like any other.
 *
 * All positions that the pattern may be at are followed at once, so that the cost is at most the product of the two
 * lengths: a policy such as `*a*a*a*...` cannot stall a broker, as the same pattern made into a regular expression can.
 *
 * Source: AWS IoT Core Developer Guide, "Publish/Subscribe policy examples", section "Using wildcard
 * characters in MQTT and AWS IoT Core policies".
 *
 * @param pattern - wildcards and characters, in order
 * @param characters - the value, split into code points
 */
export function matchesWildcard(pattern: readonly PatternSymbol[], characters: readonly string[]): boolean {
  let places = reach([], 0, pattern);
  for (const character of characters) {
    const next: number[] = [];
    for (const place of places) {
      const symbol = pattern[place];
      if (takes(symbol, character)) reach(next, isRun(symbol) ? place : place + 1, pattern);
    }
    if (next.length === 0) return false;
    places = next;
  }
  return places.at(-1) === pattern.length;
}

/**
 * Adds a place, and those behind runs that may be empty, to places in ascending order. What lies before the last place
 * is there already, with all behind it: each place is added once a character, however many runs there are.
 */
function reach(places: number[], place: number, pattern: readonly PatternSymbol[]): number[] {
  if (place <= (places.at(-1) ?? -1)) return places;
  for (let at = place; ; at += 1) {
    places.push(at);
    if (!isRun(pattern[at])) return places;
  }
}

/** The six components of an ARN, the last with the colons that are in it; undefined where there are fewer. */
function componentsOf<T extends PatternSymbol>(symbols: readonly T[]): readonly (readonly T[])[] | undefined {
  const components: T[][] = [[]];
  for (const symbol of symbols) {
    if (symbol === ":" && components.length < 6) components.push([]);
    else components.at(-1)?.push(symbol);
  }
  return components.length === 6 ? components : undefined;
}

/**
 * Whether a pattern covers an ARN, each component by itself; with fewer than six it covers nothing.
 *
 * Source: IAM User Guide, "IAM JSON policy elements: Condition operators", "Amazon Resource Name (ARN) condition
 * operators".
 */
export function matchesArn(pattern: readonly PatternSymbol[], characters: readonly string[]): boolean {
  const values = componentsOf(characters);
  const patterns = values && componentsOf(pattern);
  return patterns?.every((component, index) => matchesWildcard(component, values?.[index] ?? [])) ?? false;
}
