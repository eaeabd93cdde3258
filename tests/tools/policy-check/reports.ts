import type { Policy } from "../../../tools/policy-check/pack/pack-info";
import type { Finding, PolicyReport, PolicyResult } from "../../../tools/policy-check/report";

/** A policy that says nothing but what is given. */
export const policyOf = (policy: Partial<Policy> & Pick<Policy, "name">): Policy => ({
  displayName: "",
  description: `${policy.name} must hold.`,
  level: "mandatory",
  remediation: "",
  url: "",
  tags: [],
  schema: { properties: {}, required: [] },
  ...policy,
});

/** A mandatory violation by a topic that nothing is known of but its name. */
export const findingOf = (finding: Partial<Finding>): Finding => ({
  policy: "first",
  kind: "violation",
  level: "mandatory",
  message: "It is wrong.",
  ...finding,
});

/** A topic at a place in the source. */
export const TOPIC = {
  urn: "urn:pulumi:dev::p::aws:sns/topic:Topic::alerts",
  type: "aws:sns/topic:Topic",
  name: "alerts",
  location: { file: "infra/alert-topic.ts", line: 44, column: 19 },
};

/** A report of two policies of which the first has the findings. */
export function reportWith(findings: readonly Finding[], second: Partial<PolicyResult> = {}): PolicyReport {
  return {
    project: "p",
    stack: "dev",
    values: "preview",
    resources: 3,
    pack: { name: "pack", version: "1.2.3" },
    policies: [
      {
        policy: policyOf({ name: "first" }),
        level: "mandatory",
        status: findings.length > 0 ? "violated" : "passed",
        findings,
      },
      { policy: policyOf({ name: "second" }), level: "advisory", status: "passed", findings: [], ...second },
    ],
  };
}
