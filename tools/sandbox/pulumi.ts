import { resolve } from "node:path";
import { defineCommand, type Io } from "../../lib/command/command";
import { runMain } from "../../lib/command/main";
import { choice, operand, optional, preset, text, type Values } from "../../lib/command/option";
import { engineEnvironment, pulumiFault, runPulumi } from "../../pulumi-host/cli/pulumi";
import { SetUpError } from "../../pulumi-host/cli/set-up-error";
import { LastSandbox, prepareStack } from "../../pulumi-host/cli/stack";
import { startStandIns } from "../../pulumi-host/cli/stand-ins";
import { readStackFiles } from "../../pulumi-host/program/stack-files";
import { stackOption } from "../options";
import { readScenario } from "../scenario/said";
import { regionOf } from "../stack-region";
import { prepareDeploy } from "./prerequisites";
import { type RunningSandbox, runningSandbox } from "./running-sandbox";

const USUAL_ENDPOINT = "http://127.0.0.1:4566";

const OPTIONS = {
  verb: operand(choice(["up", "preview", "destroy"], "command of the engine")),
  stack: preset(stackOption("stack"), "dev"),
  endpoint: optional(
    text(
      "url",
      `the sandbox (default IOT_QUARANTINE_SANDBOX_ENDPOINT, else ${USUAL_ENDPOINT})`,
      "its address",
    ),
  ),
  state: preset(text("folder", "where the state is kept", "a folder"), ".pulumi-sandbox"),
};

type EngineOptions = Values<typeof OPTIONS>;

/**
 * The sandbox, where the engine may make the stack.
 *
 * @param region - The stack's; absent where the stack is only to be destroyed, as its file may be gone.
 * @throws ExpectedError - see {@link runningSandbox}; or it has the stack already, which the engine would make a second time.
 */
async function sandboxFor(
  { endpoint, stack }: EngineOptions,
  { IOT_QUARANTINE_SANDBOX_ENDPOINT }: NodeJS.ProcessEnv,
  region: string | undefined,
): Promise<RunningSandbox> {
  const given = endpoint ?? IOT_QUARANTINE_SANDBOX_ENDPOINT ?? USUAL_ENDPOINT;
  const setting = "--endpoint or IOT_QUARANTINE_SANDBOX_ENDPOINT";
  const sandbox = await runningSandbox(given, { stack, region, setting });
  if (sandbox.deployed !== stack) return sandbox;
  throw new SetUpError(
    `The sandbox at ${sandbox.endpoint} has deployed the stack ${stack} by itself: start it with --no-deploy, or empty it ` +
      `with \`curl -X POST ${sandbox.endpoint}/_sandbox/reset -d '{"deploy": false}'\`.`,
  );
}

const elsewhere = ({ PULUMI_BACKEND_URL }: NodeJS.ProcessEnv) =>
  "Commands that pulumi advises act on your own stacks unless you give them this sandbox's: " +
  `PULUMI_BACKEND_URL=${PULUMI_BACKEND_URL} PULUMI_CONFIG_PASSPHRASE= pulumi ...\n`;

/** Brings a state that tells of an earlier sandbox, which is gone, to what there is in this one. */
async function follow(
  sandbox: string,
  last: LastSandbox,
  { stderr }: Io,
  refresh: () => Promise<number>,
): Promise<void> {
  if (last.isOther(sandbox)) {
    stderr.write("The state is of another sandbox: it is refreshed from this one first.\n");
    if ((await refresh()) !== 0) throw new SetUpError("The state could not be refreshed; see above.");
  }
  last.note(sandbox);
}

async function run(options: EngineOptions, io: Io, rest: readonly string[]): Promise<number> {
  const { verb, stack } = options;
  const { project, stderr, signal } = io;
  const fault = pulumiFault(io.env);
  if (fault !== undefined) throw new SetUpError(fault);
  const files = verb === "destroy" ? undefined : readStackFiles(project, stack);
  const region = files && regionOf(files);
  const { id, endpoint } = await sandboxFor(options, io.env, region);
  stderr.write(`This is the SANDBOX at ${endpoint}: no AWS account is touched. State: ${options.state}\n`);
  const state = resolve(project, options.state);
  const standIns = await startStandIns(endpoint, io.env);
  try {
    const env = engineEnvironment(io.env, { state, providers: standIns.address, endpoint });
    const config = prepareStack({ folder: project, stack, state, destroys: verb === "destroy" }, env);
    const pulumi = (command: string, ...args: readonly string[]) => {
      signal.throwIfAborted();
      return runPulumi([command, "--stack", stack, "--config-file", config, ...args], project, env);
    };
    const last = new LastSandbox({ stack, state });
    await follow(id, last, io, () => pulumi("refresh", "--skip-preview", "--yes"));
    if (verb === "up" && files && region !== undefined) {
      const log = (line: string) => stderr.write(`${line}\n`);
      await prepareDeploy({ endpoint, region }, readScenario(files, {}, Date.now()), log);
    }
    const pack = verb === "destroy" ? [] : ["--policy-pack", "policy-pack"];
    const yes = verb === "preview" ? [] : ["--yes"];
    const succeeded = (await pulumi(verb, ...pack, ...yes, ...rest)) === 0;
    // Pulumi ends both with commands to type, which would find the user's own stack of the same name.
    if (!succeeded || verb === "destroy") stderr.write(elsewhere(env));
    return succeeded ? 0 : 1;
  } finally {
    standIns.stop();
  }
}

/** Runs the real engine against a running sandbox. */
export const engineCommand = defineCommand({
  usage: "npm run sandbox:<up|preview|destroy> -- [options] [-- arguments of pulumi]",
  about:
    "Runs the real Pulumi engine, policy pack in front, against a running sandbox instead of AWS. Start one before, in " +
    "another terminal: npm run sandbox -- --no-deploy",
  options: OPTIONS,
  passesOn: true,
  notes:
    "A sandbox keeps nothing: where the state is of an earlier one, it is refreshed from the running one first.\n" +
    "An interrupt lets pulumi finish what is under way.",
  exits: { 0: "pulumi succeeds", 1: "it does not" },
  isPatient: true,
  run,
});

if (require.main === module) void runMain(engineCommand);
