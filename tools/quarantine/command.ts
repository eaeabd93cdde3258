import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { isNamed } from "../../lib/aws/errors";
import { REGISTRY_NAME } from "../../lib/aws/names";
import { defineCommand, type Io } from "../../lib/command/command";
import { ExpectedError } from "../../lib/command/expected-error";
import {
  choice,
  flag,
  operand,
  operands,
  optional,
  preset,
  text,
  type Values,
} from "../../lib/command/option";
import { LISTED_STATES } from "../../lib/ledger/read";
import type { PersonsAct } from "../../lib/ledger/release";
import { stackOption } from "../options";
import { type Act, addThing, approveThing, rejectThing, releaseThing } from "./acts";
import { completionScript, SHELLS } from "./completion";
import { examine } from "./doctor";
import { heldThings, listThings, showThing } from "./look";
import { reconcileNow, redrive, setPaused, waitingIn } from "./queue";
import { simulate } from "./simulate";
import { reachStack, type Stack } from "./stack";
import { actsTable, findingsTable, simulatedTable, thingsTable } from "./table";

const VERBS = [
  ...["list", "show", "release", "add", "approve", "reject", "pause", "resume", "redrive", "reconcile"],
  ...["simulate", "doctor", "completion"],
] as const;

const ACTS: Readonly<Record<string, (act: PersonsAct, stack: Stack) => Promise<Act>>> = {
  release: releaseThing,
  add: addThing,
  approve: approveThing,
  reject: rejectThing,
};

const OPTIONS = {
  command: operand(choice(VERBS as unknown as readonly (typeof VERBS)[number][], "what to do")),
  things: operands("names of things", "names of the registry (1 to 128 of a-z A-Z 0-9 : _ -)", REGISTRY_NAME),
  reason: optional(
    text("text", "why, for the ledger; release, add, approve and reject ask for it", "a reason"),
  ),
  state: optional(choice(LISTED_STATES, "list: only the things in this state")),
  behavior: optional(
    text("profile/behavior", "approve, reject: all that is held of it", "PROFILE/BEHAVIOR", /^[^/]+\/.+$/s),
  ),
  all: flag("approve, reject: all that is held"),
  alarm: optional(text("file", "simulate: an alarm, or an event of SQS or SNS, as JSON", "a file")),
  yes: flag("do not ask: for more than one thing, and for redrive"),
  stack: optional(stackOption("stack, whose outputs `pulumi stack output` tells")),
  outputs: optional(text("file", "the stack's outputs as JSON", "a file")),
  sandbox: optional(text("url", "a sandbox that has deployed the stack", "its address", /^https?:\/\/.+$/)),
  output: preset(choice(["table", "json"], "how the result is printed"), "table"),
};

type Line = Values<typeof OPTIONS>;

/** Asks a person; absent where none can be asked. */
export type Ask = (question: string, signal: AbortSignal) => Promise<boolean>;

const shellOf = (words: readonly string[]) =>
  words.length === 1 ? SHELLS.find((shell) => shell === words[0]) : undefined;

/** @throws ExpectedError - with all that the command needs and was not given. */
function check({ command, things, reason, behavior, all, alarm }: Line): void {
  const picksHeld = command === "approve" || command === "reject";
  const picks = [things.length > 0, behavior !== undefined, all].filter(Boolean).length;
  const takesThings = command in ACTS || ["show", "doctor", "completion"].includes(command);
  const faults = [
    command in ACTS && reason === undefined && `Set --reason: ${command} writes it into the ledger.`,
    !picksHeld && (behavior !== undefined || all) && "--behavior and --all are for approve and reject.",
    picksHeld && picks !== 1 && `Name things, or set either --behavior or --all, for ${command}.`,
    ["release", "add"].includes(command) && things.length === 0 && `Name the things to ${command}.`,
    command === "show" && things.length !== 1 && "Name one thing to show.",
    command === "completion" && shellOf(things) === undefined && `Name one shell: ${SHELLS.join(" or ")}.`,
    !takesThings && things.length > 0 && `${command} takes no things.`,
    command === "simulate" && alarm === undefined && "Set --alarm to a file for simulate.",
    command !== "simulate" && alarm !== undefined && "--alarm is for simulate.",
  ].filter((fault) => fault !== false);
  if (faults.length > 0) throw new ExpectedError(faults.join("\n"));
}

function readText(file: string, io: Io): string {
  try {
    return readFileSync(resolve(io.cwd, file), "utf8");
  } catch (cause) {
    throw new ExpectedError(`--alarm ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

async function confirm(question: string, { yes }: Line, io: Io, ask: Ask | undefined): Promise<boolean> {
  if (yes) return true;
  if (ask === undefined) throw new ExpectedError(`${question} Set --yes: nobody can be asked here.`);
  return ask(`${question} [y/N] `, io.signal);
}

async function actOn(line: Line, stack: Stack, io: Io, ask: Ask | undefined): Promise<number> {
  const { command, behavior, output, reason = "" } = line;
  const things = line.things.length > 0 ? [...new Set(line.things)] : await heldThings(stack, behavior);
  if (things.length > 1 && !(await confirm(`${command} ${things.length} things?`, line, io, ask))) {
    io.stderr.write("Nothing was done.\n");
    return 1;
  }
  const person = { releasedAt: stack.now(), releasedBy: await stack.actor(), reason };
  const acts: Act[] = [];
  for (const thingName of things) {
    if (io.signal.aborted) break;
    acts.push((await ACTS[command]?.({ ...person, thingName }, stack)) as Act);
    if (things.length > 1) io.stderr.write(`${acts.length} of ${things.length}: ${thingName}\n`);
  }
  await stack.notices.tell(acts.flatMap(({ notice }) => notice ?? []));
  if (io.signal.aborted) io.stderr.write(`Interrupted: ${acts.length} of ${things.length} were done.\n`);
  const told = acts.map(({ notice: _, ...act }) => act);
  io.stdout.write(output === "json" ? `${JSON.stringify(told, null, 2)}\n` : actsTable(told));
  return acts.every(({ ok }) => ok) ? 0 : 1;
}

async function redriveAll(line: Line, stack: Stack, io: Io, ask: Ask | undefined): Promise<string> {
  const waiting = await waitingIn(stack, stack.outputs.alarmsDeadLetterQueueUrl);
  if (waiting === 0) return "There are no dead letters.";
  const question = `${waiting} dead letters would go back into the queue of alarms.`;
  // Without a person and without --yes it is a dry run.
  if (!line.yes && ask === undefined) return `${question} Set --yes to move them.`;
  if (!(await confirm(question, line, io, ask))) return "Nothing was done.";
  return `${await redrive(stack, io.signal)} messages were moved.`;
}

type Print = (result: unknown, table: string) => void;

/** The commands that change nothing. */
const LOOKS: Readonly<Record<string, (line: Line, stack: Stack, io: Io, print: Print) => Promise<number>>> = {
  async list({ state }, stack, _io, print) {
    const things = await listThings(stack, state);
    print(
      things,
      thingsTable(things, state === undefined ? "None in the last 24 hours." : `None is ${state}.`),
    );
    return 0;
  },
  async show({ things: [thing = ""] }, stack, _io, print) {
    const shown = await showThing(stack, thing);
    print(shown, JSON.stringify(shown, null, 2));
    return 0;
  },
  async simulate({ alarm = "" }, stack, io, print) {
    const simulated = await simulate(readText(alarm, io), stack);
    print(simulated, simulatedTable(simulated));
    return simulated.some(({ outcome }) => outcome === "rejected" || outcome === "failed") ? 1 : 0;
  },
  async doctor({ things }, stack, io, print) {
    const findings = await examine(stack, [...new Set(things)], io);
    print(findings, findingsTable(findings));
    return findings.some(({ verdict }) => verdict === "finding") ? 1 : 0;
  },
};

/** How AWS says that somebody may not do something, by service. */
const REFUSALS = ["AccessDeniedException", "AccessDenied", "ForbiddenException", "UnauthorizedException"];

/** @throws ExpectedError - a right is missing; it says which, and where they are. Other errors as they are. */
function explain(error: unknown): never {
  if (!REFUSALS.some((name) => isNamed(error, name))) throw error;
  const rights = "The rights of an operator: `npm run ci:roles -- --role operator` (docs/operate.md).";
  throw new ExpectedError(`${(error as Error).message}\n${rights}`, { cause: error });
}

async function runLine(line: Line, io: Io, ask: Ask | undefined): Promise<number> {
  check(line);
  const { command, output, stack: name, outputs, sandbox } = line;
  if (command === "completion") {
    io.stdout.write(completionScript(shellOf(line.things) ?? "bash", OPTIONS));
    return 0;
  }
  const stack = await reachStack({ stack: name, outputs, sandbox: sandbox?.replace(/\/+$/, "") }, io);
  if (command in ACTS) return actOn(line, stack, io, ask);
  const print: Print = (result, table) =>
    io.stdout.write(output === "json" ? `${JSON.stringify(result, null, 2)}\n` : `${table.trimEnd()}\n`);
  const look = LOOKS[command];
  if (look !== undefined) return look(line, stack, io, print);
  if (command === "redrive") {
    const said = await redriveAll(line, stack, io, ask);
    print({ said }, said);
  } else if (command === "reconcile") {
    const said = await reconcileNow(stack);
    print(JSON.parse(said || "null"), said);
  } else {
    const isPause = command === "pause";
    const mapping = await setPaused(isPause, stack, io.signal);
    print({ mapping }, isPause ? "Paused: alarms wait in their queue." : "Resumed: alarms are worked off.");
  }
  return 0;
}

/** What an operator does about quarantined and held devices. */
export const quarantineCommand = (ask?: Ask) =>
  defineCommand({
    usage: "npm run quarantine -- <command> [things...] [options]",
    about: "Shows, releases, approves and adds quarantined devices, and pauses the loop.",
    options: OPTIONS,
    notes: [
      "list       who is in which state; without --state the decisions of the last 24 hours",
      "show       everything that is known of a thing, as JSON",
      "release    undoes a quarantine; run it again to complete what failed",
      "add        quarantines things by hand",
      "approve    quarantines what is held; reject lets it go on, whatever its violation does",
      "pause      lets alarms wait in their queue; resume works them off",
      "redrive    moves dead letters back; without --yes it tells how many there are",
      "reconcile  compares violations, group and ledger now",
      "doctor     what keeps things, or without one the stack and who is fenced, from being contained",
      "simulate   says what would be done with an alarm by the deployed table, and does nothing",
      "completion prints what has bash or zsh complete `iot-quarantine`",
    ].join("\n"),
    exits: { 0: "done", 1: "something was not done, or doctor found something; it says what" },
    isPatient: true,
    run: (line, io) => runLine(line, io, ask).catch(explain),
  });
