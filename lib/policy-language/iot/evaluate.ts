import { evaluate } from "../evaluate";
import type { PolicyVariables } from "../variables";
import type { IotPolicy } from "./document";

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
 * Judges a request by all the policies that apply to it, together.
 *
 * Source: AWS IoT Core Developer Guide, "AWS IoT Core policies" (same conventions and evaluation logic as
 * IAM policies). AWS shows `NotResource` of an IoT policy only in an Allow; with Deny it is inferred from IAM.
 */
export function evaluateIotPolicies(policies: readonly NamedIotPolicy[], request: IotRequest): IotDecision {
  const { action, resource, variables: context } = request;
  let granted: IotDecision = { decision: "implicit-deny" };
  for (const { name: policyName, policy } of policies) {
    const found = evaluate(policy.statements, { action, resource, context });
    if (found.verdict === "silent") continue;
    const { statementIndex } = found;
    if (found.verdict === "deny") return { decision: "explicit-deny", policyName, statementIndex };
    if (granted.decision === "implicit-deny") granted = { decision: "allowed", policyName, statementIndex };
  }
  return granted;
}
