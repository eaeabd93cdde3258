import { partitionOf, regionalArn } from "../../lib/aws/arns";
import { ExpectedError } from "../../lib/command/expected-error";
import type { StackFiles } from "../../pulumi-host/program/stack-files";
import { sandboxEndpoint } from "../../pulumi-host/provider/serve";
import { type SandboxAddress, startSandbox } from "../../sandbox/start-sandbox";
import { deployStack } from "../sandbox/deploy-stack";
import { regionOf } from "../stack-region";
import { prepareSandbox } from "./prerequisites";
import { configOf } from "./said";
import type { Scenario } from "./scenario/scenario";
import type { StackOutputs } from "./stage";

/** A sandbox and the stack in it. */
export interface Place {
  readonly address: SandboxAddress;
  readonly outputs: StackOutputs;
}

/** Starts a sandbox, makes what the stack needs, deploys the stack, and stops the sandbox when all is done. */
export async function inOwnPlace<Result>(
  files: StackFiles,
  scenario: Scenario,
  { log, signal }: { readonly log: (line: string) => void; readonly signal: AbortSignal },
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

/**
 * A sandbox that runs already, with the stack in it, whoever deployed it: its names are those of its config.
 *
 * @throws ExpectedError - no sandbox answers, or one in another region.
 */
export async function runningPlace(url: string, files: StackFiles): Promise<Place> {
  const endpoint = endpointOf(url);
  const answer = await fetch(`${endpoint}/_sandbox/identity`).catch(() => undefined);
  if (!answer?.ok)
    throw new ExpectedError(`No sandbox answers at ${endpoint}: start one with \`npm run sandbox\`.`);
  const { mqtt, region, account } = (await answer.json()) as SandboxAddress;
  const wanted = regionOf(files);
  if (region !== wanted) {
    throw new ExpectedError(
      `The stack ${files.stack} is in ${wanted}, the sandbox at ${endpoint} in ${region}.`,
    );
  }
  const { alertTopic, callbackLambda } = configOf(files);
  const scope = { partition: partitionOf(region), region, account };
  return {
    address: { endpoint, mqtt, region, account },
    outputs: {
      alertTopicArn: regionalArn(scope, "sns", alertTopic.topicName),
      quarantineGroupName: callbackLambda.quarantineGroupName,
      callbackLogGroupName: `/aws/lambda/${callbackLambda.functionName}`,
    },
  };
}

function endpointOf(url: string): string {
  try {
    return sandboxEndpoint(url, "--sandbox");
  } catch (cause) {
    throw new ExpectedError((cause as Error).message, { cause });
  }
}
