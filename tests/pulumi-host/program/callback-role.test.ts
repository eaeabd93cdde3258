import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetRolePolicyCommand, ListRolePoliciesCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateThingCommand, ListThingGroupsForThingCommand } from "@aws-sdk/client-iot";
import { GetFunctionCommand, InvokeCommand } from "@aws-sdk/client-lambda";
import { DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { type Clients, destroyClients, makeClients } from "../../../pulumi-host/resources/clients";
import type { Sandbox } from "../../../tools/sandbox/sandbox";
import captured from "../../fixtures/events/captured-dev-izwb.json";
import { devSandbox } from "../../sandbox/support/dev-sandbox";

interface Statement {
  readonly Sid: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/** One right of the role: an action on a resource, and the document without it. */
interface Right {
  readonly name: string;
  readonly without: readonly Statement[];
}

let sandbox: Sandbox;
let clients: Clients;
let role: { readonly RoleName: string; readonly PolicyName: string };
let statements: readonly Statement[];
let rounds = 0;

const output = (name: string) => String(sandbox.deployed?.outputs[name]);

beforeAll(async () => {
  sandbox = devSandbox();
  await sandbox.start({ port: 0, mqttPort: 0, deploy: true });
  clients = makeClients(sandbox.address.endpoint, sandbox.address.region);
  const FunctionName = output("callbackFunctionName");
  const { Configuration } = await clients.lambda.send(new GetFunctionCommand({ FunctionName }));
  const RoleName = Configuration?.Role?.split("/").at(-1) ?? "";
  const { PolicyNames = [] } = await clients.iam.send(new ListRolePoliciesCommand({ RoleName }));
  expect(PolicyNames).toHaveLength(1);
  role = { RoleName, PolicyName: PolicyNames[0] ?? "" };
  const { PolicyDocument = "" } = await clients.iam.send(new GetRolePolicyCommand(role));
  statements = JSON.parse(decodeURIComponent(PolicyDocument)).Statement;
});

afterAll(async () => {
  destroyClients(clients);
  await sandbox.stop();
});

const listOf = (value: string | readonly string[]) => (typeof value === "string" ? [value] : value);

/** Every right of the role, each with the document that lacks it and nothing else. */
function rights(): Right[] {
  return statements.flatMap((statement, at) =>
    listOf(statement.Action).flatMap((action) =>
      listOf(statement.Resource).map((resource) => {
        const others = (value: string | readonly string[], one: string) =>
          listOf(value).filter((each) => each !== one);
        const kept = [
          { ...statement, Action: others(statement.Action, action) },
          { ...statement, Action: [action], Resource: others(statement.Resource, resource) },
        ].filter(({ Action, Resource }) => Action.length > 0 && Resource.length > 0);
        return {
          name: `${action} on ${resource.split(":").slice(5).join(":")}`,
          without: [...statements.slice(0, at), ...kept, ...statements.slice(at + 1)],
        };
      }),
    ),
  );
}

const grant = (Statement: readonly Statement[]) =>
  clients.iam.send(
    new PutRolePolicyCommand({
      ...role,
      PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
    }),
  );

/** The captured alarm, as one of another thing. */
function alarmOf(thingName: string): Uint8Array {
  const [record] = captured.Records;
  const message = { ...JSON.parse(record?.Sns.Message ?? "{}"), thingName };
  return Buffer.from(JSON.stringify({ Records: [{ Sns: { Message: JSON.stringify(message) } }] }));
}

const invoke = (Payload: Uint8Array, InvocationType: "Event" | "RequestResponse" = "RequestResponse") =>
  clients.lambda.send(
    new InvokeCommand({ FunctionName: output("callbackFunctionName"), InvocationType, Payload }),
  );

/** What the function does no more, of all that it is for. */
async function broken(): Promise<string[]> {
  const suffix = `role-${++rounds}`;
  await clients.iot.send(new CreateThingCommand({ thingName: `dev-${suffix}` }));
  const registered = await invoke(alarmOf(`dev-${suffix}`));
  const unregistered = await invoke(alarmOf(`nobody-${suffix}`));
  await invoke(Buffer.from(JSON.stringify({ Records: [suffix] })), "Event");
  // Two retries, after one and two minutes.
  await sandbox.clock.advance(240_000);
  const groups = await clients.iot.send(new ListThingGroupsForThingCommand({ thingName: `dev-${suffix}` }));
  const logGroupName = output("callbackLogGroupName");
  const { events = [] } = await clients.logs.send(
    new FilterLogEventsCommand({ logGroupName, filterPattern: `"nobody-${suffix}"` }),
  );
  const QueueUrl = output("functionDeadLetterQueueUrl");
  const { Messages = [] } = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  for (const { ReceiptHandle } of Messages)
    await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  const kept = Messages.some(({ Body = "" }) => Body.includes(suffix));
  return [
    groups.thingGroups?.length === 1 ? "" : "the fence",
    registered.FunctionError === undefined ? "" : "the whole of a quarantine",
    unregistered.FunctionError === undefined ? "" : "telling who is not registered",
    events.length > 0 ? "" : "the log",
    kept ? "" : "the dead letters",
  ].filter((what) => what !== "");
}

const NEEDED: Readonly<Record<string, readonly string[]>> = {
  "iot:AddThingToThingGroup on thing/*": [
    "the fence",
    "the whole of a quarantine",
    "telling who is not registered",
  ],
  "iot:AddThingToThingGroup on thinggroup/Quarantine": [
    "the fence",
    "the whole of a quarantine",
    "telling who is not registered",
  ],
  "iot:DescribeThing on thing/*": ["telling who is not registered"],
  "iot:UpdateThingShadow on thing/*": ["the whole of a quarantine"],
  "iot:DeleteConnection on client/*": ["the whole of a quarantine"],
  "logs:CreateLogStream on log-group:/aws/lambda/iot-quarantine-dev-quarantine-device:*": ["the log"],
  "logs:PutLogEvents on log-group:/aws/lambda/iot-quarantine-dev-quarantine-device:*": ["the log"],
  "sqs:SendMessage on iot-quarantine-dev-function-dead-letters": ["the dead letters"],
};

test("with its whole role the function does all that it is for", async () => {
  await expect(broken()).resolves.toEqual([]);
});

test("each right of the function's role is needed: without it something breaks", async () => {
  const found: Record<string, readonly string[]> = {};
  for (const { name, without } of rights()) {
    await grant(without);
    found[name] = await broken();
  }
  expect(Object.keys(found).filter((name) => found[name]?.length === 0)).toEqual([]);
  expect(found).toEqual(NEEDED);
});
