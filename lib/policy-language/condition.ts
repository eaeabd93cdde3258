import {
  matchesWildcard,
  type PatternSymbol,
  parseTemplate,
  resolveTemplate,
  type Template,
  type TemplateSyntax,
} from "./pattern";
import { type PolicyVariables, variableKey } from "./variables";

/** How the values of the request are set against those of the policy. */
type Quantifier = "one" | "ForAllValues" | "ForAnyValue";

/** How one value of the request is compared with one of the policy. */
interface Rule {
  readonly compare: (pattern: readonly PatternSymbol[], value: string) => boolean;
  readonly syntax: TemplateSyntax;
  readonly negated: boolean;
  readonly foldCase: boolean;
}

interface Comparison {
  readonly kind: "comparison";
  readonly key: string;
  readonly quantifier: Quantifier;
  readonly ifExists: boolean;
  readonly rule: Rule;
  readonly values: readonly Template[];
}

/** `Null`: whether a key must be absent. */
interface Presence {
  readonly kind: "presence";
  readonly key: string;
  readonly absent: boolean;
}

/** A comparison that cannot be judged: its operator, or its key, is not known. */
interface Unknown {
  readonly kind: "unknown";
  readonly operator: string;
}

/** One comparison of a statement's `Condition`. */
export type Condition = Comparison | Presence | Unknown;

/** Whether a condition holds; `unknown` where it cannot be judged. */
export type ConditionOutcome = "met" | "unmet" | "unknown";

const like: Rule["compare"] = (pattern, value) => matchesWildcard(pattern, Array.from(value));

/** A comparison of numbers; what is no number compares with nothing. */
const numeric =
  (holds: (value: number, limit: number) => boolean): Rule["compare"] =>
  (pattern, value) =>
    value.trim() !== "" && holds(Number(value), Number(pattern.join("")));

const EXACT: Rule = {
  compare: like,
  syntax: { wildcards: "no-wildcards", variables: "variables" },
  negated: false,
  foldCase: false,
};
const LIKE: Rule = { ...EXACT, syntax: { wildcards: "wildcards", variables: "variables" } };
const PLAIN: TemplateSyntax = { wildcards: "no-wildcards", variables: "no-variables" };
const numberRule = (holds: (value: number, limit: number) => boolean): Rule => ({
  ...EXACT,
  compare: numeric(holds),
  syntax: PLAIN,
});

const RULES: ReadonlyMap<string, Rule> = new Map([
  ["StringEquals", EXACT],
  ["StringNotEquals", { ...EXACT, negated: true }],
  ["StringEqualsIgnoreCase", { ...EXACT, foldCase: true }],
  ["StringNotEqualsIgnoreCase", { ...EXACT, foldCase: true, negated: true }],
  ["StringLike", LIKE],
  ["StringNotLike", { ...LIKE, negated: true }],
  // ArnEquals and ArnLike behave identically, and so do their negations: all take wildcards.
  ["ArnEquals", LIKE],
  ["ArnLike", LIKE],
  ["ArnNotEquals", { ...LIKE, negated: true }],
  ["ArnNotLike", { ...LIKE, negated: true }],
  ["Bool", { ...EXACT, foldCase: true, syntax: PLAIN }],
  ["NumericEquals", numberRule((value, limit) => value === limit)],
  ["NumericNotEquals", { ...numberRule((value, limit) => value === limit), negated: true }],
  ["NumericLessThan", numberRule((value, limit) => value < limit)],
  ["NumericLessThanEquals", numberRule((value, limit) => value <= limit)],
  ["NumericGreaterThan", numberRule((value, limit) => value > limit)],
  ["NumericGreaterThanEquals", numberRule((value, limit) => value >= limit)],
]);

const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/;

const folded = (text: string, rule: Rule) => (rule.foldCase ? text.toLowerCase() : text);

/** What of the language a policy's conditions have. */
export interface ConditionSyntax extends Pick<TemplateSyntax, "variables"> {
  /** Whether an operator (with its prefix and suffix) and a key are known; by default, all keys are. */
  readonly knows?: (operator: string, key: string) => boolean;
}

/**
 * Reads one comparison of a `Condition` element: the operators of strings, ARNs, numbers and booleans, `Null`,
 * `...IfExists`, `ForAllValues:` and `ForAnyValue:`. Dates, binary values and IP addresses are not known.
 *
 * Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Multivalued context keys".
 */
export function parseCondition(
  operator: string,
  key: string,
  values: readonly string[],
  syntax: ConditionSyntax,
): Condition {
  const [, prefix, name = "", ifExists] = OPERATOR.exec(operator) ?? [];
  const [first = ""] = values;
  if (syntax.knows?.(operator, key) === false) return { kind: "unknown", operator };
  if (operator === "Null") {
    return { kind: "presence", key: variableKey(key), absent: first.toLowerCase() === "true" };
  }
  const rule = RULES.get(name);
  if (!rule) return { kind: "unknown", operator };
  const variables = syntax.variables === "variables" ? rule.syntax.variables : "no-variables";
  return {
    kind: "comparison",
    key: variableKey(key),
    quantifier: prefix === "ForAllValues" || prefix === "ForAnyValue" ? prefix : "one",
    ifExists: ifExists !== undefined,
    rule,
    values: values.map((value) => parseTemplate(folded(value, rule), { ...rule.syntax, variables })),
  };
}

function compare(
  condition: Comparison,
  actual: readonly string[],
  context: PolicyVariables,
): ConditionOutcome {
  const { quantifier, rule } = condition;
  const patterns = condition.values.map((value) => resolveTemplate(value, context));
  if (patterns.includes(undefined)) return "unknown";
  const passes = (value: string) => {
    const listed = patterns.some((pattern) => pattern && rule.compare(pattern, folded(value, rule)));
    return listed !== rule.negated;
  };
  const every = quantifier === "ForAllValues" || (quantifier === "one" && rule.negated);
  return (every ? actual.every(passes) : actual.some(passes)) ? "met" : "unmet";
}

/**
 * Judges one comparison. An absent key meets a negated operator, `ForAllValues` and `...IfExists`, and
 * nothing else. What is not known, and a variable without a value, are `unknown`; what that means is for the statement.
 *
 * Source: as {@link parseCondition}; `unknown` is this evaluator's own.
 *
 */
export function evaluateCondition(condition: Condition, context: PolicyVariables): ConditionOutcome {
  if (condition.kind === "unknown") return "unknown";
  const actual = context.get(condition.key);
  if (condition.kind === "presence") return (actual === undefined) === condition.absent ? "met" : "unmet";
  if (actual === undefined && condition.ifExists) return "met";
  return compare(condition, actual ?? [], context);
}
