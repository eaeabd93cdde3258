import { type ActionRequest, evaluate, type PrincipalMatch, type Verdict } from "../evaluate";
import type { Statement } from "../statement";
import { matchPrincipal, type PrincipalNames } from "./principal";

/** One question to a policy. */
export interface PolicyRequest extends ActionRequest {
  /** Who asks. */
  readonly principal: PrincipalNames;
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
  return evaluate(statements, request, (statement) => whom(statement, request.principal)).verdict;
}

/** The operators of a policy's conditions that cannot be judged. */
export const unknownOperators = (statements: readonly Statement[]): string[] =>
  statements.flatMap(({ conditions }) =>
    conditions.flatMap((condition) => (condition.kind === "unknown" ? [condition.operator] : [])),
  );
