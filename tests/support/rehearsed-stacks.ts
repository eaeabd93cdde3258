import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Rehearsal } from "../../tools/rehearsal/rehearse";
import { ROOT } from "./run-command";

/** Folder of the stack files that are rehearsed. */
export const STACKS = join(ROOT, "tests", "fixtures", "stacks");

/** What is seen of a behavior: its name, its state, datapoints until the alarm, and the decisions. */
type Seen = readonly [behavior: string, state: string, datapoints: number, decisions: string];

/** What is seen of each stack that passes. */
export const PASSING: Readonly<Record<string, readonly Seen[]>> = {
  default: [["MessagesSent", "held", 3, "observed"]],
  canary: [["Disconnects", "held", 2, "quarantined quarantined"]],
  observe: [["Attempts", "held", 1, "observed"]],
  rate: [["MessageRate", "held", 3, "quarantined quarantined"]],
  percentile: [["Size", "held", 2, "quarantined"]],
  address: [["KnownNetworks", "held", 1, "notified"]],
  battery: [["Charged", "held", 3, "notified"]],
  offline: [["Away", "held", 2, "notified"]],
  ports: [
    ["OpenPorts", "held", 1, "quarantined quarantined"],
    ["BytesOut", "held", 1, "quarantined"],
  ],
  three: [
    ["Refused", "held", 2, "quarantined quarantined exempt"],
    ["Chatty", "held", 1, "notified"],
    ["Chatty", "held", 1, "observed"],
  ],
  beyond: [
    ["Sent", "held", 1, "quarantined quarantined exempt"],
    ["Zero", "held", 1, "quarantined"],
    ["Attempts", "held", 1, "exempt"],
  ],
  scarce: [
    ["One", "held", 1, "quarantined"],
    ["Two", "held", 1, "quarantined"],
    ["One", "not played", 1, ""],
  ],
};

/** The behavior by which each other stack fences its healthy fleet, and the reason that is told. */
export const REFUSED: Readonly<Record<string, readonly [behavior: string, reason: RegExp]>> = {
  "greater-than": [
    "Inverted/TooManyRefusals",
    /9 of 9 healthy devices.* NORMAL.* greater-than looks inverted, use less-than-equals/,
  ],
  tight: ["Tight/Attempts", /9 of 9 healthy devices: each shows 1 by default in 300 s.* NORMAL.*widen/],
};

/** The arguments by which a stack is rehearsed; its first line says what a healthy device does where the defaults do not fit. */
export function rehearsalArguments(stack: string): readonly string[] {
  const text = readFileSync(join(STACKS, `Pulumi.${stack}.yaml`), "utf8");
  const [, healthy] = /^# healthy: (.+)$/m.exec(text) ?? [];
  return [
    ...["--stack", stack, "--output", "json"],
    ...(healthy === undefined ? [] : ["--healthy", healthy]),
  ];
}

/** What is seen of a rehearsal's behaviors; datapoints are those of the first offender. */
const seenIn = ({ behaviors }: Rehearsal): readonly Seen[] =>
  behaviors.map(({ behavior, state, decisions, points }) => {
    const offenders = points.filter(({ role }) => role === "offender");
    const datapoints = offenders.filter(({ device }) => device === offenders[0]?.device).length;
    return [behavior, state, datapoints, decisions.map(({ outcome }) => outcome).join(" ")];
  });

/** Checks a rehearsal, and the exit code of its command, against what is to be seen of the stack. */
export function expectAsKnown(stack: string, { code, output }: { code: number; output: string }): void {
  const rehearsal = JSON.parse(output) as Rehearsal;
  const [behavior, reason] = REFUSED[stack] ?? [];
  if (reason === undefined) {
    expect(rehearsal.steps.filter(({ ok }) => !ok)).toEqual([]);
    expect(seenIn(rehearsal)).toEqual(PASSING[stack]);
    expect(code).toBe(0);
    return;
  }
  expect(rehearsal.steps.at(-1)).toMatchObject({ step: "healthy fleet", behavior, ok: false });
  expect(rehearsal.steps.at(-1)?.detail).toMatch(reason);
  expect(code).toBe(1);
}
