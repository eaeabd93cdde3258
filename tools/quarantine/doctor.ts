import {
  DescribeEndpointCommand,
  ListSecurityProfilesForTargetCommand,
  paginateListSecurityProfiles,
  paginateListTargetsForSecurityProfile,
  paginateListThingsInThingGroup,
} from "@aws-sdk/client-iot";
import { GetThingShadowCommand } from "@aws-sdk/client-iot-data-plane";
import { GetEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { attempt } from "../../lib/aws/attempt";
import { ifMissing } from "../../lib/aws/errors";
import type { Io } from "../../lib/command/command";
import { allOf } from "../../lib/ledger/read";
import { exemptionsAt } from "../../lib/responses/response-table";
import { examineThing } from "./doctor-thing";
import type { Finding } from "./finding";
import { waitingIn } from "./queue";
import type { Stack } from "./stack";

/** Source: AWS General Reference, "AWS IoT Device Defender endpoints and quotas". */
const MAX_PROFILES = 5;

/** A name that no thing has: that it is not there is an answer, too. */
const NO_THING = "iot-quarantine-doctor";

type Check = (stack: Stack) => Promise<readonly Omit<Finding, "subject">[]>;

const ok = (detail: string) => ({ verdict: "ok", detail }) as const;
const note = (detail: string) => ({ verdict: "note", detail }) as const;
const finding = (detail: string) => ({ verdict: "finding", detail }) as const;

const detect: Check = async ({ iot, outputs }) => {
  const there = new Set<string>();
  for await (const page of paginateListSecurityProfiles({ client: iot }, {})) {
    for (const { name } of page.securityProfileIdentifiers ?? []) if (name) there.add(name);
  }
  const missing = Object.keys(outputs.responses.profiles).filter((name) => !there.has(name));
  return missing.length === 0
    ? [ok("Detect answers, and has the stack's profiles")]
    : missing.map((name) => finding(`security profile ${name} is not there: run \`pulumi up\``));
};

const targets: Check = async ({ iot, outputs }) => {
  const found: Omit<Finding, "subject">[] = [];
  const arns = new Set<string>();
  for (const securityProfileName of Object.keys(outputs.responses.profiles)) {
    let count = 0;
    for await (const page of paginateListTargetsForSecurityProfile(
      { client: iot },
      { securityProfileName },
    )) {
      for (const { arn = "" } of page.securityProfileTargets ?? []) arns.add(arn);
      count += page.securityProfileTargets?.length ?? 0;
    }
    if (count === 0)
      found.push(finding(`${securityProfileName} is attached to no target: it watches nobody`));
  }
  for (const securityProfileTargetArn of arns) {
    const command = new ListSecurityProfilesForTargetCommand({ securityProfileTargetArn });
    const count = (await iot.send(command)).securityProfileTargetMappings?.length ?? 0;
    const detail = `${securityProfileTargetArn} has ${count} of ${MAX_PROFILES} profiles`;
    found.push(count < MAX_PROFILES ? ok(detail) : note(`${detail}: there is no room for another`));
  }
  return found;
};

const endpoints: Check = async ({ iot, iotData, outputs }) => {
  const { endpointAddress } = await iot.send(new DescribeEndpointCommand({ endpointType: "iot:Data-ATS" }));
  if (endpointAddress !== outputs.iotDataEndpoint) {
    return [finding(`the account's is ${endpointAddress}, the stack's ${outputs.iotDataEndpoint}`)];
  }
  await iotData.send(new GetThingShadowCommand({ thingName: NO_THING })).catch(ifMissing(undefined));
  return [ok(`${endpointAddress} answers`)];
};

const queue: Check = async (stack) => {
  const { State } = await stack.lambda.send(
    new GetEventSourceMappingCommand({ UUID: stack.outputs.alarmsMappingId }),
  );
  const waiting = await waitingIn(stack, stack.outputs.alarmsQueueUrl);
  const letters = await waitingIn(stack, stack.outputs.alarmsDeadLetterQueueUrl);
  return [
    State === "Enabled"
      ? ok("alarms are worked off")
      : finding(`the mapping is ${State}: alarms wait (\`resume\`)`),
    waiting === 0 ? ok("no alarm waits") : note(`${waiting} alarms wait`),
    letters === 0
      ? ok("no dead letters")
      : finding(`${letters} dead letters: devices that are not fenced (\`redrive\`)`),
  ];
};

const fence: Check = async ({ ports, outputs }) => {
  const { quarantineGroupArn: arn, restrictivePolicyName: policy } = outputs;
  const policies = await ports.policiesOf(arn);
  return [
    policies.includes(policy)
      ? ok(`${policy} is attached to the group`)
      : finding(`${policy} is not attached to ${arn}: its members have all their rights`),
  ];
};

const exemptions: Check = async ({ ports, outputs: { responses }, now }) => {
  const current = exemptionsAt(responses, now());
  const groups = current.flatMap((each) => ("group" in each ? [each.group] : []));
  const missing = (await ports.missingGroups(groups)).map((name) => `thing group ${name}`);
  for (const each of current) {
    if ("thing" in each && !(await ports.isRegistered(each.thing))) missing.push(`thing ${each.thing}`);
  }
  const over = responses.exempt.length - current.length;
  return [
    ...missing.map((name) => finding(`${name} is exempt, and not there: is it misspelt?`)),
    ...(missing.length === 0 ? [ok(`${current.length} exemptions hold`)] : []),
    ...(over === 0 ? [] : [note(`${over} exemptions are over`)]),
  ];
};

const CHECKS: Readonly<Record<string, Check>> = {
  "Device Defender": detect,
  targets,
  endpoint: endpoints,
  queue,
  fence,
  exemptions,
};

/** What a call that AWS refuses is: nobody can tell, and the loop may be refused, too. */
async function examineStack(stack: Stack): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const [subject, check] of Object.entries(CHECKS)) {
    const tried = await attempt(subject, () => check(stack));
    const all = "failure" in tried ? [finding(`cannot be looked up: ${tried.failure}`)] : tried.value;
    found.push(...all.map((each) => ({ subject, ...each })));
  }
  return found;
}

/** Who is in quarantine, and whom the ledger has as not contained. */
async function containedThings({ iot, ledger, outputs }: Stack): Promise<readonly string[]> {
  const names = new Set((await allOf(ledger.inState("not-contained"))).map(({ thingName }) => thingName));
  const group = { thingGroupName: outputs.quarantineGroupName };
  for await (const page of paginateListThingsInThingGroup({ client: iot }, group)) {
    for (const name of page.things ?? []) names.add(name);
  }
  return [...names];
}

/**
 * Looks for what keeps devices from being contained: of things, or else of the stack, of who is in quarantine and of who
 * could not be contained. Changes nothing.
 */
export async function examine(stack: Stack, things: readonly string[], io: Io): Promise<readonly Finding[]> {
  const found = things.length === 0 ? [...(await examineStack(stack))] : [];
  let names = things;
  if (things.length === 0) {
    const listed = await attempt("members", () => containedThings(stack));
    if ("failure" in listed) found.push({ subject: "members", ...finding(listed.failure) });
    else names = listed.value;
  }
  for (const [index, name] of names.entries()) {
    if (io.signal.aborted) break;
    found.push(...(await examineThing(stack, name)));
    if (names.length > 1) io.stderr.write(`${index + 1} of ${names.length}: ${name}\n`);
  }
  return found;
}
