import type { ProgramConfig } from "../../infra/config/program-config";
import { partitionOf, regionalArn } from "../../lib/aws/arns";
import { ExpectedError } from "../../lib/command/expected-error";
import type { StackFiles } from "../../pulumi-host/program/stack-files";
import { type SandboxAddress, startSandbox } from "../../sandbox/start-sandbox";
import { deployStack } from "../sandbox/deploy-stack";
import { prepareSandbox } from "../sandbox/prerequisites";
import { identityAt, type RunningSandbox, runningSandbox } from "../sandbox/running-sandbox";
import { configOf } from "../scenario/said";
import type { Scenario } from "../scenario/scenario";
import { regionOf } from "../stack-region";
import { checkDeployed } from "./deployed";
import type { StackOutputs } from "./stage";

/** A sandbox and the stack in it. */
export interface Place {
  readonly address: SandboxAddress;
  readonly outputs: StackOutputs;
}

interface Surroundings {
  /** Takes one line of progress. */
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Starts a sandbox, makes what the stack needs, deploys the stack, and stops the sandbox when all is done. */
export async function inOwnPlace<Result>(
  files: StackFiles,
  scenario: Scenario,
  { log, signal }: Surroundings,
  act: (place: Place, resources: number) => Promise<Result>,
): Promise<Result> {
  const sandbox = await startSandbox({ port: 0, region: regionOf(files), log });
  const stop = () => void sandbox.stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    await prepareSandbox(sandbox.address, scenario, log);
    const { deployed } = await deployStack(sandbox, files, log);
    // The program's own test holds its outputs to these names; on the wire they have no types.
    const outputs = deployed.outputs as unknown as StackOutputs;
    return await act({ address: sandbox.address, outputs }, deployed.resources.length);
  } finally {
    signal.removeEventListener("abort", stop);
    await sandbox.stop();
  }
}

/** Goes on at a speed, where 0 pauses. */
async function changeSpeed(endpoint: string, speed: number): Promise<void> {
  await fetch(`${endpoint}/_sandbox/clock`, { method: "POST", body: JSON.stringify({ speed }) });
}

/**
 * Takes a sandbox that runs already, with the stack in it, whoever deployed it: its names are those of its config.
 * Dimensions that only the command line tells of are made there. Its clock is paused meanwhile: an agent reports once in
 * 300 s, which devices that take a moment longer in one window than in the next would not keep.
 *
 * @throws ExpectedError - no sandbox answers, or one in another region, or without the stack as its file says it, or
 * with an earlier rehearsal's devices.
 */
export async function inRunningPlace<Result>(
  url: string,
  files: StackFiles,
  scenario: Scenario,
  { log, signal }: Surroundings,
  act: (place: Place) => Promise<Result>,
): Promise<Result> {
  const wanted = { stack: files.stack, region: regionOf(files), setting: "--sandbox" };
  const address = await runningSandbox(url, wanted);
  const config = configOf(files);
  await checkDeployed(address, files, config);
  await prepareSandbox(address, scenario, log);
  const { endpoint } = address;
  const { speed } = (await (await fetch(`${endpoint}/_sandbox/clock`)).json()) as { readonly speed: number };
  // One that has gone meanwhile has no clock either.
  const resume = () => changeSpeed(endpoint, speed).catch(() => undefined);
  signal.addEventListener("abort", resume, { once: true });
  try {
    signal.throwIfAborted();
    await changeSpeed(endpoint, 0);
    return await act({ address, outputs: outputsOf(address, config) });
  } finally {
    signal.removeEventListener("abort", resume);
    await resume();
    if (!signal.aborted) await expectSame(address);
  }
}

/** @throws ExpectedError - the sandbox has gone, or was emptied: what was seen there is of no stack. */
async function expectSame({ endpoint, id }: RunningSandbox): Promise<void> {
  const now = await identityAt(endpoint);
  if (now?.id === id) return;
  const fate = now === undefined ? "has gone" : "was emptied";
  throw new ExpectedError(
    `The sandbox at ${endpoint} ${fate} while the rehearsal went on: it says nothing of the stack.`,
  );
}

/** The outputs of a stack, which its names make. */
function outputsOf(
  { region, account }: SandboxAddress,
  { alertTopic, callbackLambda }: ProgramConfig,
): StackOutputs {
  const scope = { partition: partitionOf(region), region, account };
  return {
    alertTopicArn: regionalArn(scope, "sns", alertTopic.topicName),
    quarantineGroupName: callbackLambda.quarantineGroupName,
    callbackLogGroupName: `/aws/lambda/${callbackLambda.functionName}`,
  };
}
