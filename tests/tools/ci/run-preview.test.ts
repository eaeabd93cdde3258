import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = join(__dirname, "..", "..", "..");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "preview-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Puts a `pulumi` on PATH that prints its arguments and what is given, and ends with the given code. */
function fakePulumi(code: number, errorOutput = "", events = ""): void {
  const script = [
    `#!${process.execPath}`,
    `const [args, log] = process.argv.slice(2).join(" ").split(" --event-log ");`,
    `console.log("args " + args);`,
    `if (process.env.PULUMI_DEBUG_COMMANDS) require("node:fs").writeFileSync(log, ${JSON.stringify(events)});`,
    `process.stderr.write(${JSON.stringify(errorOutput)});`,
    `process.exitCode = ${code};`,
  ];
  writeFileSync(join(folder, "pulumi"), script.join("\n"), { mode: 0o755 });
}

function runPreview(args: readonly string[], path = `${folder}:${dirname(process.execPath)}`) {
  const run = spawnSync(
    process.execPath,
    ["-r", "./transpile.js", join(ROOT, "tools", "ci", "run-preview.ts"), ...args],
    {
      cwd: ROOT,
      encoding: "utf8",
      env: {
        PATH: path,
        GITHUB_SERVER_URL: "https://github.test",
        GITHUB_REPOSITORY: "o/n",
        GITHUB_RUN_ID: "5",
        GITHUB_SHA: "merge",
        COMMIT: "head",
      },
    },
  );
  const file = join(folder, "reports", "dev.json");
  return { ...run, report: existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined };
}

const of = (kind: string) => ["--stack", "dev", "--kind", kind, "--reports", join(folder, "reports")];

test("a preview runs with a refresh, the diff and the policy pack, and is reported", () => {
  fakePulumi(0);
  const { status, stdout, report } = runPreview(of("preview"));
  const command =
    "preview --stack dev --refresh --diff --policy-pack policy-pack --non-interactive --color never";
  expect([status, stdout]).toEqual([0, `args ${command}\nPreview of stack dev.\n`]);
  expect(report).toEqual({
    stack: "dev",
    verdict: "passed",
    title: "Preview of stack dev",
    body: expect.stringContaining(`args ${command}`),
  });
  expect(report.body).toContain("Commit head, [run](https://github.test/o/n/actions/runs/5).");
});

test("a check for drift expects no changes", () => {
  fakePulumi(0);
  expect(runPreview(of("drift")).stdout).toContain("--color never --expect-no-changes\n");
});

test("a check for drift reads the engine's events, and says what they tell beyond its output", () => {
  const metadata = {
    op: "same",
    type: "aws-native:iot:SecurityProfile",
    new: { inputs: { securityProfileName: "P", behaviors: [{ name: "A" }] } },
    old: { outputs: { securityProfileName: "P", behaviors: [{ name: "A", suppressAlerts: true }] } },
  };
  fakePulumi(0, "", `${JSON.stringify({ resourcePreEvent: { metadata } })}\n`);
  const { status, stdout, report } = runPreview(of("drift"));
  expect([status, report?.verdict]).toEqual([1, "drifted"]);
  expect(stdout).toMatch(/security profile P \(A\) differs .*\nStack dev has drifted\.\n$/);
});

test.each([
  ["drift", 7, "error: no changes were expected for preview but changes were proposed\n", 1, "drifted"],
  ["drift", 1, "    p@v1 [mandatory]  x  (t: y)no\n", 1, "refused"],
  ["preview", 1, "    p@v1 [mandatory]  x  (t: y)no\n", 1, "refused"],
  ["preview", 255, "error: credentials\n", 2, "failed"],
])(
  "a %s whose CLI ends with %s and says %j exits with %s and is reported as %s",
  (kind, code, text, exit, verdict) => {
    fakePulumi(code, text);
    const { status, stdout, report } = runPreview(of(kind));
    expect([status, report?.verdict]).toEqual([exit, verdict]);
    expect(stdout).toContain(text.trim());
    expect(report?.body).toContain(text.trim());
  },
);

test.each([
  [["--kind", "drift", "--reports", "r"], "Set --stack to a name."],
  [["--stack", "a b", "--kind", "drift", "--reports", "r"], "Set --stack to a name."],
  [["--stack", "dev", "--kind", "other", "--reports", "r"], "Set --kind to preview or drift."],
  [["--stack", "dev", "--kind", "drift"], "Set --reports to a folder."],
  [["--nope"], "Unknown option '--nope'"],
])("arguments %j are refused with one sentence", (args, message) => {
  const { status, stderr, stdout } = runPreview(args);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(message);
});

test("without the CLI it says so and exits with 2", () => {
  const { status, stderr, report } = runPreview(of("preview"), join(folder, "empty"));
  expect([status, stderr, report]).toEqual([
    2,
    "The Pulumi CLI could not be started (spawn pulumi ENOENT). Put it on PATH.\n",
    undefined,
  ]);
});

test("its help says how it is used", () => {
  expect(runPreview(["--help"])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Usage: /) });
});
