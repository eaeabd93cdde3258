import "../process/quiet-sdk";
import { resolve } from "node:path";
import { ArgumentsError } from "../options";
import { ENGINE_HELP, type EngineArguments, engineArguments } from "./options";
import { engineEnvironment, hasPulumi, NO_PULUMI, prepareStack, runPulumi } from "./pulumi";
import { startStandIns } from "./stand-ins";

/** Folder of the Pulumi program. */
const FOLDER = resolve(__dirname, "..", "..");

/** The engine could not be run; the message says what to do. */
class SetUpError extends Error {}

async function checkSandbox(endpoint: string): Promise<void> {
  const answer = await fetch(`${endpoint}/_sandbox/clock`).catch(() => undefined);
  if (answer?.ok) return;
  throw new SetUpError(
    `No sandbox answers at ${endpoint}: start one with \`npm run sandbox -- --no-deploy\`, or set --endpoint.`,
  );
}

function pulumiArguments({ verb, stack, rest }: EngineArguments, config: string): string[] {
  const pack = verb === "destroy" ? [] : ["--policy-pack", "policy-pack"];
  const yes = verb === "preview" ? [] : ["--yes"];
  return [verb, "--stack", stack, "--config-file", config, ...pack, ...yes, ...rest];
}

async function run(options: EngineArguments): Promise<number> {
  if (!hasPulumi(process.env)) throw new SetUpError(NO_PULUMI);
  await checkSandbox(options.endpoint);
  process.stderr.write(
    `This is the SANDBOX at ${options.endpoint}: no AWS account is touched. State: ${options.state}\n`,
  );
  const state = resolve(FOLDER, options.state);
  const standIns = await startStandIns(options.endpoint, process.env);
  try {
    const env = engineEnvironment(process.env, { state, providers: standIns.address });
    const config = prepareStack(FOLDER, options.stack, state, env);
    return (await runPulumi(pulumiArguments(options, config), FOLDER, env)) === 0 ? 0 : 1;
  } finally {
    standIns.stop();
  }
}

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args.includes("--help")) {
    process.stdout.write(ENGINE_HELP);
    return 0;
  }
  return run(engineArguments(args, process.env));
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const expected = error instanceof ArgumentsError || error instanceof SetUpError;
    process.stderr.write(`${expected ? error.message : String((error as Error)?.stack ?? error)}\n`);
    process.exit(2);
  },
);
