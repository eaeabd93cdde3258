import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
} from "@aws-sdk/client-iot";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { makeLedger } from "../../../lib/ledger/ledger";
import { type Clients, destroyClients, makeClients } from "../../../pulumi-host/resources/clients";
import { operatorPermissions, operatorScope } from "../../../tools/ci/roles/operator";
import { quarantineCommand } from "../../../tools/quarantine/command";
import { clientSettings, type DevSandbox, startDevSandbox } from "../../sandbox/support/dev-sandbox";
import { runCommand } from "../../support/run-command";

const SCOPE = { partition: "aws", region: "us-east-1", account: "123456789012" };

/** Of these each thing, or part of the stack, that fails is told by itself. */
const ONE_BY_ONE = ["add", "approve", "release", "reject", "doctor", "simulate"];

let dev: DevSandbox;
let clients: Clients;
let sts: STSClient;

const output = (name: string) => String(dev.stack.deployed.outputs[name]);

beforeAll(async () => {
  dev = await startDevSandbox(undefined, {
    containment: ["group", "principal", "deactivate"],
    exempt: [{ group: "Pumps", reason: "they must run", until: "2099-01-01" }],
  });
  clients = makeClients(dev.sandbox.address.endpoint, dev.sandbox.address.region);
  sts = new STSClient(clientSettings(dev.sandbox));
  const policyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "iot:Connect",
        Resource: "arn:aws:iot:us-east-1:123456789012:client/${iot:Connection.Thing.ThingName}",
      },
    ],
  });
  await clients.iot.send(new CreatePolicyCommand({ policyName: "pinned", policyDocument }));
  await clients.iot.send(new CreateThingGroupCommand({ thingGroupName: "Pumps" }));
  const alarm = {
    ...{ violationEventTime: dev.sandbox.clock.now(), violationId: "v", thingName: "dev-IZWB" },
    ...{ violationEventType: "in-alarm", securityProfileName: "MsgSentSecProfile" },
    behavior: { name: "MsgSentBehavior" },
  };
  writeFileSync(ALARM, JSON.stringify(alarm));
  for (const thingName of ["added", "approved", "rejected", "dev-IZWB"]) await create(thingName);
});

afterAll(async () => {
  sts.destroy();
  destroyClients(clients);
  rmSync(FOLDER, { recursive: true });
  await dev.sandbox.stop();
});

/** Makes a thing with a certificate that pins its client id. */
async function create(thingName: string): Promise<void> {
  const command = new CreateKeysAndCertificateCommand({ setAsActive: true });
  const { certificateArn: principal = "" } = await clients.iot.send(command);
  await clients.iot.send(new AttachPolicyCommand({ policyName: "pinned", target: principal }));
  await clients.iot.send(new CreateThingCommand({ thingName }));
  await clients.iot.send(new AttachThingPrincipalCommand({ thingName, principal }));
}

/** Has the ledger hold a thing, as the function does beyond the limit. */
async function hold(thingName: string): Promise<void> {
  const tableName = output("ledgerTableName");
  const ledger = makeLedger({ dynamo: clients.dynamodb, tableName, callTimeoutMs: () => 60_000 });
  const alarm = { thingName, violationId: `v-${thingName}`, securityProfileName: "P", behaviorName: "B" };
  const at = { violationEventType: "in-alarm", violationEventTime: dev.sandbox.clock.now() } as const;
  await ledger.record({ ...alarm, ...at }, "held", "all places are taken");
}

/** Credentials of a role that everybody of the account may take on, and that may do what a policy says. */
async function credentialsOf(RoleName: string, policy?: object): Promise<NodeJS.ProcessEnv> {
  const Statement = [
    { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "arn:aws:iam::123456789012:root" } },
  ];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  const { Role } = await clients.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  if (policy !== undefined) {
    const PolicyDocument = JSON.stringify(policy);
    await clients.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "stack", PolicyDocument }));
  }
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: RoleName }),
  );
  return {
    AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey,
    AWS_SESSION_TOKEN: Credentials?.SessionToken,
  };
}

const FOLDER = mkdtempSync(join(tmpdir(), "rights-"));
const ALARM = join(FOLDER, "alarm.json");

const LINES: readonly (readonly string[])[] = [
  ["list"],
  ["list", "--state", "held"],
  ["add", "added", "--reason", "r"],
  ["show", "added"],
  ["doctor", "added"],
  ["release", "added", "--reason", "r"],
  ["approve", "approved", "--reason", "r"],
  ["reject", "rejected", "--reason", "r"],
  ["pause"],
  ["redrive", "--yes"],
  ["resume"],
  ["reconcile"],
  ["simulate", "--alarm", ALARM],
  ["release", "approved", "--reason", "r"],
  ["doctor"],
];

async function run(line: readonly string[], env: NodeJS.ProcessEnv) {
  await dev.sandbox.clock.advance(1000);
  return runCommand(quarantineCommand(), [...line, "--sandbox", dev.sandbox.address.endpoint], { env });
}

async function prepare(): Promise<void> {
  await hold("approved");
  await hold("rejected");
  const QueueUrl = output("alarmsDeadLetterQueueUrl");
  await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "{}" }));
}

test("without any rights each command ends with what AWS refuses, and does nothing", async () => {
  const env = await credentialsOf("nobody");
  await prepare();
  for (const line of LINES) {
    const { code, output: said, errors } = await run(line, env);
    const refused = /is not authorized to perform: .*\nThe rights of an operator: |AccessDenied|Forbidden/;
    expect([line, code]).toEqual([line, ONE_BY_ONE.includes(line[0] ?? "") ? 1 : 2]);
    expect([line, said + errors]).toEqual([line, expect.stringMatching(refused)]);
    expect(said + errors).not.toMatch(/^ {4}at /m);
  }
});

test("with the operator's document alone each command does all that it is for", async () => {
  const subject = { project: "iot-quarantine", stack: "dev", scope: SCOPE };
  const { resources } = dev.stack.deployed;
  const env = await credentialsOf("operator", operatorPermissions(operatorScope({ ...subject, resources })));
  for (const line of LINES) {
    const { code, output: said, errors } = await run(line, env);
    expect([line, code]).toEqual([line, 0]);
    expect(said + errors).not.toMatch(/not authorized|AccessDenied|Forbidden/);
  }
});
