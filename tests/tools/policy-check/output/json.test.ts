import { renderJson } from "../../../../tools/policy-check/output/json";
import { findingOf, policyOf, reportWith, TOPIC } from "../reports";

test("a report holds what was judged, the counts, and each policy with what it found", () => {
  const second = { policy: policyOf({ name: "second", severity: "low", remediation: "Do it." }) };
  const report = reportWith([findingOf({ resource: TOPIC })], second);
  expect(JSON.parse(renderJson(report))).toEqual({
    project: "p",
    stack: "dev",
    values: "preview",
    resources: 3,
    pack: { name: "pack", version: "1.2.3" },
    passed: false,
    violations: { mandatory: 1, advisory: 0 },
    statuses: { passed: 1, violated: 1, "not judged": 0, disabled: 0 },
    policies: [
      {
        name: "first",
        description: "first must hold.",
        level: "mandatory",
        status: "violated",
        findings: [{ kind: "violation", level: "mandatory", message: "It is wrong.", resource: TOPIC }],
      },
      {
        name: "second",
        description: "second must hold.",
        severity: "low",
        remediation: "Do it.",
        level: "advisory",
        status: "passed",
        findings: [],
      },
    ],
  });
});

test.each([
  ["nothing", [], true],
  ["advisories", [findingOf({ level: "advisory" })], true],
  ["a mandatory violation", [findingOf({})], false],
])("a report of %s says whether the check passed", (_title, findings, passed) => {
  expect(JSON.parse(renderJson(reportWith(findings)))).toMatchObject({ passed });
});
