import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";

/** What a command took. */
export interface Measured {
  /** Wall time. */
  readonly milliseconds: number;
  /** Highest sum of resident memory over the command and its descendants, KiB. */
  readonly kibibytes: number;
}

/** How often memory is looked at, milliseconds. */
const INTERVAL_MS = 50;

interface Resident {
  readonly parent: number;
  readonly kibibytes: number;
}

/** Parent and resident memory of a process. Source: Linux, proc_pid_status(5), `PPid` and `VmRSS`. */
function residentOf(pid: string): Resident | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
    return { parent: field("PPid"), kibibytes: field("VmRSS") };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}

/** Sum of the resident memory of a process and all its descendants, KiB. */
function treeMemory(root: number): number {
  const all = new Map<number, Resident>();
  for (const name of readdirSync("/proc")) {
    const resident = /^\d+$/.test(name) ? residentOf(name) : undefined;
    if (resident) all.set(Number(name), resident);
  }
  const isInTree = (pid: number): boolean => {
    if (pid === root) return true;
    const parent = all.get(pid)?.parent ?? 0;
    return parent > 1 && isInTree(parent);
  };
  return [...all].reduce((sum, [pid, { kibibytes }]) => (isInTree(pid) ? sum + kibibytes : sum), 0);
}

/**
 * Runs a command to its end.
 *
 * @throws Error - it fails; the message holds what it printed.
 */
export async function measure(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Measured> {
  const began = performance.now();
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let [output, kibibytes] = ["", 0];
  const keep = (chunk: Buffer) => {
    output += chunk.toString("utf8");
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const timer = setInterval(() => {
    kibibytes = Math.max(kibibytes, treeMemory(child.pid ?? 0));
  }, INTERVAL_MS);
  const [code] = (await once(child, "close")) as [number | null];
  clearInterval(timer);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with exit code ${code}:\n${output}`);
  return { milliseconds: performance.now() - began, kibibytes };
}
