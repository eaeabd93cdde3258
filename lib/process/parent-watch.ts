import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** How often the parents are looked at, milliseconds: the process must be gone within 2 s of them. */
const INTERVAL_MS = 500;
/** Names of shells that npm puts between itself and a script. */
const SHELLS = /^-?(sh|bash|dash|zsh|ksh|busybox)$/;

/** A process as `ps` knows it. */
interface ProcessInfo {
  readonly parent: number;
  readonly command: string;
}

function inspect(pid: number): ProcessInfo | undefined {
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const found = /^\d+ \((.*)\) \S (\d+)/s.exec(stat);
      return found ? { command: found[1] ?? "", parent: Number(found[2]) } : undefined;
    }
    const [parent = "", ...command] = execFileSync("ps", ["-o", "ppid=,comm=", "-p", String(pid)], {
      encoding: "utf8",
    })
      .trim()
      .split(/\s+/);
    return { parent: Number(parent), command: command.join(" ").split("/").at(-1) ?? "" };
  } catch {
    return undefined;
  }
}

/** The parent and, where that is only a shell of npm's making, the parent's parent too. */
function ancestors(): number[] {
  const parent = process.ppid;
  const info = inspect(parent);
  const viaNpm = process.env.npm_lifecycle_event !== undefined;
  return info && viaNpm && SHELLS.test(info.command) ? [parent, info.parent] : [parent];
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Calls back once when the process that started this one is gone. npm does not pass signals on, so the
 * death of npm is the only sign of them.
 *
 * @returns Stops watching.
 */
export function watchParent(gone: () => void): () => void {
  const parent = process.ppid;
  const watched = ancestors();
  const timer = setInterval(() => {
    if (process.ppid === parent && watched.every(alive)) return;
    clearInterval(timer);
    gone();
  }, INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
