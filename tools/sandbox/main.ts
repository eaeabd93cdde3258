import "../../lib/process/quiet-sdk";
import { resolve } from "node:path";
import { endsOnSignals } from "../../lib/process/end";
import { DeployError, ProgramError } from "../../pulumi-host/program/deploy-error";
import { readStackFiles, StackFilesError } from "../../pulumi-host/program/stack-files";
import { startSandbox } from "../../sandbox/start-sandbox";
import { regionOf, SandboxStack } from "./deploy-stack";
import { ArgumentsError, SANDBOX_HELP, sandboxArguments } from "./options";

/** Folder of the Pulumi program: the one above this. */
const FOLDER = resolve(__dirname, "..", "..");

const log = (line: string) => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const options = sandboxArguments(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(SANDBOX_HELP);
    return;
  }
  const files = readStackFiles(FOLDER, options.stack);
  const { port, mqttPort, speed } = options;
  const sandbox = await startSandbox({ port, mqttPort, speed, region: regionOf(files), log });
  endsOnSignals(() => sandbox.stop());
  const stack = new SandboxStack(sandbox, files, log);
  if (options.deploy) await sandbox.deploy(stack);
  else sandbox.prepare(stack);
  process.stdout.write(`ready ${JSON.stringify(sandbox.address)}\n`);
}

main().catch((error: unknown) => {
  const expected =
    error instanceof ArgumentsError || error instanceof StackFilesError || error instanceof DeployError;
  const code = (error as NodeJS.ErrnoException).code;
  log(
    code === "EADDRINUSE"
      ? `${(error as Error).message}. Set --port and --mqtt-port to free ports, or to 0.`
      : expected
        ? (error as Error).message
        : String((error as Error)?.stack ?? error),
  );
  process.exit(error instanceof DeployError && !(error instanceof ProgramError) ? 1 : 2);
});
