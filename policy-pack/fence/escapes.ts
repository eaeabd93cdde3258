import { parseIotPolicy } from "../../lib/policy-language/iot/document";
import { evaluateIotPolicies } from "../../lib/policy-language/iot/evaluate";
import type { IotScope } from "../../lib/policy-language/iot/requests";
import type { PolicyVariables } from "../../lib/policy-language/iot/variables";
import { ownConnections } from "./connections";
import type { AskableIotPolicy } from "./documents";
import { type Allowances, forbidden, needed, type Operation } from "./operations";

/** The worst that a device's certificate may bring along. */
const PERMISSIVE = parseIotPolicy({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "iot:*", Resource: "*" }],
});

/** What the policies of a quarantine group get wrong. */
export interface FenceFaults {
  /** What a member can still do although it must not. */
  readonly escapes: readonly string[];
  /** What a member cannot do although it must, with no policy but the group's. */
  readonly lacks: readonly string[];
}

/**
 * Tries what a member of a quarantine group can do under the group's policies.
 *
 * @param policies all policies of the group; they are evaluated together.
 * @param scope where the group is.
 */
export function fenceFaults(
  policies: readonly AskableIotPolicy[],
  scope: IotScope,
  allowances: Allowances,
): FenceFaults {
  const written = policies.flatMap((one) => one.written);
  const connections = ownConnections(written);
  const own = policies.map(({ policy }, index) => ({ name: `group ${index}`, policy }));
  const isPossible = (among: typeof own, { checks }: Operation) =>
    connections.some((variables: PolicyVariables) =>
      checks.every(
        ({ action, resource }) =>
          evaluateIotPolicies(among, { action, resource, variables }).decision === "allowed",
      ),
    );
  const beside = [...own, { name: "certificate", policy: PERMISSIVE }];
  return {
    escapes: forbidden(scope, written, allowances)
      .filter((operation) => isPossible(beside, operation))
      .map(({ label }) => label),
    lacks: allowances.shadow
      ? needed(scope)
          .filter((operation) => !isPossible(own, operation))
          .map(({ label }) => label)
      : [],
  };
}
