import "../../lib/process/quiet-sdk";
import { randomUUID } from "node:crypto";
import { join, resolve } from "node:path";
import { endsOnSignals } from "../../lib/process/end";
import { DeployError } from "../../pulumi-host/program/deploy-error";
import { readStackFiles, StackFilesError } from "../../pulumi-host/program/stack-files";
import { ArgumentsError } from "../sandbox/options";
import { type OutputFormat, POLICY_HELP, policyArguments } from "./arguments";
import { checkPolicies } from "./check";
import { pathFrom, repositoryRoot } from "./location";
import { renderGithub, renderGithubFailure } from "./output/github";
import { renderJson } from "./output/json";
import { renderSarif } from "./output/sarif";
import { renderText } from "./output/text";
import { PackConfigError } from "./pack/pack-config";
import { PackError } from "./pack/pack-process";
import { countsOf, type PolicyReport } from "./report";

/** Folder of the Pulumi program: the one above this. */
const FOLDER = resolve(__dirname, "..", "..");

const EXPECTED = [ArgumentsError, StackFilesError, DeployError, PackError, PackConfigError];

function render(report: PolicyReport, output: OutputFormat): string {
  const stackFile = join(FOLDER, `Pulumi.${report.stack}.yaml`);
  switch (output) {
    case "text":
      return renderText(report);
    case "json":
      return renderJson(report);
    case "github":
      return renderGithub(report, randomUUID());
    case "sarif":
      return renderSarif(report, pathFrom(repositoryRoot(FOLDER), stackFile) ?? stackFile);
  }
}

const interrupted = new AbortController();
let output: OutputFormat = "text";

/** @returns The exit code. */
async function run(): Promise<number> {
  const {
    help,
    stack,
    up,
    pack = join(FOLDER, "policy-pack"),
    config,
    ...rest
  } = policyArguments(process.argv.slice(2));
  output = rest.output;
  if (help) {
    process.stdout.write(POLICY_HELP);
    return 0;
  }
  const report = await checkPolicies({
    files: readStackFiles(FOLDER, stack),
    up,
    pack: resolve(pack),
    ...(config !== undefined && { config }),
    log: (line) => void process.stderr.write(`${line}\n`),
    signal: interrupted.signal,
  });
  process.stdout.write(render(report, output));
  return countsOf(report).mandatory > 0 ? 1 : 0;
}

/** Says why nothing could be checked, unless that is because somebody did not want it. */
function explain(error: unknown): number {
  if (interrupted.signal.aborted) return 130;
  const expected = EXPECTED.some((kind) => error instanceof kind);
  const message = expected ? (error as Error).message : String((error as Error)?.stack ?? error);
  process.stderr.write(`${message}\n`);
  if (output === "github") process.stdout.write(renderGithubFailure(message));
  return 2;
}

const finished = run().catch(explain);
endsOnSignals(async () => {
  interrupted.abort();
  await finished;
}, 130);
void finished.then((code) => {
  process.exitCode = code;
});
