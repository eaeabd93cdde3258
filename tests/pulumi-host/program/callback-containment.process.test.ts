import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import {
  AddThingToThingGroupCommand,
  CreateThingGroupCommand,
  DescribeCertificateCommand,
  ListAttachedPoliciesCommand,
  ListThingGroupsForThingCommand,
  ListThingPrincipalsCommand,
} from "@aws-sdk/client-iot";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { DeleteScheduleCommand } from "@aws-sdk/client-scheduler";
import { thingKey } from "../../../lib/ledger/keys";
import { type Clients, destroyClients, makeClients } from "../../../pulumi-host/resources/clients";
import type { Sandbox } from "../../../sandbox/start-sandbox";
import type { SandboxStack } from "../../../tools/sandbox/deploy-stack";
import { startDevSandbox } from "../../sandbox/support/dev-sandbox";
import { violateFor } from "./lasting-violations";
import { roleRights } from "./role-rights";

/** What the function loses with each right that exempt groups and other containments than the group take. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  "iot:ListThingGroupsForThing on thing/*": [
    "a quarantine",
    "the group",
    "the fence of its principal",
    "its certificate's end",
    "who is in a group below an exempt one",
  ],
  "iot:ListThingPrincipals on *": ["a quarantine", "the fence of its principal", "its certificate's end"],
  "iot:DescribeThingGroup on thinggroup/*": [
    "a quarantine",
    "the group",
    "the fence of its principal",
    "its certificate's end",
    "who is in a group below an exempt one",
  ],
  "iot:ListPrincipalThings on *": ["a quarantine", "the fence of its principal", "its certificate's end"],
  "iot:AttachPolicy on cert/*": ["a quarantine", "the fence of its principal"],
  "iot:DescribeCertificate on cert/*": [
    "a quarantine",
    "the fence of its principal",
    "its certificate's end",
  ],
  "iot:UpdateCertificate on cert/*": ["a quarantine", "its certificate's end"],
};

const THINGS = Array.from({ length: 16 }, (_none, index) => `dev-${index}`);

let sandbox: Sandbox;
let stack: SandboxStack;
let clients: Clients;
let role: Awaited<ReturnType<typeof roleRights>>;
const left = [...THINGS];

const output = (name: string) => String(stack.deployed.outputs[name]);

beforeAll(async () => {
  ({ sandbox, stack } = await startDevSandbox(undefined, {
    containment: ["group", "principal", "deactivate"],
    exempt: [{ group: "Pumps", reason: "they must run", until: "2099-01-01" }],
  }));
  clients = makeClients(sandbox.address.endpoint, sandbox.address.region);
  await clients.scheduler.send(new DeleteScheduleCommand({ Name: "iot-quarantine-dev-reconcile" }));
  role = await roleRights(clients.iam, "iot-quarantine-dev-callback-role");
  await violateFor(sandbox, clients.iot, THINGS, "own");
  await clients.iot.send(new CreateThingGroupCommand({ thingGroupName: "Pumps" }));
  await clients.iot.send(new CreateThingGroupCommand({ thingGroupName: "Line", parentGroupName: "Pumps" }));
  await clients.iot.send(new CreateThingGroupCommand({ thingGroupName: "Fans" }));
});

afterEach(() => role.grant());

afterAll(async () => {
  destroyClients(clients);
  await sandbox.stop();
});

const join = (thingName: string, thingGroupName: string) =>
  clients.iot.send(new AddThingToThingGroupCommand({ thingName, thingGroupName }));

async function invoke(thingName: string): Promise<string | undefined> {
  const alarm = {
    ...{ violationEventTime: sandbox.clock.now(), violationId: `v-${thingName}`, thingName },
    ...{ violationEventType: "in-alarm", securityProfileName: "MsgSentSecProfile" },
    behavior: { name: "MsgSentBehavior" },
  };
  const Payload = Buffer.from(JSON.stringify({ Records: [{ Sns: { Message: JSON.stringify(alarm) } }] }));
  const FunctionName = output("callbackFunctionName");
  return (await clients.lambda.send(new InvokeCommand({ FunctionName, Payload }))).FunctionError;
}

async function stateOf(thingName: string): Promise<string | undefined> {
  const command = new GetItemCommand({ TableName: output("ledgerTableName"), Key: thingKey(thingName) });
  return (await clients.dynamodb.send(command)).Item?.state?.S;
}

/** What the function does no more, of all that these rights are for. */
async function broken(): Promise<string[]> {
  const [caught = "", pump = ""] = left.splice(0, 2);
  await join(caught, "Fans");
  await join(pump, "Line");
  const failed = await invoke(caught);
  const pumpFailed = await invoke(pump);
  const { principals: [principal = ""] = [] } = await clients.iot.send(
    new ListThingPrincipalsCommand({ thingName: caught }),
  );
  const { policies = [] } = await clients.iot.send(new ListAttachedPoliciesCommand({ target: principal }));
  const certificateId = principal.split("/").at(-1);
  const { certificateDescription } = await clients.iot.send(
    new DescribeCertificateCommand({ certificateId }),
  );
  const { thingGroups = [] } = await clients.iot.send(
    new ListThingGroupsForThingCommand({ thingName: caught }),
  );
  const holds = {
    "a quarantine": failed === undefined && (await stateOf(caught)) === "quarantined",
    "the group": thingGroups.some(({ groupName }) => groupName === "Quarantine"),
    "the fence of its principal": policies.length > 0,
    "its certificate's end": certificateDescription?.status === "INACTIVE",
    "who is in a group below an exempt one": pumpFailed === undefined && (await stateOf(pump)) === "exempt",
  };
  return Object.entries(holds).flatMap(([what, isSo]) => (isSo ? [] : [what]));
}

test("with its whole role the function does all that these rights are for", async () => {
  await expect(broken()).resolves.toEqual([]);
});

test("each right that is for exempt groups and other containments is needed", async () => {
  const asked = role.rights.filter(
    ({ sid, name }) =>
      // Of the evidence alone, which the function's other test looks at.
      !name.startsWith("iot:ListAttachedPolicies") &&
      /FindGroups|FindSharedPrincipals|AttachFence|Deactivate|ListGroupsOfThings|ListPrincipals/.test(sid),
  );
  const found: Record<string, readonly string[]> = {};
  for (const { name, without } of asked) {
    await role.grant(without);
    found[name] = await broken();
  }
  expect(found).toEqual(NEEDED);
});
