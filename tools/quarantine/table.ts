import type { ThingRecord } from "../../lib/ledger/read";
import { printable } from "../../lib/printable";
import type { Act } from "./acts";
import type { Finding } from "./finding";
import type { Simulated } from "./simulate";

function tableOf(heads: readonly string[], rows: readonly (readonly (string | undefined)[])[], none: string) {
  if (rows.length === 0) return `${none}\n`;
  const cells = rows.map((row) => row.map((cell) => printable(cell ?? "-")));
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...cells.map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join("  ");
  return `${[heads, ...cells].map(line).join("\n")}\n`;
}

/** Things, one a line; what is said where there is none. */
export const thingsTable = (things: readonly ThingRecord[], none: string): string =>
  tableOf(
    ["thing", "state", "since", "behavior", "reason"],
    things.map((one) => [
      ...[one.thingName, one.state, one.since],
      one.behaviorName && `${one.securityProfileName}/${one.behaviorName}`,
      // The record keeps why it was quarantined beside why it was released.
      one.state === "released" ? (one.releaseReason ?? one.reason) : (one.reason ?? one.releaseReason),
    ]),
    none,
  );

/** What came of things, one a line. */
export const actsTable = (acts: readonly Omit<Act, "notice">[]): string =>
  tableOf(
    ["thing", "outcome", "detail"],
    acts.map(({ thingName, outcome, detail }) => [thingName, outcome, detail]),
    "None: there was nothing to do.",
  );

/** What was looked at, one a line. */
export const findingsTable = (findings: readonly Finding[]): string =>
  tableOf(
    ["subject", "verdict", "detail"],
    findings.map(({ subject, verdict, detail }) => [subject, verdict, detail]),
    "None.",
  );

/** What would come of alarms: each with what was looked up and what would be done below it. */
export const simulatedTable = (alarms: readonly Simulated[]): string =>
  alarms
    .map(({ thingName, outcome, reason, looked, steps }) =>
      [
        `${thingName ?? "no alarm"}: ${outcome} (${reason})`,
        ...looked.map((each) => `  looked up  ${each}`),
        ...(steps.length === 0 ? ["  nothing would be done"] : steps.map((each) => `  would      ${each}`)),
      ]
        .map((line) => printable(line, 1024))
        .join("\n"),
    )
    .join("\n");
