import { spawn } from "node:child_process";
import { once } from "node:events";
import { cleanEnvironment, tailOf } from "../../lib/process/child";
import { otherAws, signingKeys } from "../resources/clients";
import type { StackFiles } from "./stack-files";

/** How a program's process ended. */
export interface ProgramEnd {
  /** Exit code; null after a signal. */
  readonly code: number | null;
  /** What it printed to standard error, its last 8 kB. */
  readonly errorOutput: string;
}

/** A running program. */
export interface RunningProgram {
  /** Resolves when the process has ended; never rejects. */
  readonly ended: Promise<ProgramEnd>;
  /** Ends it at once; harmless when it has ended. */
  readonly kill: () => void;
}

/** Where a program acts. */
export interface ProgramSurroundings {
  readonly region: string;
  /** Base URL of the sandbox; absent in a preview, which makes nothing: values that AWS computes stay unknown. */
  readonly endpoint?: string;
}

/** Resource operations that the program may have under way at once; the engine's own default is 16. */
const PARALLEL = 16;

function programArguments(files: StackFiles, address: string, isPreview: boolean): string[] {
  return [
    require.resolve("@pulumi/pulumi/cmd/run"),
    `--monitor=${address}`,
    `--engine=${address}`,
    `--project=${files.project}`,
    `--stack=${files.stack}`,
    "--organization=organization",
    `--pwd=${files.folder}`,
    `--root-directory=${files.folder}`,
    `--parallel=${PARALLEL}`,
    ...(isPreview ? ["--dry-run=true"] : []),
    files.main,
  ];
}

/** Config of the `aws` provider that says whose credentials to take: nobody's are needed for the sandbox. */
const CREDENTIALS = ["profile", "assumeRoles", "accessKey", "secretKey", "token"].map((key) => `aws:${key}`);

/** How the program's hooks find AWS: it is the sandbox for them as well. A preview has none. */
function hooksEnvironment({ endpoint, region }: ProgramSurroundings): NodeJS.ProcessEnv {
  if (endpoint === undefined) return {};
  return { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, ...signingKeys({}) };
}

function programEnvironment(files: StackFiles, surroundings: ProgramSurroundings): NodeJS.ProcessEnv {
  const config = Object.entries(files.config).filter(
    ([key]) => surroundings.endpoint === undefined || !CREDENTIALS.includes(key),
  );
  return {
    ...Object.fromEntries(Object.entries(cleanEnvironment()).filter(([name]) => !otherAws(name))),
    ...hooksEnvironment(surroundings),
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(config)),
    PULUMI_CONFIG_SECRET_KEYS: "[]",
    PULUMI_NODEJS_TYPESCRIPT: String(files.typescript),
    // Checking types would take longer than the deploy.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    PULUMI_ERROR_OUTPUT_STRING: "true",
  };
}

/**
 * Runs the unmodified Pulumi program in the SDK's own runner, in a process of its own.
 *
 * @param address - `host:port` of a monitor.
 */
export function runProgram(
  files: StackFiles,
  address: string,
  surroundings: ProgramSurroundings,
): RunningProgram {
  const isPreview = surroundings.endpoint === undefined;
  const child = spawn(process.execPath, programArguments(files, address, isPreview), {
    env: programEnvironment(files, surroundings),
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A program's own prints are no concern of a deploy, but must be read or it would block.
  child.stdout.resume();
  const errorOutput = tailOf(child.stderr);
  const ended = once(child, "close").then(
    ([code]) => ({ code: code as number | null, errorOutput: errorOutput() }),
    (error: Error) => ({ code: null, errorOutput: error.message }),
  );
  return { ended, kill: () => void child.kill("SIGKILL") };
}
