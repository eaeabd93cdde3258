import { countsOf, type PolicyReport } from "../report";

/** Renders a report as JSON: what was judged, the counts, and each policy with what it found. */
export function renderJson(report: PolicyReport): string {
  const { policies, ...subject } = report;
  const { mandatory, advisory, byStatus } = countsOf(report);
  const results = policies.map(({ policy, level, status, findings }) => ({
    name: policy.name,
    description: policy.description,
    severity: policy.severity,
    remediation: policy.remediation === "" ? undefined : policy.remediation,
    level,
    status,
    findings: findings.map(({ policy: _policy, ...finding }) => finding),
  }));
  const document = {
    ...subject,
    passed: mandatory === 0,
    violations: { mandatory, advisory },
    statuses: byStatus,
    policies: results,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
