import { parseArgs } from "node:util";
import { ArgumentsError } from "../sandbox/options";

/** In which forms a report can be had. */
const OUTPUTS = ["text", "json", "github", "sarif"] as const;

/** A form of a report. */
export type OutputFormat = (typeof OUTPUTS)[number];

/** What the command `policy` was asked for. */
export interface PolicyArguments {
  /** Name of the stack. */
  readonly stack: string;
  /** Whether the stack is deployed into the sandbox first. */
  readonly up: boolean;
  readonly output: OutputFormat;
  /** File that configures the pack. */
  readonly config?: string;
  /** Folder of the pack; absent for the repository's own. */
  readonly pack?: string;
  /** Whether only help was asked for. */
  readonly help: boolean;
}

/** Help of the command. */
export const POLICY_HELP = `Usage: npm run policy -- [options]

Judges what a stack would deploy by a policy pack, without Pulumi's CLI, a backend or credentials: the real
program runs against a stand-in of the engine, the real pack judges what it registers.

  --stack <name>    stack to judge, from Pulumi.<name>.yaml (default dev)
  --up              deploy into the sandbox first, so that nothing is unknown (default: as in a preview)
  --pack <folder>   the policy pack (default policy-pack)
  --config <file>   JSON file that configures the pack, as for pulumi preview --policy-pack-config
  --output <form>   text (default), json, github (workflow annotations) or sarif (2.1.0)
  --help            print this

The report goes to standard output, all else to standard error. Ends with 0 when no mandatory policy is
violated, with 1 when one is, with 2 when it could not run, with 130 when it was interrupted.
`;

const OPTIONS = {
  stack: { type: "string", default: "dev" },
  up: { type: "boolean", default: false },
  pack: { type: "string" },
  config: { type: "string" },
  output: { type: "string", default: "text" },
  help: { type: "boolean", default: false },
} as const;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    throw new ArgumentsError(`${(cause as Error).message} Try --help.`, { cause });
  }
}

const isOutput = (text: string): text is OutputFormat => (OUTPUTS as readonly string[]).includes(text);

/**
 * Reads the command line.
 *
 * @throws ArgumentsError - with all faults.
 */
export function policyArguments(args: readonly string[]): PolicyArguments {
  const { stack, up, pack, config, output, help } = parse(args);
  const faults: string[] = [];
  if (!/^[a-zA-Z0-9._-]+$/.test(stack)) faults.push(`Set --stack to a stack's name; it is "${stack}".`);
  if (!isOutput(output)) faults.push(`Set --output to one of ${OUTPUTS.join(", ")}; it is "${output}".`);
  if (!isOutput(output) || faults.length > 0) throw new ArgumentsError(faults.join("\n"));
  return {
    stack,
    up,
    output,
    ...(config !== undefined && { config }),
    ...(pack !== undefined && { pack }),
    help,
  };
}
