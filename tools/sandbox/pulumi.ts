import "../../lib/process/quiet-sdk";
import { resolve } from "node:path";
import { engineEnvironment, pulumiFault, runPulumi } from "../../pulumi-host/cli/pulumi";
import { SetUpError } from "../../pulumi-host/cli/set-up-error";
import { LastSandbox, prepareStack } from "../../pulumi-host/cli/stack";
import { startStandIns } from "../../pulumi-host/cli/stand-ins";
import { StackFilesError } from "../../pulumi-host/program/stack-files";
import { ArgumentsError } from "./options";
import { ENGINE_HELP, type EngineArguments, engineArguments } from "./pulumi-options";

/** Folder of the Pulumi program. */
const FOLDER = resolve(__dirname, "..", "..");

/**
 * Which sandbox answers; another after each start or reset.
 *
 * @throws SetUpError - none does, or it has the stack already, which the engine would make a second time.
 */
async function sandboxAt({ endpoint, stack }: EngineArguments): Promise<string> {
  const answer = await fetch(`${endpoint}/_sandbox/identity`).catch(() => undefined);
  if (!answer?.ok) {
    throw new SetUpError(
      `No sandbox answers at ${endpoint}: start one with \`npm run sandbox -- --no-deploy\`, or set --endpoint.`,
    );
  }
  const { id, deployed } = (await answer.json()) as { readonly id: string; readonly deployed: string | null };
  if (deployed !== stack) return id;
  throw new SetUpError(
    `The sandbox at ${endpoint} has deployed the stack ${stack} by itself: start it with --no-deploy, or empty it ` +
      `with \`curl -X POST ${endpoint}/_sandbox/reset -d '{"deploy": false}'\`.`,
  );
}

function pulumiArguments({ verb, rest }: EngineArguments, of: readonly string[]): string[] {
  const pack = verb === "destroy" ? [] : ["--policy-pack", "policy-pack"];
  const yes = verb === "preview" ? [] : ["--yes"];
  return [verb, ...of, ...pack, ...yes, ...rest];
}

const elsewhere = ({ PULUMI_BACKEND_URL }: NodeJS.ProcessEnv) =>
  "Commands that pulumi advises act on your own stacks unless you give them this sandbox's: " +
  `PULUMI_BACKEND_URL=${PULUMI_BACKEND_URL} PULUMI_CONFIG_PASSPHRASE= pulumi ...\n`;

/** Brings a state that tells of an earlier sandbox, which is gone, to what there is in this one. */
async function follow(sandbox: string, last: LastSandbox, refresh: () => Promise<number>): Promise<void> {
  if (last.isOther(sandbox)) {
    process.stderr.write("The state is of another sandbox: it is refreshed from this one first.\n");
    if ((await refresh()) !== 0) throw new SetUpError("The state could not be refreshed; see above.");
  }
  last.note(sandbox);
}

async function run(options: EngineArguments): Promise<number> {
  const fault = pulumiFault(process.env);
  if (fault !== undefined) throw new SetUpError(fault);
  const { verb, stack, endpoint } = options;
  const sandbox = await sandboxAt(options);
  process.stderr.write(
    `This is the SANDBOX at ${endpoint}: no AWS account is touched. State: ${options.state}\n`,
  );
  const state = resolve(FOLDER, options.state);
  const standIns = await startStandIns(endpoint, process.env);
  try {
    const env = engineEnvironment(process.env, { state, providers: standIns.address, endpoint });
    const config = prepareStack({ folder: FOLDER, stack, state, destroys: verb === "destroy" }, env);
    const of = ["--stack", stack, "--config-file", config];
    const refresh = ["refresh", ...of, "--skip-preview", "--yes"];
    await follow(sandbox, new LastSandbox({ stack, state }), () => runPulumi(refresh, FOLDER, env));
    const succeeded = (await runPulumi(pulumiArguments(options, of), FOLDER, env)) === 0;
    // Pulumi ends both with commands to type, which would find the user's own stack of the same name.
    if (!succeeded || verb === "destroy") process.stderr.write(elsewhere(env));
    return succeeded ? 0 : 1;
  } finally {
    standIns.stop();
  }
}

async function main(): Promise<number> {
  const options = engineArguments(process.argv.slice(2), process.env);
  if (!options.help) return run(options);
  process.stdout.write(ENGINE_HELP);
  return 0;
}

/** What says by itself what to do; anything else is a fault of ours. */
const EXPECTED = [ArgumentsError, SetUpError, StackFilesError];

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const expected = EXPECTED.some((kind) => error instanceof kind);
    const { message, stack } = error as Error;
    process.stderr.write(`${expected ? message : stack}\n`);
    process.exit(2);
  },
);
