import { GetPolicyCommand } from "@aws-sdk/client-iot";
import { attempt } from "../../lib/aws/attempt";
import { parseArn } from "../../lib/aws/parse-arn";
import { parseIotPolicy } from "../../lib/policy-language/iot/document";
import { evaluateIotPolicies, type NamedIotPolicy } from "../../lib/policy-language/iot/evaluate";
import { connectChecks } from "../../lib/policy-language/iot/requests";
import { connectionVariables } from "../../lib/policy-language/iot/variables";
import { MAX_PRINCIPALS } from "../../lib/quarantine/evidence";
import type { Finding } from "./finding";
import type { Stack } from "./stack";
import { MAX_STATIC_GROUPS, staticGroupsOf } from "./static-groups";

type Found = Pick<Finding, "verdict" | "detail">;
type Look = (stack: Stack, thingName: string) => Promise<readonly Found[]>;

const finding = (detail: string): Found => ({ verdict: "finding", detail });
const note = (detail: string): Found => ({ verdict: "note", detail });

/** A client id that no policy means by its name. */
const otherThan = (thingName: string) => `${thingName}-0`.slice(-128);

const groups: Look = async (stack, thingName) => {
  const all = await staticGroupsOf(stack, thingName);
  const isMember = all.includes(stack.outputs.quarantineGroupName);
  return !isMember && all.length >= MAX_STATIC_GROUPS
    ? [finding(`it is in ${all.length} static groups: AWS refuses the Quarantine group; take it out of one`)]
    : [];
};

/** Whether a principal's own policies let it connect under another client id, where no group's policy acts. */
async function pinsClient({ iot, ports, outputs }: Stack, principal: string, thingName: string) {
  const { partition = "aws", region = "", account = "" } = parseArn(outputs.alertTopicArn) ?? {};
  const policies: NamedIotPolicy[] = [];
  for (const policyName of await ports.policiesOf(principal)) {
    const { policyDocument = "" } = await iot.send(new GetPolicyCommand({ policyName }));
    policies.push({ name: policyName, policy: parseIotPolicy(policyDocument) });
  }
  const clientId = otherThan(thingName);
  const variables = connectionVariables({ clientId, connect: { attributes: [] } });
  const checks = connectChecks({ partition, region, account }, clientId);
  return checks.every(
    (check) => evaluateIotPolicies(policies, { ...check, variables }).decision !== "allowed",
  );
}

const principals: Look = async (stack, thingName) => {
  const all = await stack.ports.principalsOf(thingName);
  if (all.length === 0) {
    return [
      finding(
        "it has no principal: the fence lets no certificate of its own reach its shadow, and it cannot be cut off by one",
      ),
    ];
  }
  if (all.length > MAX_PRINCIPALS)
    return [finding(`it has more than ${MAX_PRINCIPALS} principals: none is contained`)];
  const found: Found[] = [];
  for (const principal of all) {
    if (await stack.ports.isShared(principal)) {
      found.push(
        finding(`several things share ${principal}: it goes on under another's name, and is not touched`),
      );
    }
    if (!(await pinsClient(stack, principal, thingName))) {
      found.push(
        finding(`the policies of ${principal} do not pin the client id: under another one no fence acts`),
      );
    }
  }
  return found;
};

/** AWS tells of a connection by its client id alone: who connects under another name looks as if it were not there. */
const connection: Look = async ({ ports }, thingName) => {
  const { connected } = await ports.connectionOf(thingName);
  return connected
    ? []
    : [note("no client of its name is connected: if the device is online, its client id is not its name")];
};

const ledger: Look = async ({ ledger: reader }, thingName) => {
  const record = await reader.thing(thingName);
  return record?.state === "not-contained"
    ? [finding(`not contained: ${record.reason ?? "no reason told"}`)]
    : [];
};

/** What keeps a thing from being contained. */
export async function examineThing(stack: Stack, subject: string): Promise<readonly Finding[]> {
  const registered = await attempt("registry", () => stack.ports.isRegistered(subject));
  if ("failure" in registered) return [{ subject, ...finding(registered.failure) }];
  if (!registered.value)
    return [{ subject, ...finding("no thing has this name: a group holds things alone") }];
  const found: Found[] = [];
  for (const [step, look] of Object.entries({ groups, principals, connection, ledger })) {
    const tried = await attempt(step, () => look(stack, subject));
    found.push(...("failure" in tried ? [finding(`cannot be looked up: ${tried.failure}`)] : tried.value));
  }
  const isFound = found.some(({ verdict }) => verdict === "finding");
  const all: readonly Found[] = isFound
    ? found
    : [{ verdict: "ok", detail: "it can be contained" }, ...found];
  return all.map((each) => ({ subject, ...each }));
}
