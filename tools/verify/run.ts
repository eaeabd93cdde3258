import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
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

const HELP = `Usage: npm run verify:aws -- [options]

Tries in an AWS account of yours what docs/aws-facts.md marks as assumed, and prints what AWS did. Makes things, groups,
shadows, policies, a certificate, a security profile, topics, queues and roles without rights, all named
iot-quarantine-verify-..., and takes them away again. Credentials, region and permissions: docs/first-deploy.md.

  --region NAME          region (default: as the AWS SDK finds it)
  --yes                  start without asking
  --output text|json     how the result is printed (default text)
  --endpoint-url URL     another endpoint than AWS's, such as the sandbox's
  --help                 print this

The result goes to standard output, all else to standard error. Ends with 0 when AWS is as assumed, with 1 when it is not
or something could not be taken away, with 2 when it could not run, with 130 when it was interrupted.
`;

/** What a run says, asks and hears. */
export interface VerifyIo {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Asks a person; absent where nobody can be asked. */
  readonly ask?: (question: string) => Promise<boolean>;
  /** Ends the run early; what was made still goes. */
  readonly signal: AbortSignal;
  /** Tried instead of {@link ASSUMPTIONS}. */
  readonly assumptions?: readonly Assumption[];
}

const OPTIONS = {
  region: { type: "string" },
  yes: { type: "boolean", default: false },
  output: { type: "string", default: "text" },
  "endpoint-url": { type: "string" },
  help: { type: "boolean", default: false },
} as const;

function parse(args: readonly string[]) {
  const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: true });
  if (!["text", "json"].includes(values.output)) {
    throw new Error(`Set --output to text or json; it is "${values.output}".`);
  }
  return values;
}

/**
 * Runs the command.
 *
 * @returns The exit code, as the help has it.
 */
export async function run(args: readonly string[], io: VerifyIo): Promise<number> {
  try {
    const options = parse(args);
    if (options.help) {
      io.out(HELP);
      return 0;
    }
    return await verify(options, io);
  } catch (error) {
    const { name, message } = error as Error;
    io.err(`${name === "Error" || name === "TypeError" ? "" : `${name}: `}${message} Try --help.\n`);
    return 2;
  }
}

async function verify(options: ReturnType<typeof parse>, io: VerifyIo): Promise<number> {
  const { region, "endpoint-url": endpoint = process.env.AWS_ENDPOINT_URL } = options;
  const { clients, account } = await openAccount({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && endpoint !== "" && { endpoint }),
  });
  const bench = new Bench(clients, account, randomBytes(4).toString("hex"), io.signal);
  try {
    if (!options.yes && !(await isWanted(bench, io))) return 2;
    const report = await tryAll(bench, io);
    io.out(options.output === "json" ? `${JSON.stringify(report, null, 2)}\n` : toText(report));
    if (io.signal.aborted) return 130;
    return report.leftovers.length === 0 && report.findings.every(({ holds }) => holds) ? 0 : 1;
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

async function isWanted({ account, run: id }: Bench, io: VerifyIo): Promise<boolean> {
  if (io.ask === undefined) throw new Error("Nobody can be asked here: pass --yes.");
  const where = `account ${account.id}, ${account.region}`;
  const wanted = await io.ask(
    `Make resources iot-quarantine-verify-${id}-... in ${where}, and delete them? [y/N] `,
  );
  if (!wanted) io.err("Nothing was made.\n");
  return wanted;
}

async function tryAll(bench: Bench, io: VerifyIo): Promise<Report> {
  const findings: Finding[] = [];
  let leftovers: readonly Leftover[] = [];
  for (const assumption of io.assumptions ?? ASSUMPTIONS) {
    if (io.signal.aborted) break;
    io.err(`${assumption.name} ...\n`);
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
