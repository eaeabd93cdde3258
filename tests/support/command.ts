import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/**
 * Starts a command of a project, as its npm script does but for npm.
 *
 * @param main - The command's file, relative to the project's folder.
 * @param variables - Variables beside those of this process.
 */
export function startCommand(
  folder: string,
  main: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
) {
  const { NODE_OPTIONS: _options, npm_lifecycle_event: _event, ...env } = process.env;
  const child = spawn(process.execPath, ["-r", "./transpile.js", join(folder, main), ...args], {
    cwd: folder,
    env: { ...env, ...variables },
    // As a terminal does it: its ^C goes to the whole group.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const closed = once(child, "close");
  const printed = Promise.all([text(child.stdout), text(child.stderr)]);
  const ended = Promise.all([closed, printed]).then(([[code], [output, errors]]) => ({
    code: code as number | null,
    output,
    errors,
  }));
  return { child, ended };
}
