import {
  matchesArn,
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
}

interface Comparison {
  readonly kind: "comparison";
  readonly key: string;
  readonly quantifier: Quantifier;
  readonly ifExists: boolean;
  readonly rule: Rule;
  readonly values: readonly Template[];
}

/** `Null`: whether a key must be absent, by each of its values. */
interface Presence {
  readonly kind: "presence";
  readonly key: string;
  readonly absent: readonly boolean[];
}

/** A comparison that cannot be judged: its operator, its key, or a variable in it is not known. */
interface Unknown {
  readonly kind: "unknown";
  readonly operator: string;
}

/** One comparison of a statement's `Condition`. */
export type Condition = Comparison | Presence | Unknown;

/** Whether a condition holds; `unknown` where it cannot be judged. */
export type ConditionOutcome = "met" | "unmet" | "unknown";

const like: Rule["compare"] = (pattern, value) => matchesWildcard(pattern, Array.from(value));

const likeArn: Rule["compare"] = (pattern, value) => matchesArn(pattern, Array.from(value));

// Character by character, so that the values of variables are folded too.
const fold = (character: string) => character.toLowerCase();
const likeInAnyCase: Rule["compare"] = (pattern, value) =>
  matchesWildcard(
    pattern.map((symbol) => (typeof symbol === "string" ? fold(symbol) : symbol)),
    Array.from(value, fold),
  );

/** A comparison of numbers; what is no number compares with nothing. */
const numeric =
  (holds: (value: number, limit: number) => boolean): Rule["compare"] =>
  (pattern, value) =>
    value.trim() !== "" && holds(Number(value), Number(pattern.join("")));

const EXACT: Rule = {
  compare: like,
  syntax: { wildcards: "no-wildcards", variables: "variables" },
  negated: false,
};
const IN_ANY_CASE: Rule = { ...EXACT, compare: likeInAnyCase };
const LIKE: Rule = { ...EXACT, syntax: { wildcards: "wildcards", variables: "variables" } };
const ARN: Rule = { ...LIKE, compare: likeArn };
const PLAIN: TemplateSyntax = { wildcards: "no-wildcards", variables: "no-variables" };
const numberRule = (holds: (value: number, limit: number) => boolean): Rule => ({
  ...EXACT,
  compare: numeric(holds),
  syntax: PLAIN,
});

const RULES: ReadonlyMap<string, Rule> = new Map([
  ["StringEquals", EXACT],
  ["StringNotEquals", { ...EXACT, negated: true }],
  ["StringEqualsIgnoreCase", IN_ANY_CASE],
  ["StringNotEqualsIgnoreCase", { ...IN_ANY_CASE, negated: true }],
  ["StringLike", LIKE],
  ["StringNotLike", { ...LIKE, negated: true }],
  // ArnEquals and ArnLike behave identically, and so do their negations: all take wildcards.
  ["ArnEquals", ARN],
  ["ArnLike", ARN],
  ["ArnNotEquals", { ...ARN, negated: true }],
  ["ArnNotLike", { ...ARN, negated: true }],
  ["Bool", { ...IN_ANY_CASE, syntax: PLAIN }],
  ["NumericEquals", numberRule((value, limit) => value === limit)],
  ["NumericNotEquals", { ...numberRule((value, limit) => value === limit), negated: true }],
  ["NumericLessThan", numberRule((value, limit) => value < limit)],
  ["NumericLessThanEquals", numberRule((value, limit) => value <= limit)],
  ["NumericGreaterThan", numberRule((value, limit) => value > limit)],
  ["NumericGreaterThanEquals", numberRule((value, limit) => value >= limit)],
]);

/**
 * The operators of conditions, exactly so spelt.
 *
 * Source: IAM User Guide, "IAM JSON policy elements: Condition operators" (no `IfExists` after `Null`); that case
 * matters, from public reports.
 */
export const CONDITION_OPERATOR =
  /^(?:ForAllValues:|ForAnyValue:)?(?:Null|(?:String(?:Not)?(?:Equals(?:IgnoreCase)?|Like)|Arn(?:Not)?(?:Equals|Like)|(?:Numeric|Date)(?:(?:Not)?Equals|(?:LessThan|GreaterThan)(?:Equals)?)|Bool|BinaryEquals|(?:Not)?IpAddress)(?:IfExists)?)$/;

const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/;

/** What of the language a policy's conditions have. */
export interface ConditionSyntax extends Pick<TemplateSyntax, "variables" | "knowsKey"> {
  /** Whether an operator, with its prefix and suffix, can be judged; by default, each of this table can. */
  readonly knowsOperator?: (operator: string) => boolean;
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
  const { variables, knowsKey, knowsOperator } = syntax;
  const [, prefix, name = "", ifExists] = OPERATOR.exec(operator) ?? [];
  const known = variableKey(key);
  const rule = RULES.get(name);
  if (knowsOperator?.(operator) === false || knowsKey?.(known) === false)
    return { kind: "unknown", operator };
  if (operator === "Null") {
    return { kind: "presence", key: known, absent: values.map((value) => value.toLowerCase() === "true") };
  }
  const templates = values.map((value) =>
    parseTemplate(value, {
      ...PLAIN,
      ...rule?.syntax,
      ...(variables === "no-variables" && { variables }),
      knowsKey,
    }),
  );
  if (!rule || templates.some(({ isKnown }) => !isKnown)) return { kind: "unknown", operator };
  return {
    kind: "comparison",
    key: known,
    quantifier: prefix === "ForAllValues" || prefix === "ForAnyValue" ? prefix : "one",
    ifExists: ifExists !== undefined,
    rule,
    values: templates,
  };
}

function compare(
  condition: Comparison,
  actual: readonly string[],
  context: PolicyVariables,
): ConditionOutcome {
  const { quantifier, rule } = condition;
  const patterns = condition.values.map((value) => resolveTemplate(value, context));
  const passes = (value: string) => {
    const listed = patterns.some((pattern) => pattern && rule.compare(pattern, value));
    return listed !== rule.negated;
  };
  const every = quantifier === "ForAllValues" || (quantifier === "one" && rule.negated);
  return (every ? actual.every(passes) : actual.some(passes)) ? "met" : "unmet";
}

/**
 * Judges one comparison. An absent key meets a negated operator, `ForAllValues` and `...IfExists`, and nothing else. A
 * variable without a value is equal to nothing, which a negated operator meets. What is not known is `unknown`; what
 * that means is for the statement.
 *
 * Source: as {@link parseCondition}; IAM User Guide, "IAM policy elements: Variables and tags", "Policy variables with
 * no value"; `unknown` is this evaluator's own.
 */
export function evaluateCondition(condition: Condition, context: PolicyVariables): ConditionOutcome {
  if (condition.kind === "unknown") return "unknown";
  const actual = context.get(condition.key);
  if (condition.kind === "presence") return condition.absent.includes(actual === undefined) ? "met" : "unmet";
  if (actual === undefined && condition.ifExists) return "met";
  return compare(condition, actual ?? [], context);
}
