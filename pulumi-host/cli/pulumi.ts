import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { otherAws, signingKeys } from "../resources/clients";

/** Oldest minor version of the Pulumi CLI, 3.x, that the product is tried with. */
const OLDEST_MINOR = 259;

const INSTALL = `install the Pulumi CLI (https://www.pulumi.com/docs/install/), version 3.${OLDEST_MINOR} or newer.`;

/** What is wrong with the Pulumi CLI on PATH, and what to do; nothing when it can be used. */
export function pulumiFault(env: NodeJS.ProcessEnv): string | undefined {
  const { status, stdout } = spawnSync("pulumi", ["version"], { env, encoding: "utf8" });
  if (status !== 0) return `There is no \`pulumi\` on PATH: ${INSTALL}`;
  const [, major, minor] = /^v?(\d+)\.(\d+)\./.exec(stdout) ?? [];
  // A version that cannot be read is somebody's own build.
  const isOld = Number(major) < 3 || (Number(major) === 3 && Number(minor) < OLDEST_MINOR);
  return isOld ? `The \`pulumi\` on PATH is ${stdout.trim()}: ${INSTALL}` : undefined;
}

/** Where an engine keeps what it knows, and how it finds its providers. */
export interface EngineSettings {
  /** Folder of the state, absolute. */
  readonly state: string;
  /** Value of `PULUMI_DEBUG_PROVIDERS`. */
  readonly providers: string;
  /** The sandbox, which the program itself takes for AWS. */
  readonly endpoint: string;
}

/** The environment of an engine that shares nothing with the user's own: login, plugins, stacks, AWS. */
export function engineEnvironment(
  env: NodeJS.ProcessEnv,
  { state, providers, endpoint }: EngineSettings,
): NodeJS.ProcessEnv {
  const home = join(state, "home");
  mkdirSync(home, { recursive: true });
  mkdirSync(join(state, "stacks"), { recursive: true });
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !otherAws(name))),
    AWS_ENDPOINT_URL: endpoint,
    ...signingKeys(env),
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: pathToFileURL(join(state, "stacks")).href,
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DEBUG_PROVIDERS: providers,
  };
}

/**
 * Runs the engine to its end in the foreground. A terminal's ^C reaches it as it reaches this process; handed on, it
 * would be a second one, at which the engine gives up without finishing what is under way. SIGTERM is handed on.
 *
 * Source: what Pulumi v3.259.0 prints at the first one.
 *
 * @returns its exit code.
 */
export async function runPulumi(
  args: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const child = spawn("pulumi", args, { cwd: folder, env, stdio: "inherit" });
  const stay = () => undefined;
  const forward = (signal: NodeJS.Signals) => void child.kill(signal);
  process.on("SIGINT", stay).on("SIGTERM", forward);
  const [code] = (await once(child, "exit")) as [number | null];
  process.off("SIGINT", stay).off("SIGTERM", forward);
  return code ?? 1;
}
