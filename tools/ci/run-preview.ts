import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type ProfileFindings, profileFindings } from "./profile-drift";
import { type CliEnd, notesOn, type PreviewKind, reportOf, type Verdict } from "./pulumi-report";

const HELP = `Usage: node -r ./transpile.js tools/ci/run-preview.ts --stack NAME --kind preview|drift --reports FOLDER

Runs \`pulumi preview --refresh --diff\` of the stack with the policy pack, copies its output to standard output, and
writes what a workflow publishes of it to FOLDER/<stack>.json. COMMIT (else GITHUB_SHA), GITHUB_SERVER_URL,
GITHUB_REPOSITORY and GITHUB_RUN_ID say what ran where.

  --kind drift  no change is expected
Exit code 0 when it passed, 1 when a policy refuses or the stack has drifted, 2 when it could not run.
`;

const EXIT_CODES: Readonly<Record<Verdict, number>> = { passed: 0, drifted: 1, refused: 1, failed: 2 };

class UsageError extends Error {}

interface Options {
  readonly stack: string;
  readonly kind: PreviewKind;
  readonly reports: string;
}

function readOptions(args: string[]): Options | "help" {
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        stack: { type: "string" },
        kind: { type: "string" },
        reports: { type: "string" },
        help: { type: "boolean" },
      },
    }));
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
  if (values.help === true) return "help";
  const { stack, kind, reports } = values;
  if (typeof stack !== "string" || !/^[\w.-]+$/.test(stack)) throw new UsageError("Set --stack to a name.");
  if (kind !== "preview" && kind !== "drift") throw new UsageError("Set --kind to preview or drift.");
  if (typeof reports !== "string") throw new UsageError("Set --reports to a folder.");
  return { stack, kind, reports };
}

/** Runs the CLI, and reads what it found of security profiles. */
async function runPreview(options: Options): Promise<CliEnd & { readonly profiles: ProfileFindings }> {
  const folder = mkdtempSync(join(tmpdir(), "iot-quarantine-preview-"));
  try {
    const events = join(folder, "events.json");
    return { ...(await runCli(options, events)), profiles: profileFindings(events) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Both of its streams go to our standard output, so that they keep their order. */
async function runCli({ stack, kind }: Options, events: string): Promise<CliEnd> {
  const args = ["preview", "--stack", stack, "--refresh", "--diff", "--policy-pack", "policy-pack"];
  const plain = [
    "--non-interactive",
    "--color",
    "never",
    ...(kind === "drift" ? ["--expect-no-changes"] : []),
    ...["--event-log", events],
  ];
  const child = spawn("pulumi", [...args, ...plain], {
    stdio: ["ignore", "pipe", "pipe"],
    // The log of events is behind a switch; the Automation API uses it too.
    env: { ...process.env, PULUMI_DEBUG_COMMANDS: "true" },
  });
  const chunks: Buffer[] = [];
  const keep = (chunk: Buffer) => {
    chunks.push(chunk);
    process.stdout.write(chunk);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const [code] = (await once(child, "close").catch((cause: Error) => {
    throw new Error(`The Pulumi CLI could not be started (${cause.message}). Put it on PATH.`, { cause });
  })) as [number | null];
  return { code, output: Buffer.concat(chunks).toString("utf8") };
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_SHA, COMMIT } = process.env;
  const preview = await runPreview(options);
  const report = reportOf(options.kind, {
    ...preview,
    stack: options.stack,
    commit: COMMIT ?? GITHUB_SHA ?? "unknown",
    runUrl: `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`,
  });
  mkdirSync(options.reports, { recursive: true });
  writeFileSync(join(options.reports, `${options.stack}.json`), JSON.stringify(report));
  process.stdout.write(`${[...notesOn(preview.profiles), `${report.title}.`].join("\n")}\n`);
  return EXIT_CODES[report.verdict];
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 2;
  },
);
