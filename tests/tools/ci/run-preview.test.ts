import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runPreviewCommand } from "../../../tools/ci/run-preview";
import { runCommand } from "../../support/run-command";

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

async function runPreview(args: readonly string[], PATH = `${folder}:${dirname(process.execPath)}`) {
  const env = {
    PATH,
    GITHUB_SERVER_URL: "https://github.test",
    GITHUB_REPOSITORY: "o/n",
    GITHUB_RUN_ID: "5",
    GITHUB_SHA: "merge",
    COMMIT: "head",
  };
  const run = await runCommand(runPreviewCommand, args, { cwd: folder, env });
  const file = join(folder, "reports", "dev.json");
  return { ...run, report: existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined };
}

const of = (kind: string) => ["--stack", "dev", "--kind", kind, "--reports", "reports"];

test("a preview runs with a refresh, the diff and the policy pack, and is reported", async () => {
  fakePulumi(0);
  const { code, output, report } = await runPreview(of("preview"));
  const command =
    "preview --stack dev --refresh --diff --policy-pack policy-pack --non-interactive --color never";
  expect([code, output]).toEqual([0, `args ${command}\nPreview of stack dev.\n`]);
  expect(report).toEqual({
    stack: "dev",
    verdict: "passed",
    title: "Preview of stack dev",
    body: expect.stringContaining(`args ${command}`),
  });
  expect(report.body).toContain("Commit head, [run](https://github.test/o/n/actions/runs/5).");
});

test("a check for drift expects no changes", async () => {
  fakePulumi(0);
  expect((await runPreview(of("drift"))).output).toContain("--color never --expect-no-changes\n");
});

test("a check for drift reads the engine's events, and says what they tell beyond its output", async () => {
  const metadata = {
    op: "same",
    type: "aws-native:iot:SecurityProfile",
    new: { inputs: { securityProfileName: "P", behaviors: [{ name: "A" }] } },
    old: { outputs: { securityProfileName: "P", behaviors: [{ name: "A", suppressAlerts: true }] } },
  };
  fakePulumi(0, "", `${JSON.stringify({ resourcePreEvent: { metadata } })}\n`);
  const { code, output, report } = await runPreview(of("drift"));
  expect([code, report?.verdict]).toEqual([1, "drifted"]);
  expect(output).toMatch(/security profile P \(A\) differs .*\nStack dev has drifted\.\n$/);
});

test.each([
  ["drift", 7, "error: no changes were expected for preview but changes were proposed\n", 1, "drifted"],
  ["drift", 1, "    p@v1 [mandatory]  x  (t: y)no\n", 1, "refused"],
  ["preview", 1, "    p@v1 [mandatory]  x  (t: y)no\n", 1, "refused"],
  ["preview", 255, "error: credentials\n", 2, "failed"],
])(
  "a %s whose CLI ends with %s and says %j exits with %s and is reported as %s",
  async (kind, code, text, exit, verdict) => {
    fakePulumi(code, text);
    const { code: ended, output, report } = await runPreview(of(kind));
    expect([ended, report?.verdict]).toEqual([exit, verdict]);
    expect(output).toContain(text.trim());
    expect(report?.body).toContain(text.trim());
  },
);

test.each([
  [["--kind", "drift", "--reports", "r"], "Set --stack to a stack's name; it is not given."],
  [["--stack", "a b", "--kind", "drift", "--reports", "r"], 'Set --stack to a stack\'s name; it is "a b".'],
  [["--stack", "dev", "--kind", "other", "--reports", "r"], 'Set --kind to preview or drift; it is "other".'],
  [["--stack", "dev", "--kind", "drift"], "Set --reports to a folder; it is not given."],
  [["--nope"], "Unknown option '--nope'"],
])("arguments %j are refused with one sentence", async (args, message) => {
  const { code, errors, output } = await runPreview(args);
  expect([code, output]).toEqual([2, ""]);
  expect(errors).toContain(message);
});

test("without the CLI it says so and exits with 2", async () => {
  expect(await runPreview(of("preview"), join(folder, "empty"))).toEqual({
    code: 2,
    output: "",
    errors: "The Pulumi CLI could not be started (spawn pulumi ENOENT). Put it on PATH.\n",
    report: undefined,
  });
});

test("an interrupt ends the CLI, and nothing of it is reported", async () => {
  // Stays until it is told to end.
  const script = `#!${process.execPath}\nsetInterval(() => 0, 1e6); console.log("runs");`;
  writeFileSync(join(folder, "pulumi"), script, { mode: 0o755 });
  const interrupt = new AbortController();
  const io = { cwd: folder, signal: interrupt.signal, env: { PATH: folder } };
  const stdout = { write: () => interrupt.abort() };
  const { code, errors } = await runCommand(runPreviewCommand, of("preview"), { ...io, stdout });
  expect([code, errors]).toEqual([130, ""]);
  expect(existsSync(join(folder, "reports"))).toBe(false);
});
