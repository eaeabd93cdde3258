import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { ExpectedError } from "../../lib/command/expected-error";

/** What a command took. */
export interface Measured {
  /** Wall time. */
  readonly milliseconds: number;
  /** Highest sum of resident memory over the command and its descendants, KiB. */
  readonly kibibytes: number;
}

/** How often memory is looked at, milliseconds. */
const INTERVAL_MS = 50;

/**
 * A number of a process's status, in KiB where it is memory; undefined when the process is gone.
 *
 * Source: Linux, proc_pid_status(5).
 */
export function statusOf(pid: number, field: "PPid" | "VmHWM" | "VmRSS"): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
  } catch {
    return undefined;
  }
}

/** A process and all its descendants, as they are now. */
export function treeOf(root: number): number[] {
  const byParent = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    const parent = /^\d+$/.test(name) ? (statusOf(Number(name), "PPid") ?? 0) : 0;
    if (parent > 0) byParent.set(parent, [...(byParent.get(parent) ?? []), Number(name)]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(byParent.get(pid) ?? []));
  return tree;
}

/** Sum of the resident memory of a process and all its descendants, KiB. */
const treeMemory = (root: number): number =>
  treeOf(root).reduce((sum, pid) => sum + (statusOf(pid, "VmRSS") ?? 0), 0);

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
  if (code !== 0)
    throw new ExpectedError(`${command} ${args.join(" ")} ended with exit code ${code}:\n${output}`);
  return { milliseconds: performance.now() - began, kibibytes };
}
