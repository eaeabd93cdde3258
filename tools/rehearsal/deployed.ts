import {
  DescribeSecurityProfileCommand,
  DescribeThingCommand,
  IoTClient,
  ListTargetsForSecurityProfileCommand,
} from "@aws-sdk/client-iot";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { buildFunctionCode } from "../../infra/callback-code";
import type { ProgramConfig } from "../../infra/config/program-config";
import type { SecurityProfileSpec } from "../../infra/config/security-profiles";
import { ifMissing } from "../../lib/aws/errors";
import { targetResource } from "../../lib/aws/targets";
import { ExpectedError } from "../../lib/command/expected-error";
import type { Behavior } from "../../lib/detect/behavior";
import type { StackFiles } from "../../pulumi-host/program/stack-files";
import { clientSettings } from "../sandbox/client-settings";
import type { RunningSandbox } from "../sandbox/running-sandbox";
import { STRANGER } from "../scenario/cast";
import { ruleOf } from "../scenario/scenario";
import { hasCode, zipOf } from "./sequel/redeploy";

/** A behavior in one line, so that two can be told apart. */
const behaviorInWords = (behavior: Behavior): string =>
  `${behavior.name}: ${ruleOf(behavior)}, ${behavior.criteria?.consecutiveDatapointsToClear ?? 1} to clear` +
  (behavior.suppressAlerts ? ", no alerts" : "");

const inWords = (behaviors: readonly Behavior[], targets: readonly string[]): string =>
  `${behaviors.map(behaviorInWords).sort().join("; ")}; for ${targets.map(targetResource).sort().join(", ")}`;

/** What of a profile is otherwise than the config says; undefined where nothing is. */
async function profileFault(iot: IoTClient, profile: SecurityProfileSpec): Promise<string | undefined> {
  const { name: securityProfileName, behaviors, targets } = profile;
  const found = await iot
    .send(new DescribeSecurityProfileCommand({ securityProfileName }))
    .catch(ifMissing(undefined));
  if (found === undefined) return `it has no security profile ${securityProfileName}`;
  const { securityProfileTargets = [] } = await iot.send(
    new ListTargetsForSecurityProfileCommand({ securityProfileName, maxResults: 250 }),
  );
  const arns = securityProfileTargets.map(({ arn = "" }) => arn);
  const there = inWords((found.behaviors ?? []) as Behavior[], arns);
  const here = inWords(behaviors as readonly Behavior[], targets);
  return there === here
    ? undefined
    : `its security profile ${securityProfileName} has ${there}, and not ${here}`;
}

interface Clients {
  readonly iot: IoTClient;
  readonly lambda: LambdaClient;
}

/** What of a stack is otherwise than its config says; undefined where nothing is. */
async function stackFault({ iot, lambda }: Clients, config: ProgramConfig): Promise<string | undefined> {
  for (const profile of config.profiles) {
    const fault = await profileFault(iot, profile);
    if (fault !== undefined) return fault;
  }
  const { functionName, responses } = config.callbackLambda;
  const { callback } = await buildFunctionCode();
  const isSame = await hasCode(lambda, functionName, await zipOf(callback, responses));
  return isSame ? undefined : `its function ${functionName} has other code or other responses`;
}

const isRehearsed = ({ iot }: Clients): Promise<boolean> =>
  iot.send(new DescribeThingCommand({ thingName: STRANGER })).then(() => true, ifMissing(false));

/**
 * Checks that a stack is in a sandbox as its file says it, and that no rehearsal has been played there.
 *
 * @throws ExpectedError - says what is otherwise, and what to do.
 */
export async function checkDeployed(
  sandbox: RunningSandbox,
  { stack }: Pick<StackFiles, "stack">,
  config: ProgramConfig,
): Promise<void> {
  const { endpoint, deployed } = sandbox;
  const settings = clientSettings(sandbox);
  const clients = { iot: new IoTClient(settings), lambda: new LambdaClient(settings) };
  const isOwn = deployed === stack;
  const up = `\`npm run sandbox:up -- --stack ${stack} --endpoint ${endpoint}\``;
  const reset = `\`curl -X POST ${endpoint}/_sandbox/reset`;
  try {
    if (await isRehearsed(clients)) {
      const empty = isOwn ? `${reset}\`` : `${reset} -d '{"deploy": false}'\` and ${up}`;
      throw new ExpectedError(
        `The sandbox at ${endpoint} has seen a rehearsal, whose devices are there: start another, or begin anew with ${empty}.`,
      );
    }
    const fault = await stackFault(clients, config);
    if (fault === undefined) return;
    throw new ExpectedError(
      `The stack ${stack} is not in the sandbox at ${endpoint} as Pulumi.${stack}.yaml says it: ${fault}. ` +
        (isOwn ? "Start it anew." : `Deploy it there first: ${up}.`),
    );
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}
