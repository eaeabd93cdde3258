import { join } from "node:path";
import { readStackFiles } from "../../../pulumi-host/program/stack-files";
import { type Sandbox, startSandbox } from "../../../sandbox/start-sandbox";
import type { SandboxStack } from "../../../tools/sandbox/deploy-stack";
import { replayStack } from "../../support/replayed-stack";

/** Folder of the program. */
export const PROJECT_FOLDER = join(__dirname, "..", "..", "..");

/** A sandbox with the dev stack, its clock paused. */
export interface DevSandbox {
  readonly sandbox: Sandbox;
  readonly stack: SandboxStack;
}

/** Starts a sandbox on free ports with the dev stack in it, as a deploy leaves it, with other values of its config where some are given. */
export async function startDevSandbox(
  log: (line: string) => void = () => undefined,
  config: Readonly<Record<string, unknown>> = {},
): Promise<DevSandbox> {
  const sandbox = await startSandbox({ port: 0, log });
  const files = readStackFiles(PROJECT_FOLDER, "dev");
  const given = Object.entries(config).map(([key, value]) => [
    `iot-quarantine:${key}`,
    JSON.stringify(value),
  ]);
  try {
    const all = { ...files.config, ...Object.fromEntries(given) };
    return { sandbox, stack: await replayStack(sandbox, { ...files, config: all }, log) };
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

/** Settings for any SDK client of a started sandbox. */
export function clientSettings(sandbox: Sandbox) {
  const { endpoint, region } = sandbox.address;
  return {
    endpoint,
    region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
}
