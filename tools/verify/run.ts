import { randomBytes } from "node:crypto";
import { type Command, defineCommand, type Io } from "../../lib/command/command";
import { ExpectedError } from "../../lib/command/expected-error";
import { choice, flag, optional, preset, text, type Values } from "../../lib/command/option";
import type { Assumption } from "./assumption";
import { DETECT } from "./assumptions/detect";
import { IAM } from "./assumptions/iam";
import { MESSAGES } from "./assumptions/messages";
import { POLICIES } from "./assumptions/policies";
import { REGISTRY } from "./assumptions/registry";
import { SHADOWS } from "./assumptions/shadows";
import { Bench, type Leftover, openAccount } from "./bench";
import { type Finding, type Report, toText } from "./report";

/** What an account settles in seconds. The rest of docs/aws-facts.md takes devices, hours, or money. */
export const ASSUMPTIONS: readonly Assumption[] = [
  ...REGISTRY,
  ...SHADOWS,
  ...POLICIES,
  ...DETECT,
  ...MESSAGES,
  ...IAM,
];

/** What a run needs that is no part of its command line. */
export interface VerifyHooks {
  /** Asks a person; absent where nobody can be asked. */
  readonly ask?: (question: string, signal: AbortSignal) => Promise<boolean>;
  /** Tried instead of {@link ASSUMPTIONS}. */
  readonly assumptions?: readonly Assumption[];
}

const OPTIONS = {
  region: optional(text("name", "region (default: as the AWS SDK finds it)", "a region")),
  yes: flag("start without asking"),
  output: preset(choice(["text", "json"], "how the result is printed"), "text"),
  endpointUrl: optional(text("url", "another endpoint than AWS's, such as the sandbox's", "a URL")),
};

/** Tries the assumptions in an account. */
export const verifyCommand = (hooks: VerifyHooks): Command =>
  defineCommand({
    usage: "npm run verify:aws -- [options]",
    about:
      "Tries in an AWS account of yours what docs/aws-facts.md marks as assumed, and prints what AWS did. Makes " +
      "things, groups, shadows, policies, a certificate, a security profile, topics, queues and roles without " +
      "rights, all named iot-quarantine-verify-..., and takes them away again, also when it is interrupted. " +
      "Credentials, region and permissions: docs/first-deploy.md.",
    options: OPTIONS,
    notes:
      "The result goes to standard output, or, of an interrupted run, to standard error as all else does.",
    exits: { 0: "AWS is as assumed", 1: "it is not, or something could not be taken away" },
    // What it made has to go first, and is named where it cannot.
    isPatient: true,
    run: (options, io) =>
      verify(options, io, hooks).catch((error: Error) => {
        throw new ExpectedError(`${error.name === "Error" ? "" : `${error.name}: `}${error.message}`, {
          cause: error,
        });
      }),
  });

async function verify(options: Values<typeof OPTIONS>, io: Io, hooks: VerifyHooks): Promise<number> {
  const { region, endpointUrl: endpoint = io.env.AWS_ENDPOINT_URL } = options;
  const { clients, account } = await openAccount({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && endpoint !== "" && { endpoint }),
  });
  const bench = new Bench(clients, account, randomBytes(4).toString("hex"), io.signal);
  try {
    if (!options.yes && !(await isWanted(bench, io, hooks))) return 2;
    const report = await tryAll(bench, io, hooks);
    const result = options.output === "json" ? `${JSON.stringify(report, null, 2)}\n` : toText(report);
    // The kit prints no result of what was cut off, and what could not be taken away must be told.
    (io.signal.aborted ? io.stderr : io.stdout).write(result);
    return report.leftovers.length === 0 && report.findings.every(({ holds }) => holds) ? 0 : 1;
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

async function isWanted({ account, run: id }: Bench, io: Io, { ask }: VerifyHooks): Promise<boolean> {
  if (ask === undefined) throw new Error("Nobody can be asked here: pass --yes.");
  const where = `account ${account.id}, ${account.region}`;
  const wanted = await ask(
    `Make resources iot-quarantine-verify-${id}-... in ${where}, and delete them? [y/N] `,
    io.signal,
  );
  if (!wanted) io.stderr.write("Nothing was made.\n");
  return wanted;
}

async function tryAll(bench: Bench, io: Io, { assumptions = ASSUMPTIONS }: VerifyHooks): Promise<Report> {
  const findings: Finding[] = [];
  let leftovers: readonly Leftover[] = [];
  for (const assumption of assumptions) {
    if (io.signal.aborted) break;
    io.stderr.write(`${assumption.name} ...\n`);
    findings.push(await tryOne(bench, assumption));
    // At once, so that as little as possible is there at any time.
    leftovers = [...leftovers, ...(await bench.clear())];
  }
  return { ...bench.account, run: bench.run, findings, leftovers };
}

async function tryOne(bench: Bench, { name, fact, expected, attempt }: Assumption): Promise<Finding> {
  const seen = await attempt(bench).catch(
    (error: Error) => `could not be tried: ${error.name}: ${error.message}`,
  );
  return { name, fact, expected, seen, holds: seen === expected };
}
