import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rehearsalCommand } from "../../../tools/rehearsal/main";
import type { Rehearsal } from "../../../tools/rehearsal/rehearse";
import { copyProject } from "../../support/project-copy";
import { ROOT, runCommand } from "../../support/run-command";

const STACKS = join(ROOT, "tests", "fixtures", "stacks");

let project: string;

beforeAll(() => {
  project = copyProject();
  cpSync(STACKS, project, { recursive: true });
});

afterAll(() => rmSync(project, { recursive: true }));

async function rehearsalOf(stack: string, ...more: readonly string[]) {
  // What a healthy device does stands in the stack's first line where the defaults do not fit.
  const [, healthy] =
    /^# healthy: (.+)$/m.exec(readFileSync(join(project, `Pulumi.${stack}.yaml`), "utf8")) ?? [];
  const said = healthy === undefined ? [] : ["--healthy", healthy];
  const args = ["--stack", stack, "--output", "json", ...said, ...more];
  const { code, output, errors } = await runCommand(rehearsalCommand, args, { project });
  expect(errors).toBe("");
  return { code, rehearsal: JSON.parse(output) as Rehearsal };
}

/** The decision, and datapoints of the first offender until the alarm, of each behavior. */
const seen = ({ behaviors }: Rehearsal) =>
  behaviors.map(({ behavior, state, decisions, points }) => {
    const offenders = points.filter(({ role }) => role === "offender");
    const datapoints = offenders.filter(({ device }) => device === offenders[0]?.device).length;
    return [behavior, state, datapoints, decisions.map(({ outcome }) => outcome).join(" ")];
  });

it.each([
  ["default", [["MessagesSent", "held", 3, "observed"]]],
  ["canary", [["Disconnects", "held", 2, "quarantined quarantined"]]],
  ["observe", [["Attempts", "held", 1, "observed"]]],
  ["rate", [["MessageRate", "held", 3, "quarantined quarantined"]]],
  ["percentile", [["Size", "held", 2, "quarantined"]]],
  ["address", [["KnownNetworks", "held", 1, "notified"]]],
  ["battery", [["Charged", "held", 3, "notified"]]],
  ["offline", [["Away", "held", 2, "notified"]]],
  [
    "ports",
    [
      ["OpenPorts", "held", 1, "quarantined quarantined"],
      ["BytesOut", "held", 1, "quarantined"],
    ],
  ],
  [
    "three",
    [
      ["Refused", "held", 2, "quarantined quarantined exempt"],
      ["Chatty", "held", 1, "notified"],
      ["Chatty", "held", 1, "observed"],
    ],
  ],
  [
    "beyond",
    [
      ["Sent", "held", 1, "quarantined quarantined exempt"],
      ["Zero", "held", 1, "quarantined"],
      ["Attempts", "held", 1, "exempt"],
    ],
  ],
  [
    "scarce",
    [
      ["One", "held", 1, "quarantined"],
      ["Two", "held", 1, "quarantined"],
      ["One", "not played", 1, ""],
    ],
  ],
])(
  "holds for the stack %s, each alarm after the datapoints that its behavior asks for",
  async (stack, behaviors) => {
    const { code, rehearsal } = await rehearsalOf(stack);
    expect(rehearsal.steps.filter(({ ok }) => !ok)).toEqual([]);
    expect(seen(rehearsal)).toEqual(behaviors);
    expect(code).toBe(0);
  },
);

it.each([
  [
    "greater-than",
    "Inverted/TooManyRefusals",
    /9 of 9 healthy devices.* NORMAL.* greater-than looks inverted, use less-than-equals/,
  ],
  ["tight", "Tight/Attempts", /9 of 9 healthy devices: each shows 1 by default in 300 s.* NORMAL.*widen/],
])(
  "refuses the stack %s by the behavior that fences the healthy fleet, with the reason",
  async (stack, behavior, why) => {
    const { code, rehearsal } = await rehearsalOf(stack);
    expect(rehearsal.steps.at(-1)).toMatchObject({ step: "healthy fleet", behavior, ok: false });
    expect(rehearsal.steps.at(-1)?.detail).toMatch(why);
    expect(code).toBe(1);
  },
);

it("believes what the command line says of healthy devices", async () => {
  const { rehearsal } = await rehearsalOf("observe", "--healthy", "connection-attempts=0");
  expect(rehearsal.healthy).toEqual(["connection-attempts=0"]);
  expect(rehearsal.ok).toBe(true);
});
