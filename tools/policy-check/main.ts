import { randomUUID } from "node:crypto";
import { join, resolve } from "node:path";
import { defineCommand, type Io } from "../../lib/command/command";
import { errorText } from "../../lib/command/expected-error";
import { runMain } from "../../lib/command/main";
import { choice, flag, optional, preset, text, type Values } from "../../lib/command/option";
import { readStackFiles } from "../../pulumi-host/program/stack-files";
import { stackOption } from "../options";
import { checkPolicies } from "./check";
import { pathFrom, repositoryRoot } from "./location";
import { renderGithub, renderGithubFailure } from "./output/github";
import { renderJson } from "./output/json";
import { renderSarif } from "./output/sarif";
import { renderText } from "./output/text";
import { countsOf, type PolicyReport } from "./report";

const OPTIONS = {
  stack: preset(stackOption("stack to judge"), "dev"),
  up: flag("deploy into the sandbox first, so that nothing is unknown (default: as in a preview)"),
  pack: optional(text("folder", "the policy pack (default policy-pack)", "a folder")),
  config: optional(
    text("file", "JSON file that configures the pack, as for pulumi preview --policy-pack-config", "a file"),
  ),
  output: preset(
    choice(
      ["text", "json", "github", "sarif"],
      "form of the report: github is workflow annotations, sarif is 2.1.0",
    ),
    "text",
  ),
};

type PolicyOptions = Values<typeof OPTIONS>;

function render(report: PolicyReport, output: PolicyOptions["output"], project: string): string {
  const stackFile = join(project, `Pulumi.${report.stack}.yaml`);
  switch (output) {
    case "text":
      return renderText(report);
    case "json":
      return renderJson(report);
    case "github":
      return renderGithub(report, randomUUID());
    case "sarif":
      return renderSarif(report, pathFrom(repositoryRoot(project), stackFile) ?? stackFile);
  }
}

async function run({ stack, up, pack, config, output }: PolicyOptions, io: Io): Promise<number> {
  const report = await checkPolicies({
    files: readStackFiles(io.project, stack),
    up,
    pack: pack === undefined ? join(io.project, "policy-pack") : resolve(io.cwd, pack),
    ...(config !== undefined && { config: resolve(io.cwd, config) }),
    log: (line) => io.stderr.write(`${line}\n`),
    signal: io.signal,
  });
  io.stdout.write(render(report, output, io.project));
  return countsOf(report).mandatory > 0 ? 1 : 0;
}

/** Judges a stack by a policy pack, offline. */
export const policyCommand = defineCommand({
  usage: "npm run policy -- [options]",
  about:
    "Judges what a stack would deploy by a policy pack, without Pulumi's CLI, a backend or credentials: the real " +
    "program runs against a stand-in of the engine, the real pack judges what it registers.",
  options: OPTIONS,
  notes: "The report goes to standard output, all else to standard error.",
  exits: { 0: "no mandatory policy is violated", 1: "one is" },
  run: async (options, io) => {
    try {
      return await run(options, io);
    } catch (error) {
      if (options.output === "github") io.stdout.write(renderGithubFailure(errorText(error)));
      throw error;
    }
  },
});

if (require.main === module) void runMain(policyCommand);
