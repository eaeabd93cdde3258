import type { Level, Policy, Severity } from "../pack/pack-info";
import { countsOf, type Finding, findingsOf, type PolicyReport, type PolicyResult } from "../report";

// SARIF is told by OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; what of it GitHub
// reads, by GitHub Docs, "SARIF support for code scanning".
const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
const ROOT = "SRCROOT";

/** Scores by which GitHub tells the severities apart ("reportingDescriptor object", `security-severity`). */
const SCORES: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.0",
};

const sarifLevel = (level: Level) => (level === "mandatory" || level === "remediate" ? "error" : "warning");

function ruleOf({ policy, level }: PolicyResult) {
  const { name, displayName, description, remediation, url, severity, tags } = policy;
  return {
    id: name,
    ...(displayName !== "" && { name: displayName }),
    shortDescription: { text: description || name },
    fullDescription: { text: description || name },
    help: { text: remediation || description || name },
    ...(url !== "" && { helpUri: url }),
    defaultConfiguration: level === "disabled" ? { enabled: false } : { level: sarifLevel(level) },
    properties: {
      tags: ["security", ...tags],
      ...(severity && { "security-severity": SCORES[severity] }),
    },
  };
}

const uriOf = (path: string) => path.split("/").map(encodeURIComponent).join("/");

/** GitHub refuses a result without a place: what has none is shown at the stack's file. */
function locationsOf({ resource }: Finding, stackFile: string) {
  const { location } = resource ?? {};
  return [
    {
      physicalLocation: {
        artifactLocation: { uri: uriOf(location?.file ?? stackFile), uriBaseId: ROOT },
        ...(location && { region: { startLine: location.line, startColumn: location.column } }),
      },
      ...(resource && {
        logicalLocations: [{ fullyQualifiedName: resource.urn, name: resource.name, kind: "resource" }],
      }),
    },
  ];
}

function resultOf(finding: Finding, ruleIndex: number, stackFile: string) {
  return {
    ruleId: finding.policy,
    ruleIndex,
    level: sarifLevel(finding.level),
    message: { text: finding.message },
    locations: locationsOf(finding, stackFile),
  };
}

/** A policy that could not judge has no result: a result of any kind would become an alert. */
function notificationOf(finding: Finding, index: number, stackFile: string) {
  return {
    associatedRule: { id: finding.policy, index },
    level: "note",
    message: { text: `not judged: ${finding.message}` },
    locations: locationsOf(finding, stackFile),
  };
}

/**
 * Renders a report as SARIF 2.1.0: a rule for each policy, a result for each violation, a notification for
 * each thing that could not be judged.
 *
 * @param stackFile - Path of the stack's file from the repository's root.
 */
export function renderSarif(report: PolicyReport, stackFile: string): string {
  const { pack, policies, project, stack } = report;
  const findings = findingsOf(report);
  const indexOf = ({ policy: name }: Finding) =>
    policies.findIndex(({ policy }: { readonly policy: Policy }) => policy.name === name);
  const ofKind = (kind: Finding["kind"]) => findings.filter((finding) => finding.kind === kind);
  const run = {
    tool: { driver: { name: pack.name, version: pack.version, rules: policies.map(ruleOf) } },
    automationDetails: { id: `policy/${project}/${stack}/` },
    columnKind: "utf16CodeUnits",
    originalUriBaseIds: { [ROOT]: { description: { text: "The repository's root." } } },
    invocations: [
      {
        executionSuccessful: true,
        exitCode: countsOf(report).mandatory > 0 ? 1 : 0,
        toolExecutionNotifications: ofKind("not judged").map((finding) =>
          notificationOf(finding, indexOf(finding), stackFile),
        ),
      },
    ],
    results: ofKind("violation").map((finding) => resultOf(finding, indexOf(finding), stackFile)),
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: "2.1.0", runs: [run] }, null, 2)}\n`;
}
