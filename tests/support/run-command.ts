import { join } from "node:path";
import type { Command, Io } from "../../lib/command/command";

/** The repository. */
export const ROOT = join(__dirname, "..", "..");

/** Runs a command in this process: with PATH alone, without an interrupt, in the repository, unless told otherwise. */
export async function runCommand(command: Command, args: readonly string[], io: Partial<Io> = {}) {
  let [output, errors] = ["", ""];
  const code = await command.run(args, {
    stdout: { write: (text) => (output += text) },
    stderr: { write: (text) => (errors += text) },
    env: { PATH: process.env.PATH },
    cwd: io.project ?? ROOT,
    project: ROOT,
    signal: new AbortController().signal,
    ...io,
  });
  return { code, output, errors };
}
