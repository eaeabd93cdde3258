import type { Selector } from "../iot/document";
import { resolveTemplate } from "../iot/template";
import type { PolicyVariables } from "../iot/variables";
import { matchesWildcard } from "../iot/wildcard";
import { judgeCondition } from "./condition";
import type { Statement } from "./document";
import { matchPrincipal, type PrincipalMatch, type PrincipalNames } from "./principal";

/** One question to a policy. */
export interface PolicyRequest {
  /** For example `sns:Publish`. */
  readonly action: string;
  /** ARN of what is acted upon. */
  readonly resource: string;
  /** Who asks. */
  readonly principal: PrincipalNames;
  /** Values by condition key, keys in lower case. */
  readonly context: PolicyVariables;
}

/**
 * What a policy says: a Deny; an Allow for the principal itself; an Allow for the account that it is in
 * alone (which leaves it to the account's own policies); or nothing.
 */
export type Verdict = "deny" | "allow" | "allow-account" | "silent";

type Matches = "yes" | "no" | "unknown";

/** Whether a selector covers a text; `unknown` when an exception in it has a variable without a value. */
function covers(selector: Selector, text: string, context: PolicyVariables): Matches {
  const characters = Array.from(text);
  const patterns = selector.patterns.map((pattern) => resolveTemplate(pattern, context));
  const listed = patterns.some((pattern) => pattern && matchesWildcard(pattern, characters));
  if (selector.kind === "listed") return listed ? "yes" : "no";
  if (listed) return "no";
  return patterns.includes(undefined) ? "unknown" : "yes";
}

/** Whether all of a statement but its principal is about the request. */
function concerns(statement: Statement, request: PolicyRequest): boolean {
  const { context } = request;
  const answers: Matches[] = [covers(statement.actions, request.action.toLowerCase(), context)];
  if (statement.resources) answers.push(covers(statement.resources, request.resource, context));
  for (const condition of statement.conditions) {
    const outcome = judgeCondition(condition, context);
    answers.push(outcome === "unknown" ? "unknown" : outcome === "met" ? "yes" : "no");
  }
  // What cannot be judged never grants and always refuses.
  return !answers.includes("no") && (statement.effect === "Deny" || !answers.includes("unknown"));
}

/**
 * How a statement covers who asks. A Deny with `NotPrincipal` meets everyone who has a permissions boundary, whoever
 * is named in it.
 *
 * Source: IAM User Guide, "Permissions boundaries for IAM entities" (the note marked important).
 */
function whom({ effect, principal }: Statement, names: PrincipalNames): PrincipalMatch {
  if (!principal) return "itself";
  if (effect === "Deny" && principal.kind === "unlisted" && names.isBounded) return "itself";
  return matchPrincipal(principal, names);
}

/**
 * Judges a request by the statements of one policy, or of all policies of one identity.
 *
 * Source: IAM User Guide, "Policy evaluation logic", "AWS JSON policy elements: Principal" (an account
 * named in an Allow delegates to its policies; in a Deny it means everyone in it).
 */
export function judge(statements: readonly Statement[], request: PolicyRequest): Verdict {
  let verdict: Verdict = "silent";
  for (const statement of statements) {
    const match = whom(statement, request.principal);
    if (match === "none" || !concerns(statement, request)) continue;
    if (statement.effect === "Deny") return "deny";
    if (match === "itself") verdict = "allow";
    else if (verdict === "silent") verdict = "allow-account";
  }
  return verdict;
}

/** The operators of a policy's conditions that cannot be judged. */
export const unknownOperators = (statements: readonly Statement[]): string[] =>
  statements.flatMap(({ conditions }) =>
    conditions.flatMap((condition) => (condition.kind === "unknown" ? [condition.operator] : [])),
  );
