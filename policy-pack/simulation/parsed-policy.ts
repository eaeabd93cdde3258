import type { Condition } from "../../lib/policy-language/condition";
import type { Verdict } from "../../lib/policy-language/evaluate";
import { type PolicyKind, parsePolicy } from "../../lib/policy-language/iam/document";
import { judge } from "../../lib/policy-language/iam/judge";
import type { PrincipalNames } from "../../lib/policy-language/iam/principal";
import type { Statement, WrittenStatement } from "../../lib/policy-language/statement";
import { variableKey } from "../../lib/policy-language/variables";
import { at, itemsOf, parseJson } from "../input/unknown";
import { candidatesFor, contexts } from "./samples";

/** An IAM policy document, parsed. */
export interface ParsedPolicy {
  /** Its statements as they are written. */
  readonly written: readonly WrittenStatement[];
  /** Its statements for the evaluator, uncertain conditions settled as {@link parsedPolicy} says. */
  readonly statements: readonly Statement[];
  /** Values that each condition key is compared with. */
  readonly compared: ReadonlyMap<string, readonly string[]>;
  /** Identity providers that its Allow statements name: who comes from there may do what they say. */
  readonly providers: readonly string[];
}

/** Who asks, and what is certain about the request. */
export interface Caller {
  readonly principal: PrincipalNames;
  /** Condition keys (lower case) whose value is certain; `undefined`: certainly absent. All others are free. */
  readonly facts: ReadonlyMap<string, string | undefined>;
}

/** A condition that the evaluator cannot judge, or only with a variable's value. */
function isUncertain(condition: Condition): boolean {
  if (condition.kind !== "comparison") return condition.kind === "unknown";
  return condition.values.some(({ symbols }) =>
    symbols.some((symbol) => typeof symbol === "object" && "variable" in symbol),
  );
}

/**
 * Settles what cannot be judged as one who looks for a way in would hope: an Allow grants, a Deny does not hold.
 */
function settled(statement: Statement): Statement[] {
  const certain = statement.conditions.filter((condition) => !isUncertain(condition));
  if (certain.length === statement.conditions.length) return [statement];
  return statement.effect === "Deny" ? [] : [{ ...statement, conditions: certain }];
}

function comparedValues(written: readonly WrittenStatement[]): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, readonly string[]>();
  for (const { key, operator, values: strings } of written.flatMap(({ conditions }) => conditions)) {
    const known = values.get(variableKey(key)) ?? [];
    // The values of `Null` are not values of the key.
    values.set(variableKey(key), operator === "Null" ? known : [...known, ...strings]);
  }
  return values;
}

/** The values of `Federated`, which the evaluator knows nobody by. */
function providersIn(text: string): readonly string[] {
  return itemsOf(at(parseJson(text), "Statement"))
    .filter((statement) => at(statement, "Effect") === "Allow")
    .flatMap((statement) => itemsOf(at(statement, "Principal", "Federated")))
    .filter((name) => typeof name === "string");
}

/**
 * Longest document by where it stands: of the resources that the pack follows, a key may have the longest one, and of
 * IAM's a role. Judging takes time that grows faster than the document.
 *
 * Source: AWS KMS API Reference, PutKeyPolicy, `Policy`; IAM User Guide, "IAM and AWS STS quotas" (no white space).
 */
const LONGEST: Readonly<Record<PolicyKind, number>> = { resource: 32_768, identity: 10_240, trust: 10_240 };

/** Says so of a document that is longer than AWS takes. */
function lengthFault(text: string, kind: PolicyKind): string | undefined {
  const length = kind === "resource" ? Buffer.byteLength(text) : text.replace(/\s/g, "").length;
  return length <= LONGEST[kind]
    ? undefined
    : `AWS takes no policy of more than ${LONGEST[kind]} characters here, and it has ${length}; shorten it`;
}

/**
 * Parses a document so that it can be tried whether there is a way in.
 *
 * @returns what is wrong with it, where AWS would refuse it.
 */
export function parsedPolicy(text: string, kind: PolicyKind): ParsedPolicy | { readonly fault: string } {
  const tooLong = lengthFault(text, kind);
  if (tooLong !== undefined) return { fault: tooLong };
  try {
    const statements = parsePolicy(text, kind);
    const written = statements.map((statement) => statement.written);
    return {
      written,
      statements: statements.flatMap(settled),
      compared: comparedValues(written),
      providers: providersIn(text),
    };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

const FROM_BEST: readonly Verdict[] = ["allow", "allow-account", "silent", "deny"];

/**
 * The best that a caller can get of policies that are judged together: their verdict in the context, of all that
 * the policies' own conditions make possible, that favours the caller most.
 */
export function bestVerdict(
  policies: readonly ParsedPolicy[],
  action: string,
  resource: string,
  { principal, facts }: Caller,
): Verdict {
  const statements = policies.flatMap((policy) => policy.statements);
  const candidates = new Map<string, readonly (string | undefined)[]>();
  for (const { compared } of policies) {
    for (const [key, values] of compared) {
      if (!facts.has(key)) candidates.set(key, [...(candidates.get(key) ?? []), ...candidatesFor(values)]);
    }
  }
  for (const [key, value] of facts) candidates.set(key, [value]);
  const verdicts = new Set<Verdict>();
  for (const context of contexts(candidates)) {
    verdicts.add(judge(statements, { action, resource, principal, context }));
    if (verdicts.has("allow")) break;
  }
  return FROM_BEST.find((verdict) => verdicts.has(verdict)) ?? "silent";
}
