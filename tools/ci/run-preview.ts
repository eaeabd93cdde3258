import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { defineCommand, type Io } from "../../lib/command/command";
import { ExpectedError } from "../../lib/command/expected-error";
import { runMain } from "../../lib/command/main";
import { choice, text, type Values } from "../../lib/command/option";
import { stackOption } from "../options";
import { type ProfileFindings, profileFindings } from "./profile-drift";
import { type CliEnd, notesOn, reportOf, type Verdict } from "./pulumi-report";

const EXIT_CODES: Readonly<Record<Verdict, number>> = { passed: 0, drifted: 1, refused: 1, failed: 2 };

const OPTIONS = {
  stack: stackOption("stack"),
  kind: choice(["preview", "drift"], "drift: no change is expected"),
  reports: text("folder", "where the report is written", "a folder"),
};

type PreviewOptions = Values<typeof OPTIONS>;

/** Runs the CLI, and reads what it found of security profiles. */
async function runPreview(
  options: PreviewOptions,
  io: Io,
): Promise<CliEnd & { readonly profiles: ProfileFindings }> {
  const folder = mkdtempSync(join(tmpdir(), "iot-quarantine-preview-"));
  try {
    const events = join(folder, "events.json");
    return { ...(await runCli(options, events, io)), profiles: profileFindings(events) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Both of its streams go to our standard output, so that they keep their order. */
async function runCli(
  { stack, kind }: PreviewOptions,
  events: string,
  { cwd, env, stdout, signal }: Io,
): Promise<CliEnd> {
  const args = ["preview", "--stack", stack, "--refresh", "--diff", "--policy-pack", "policy-pack"];
  const plain = [
    "--non-interactive",
    "--color",
    "never",
    ...(kind === "drift" ? ["--expect-no-changes"] : []),
    ...["--event-log", events],
  ];
  const child = spawn("pulumi", [...args, ...plain], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    // The log of events is behind a switch; the Automation API uses it too.
    env: { ...env, PULUMI_DEBUG_COMMANDS: "true" },
  });
  const stop = () => child.kill();
  signal.addEventListener("abort", stop);
  let output = "";
  const keep = (chunk: string) => {
    output += chunk;
    stdout.write(chunk);
  };
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  const [code] = (await once(child, "close").catch((cause: Error) => {
    throw new ExpectedError(`The Pulumi CLI could not be started (${cause.message}). Put it on PATH.`, {
      cause,
    });
  })) as [number | null];
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
  return { code, output };
}

/** Previews a stack for a workflow. */
export const runPreviewCommand = defineCommand({
  usage:
    "node -r ./transpile.js tools/ci/run-preview.ts --stack <name> --kind <preview|drift> --reports <folder>",
  about:
    "Runs `pulumi preview --refresh --diff` of the stack with the policy pack, copies its output to standard " +
    "output, and writes what a workflow publishes of it to <folder>/<stack>.json.",
  options: OPTIONS,
  notes:
    "COMMIT (else GITHUB_SHA), GITHUB_SERVER_URL, GITHUB_REPOSITORY and GITHUB_RUN_ID say what ran where.",
  exits: { 0: "it passed", 1: "a policy refuses or the stack has drifted" },
  isPatient: true,
  run: async (options, io) => {
    const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_SHA, COMMIT } = io.env;
    const preview = await runPreview(options, io);
    const report = reportOf(options.kind, {
      ...preview,
      stack: options.stack,
      commit: COMMIT ?? GITHUB_SHA ?? "unknown",
      runUrl: `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`,
    });
    const reports = resolve(io.cwd, options.reports);
    mkdirSync(reports, { recursive: true });
    writeFileSync(join(reports, `${options.stack}.json`), JSON.stringify(report));
    io.stdout.write(`${[...notesOn(preview.profiles), `${report.title}.`].join("\n")}\n`);
    return EXIT_CODES[report.verdict];
  },
});

if (require.main === module) void runMain(runPreviewCommand);
