import { parseTemplate, resolveTemplate, type Template, type TemplateSyntax } from "./template";
import { isKnownKey, type PolicyVariables, variableKey } from "./variables";
import { matchesWildcard } from "./wildcard";

/** How the values of the connection under a key are set against those of the policy. */
type Quantifier = "one" | "ForAllValues" | "ForAnyValue";

/** A comparison of one key that this evaluator knows. */
interface KnownCondition {
  readonly kind: "known";
  readonly key: string;
  readonly quantifier: Quantifier;
  readonly rule: OperatorRule;
  readonly values: readonly Template[];
}

/** A comparison that cannot be judged: its operator or its key is not known. */
interface UnknownCondition {
  readonly kind: "unknown";
}

/** One comparison of a statement's `Condition`. */
export type IotCondition = KnownCondition | UnknownCondition;

/** Whether a condition holds; `unknown` where it cannot be judged. */
export type ConditionOutcome = "met" | "unmet" | "unknown";

interface OperatorRule extends TemplateSyntax {
  readonly sense: "positive" | "negated";
  readonly letterCase: "kept" | "folded";
}

const EXACT: OperatorRule = {
  sense: "positive",
  wildcards: "no-wildcards",
  variables: "variables",
  letterCase: "kept",
};
const LIKE: OperatorRule = { ...EXACT, wildcards: "wildcards" };

// ArnEquals and ArnLike behave identically: both take wildcards.
const OPERATORS: ReadonlyMap<string, OperatorRule> = new Map([
  ["StringEquals", EXACT],
  ["StringNotEquals", { ...EXACT, sense: "negated" }],
  ["StringLike", LIKE],
  ["StringNotLike", { ...LIKE, sense: "negated" }],
  ["ArnEquals", LIKE],
  ["ArnLike", LIKE],
  ["Bool", { ...EXACT, variables: "no-variables", letterCase: "folded" }],
]);

const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?(\w+)$/;

/**
 * Reads one comparison of a `Condition` element.
 *
 * Operators: `StringEquals`, `StringNotEquals`, `StringLike`, `StringNotLike`, `ArnEquals`, `ArnLike`,
 * `Bool`, each also after `ForAllValues:` or `ForAnyValue:`. Keys: those of `isKnownKey`.
 *
 * Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Multivalued context keys".
 *
 * @param syntax whether the policy's version has variables
 */
export function parseCondition(
  operator: string,
  key: string,
  values: readonly string[],
  syntax: Pick<TemplateSyntax, "variables">,
): IotCondition {
  const [, prefix, name] = OPERATOR.exec(operator) ?? [];
  const rule = OPERATORS.get(name ?? "");
  const known = variableKey(key);
  if (rule === undefined || !isKnownKey(known)) return { kind: "unknown" };
  const variables = syntax.variables === "variables" ? rule.variables : "no-variables";
  return {
    kind: "known",
    key: known,
    quantifier: prefix === "ForAllValues" || prefix === "ForAnyValue" ? prefix : "one",
    rule,
    values: values.map((value) => parseTemplate(foldCase(value, rule), { ...rule, variables })),
  };
}

/**
 * Judges one comparison.
 *
 * A key without a value meets a negated operator and `ForAllValues`, and nothing else. A comparison of an
 * unknown operator or key, or against a variable without a value, is `unknown`; the caller decides what
 * that means for the statement.
 *
 * Source: as {@link parseCondition}; `unknown` is this evaluator's own.
 */
export function evaluateCondition(condition: IotCondition, variables: PolicyVariables): ConditionOutcome {
  if (condition.kind === "unknown") return "unknown";
  const { quantifier, rule } = condition;
  const patterns = condition.values.map((value) => resolveTemplate(value, variables));
  const passes = (value: string): boolean => {
    const characters = Array.from(foldCase(value, rule));
    const listed = patterns.some((pattern) => pattern !== undefined && matchesWildcard(pattern, characters));
    return listed === (rule.sense === "positive");
  };
  if (patterns.includes(undefined)) return "unknown";
  const actual = variables.get(condition.key) ?? [];
  const every = quantifier === "ForAllValues" || (quantifier === "one" && rule.sense === "negated");
  return (every ? actual.every(passes) : actual.some(passes)) ? "met" : "unmet";
}

function foldCase(text: string, rule: OperatorRule): string {
  return rule.letterCase === "folded" ? text.toLowerCase() : text;
}
