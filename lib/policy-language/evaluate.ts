import { evaluateCondition } from "./condition";
import { matchesWildcard, resolveTemplate } from "./pattern";
import type { Selector, Statement } from "./statement";
import type { PolicyVariables } from "./variables";

/** What somebody wants to do. */
export interface ActionRequest {
  /** The action with its prefix, such as `iot:Publish`. */
  readonly action: string;
  /** ARN of what it is done to; no wildcards. */
  readonly resource: string;
  /** What is known of the request. */
  readonly context: PolicyVariables;
}

/** How a statement covers who asks: by itself (or by `*`), as one of an account, or not. */
export type PrincipalMatch = "itself" | "account" | "none";

/**
 * What statements say: a Deny; an Allow for the principal itself; an Allow for the account that it is in alone (which
 * leaves it to the account's own policies); or nothing.
 */
export type Verdict = "deny" | "allow" | "allow-account" | "silent";

/** A verdict, and the statement that gave it. */
export type Evaluation =
  | { readonly verdict: Exclude<Verdict, "silent">; readonly statementIndex: number }
  | { readonly verdict: "silent" };

type Matches = "yes" | "no" | "unknown";

/** Whether a selector covers a text; `unknown` when an exception in it has a variable that is not known. */
function covers(selector: Selector, text: string, context: PolicyVariables): Matches {
  // An empty array makes a statement one about nothing: IAM User Guide, "Access Analyzer policy check reference".
  if (selector.patterns.length === 0) return "no";
  const characters = Array.from(text);
  const patterns = selector.patterns.map((pattern) => resolveTemplate(pattern, context));
  const listed = patterns.some((pattern) => pattern && matchesWildcard(pattern, characters));
  if (selector.kind === "listed") return listed ? "yes" : "no";
  if (listed) return "no";
  return selector.patterns.every(({ isKnown }) => isKnown) ? "yes" : "unknown";
}

/** Whether all of a statement but its principal is about a request. */
function concerns(statement: Statement, { action, resource, context }: ActionRequest): boolean {
  const { actions, resources, conditions, effect } = statement;
  // What cannot be judged never grants and always refuses.
  const holds = (matches: Matches) => matches === "yes" || (matches === "unknown" && effect === "Deny");
  return (
    holds(covers(actions, action.toLowerCase(), context)) &&
    (!resources || holds(covers(resources, resource, context))) &&
    conditions.every((condition) => {
      const outcome = evaluateCondition(condition, context);
      return outcome === "met" || (outcome === "unknown" && effect === "Deny");
    })
  );
}

/**
 * Judges a request by the statements of one policy, or of several that are judged together: a Deny anywhere wins, else
 * an Allow anywhere grants. Of several statements that decide alike, the first is named.
 *
 * Actions match without regard to case; resources with it. `NotAction` and `NotResource` cover what they do not list.
 * A resource with a variable that has no value is no resource, in `NotResource` neither. What cannot be judged never
 * grants: a condition that is not known, and an exception with a variable that is not, makes an Allow not apply, and
 * counts as met in a Deny (assumed).
 *
 * Source: IAM User Guide, "Policy evaluation logic", "IAM JSON policy elements: Action" (case), "NotAction",
 * "NotResource", "IAM policy elements: Variables and tags", "Policy variables with no value".
 *
 * @param matchPrincipal - how a statement covers who asks; by default, it speaks of them
 */
export function evaluate(
  statements: readonly Statement[],
  request: ActionRequest,
  matchPrincipal: (statement: Statement) => PrincipalMatch = () => "itself",
): Evaluation {
  let found: Evaluation = { verdict: "silent" };
  for (const [statementIndex, statement] of statements.entries()) {
    const isAllow = statement.effect === "Allow";
    if (isAllow && found.verdict === "allow") continue;
    const match = matchPrincipal(statement);
    if (match === "none" || !concerns(statement, request)) continue;
    if (!isAllow) return { verdict: "deny", statementIndex };
    if (match === "itself") found = { verdict: "allow", statementIndex };
    else if (found.verdict === "silent") found = { verdict: "allow-account", statementIndex };
  }
  return found;
}
