import type { PackInfo } from "../../../tools/policy-check/pack/pack-info";
import { countsOf, findingsOf, reportOf, summaryOf } from "../../../tools/policy-check/report";
import { findingOf, policyOf } from "./reports";

const SUBJECT = { project: "p", stack: "dev", values: "preview", resources: 3 } as const;
const INFO: PackInfo = {
  name: "pack",
  version: "1",
  policies: ["a", "b", "c", "d"].map((name) => policyOf({ name })),
  config: {},
};
const mandatory = findingOf({ policy: "c", message: "mandatory" });
const advisory = findingOf({ policy: "a", level: "advisory", message: "advisory" });
const unjudged = findingOf({ policy: "b", level: "advisory", kind: "not judged", message: "unjudged" });

test("every policy is listed with its level in force, its status and what it found", () => {
  const config = {
    d: { level: "disabled", properties: {} },
    a: { level: "advisory", properties: {} },
  } as const;
  const report = reportOf(SUBJECT, INFO, config, [unjudged, mandatory, unjudged]);
  expect(
    report.policies.map(({ policy, level, status, findings }) => [policy.name, level, status, findings]),
  ).toEqual([
    ["a", "advisory", "passed", []],
    ["b", "mandatory", "not judged", [unjudged, unjudged]],
    ["c", "mandatory", "violated", [mandatory]],
    ["d", "disabled", "disabled", []],
  ]);
  expect(summaryOf(report)).toBe(
    "4 policies over 3 resources of the stack dev: 1 passed, 1 violated, 1 not judged, 1 disabled; 1 mandatory and 0 advisory violations.",
  );
});

test("a policy that found a fault and could not judge another resource is violated", () => {
  const report = reportOf(SUBJECT, INFO, {}, [unjudged, { ...advisory, policy: "b" }]);
  expect(report.policies[1]).toMatchObject({ status: "violated" });
});

test("a violation under a name that the pack does not list is not lost", () => {
  const report = reportOf(SUBJECT, INFO, {}, [findingOf({ policy: "own-name" })]);
  expect(report.policies.at(-1)).toMatchObject({ policy: { name: "own-name" }, status: "violated" });
  expect(countsOf(report).mandatory).toBe(1);
});

test("what fails the check comes first, what could not be judged last", () => {
  const report = reportOf(SUBJECT, INFO, {}, [unjudged, advisory, mandatory]);
  expect(findingsOf(report)).toEqual([mandatory, advisory, unjudged]);
  expect(countsOf(report)).toEqual({
    mandatory: 1,
    advisory: 1,
    byStatus: { passed: 1, violated: 2, "not judged": 1, disabled: 0 },
  });
});
