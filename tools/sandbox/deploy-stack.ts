import { type Deployed, type DeployRequest, deploy } from "../../pulumi-host/program/deploy";
import { makeStackBoundary } from "../../pulumi-host/program/stack-boundary";
import type { StackFiles } from "../../pulumi-host/program/stack-files";
import type { Sandbox, SandboxContent } from "../../sandbox/start-sandbox";
import { readScenario } from "../scenario/said";
import { prepareDeploy } from "./prerequisites";

/** A deploy into a sandbox. */
export type SandboxDeploy = DeployRequest & { readonly endpoint: string };

/** A stack of the program, and what became of it in a sandbox. */
export class SandboxStack implements SandboxContent {
  readonly #sandbox: Sandbox;
  readonly #files: StackFiles;
  readonly #log: (line: string) => void;
  #deployed: Deployed | undefined;

  constructor(sandbox: Sandbox, files: StackFiles, log: (line: string) => void) {
    this.#sandbox = sandbox;
    this.#files = files;
    this.#log = log;
  }

  /** Name of the stack. */
  get name(): string {
    return this.#files.stack;
  }

  /** What the last deploy made. @throws Error - before the first. */
  get deployed(): Deployed {
    if (!this.#deployed) throw new Error(`The stack ${this.name} has not been deployed.`);
    return this.#deployed;
  }

  /** The outputs of the last deploy. */
  readonly outputs = (): unknown => this.deployed.outputs;

  /** Makes what the stack names and does not make, and runs the program into the sandbox. @throws DeployError - the stack could not be deployed. */
  readonly deploy = async (signal: AbortSignal): Promise<void> => {
    const { account, endpoint, region } = this.#sandbox.address;
    const request = {
      files: this.#files,
      account,
      region,
      endpoint,
      iotDataEndpoint: new URL(endpoint).host,
      signal,
      log: this.#log,
    };
    await makeStackBoundary(request);
    await prepareDeploy(request, readScenario(this.#files, {}, Date.now()), this.#log);
    this.#deployed = await this.make(request);
  };

  /** Runs the program into the sandbox. */
  protected make(request: SandboxDeploy): Promise<Deployed> {
    return deploy(request);
  }
}

/**
 * Puts a stack into a sandbox, now and after each reset.
 *
 * @throws DeployError - the stack could not be deployed.
 */
export async function deployStack(
  sandbox: Sandbox,
  files: StackFiles,
  log: (line: string) => void = () => undefined,
): Promise<SandboxStack> {
  const stack = new SandboxStack(sandbox, files, log);
  await sandbox.deploy(stack);
  return stack;
}
