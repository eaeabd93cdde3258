import { evaluateCondition } from "./condition";
import type { IotPolicy, IotPolicyEffect, IotPolicyStatement, Selector } from "./document";
import { resolveTemplate } from "./template";
import type { PolicyVariables } from "./variables";
import { matchesWildcard } from "./wildcard";

/** A policy under the name that AWS IoT holds it by. */
export interface NamedIotPolicy {
  readonly name: string;
  readonly policy: IotPolicy;
}

/** What somebody wants to do. */
export interface IotRequest {
  /** The action with its prefix, such as `iot:Publish`. */
  readonly action: string;
  /** ARN of what it is done to, such as `arn:aws:iot:us-east-1:123456789012:topic/a/b`; no wildcards. */
  readonly resource: string;
  /** What is known of the connection. */
  readonly variables: PolicyVariables;
}

/** The verdict, and for one that a statement gave, which. */
export type IotDecision =
  | {
      readonly decision: "allowed" | "explicit-deny";
      /** Name of the policy that decided. */
      readonly policyName: string;
      /** Index of the deciding statement in it, from 0. */
      readonly statementIndex: number;
    }
  | { readonly decision: "implicit-deny" };

/**
 * Judges a request by all the policies that apply to it: a Deny anywhere wins, else an Allow anywhere
 * grants, else it is refused. Of several statements that decide alike, the first is named.
 *
 * Actions match without regard to case; resources with it. `NotAction` and `NotResource` cover what they
 * do not list. What cannot be judged never grants:
 * * a resource with a variable that has no value matches nothing; in the `NotResource` of an Allow it
 *   makes the statement not apply (nothing may be granted because an exception could not be read);
 * * a condition with an unknown operator, an unknown key or a variable without value makes an Allow not
 *   apply, and counts as met in a Deny (assumed).
 *
 * Source: AWS IoT Core Developer Guide, "AWS IoT Core policies" (same conventions and evaluation logic as
 * IAM policies); IAM User Guide, "Policy evaluation logic", "IAM JSON policy elements: Action" (case),
 * "NotAction", "NotResource", "IAM policy elements: Variables and tags". AWS shows `NotResource` of an IoT
 * policy only in an Allow; with Deny it is inferred from IAM.
 */
export function evaluateIotPolicies(policies: readonly NamedIotPolicy[], request: IotRequest): IotDecision {
  const subject: Subject = {
    action: Array.from(request.action.toLowerCase()),
    resource: Array.from(request.resource),
    variables: request.variables,
  };
  let granted: IotDecision = { decision: "implicit-deny" };
  for (const { name, policy } of policies) {
    for (const [statementIndex, statement] of policy.statements.entries()) {
      if (statement.effect === "Allow" && granted.decision === "allowed") continue;
      if (!applies(statement, subject)) continue;
      const decidedBy = { policyName: name, statementIndex };
      if (statement.effect === "Deny") return { decision: "explicit-deny", ...decidedBy };
      granted = { decision: "allowed", ...decidedBy };
    }
  }
  return granted;
}

/** A request made ready to be matched against many patterns. */
interface Subject {
  readonly action: readonly string[];
  readonly resource: readonly string[];
  readonly variables: PolicyVariables;
}

function applies(statement: IotPolicyStatement, { action, resource, variables }: Subject): boolean {
  const { actions, conditions, effect, resources } = statement;
  return (
    covers(actions, action, variables, effect) &&
    covers(resources, resource, variables, effect) &&
    conditions.every((condition) => {
      const outcome = evaluateCondition(condition, variables);
      return outcome === "met" || (outcome === "unknown" && effect === "Deny");
    })
  );
}

function covers(
  selector: Selector,
  characters: readonly string[],
  variables: PolicyVariables,
  effect: IotPolicyEffect,
): boolean {
  const patterns = selector.patterns.map((pattern) => resolveTemplate(pattern, variables));
  const listed = patterns.some((pattern) => pattern !== undefined && matchesWildcard(pattern, characters));
  if (selector.kind === "listed") return listed;
  return !listed && (effect === "Deny" || !patterns.includes(undefined));
}
