import { accessSync, constants, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { defineCommand, type Io, showsColours } from "../../lib/command/command";
import { ExpectedError } from "../../lib/command/expected-error";
import { runMain } from "../../lib/command/main";
import { choice, flag, optional, preset, text, type Values } from "../../lib/command/option";
import { DeployError } from "../../pulumi-host/program/deploy-error";
import { readStackFiles } from "../../pulumi-host/program/stack-files";
import { stackOption } from "../options";
import { healthyInWords } from "../scenario/healthy";
import { pairs, readScenario } from "../scenario/said";
import { inOwnPlace, inRunningPlace, type Place } from "./place";
import { Printer } from "./print";
import { type Rehearsal, rehearse } from "./rehearse";
import { reportPage } from "./report/page";

const OPTIONS = {
  stack: preset(stackOption("stack to rehearse"), "dev"),
  healthy: optional(
    pairs(
      "what a healthy device does in five minutes, such as messages-sent=200,listening-tcp-ports=443+8883",
    ),
  ),
  dimension: optional(pairs("topic filter of a dimension that the stack names and does not make")),
  sandbox: optional(
    text(
      "url",
      "a running sandbox in which the stack is deployed already (default: one of its own)",
      "its address",
    ),
  ),
  report: optional(text("file.html", "write the result as one page of HTML", "a file's name")),
  output: preset(choice(["text", "json"], "how the result is printed"), "text"),
  verbose: flag("print the progress of the deploy to standard error"),
};

/** What an interrupt leaves in a sandbox that is not the rehearsal's own. */
const leftBehind = ({ address: { endpoint } }: Place) =>
  `Interrupted: the devices of this rehearsal, their certificates and the queue rehearsal-alarms stay in the sandbox at ${endpoint}, ` +
  "which takes no other rehearsal before it is started anew or reset.\n";

async function rehearsed(
  { stack, verbose, healthy = {}, dimension: dimensions = {}, sandbox }: Values<typeof OPTIONS>,
  { project, stderr, signal }: Io,
  printer: Printer,
): Promise<Rehearsal> {
  const began = performance.now();
  const log = (line: string) => {
    if (verbose) stderr.write(`${line}\n`);
  };
  const files = readStackFiles(project, stack);
  const scenario = readScenario(files, { healthy, dimensions }, Date.now());
  const watched = scenario.watched.map(({ behavior }) => behavior);
  const heading = () => printer.heading(stack, healthyInWords(scenario.healthy, watched), scenario.notPlayed);
  const play = (place: Place) =>
    rehearse({
      ...place,
      scenario,
      began,
      signal,
      onStep: (result) => printer.step(result),
      onNotPlayed: (notPlayed) => printer.notPlayed(notPlayed),
    });
  if (sandbox !== undefined) {
    return inRunningPlace(sandbox, files, scenario, { log, signal }, (place) => {
      heading();
      signal.addEventListener("abort", () => stderr.write(leftBehind(place)), { once: true });
      return play(place);
    });
  }
  heading();
  return inOwnPlace(files, scenario, { log, signal }, (place, resources) => {
    printer.deployed(resources, performance.now() - began);
    return play(place);
  });
}

/** Where the page is written. @throws ExpectedError - it cannot be, which must not show after minutes. */
function reportFile(cwd: string, report: string): string {
  const file = resolve(cwd, report);
  const folder = dirname(file);
  try {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there?.isDirectory()) throw new Error("it is a folder");
    accessSync(there === undefined ? folder : file, constants.W_OK);
    return file;
  } catch (cause) {
    throw new ExpectedError(
      `Set --report to a file that can be written; ${file}: ${(cause as Error).message}.`,
      {
        cause,
      },
    );
  }
}

/** Plays an incident in an embedded AWS IoT. */
export const rehearsalCommand = defineCommand({
  usage: "npm run rehearse -- [options]",
  about:
    "Deploys a stack of this program into an embedded AWS IoT on free ports, lets its devices be healthy and then, " +
    "behavior by behavior, one of them misbehave, and verifies who alarms, what is decided, and that the others go on. " +
    "Of a stack with one quick behavior it plays as well what goes wrong afterwards, and what an operator does about it.",
  options: OPTIONS,
  exits: {
    0: "every step holds (what cannot be played is named and counted)",
    1: "one does not (its behavior and it are named), or nothing can be played",
    2: 'it could not run; where the deploy failed, the JSON is then {"ok": false, "error": ...}',
  },
  run: async (options, io) => {
    const isJson = options.output === "json";
    const report = options.report === undefined ? undefined : reportFile(io.cwd, options.report);
    const write = (document: unknown) => io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    const print = (text: string) => {
      if (!isJson) io.stdout.write(text);
    };
    const printer = new Printer(print, showsColours(io));
    const rehearsal = await rehearsed(options, io, printer).catch((error: unknown) => {
      if (isJson && error instanceof DeployError) write({ ok: false, error: error.message });
      throw error;
    });
    printer.closing(rehearsal);
    if (isJson) write(rehearsal);
    if (report !== undefined) writeFileSync(report, reportPage(options.stack, rehearsal));
    return rehearsal.ok ? 0 : 1;
  },
});

if (require.main === module) void runMain(rehearsalCommand);
