import { type Finding, type PolicyReport, type PolicyResult, summaryOf } from "../report";
import { printable } from "./printable";

const HEADER = ["policy", "resource", "level", "message"] as const;

type Row = readonly [policy: string, resource: string, level: string, message: string];

function findingRow({ policy, kind, level, message, resource }: Finding): Row {
  const location = resource?.location;
  const place = location ? ` (${location.file}:${location.line})` : "";
  const verdict = kind === "not judged" ? "not judged: " : "";
  return [policy, resource?.name ?? "the stack", level, `${verdict}${message}${place}`];
}

const rowsOf = ({ policy, level, status, findings }: PolicyResult): Row[] =>
  findings.length > 0 ? findings.map(findingRow) : [[policy.name, "", level, status]];

/** Renders a report as a table of one line for each policy that passed and for each finding, and a summary. */
export function renderText(report: PolicyReport): string {
  const rows = [HEADER, ...report.policies.flatMap(rowsOf)].map((row) => row.map(printable));
  // The message stands last and is as long as it is.
  const widths = HEADER.slice(0, -1).map((_, column) =>
    Math.max(...rows.map((row) => [...(row[column] ?? "")].length)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - [...cell].length)))
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n\n${printable(summaryOf(report))}\n`;
}
