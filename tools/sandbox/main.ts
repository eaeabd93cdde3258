import { once } from "node:events";
import { defineCommand } from "../../lib/command/command";
import { ExpectedError } from "../../lib/command/expected-error";
import { runMain } from "../../lib/command/main";
import { flag, number, preset } from "../../lib/command/option";
import { DeployError, ProgramError } from "../../pulumi-host/program/deploy-error";
import { readStackFiles } from "../../pulumi-host/program/stack-files";
import { MAX_SPEED } from "../../sandbox/clock/virtual-clock";
import { startSandbox } from "../../sandbox/start-sandbox";
import { stackOption } from "../options";
import { regionOf } from "../stack-region";
import { SandboxStack } from "./deploy-stack";

const portOption = (help: string, usual: number) =>
  preset(number(`${help}; 0 picks a free one`, { from: 0, to: 65_535 }), usual);

/** What a person is to do about a port that is taken, of which the system's error says nothing. */
function explained(error: NodeJS.ErrnoException): never {
  if (error.code !== "EADDRINUSE") throw error;
  const message = `${error.message}. Set --port and --mqtt-port to free ports, or to 0.`;
  throw new ExpectedError(message, { cause: error });
}

/** Serves an embedded AWS IoT until it is interrupted. */
export const sandboxCommand = defineCommand({
  usage: "npm run sandbox -- [options]",
  about:
    "An embedded AWS IoT on loopback: deploys a stack of this program into itself and serves AWS APIs and MQTT.",
  options: {
    port: portOption("HTTP port of the AWS endpoint", 4566),
    mqttPort: portOption("MQTT port", 1883),
    stack: preset(stackOption("stack to deploy"), "dev"),
    speed: preset(
      number("virtual seconds for each wall second; 0 pauses", { from: 0, to: MAX_SPEED, isWhole: false }),
      1,
    ),
    noDeploy: flag("start empty"),
  },
  notes:
    'Prints one line `ready {"endpoint", "mqtt", "region", "account"}` to standard output once it serves;\n' +
    "progress goes to standard error.",
  exits: {
    0: "on SIGINT, SIGTERM or the death of its parent",
    1: "a resource of the stack cannot be made",
    2: "it could not run (arguments, config, ports)",
  },
  interrupted: 0,
  run: async ({ stack: name, noDeploy, ...options }, { project, stdout, stderr, signal }) => {
    const log = (line: string) => stderr.write(`${line}\n`);
    const files = readStackFiles(project, name);
    const sandbox = await startSandbox({ ...options, region: regionOf(files), log }).catch(explained);
    const interrupted = signal.aborted || once(signal, "abort");
    const stack = new SandboxStack(sandbox, files, log);
    try {
      if (noDeploy) sandbox.prepare(stack);
      else await Promise.race([sandbox.deploy(stack), interrupted]);
      stdout.write(`ready ${JSON.stringify(sandbox.address)}\n`);
      await interrupted;
      return 0;
    } catch (error) {
      if (!(error instanceof DeployError) || error instanceof ProgramError) throw error;
      log(error.message);
      return 1;
    } finally {
      await sandbox.stop();
    }
  },
});

if (require.main === module) void runMain(sandboxCommand);
