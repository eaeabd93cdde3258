import "../../lib/process/quiet-sdk";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { endsOnSignals } from "../../lib/process/end";
import { DeployError } from "../../pulumi-host/program/deploy-error";
import { readStackFiles, StackFilesError } from "../../pulumi-host/program/stack-files";
import { startSandbox } from "../../sandbox/start-sandbox";
import { deployStack, regionOf } from "../sandbox/deploy-stack";
import { ArgumentsError } from "../sandbox/options";
import { Printer } from "./print";
import { type Rehearsal, rehearse } from "./rehearse";
import type { StackOutputs } from "./stage";

const FOLDER = resolve(__dirname, "..", "..");

const HELP = `Usage: npm run rehearse -- [options]

Deploys a stack of this program into an embedded AWS IoT on free ports, lets devices send too much, and verifies
that they are detected and fenced off while the others go on.

  --stack <name>           stack to rehearse, from Pulumi.<name>.yaml (default dev)
  --output <text|json>     how the result is printed (default text)
  --verbose                print the progress of the deploy to standard error
  --help                   print this

Exit code 0 when every step holds, 1 when one does not (it is named), 2 when it could not run; where the deploy
failed, the JSON is then {"ok": false, "error": ...}.
`;

interface Options {
  readonly stack: string;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly help: boolean;
}

function readOptions(args: string[]): Options {
  try {
    const { values } = parseArgs({
      args,
      options: {
        stack: { type: "string", default: "dev" },
        output: { type: "string", default: "text" },
        verbose: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.output !== "text" && values.output !== "json") {
      throw new Error(`Set --output to text or json; it is "${values.output}".`);
    }
    return {
      stack: values.stack,
      json: values.output === "json",
      verbose: values.verbose,
      help: values.help,
    };
  } catch (cause) {
    throw new ArgumentsError(`${(cause as Error).message} Try --help.`, { cause });
  }
}

async function run(options: Options, printer: Printer): Promise<Rehearsal> {
  const began = performance.now();
  const log = (line: string) => {
    if (options.verbose) process.stderr.write(`${line}\n`);
  };
  const files = readStackFiles(FOLDER, options.stack);
  const sandbox = await startSandbox({ port: 0, region: regionOf(files), log });
  endsOnSignals(() => sandbox.stop(), 130);
  try {
    const { deployed } = await deployStack(sandbox, files, log);
    printer.deployed(deployed.resources.length, performance.now() - began);
    return await rehearse({
      address: sandbox.address,
      // The program's own test holds its outputs to these names; on the wire they have no types.
      outputs: deployed.outputs as unknown as StackOutputs,
      began,
      onStep: (result) => printer.step(result),
    });
  } finally {
    await sandbox.stop();
  }
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const write = (document: unknown) => process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  const print = (text: string) => {
    if (!options.json) process.stdout.write(text);
  };
  const printer = new Printer(print, process.stdout.isTTY === true);
  printer.heading(options.stack);
  const rehearsal = await run(options, printer).catch((error: unknown) => {
    if (options.json && error instanceof DeployError) write({ ok: false, error: error.message });
    throw error;
  });
  printer.closing(rehearsal);
  if (options.json) write(rehearsal);
  return rehearsal.ok ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const expected =
      error instanceof ArgumentsError || error instanceof StackFilesError || error instanceof DeployError;
    process.stderr.write(
      `${expected ? (error as Error).message : String((error as Error)?.stack ?? error)}\n`,
    );
    process.exit(2);
  },
);
