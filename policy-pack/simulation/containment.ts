import type { AwsScope } from "../../lib/aws/arns";
import { parseIotPolicy } from "../../lib/policy-language/iot/document";
import { evaluateIotPolicies } from "../../lib/policy-language/iot/evaluate";
import type { PolicyVariables } from "../../lib/policy-language/variables";
import {
  attachedConnections,
  distinguishedNames,
  ownConnections,
  SELF,
  strangersConnections,
} from "./connections";
import { type Allowances, everything, forbidden, needed, type Operation } from "./operations";
import type { ParsedIotPolicy } from "./parsed-iot-policy";

/** The worst that a device's certificate may bring along. */
const PERMISSIVE = parseIotPolicy({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "iot:*", Resource: "*" }],
});

/** What the policies of a quarantine group get wrong. */
export interface ContainmentFaults {
  /** What a member can still do although it must not. */
  readonly escapes: readonly string[];
  /** What a member cannot do although it must, with no policy but the group's. */
  readonly lacks: readonly string[];
  /** Whether that is meant so: nothing of its shadow is left to it, whatever its certificate allows. */
  readonly isCutOff: boolean;
  /** What the group's policies let a certificate do that is not the member's, once it takes the member's name. */
  readonly gifts: readonly string[];
}

/** The same operation of a thing of another name. */
function ofThing({ label, checks }: Operation, name: string): Operation {
  return {
    label: `${label.replaceAll(SELF, name)} (as thing ${name})`,
    checks: checks.map(({ action, resource }) => ({ action, resource: resource.replaceAll(SELF, name) })),
  };
}

/**
 * Tries what a member of a quarantine group can do under the group's policies, and what they give to somebody
 * who takes the member's name: a group's policy counts for whoever connects under it.
 *
 * @param policies - all policies of the group; they are evaluated together.
 * @param scope - where the group is.
 */
export function containmentFaults(
  policies: readonly ParsedIotPolicy[],
  scope: AwsScope,
  allowances: Allowances,
): ContainmentFaults {
  const written = policies.flatMap((one) => one.written);
  const own = policies.map(({ policy }, index) => ({ name: `group ${index}`, policy }));
  const among =
    (asked: typeof own, connections: readonly PolicyVariables[]) =>
    ({ checks }: Operation): boolean =>
      connections.some((variables) =>
        checks.every(
          ({ action, resource }) =>
            evaluateIotPolicies(asked, { action, resource, variables }).decision === "allowed",
        ),
      );
  const beside = [...own, { name: "certificate", policy: PERMISSIVE }];
  const denied = forbidden(scope, written, allowances);
  const escapesOf = (name: string) =>
    denied
      .map((operation) => (name === SELF ? operation : ofThing(operation, name)))
      .filter(among(beside, ownConnections(written, name)));
  const attached = attachedConnections(written);
  const reached = among(own, attached);
  const [, ...shadow] = needed(scope);
  // A stranger whose own policy lets it connect as itself alone brings nothing along under another name.
  const given = among(own, strangersConnections(written));
  const labels = (operations: readonly Operation[]) => operations.map(({ label }) => label);
  return {
    escapes: labels([SELF, ...distinguishedNames(written)].flatMap(escapesOf)),
    isCutOff: !shadow.some(among(beside, attached)),
    lacks: allowances.shadow ? labels(needed(scope).filter((one) => !reached(one))) : [],
    gifts: labels(everything(scope, written).filter(given)),
  };
}
