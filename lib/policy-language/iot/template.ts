import { type PolicyVariables, variableKey } from "./variables";
import { ANY_CHARACTER, ANY_RUN, type PatternSymbol } from "./wildcard";

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
