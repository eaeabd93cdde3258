import type { Account, Leftover } from "./bench";

/** What one assumption came to. */
export interface Finding {
  readonly name: string;
  readonly fact: string;
  readonly expected: string;
  readonly seen: string;
  readonly holds: boolean;
}

/** What a run found, and what it could not take away; the form of `--output json`. */
export interface Report extends Account {
  /** Part of all names that it made. */
  readonly run: string;
  readonly findings: readonly Finding[];
  readonly leftovers: readonly Leftover[];
}

/** The report as a table for a person. */
export function toText({ id, region, findings, leftovers }: Report): string {
  const rows = [
    ["", "assumption", "expected", "seen"],
    ...findings.map(({ name, expected, seen, holds }) => [
      holds ? "ok" : "OTHER",
      name,
      expected,
      holds ? "the same" : seen,
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const others = findings.filter(({ holds }) => !holds).length;
  return [
    ...lines,
    "",
    `${findings.length} tried in account ${id}, ${region}: ${others === 0 ? "all as assumed" : `${others} not as assumed`}.`,
    ...leftovers.map(({ what, why }) => `NOT TAKEN AWAY: ${what} (${why}). Delete it by hand.`),
    "",
  ].join("\n");
}
