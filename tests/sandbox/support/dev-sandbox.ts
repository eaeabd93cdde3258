import { join } from "node:path";
import { readStackFiles } from "../../../pulumi-host/program/stack-files";
import { Sandbox } from "../../../tools/sandbox/sandbox";

/** Folder of the program. */
export const PROJECT_FOLDER = join(__dirname, "..", "..", "..");

/** A sandbox for the dev stack on free ports, its clock paused; not started. */
export function devSandbox(log: (line: string) => void = () => undefined): Sandbox {
  return new Sandbox({ files: readStackFiles(PROJECT_FOLDER, "dev"), speed: 0, log });
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
