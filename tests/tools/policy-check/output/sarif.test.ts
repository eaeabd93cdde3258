import { renderSarif } from "../../../../tools/policy-check/output/sarif";
import type { PolicyReport } from "../../../../tools/policy-check/report";
import { findingOf, policyOf, reportWith, TOPIC } from "../reports";

const runOf = (report: PolicyReport) => {
  const document = JSON.parse(renderSarif(report, "Pulumi.dev.yaml"));
  expect(document).toMatchObject({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
  });
  expect(document.runs).toHaveLength(1);
  return document.runs[0];
};

test("the pack is the tool, and each policy a rule", () => {
  const policy = policyOf({
    name: "second",
    displayName: "Second",
    severity: "high",
    remediation: "Do it.",
    url: "https://example.com/second",
    tags: ["iot"],
  });
  const { driver } = runOf(reportWith([], { policy })).tool;
  expect(driver).toMatchObject({ name: "pack", version: "1.2.3" });
  expect(driver.rules).toEqual([
    {
      id: "first",
      shortDescription: { text: "first must hold." },
      fullDescription: { text: "first must hold." },
      help: { text: "first must hold." },
      defaultConfiguration: { level: "error" },
      properties: { tags: ["security"] },
    },
    {
      id: "second",
      name: "Second",
      shortDescription: { text: "second must hold." },
      fullDescription: { text: "second must hold." },
      help: { text: "Do it." },
      helpUri: "https://example.com/second",
      defaultConfiguration: { level: "warning" },
      properties: { tags: ["security", "iot"], "security-severity": "8.0" },
    },
  ]);
});

test("a rule that is switched off says so", () => {
  const { rules } = runOf(reportWith([], { level: "disabled", status: "disabled" })).tool.driver;
  expect(rules[1].defaultConfiguration).toEqual({ enabled: false });
});

test("a violation is a result at the resource's place, relative to the repository's root", () => {
  const resource = { ...TOPIC, location: { ...TOPIC.location, file: "a b/ü#.ts" } };
  const run = runOf(reportWith([findingOf({ resource })]));
  expect(run.originalUriBaseIds).toHaveProperty("SRCROOT");
  expect(run.results).toEqual([
    {
      ruleId: "first",
      ruleIndex: 0,
      level: "error",
      message: { text: "It is wrong." },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "a%20b/%C3%BC%23.ts", uriBaseId: "SRCROOT" },
            region: { startLine: 44, startColumn: 19 },
          },
          logicalLocations: [{ fullyQualifiedName: TOPIC.urn, name: "alerts", kind: "resource" }],
        },
      ],
    },
  ]);
  expect(run.invocations[0]).toMatchObject({ executionSuccessful: true, exitCode: 1 });
});

test("a violation without a place is shown at the stack's file", () => {
  const run = runOf(reportWith([findingOf({ level: "advisory" })]));
  expect(run.results[0]).toMatchObject({ level: "warning" });
  expect(run.results[0].locations).toEqual([
    { physicalLocation: { artifactLocation: { uri: "Pulumi.dev.yaml", uriBaseId: "SRCROOT" } } },
  ]);
  expect(run.invocations[0].exitCode).toBe(0);
});

test("what was not judged is a notification and never a result", () => {
  const run = runOf(reportWith([findingOf({ kind: "not judged", level: "advisory" })]));
  expect(run.results).toEqual([]);
  expect(run.invocations[0].toolExecutionNotifications).toEqual([
    expect.objectContaining({
      associatedRule: { id: "first", index: 0 },
      level: "note",
      message: { text: "not judged: It is wrong." },
    }),
  ]);
});
