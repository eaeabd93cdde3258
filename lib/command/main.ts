import "../process/quiet-sdk";
import { resolve } from "node:path";
import { endsOnSignals } from "../process/end";
import type { Command } from "./command";

/** Runs a command as this process, and ends the process with its exit code. */
export async function runMain({ run, interrupted, isPatient }: Command): Promise<void> {
  const { stdout, stderr, env, argv } = process;
  const interrupt = new AbortController();
  const { signal } = interrupt;
  // Not before signals are heard.
  const finished = Promise.resolve().then(() =>
    run(argv.slice(2), {
      stdout,
      stderr,
      env,
      signal,
      cwd: process.cwd(),
      project: resolve(__dirname, "../.."),
    }),
  );
  const stop = () => {
    interrupt.abort();
    return finished;
  };
  endsOnSignals(stop, interrupted, isPatient);
  const code = await finished;
  // A pipe may not have taken everything yet.
  stdout.write("", () => process.exit(code));
}
