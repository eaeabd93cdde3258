import { type Clients, destroyClients, makeClients } from "../resources/clients";
import type { Properties } from "../resources/property-values";
import { DeployError, ProgramError } from "./deploy-error";
import { type DeployedResource, Deployment, STACK_TYPE } from "./deployment";
import { Hooks } from "./hooks";
import { answerInvoke } from "./invokes";
import { type RunningMonitor, startMonitor } from "./monitor";
import { type ProgramEnd, runProgram } from "./program";
import type { StackFiles } from "./stack-files";

/** What to deploy, and where. */
export interface DeployRequest {
  /** The project and the stack. */
  readonly files: StackFiles;
  /** Account that the program is told it acts in. */
  readonly account: string;
  /** Region that the program is told it acts in. */
  readonly region: string;
  /** Base URL of the sandbox; absent for a preview, which makes nothing. */
  readonly endpoint?: string;
  /** Host that the program is given as the account's IoT data endpoint. */
  readonly iotDataEndpoint: string;
  /** Ends the run early. */
  readonly signal?: AbortSignal;
  /** Told of the program's own messages and of each resource made. */
  readonly log: (line: string) => void;
}

/** A finished deploy. */
export interface Deployed {
  /** Every resource, in the order in which they were done. */
  readonly resources: readonly DeployedResource[];
  /** What the program exported. */
  readonly outputs: Properties;
}

/** The verdict on a run: kept here, as the program's own exit code cannot be trusted with it. */
class Verdict {
  readonly errors: string[] = [];
  #isOfResource = false;
  readonly failed: Promise<void>;
  #fail: () => void = () => undefined;

  constructor() {
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
  }

  /** An error that ends the run. */
  fail = (error: unknown): void => {
    this.#isOfResource = true;
    this.errors.push(error instanceof DeployError ? error.message : String((error as Error)?.stack ?? error));
    this.#fail();
  };

  /** Throws when anything went wrong: a ProgramError when nothing had been made. */
  judge({ code, errorOutput }: ProgramEnd, isAnythingMade: boolean): void {
    const Kind = this.#isOfResource || isAnythingMade ? DeployError : ProgramError;
    if (this.errors.length > 0) throw new Kind(this.errors.join("\n"));
    if (code !== 0) throw new Kind(`The program ended with exit code ${code}.\n${errorOutput.trim()}`);
  }
}

function monitorFor(
  request: DeployRequest,
  deployment: Deployment,
  hooks: Hooks,
  verdict: Verdict,
): Promise<RunningMonitor> {
  return startMonitor({
    register: async (registration) => {
      const registered = await deployment.register(registration);
      const verb = request.endpoint === undefined ? "would make" : "made";
      if (registration.custom) request.log(`${verb} ${registration.type} ${registration.name}`);
      return registered;
    },
    registerHook: (hook) => hooks.register(hook),
    registerOutputs: (urn, outputs) => deployment.registerOutputs(urn, outputs),
    invoke: (token, args) => answerInvoke(token, args, request),
    log: (severity, message) => {
      if (severity === "error") verdict.errors.push(message.trim());
      else if (severity !== "debug") request.log(`${severity}: ${message.trim()}`);
    },
    failed: verdict.fail,
  });
}

async function runToEnd(request: DeployRequest, deployment: Deployment, hooks: Hooks): Promise<void> {
  const verdict = new Verdict();
  const monitor = await monitorFor(request, deployment, hooks, verdict);
  try {
    const program = runProgram(request.files, monitor.address, request);
    // A program whose registration is not answered would wait for ever.
    void verdict.failed.then(program.kill);
    request.signal?.addEventListener("abort", program.kill, { once: true });
    if (request.signal?.aborted) program.kill();
    const end = await program.ended;
    verdict.judge(
      end,
      deployment.resources.some(({ custom, type }) => custom && type !== STACK_TYPE),
    );
  } finally {
    monitor.stop();
  }
}

/**
 * Runs the unmodified Pulumi program and makes each of its resources by AWS SDK calls at the endpoint.
 *
 * @throws DeployError - which resource could not be made and why, or what the program itself complained of.
 */
export async function deploy(request: DeployRequest): Promise<Deployed> {
  const { files, account, region, endpoint } = request;
  const clients: Clients | undefined = endpoint === undefined ? undefined : makeClients(endpoint, region);
  const hooks = new Hooks();
  const deployment = new Deployment({
    project: files.project,
    stack: files.stack,
    account,
    region,
    ...(clients && {
      context: { clients, folder: files.folder },
      beforeCreate: (registration, urn) => hooks.beforeCreate(registration, urn),
    }),
  });
  try {
    await runToEnd(request, deployment, hooks);
  } finally {
    hooks.stop();
    if (clients) destroyClients(clients);
  }
  return { resources: deployment.resources, outputs: deployment.stackOutputs };
}
