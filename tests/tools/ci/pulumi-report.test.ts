import fc from "fast-check";
import type { ProfileFindings } from "../../../tools/ci/profile-drift";
import { type PreviewRun, reportOf, verdictOf } from "../../../tools/ci/pulumi-report";

const NONE = { reordered: [], unseen: [], hasOther: false };

const run = (output: string, code: number | null = 0, profiles: ProfileFindings = NONE): PreviewRun => ({
  stack: "dev",
  code,
  output,
  commit: "abc",
  runUrl: "https://github.test/o/n/actions/runs/1",
  profiles,
});

// As `pulumi preview --diff` of 3.259 prints it.
const VIOLATION = `+ pulumi:pulumi:Stack: (create)
    iot-quarantine@v0.1.0 [mandatory]  security-profile-alerts  (aws-native:iot:SecurityProfile: x)It alerts nobody.
    + aws-native:iot:SecurityProfile: (create)
error: preview failed`;
const ADVICE = VIOLATION.replace("[mandatory]", "[advisory]").replace("error: preview failed", "");

test.each([
  ["a clean run", 0, "Resources:\n    2 unchanged", "passed"],
  ["a run with an advisory violation", 0, ADVICE, "passed"],
  ["a mandatory violation", 1, VIOLATION, "refused"],
  ["a mandatory violation by another exit code", 255, VIOLATION, "refused"],
  [
    "changes where none were expected",
    7,
    "error: no changes were expected for preview but changes were proposed",
    "drifted",
  ],
  ["the same in older words", 255, "error: no changes were expected but changes were proposed", "drifted"],
  [
    "a drifted stack with an advisory violation",
    7,
    `${ADVICE}\nerror: no changes were expected for preview but changes were proposed`,
    "drifted",
  ],
  ["a stack that is missing", 6, "error: no stack named 'nope' found", "failed"],
  [
    "a description that merely speaks of a violation",
    1,
    "    policy: [mandatory] reading\nerror: x",
    "failed",
  ],
  ["a run that a signal ended", null, "", "failed"],
])("%s (exit code %s) is judged by its text", (_what, code, output, verdict) => {
  expect(verdictOf({ code, output })).toBe(verdict);
});

test.each([
  ["preview", 0, "", "Preview of stack dev"],
  ["preview", 1, VIOLATION, "A policy refuses stack dev"],
  ["preview", 1, "error: x", "The preview of stack dev failed"],
  ["drift", 0, "", "Stack dev has not drifted"],
  [
    "drift",
    7,
    "error: no changes were expected for preview but changes were proposed",
    "Stack dev has drifted",
  ],
  ["drift", 1, VIOLATION, "A policy refuses stack dev"],
] as const)("a %s that ends with %s is titled by what came of it", (kind, code, output, title) => {
  const report = reportOf(kind, run(output, code));
  expect(report.title).toBe(title);
  expect(report.body).toContain(`### ${title}\n`);
});

const CHANGES = "error: no changes were expected for preview but changes were proposed";

test.each([
  ["nothing but the order differs", 7, CHANGES, { ...NONE, reordered: ["P"] }, "passed"],
  ["something else differs as well", 7, CHANGES, { ...NONE, reordered: ["P"], hasOther: true }, "drifted"],
  ["a profile differs unseen", 0, "", { ...NONE, unseen: ["P (A)"] }, "drifted"],
  [
    "one differs unseen, another in order",
    7,
    CHANGES,
    { ...NONE, reordered: ["P"], unseen: ["Q (A)"] },
    "drifted",
  ],
  ["a policy refuses", 1, VIOLATION, { ...NONE, reordered: ["P"], unseen: ["Q (A)"] }, "refused"],
])("a check for drift in which %s says so", (_what, code, output, profiles, verdict) => {
  const report = reportOf("drift", run(output, code, profiles));
  expect(report.verdict).toBe(verdict);
  for (const name of [...profiles.reordered, ...profiles.unseen]) {
    expect(report.body).toMatch(new RegExp(`security profile ${name.replace(/\W/g, ".")} `));
  }
  // A preview is no check, and says it as well.
  expect(reportOf("preview", run("", 0, profiles)).verdict).toBe("passed");
});

test("a comment begins with its marker, shows the diff, and says which commit and run it is from", () => {
  const { body, stack, verdict } = reportOf(
    "preview",
    run("~ a\n    + b: (create)\n    - c\n    -  1 deleted\n"),
  );
  expect([stack, verdict]).toEqual(["dev", "passed"]);
  expect(body).toBe(
    [
      "<!-- iot-quarantine preview dev -->",
      "### Preview of stack dev",
      "",
      "The preview ran, and no mandatory policy objects.",
      "",
      "<details><summary>Output</summary>",
      "",
      "```diff",
      "! a",
      "+     b: (create)",
      "-     c",
      "-      1 deleted",
      "```",
      "",
      "</details>",
      "",
      "Commit abc, [run](https://github.test/o/n/actions/runs/1).",
    ].join("\n"),
  );
});

test("what is no change keeps its line", () => {
  const text = "    --outputs:--\n  -notes\n    a: 1";
  expect(reportOf("preview", run(text)).body).toContain(`\n${text.trim()}\n`);
});

test("a long output keeps its head and its end and fits into a comment", () => {
  const { body } = reportOf("preview", run(`HEAD${"x".repeat(200_000)}END`));
  expect(body.length).toBeLessThan(65_536);
  expect(body).toContain("HEAD");
  expect(body).toContain("END\n```");
  expect(body).toMatch(/\.\.\. 1\d{5} characters are left out; see the run \.\.\./);
});

test("no output ends its own block, however many backticks it has", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("`", "```", "\n", " ", "x", "~~~", "</details>")), (pieces) => {
      const { body } = reportOf("drift", run(pieces.join("")));
      const lines = body.split("\n");
      const opening = lines.findIndex((line) => /^`+diff$/.test(line));
      const fence = (lines[opening] ?? "").replace("diff", "");
      const closing = lines.findIndex((line, index) => index > opening && line.trim().startsWith(fence));
      // The first line that could close the block is the one that was meant to.
      expect(lines.slice(closing)).toEqual([
        fence,
        "",
        "</details>",
        "",
        expect.stringMatching(/^Commit abc/),
      ]);
    }),
  );
});
