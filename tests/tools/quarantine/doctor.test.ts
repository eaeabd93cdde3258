import {
  AddThingToThingGroupCommand,
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  DetachPolicyCommand,
} from "@aws-sdk/client-iot";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { type Clients, destroyClients, makeClients } from "../../../pulumi-host/resources/clients";
import { quarantineCommand } from "../../../tools/quarantine/command";
import { type DevSandbox, startDevSandbox } from "../../sandbox/support/dev-sandbox";
import { runCommand } from "../../support/run-command";

let dev: DevSandbox;
let clients: Clients;
const output = (name: string) => String(dev.stack.deployed.outputs[name]);

beforeAll(async () => {
  dev = await startDevSandbox();
  clients = makeClients(dev.sandbox.address.endpoint, dev.sandbox.address.region);
  await policy("open", "client/*");
  await policy("pinned", "client/${iot:Connection.Thing.ThingName}");
});
afterAll(async () => {
  destroyClients(clients);
  await dev.sandbox.stop();
});

async function policy(policyName: string, client: string): Promise<void> {
  const Statement = [
    { Effect: "Allow", Action: "iot:Connect", Resource: `arn:aws:iot:us-east-1:123456789012:${client}` },
  ];
  const policyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await clients.iot.send(new CreatePolicyCommand({ policyName, policyDocument }));
}

/** Things that have one certificate, which has a policy. */
async function things(policyName: string, ...names: string[]): Promise<void> {
  const command = new CreateKeysAndCertificateCommand({ setAsActive: true });
  const { certificateArn: principal = "" } = await clients.iot.send(command);
  await clients.iot.send(new AttachPolicyCommand({ policyName, target: principal }));
  for (const thingName of names) {
    await clients.iot.send(new CreateThingCommand({ thingName }));
    await clients.iot.send(new AttachThingPrincipalCommand({ thingName, principal }));
  }
}

const doctor = (...args: string[]) =>
  runCommand(quarantineCommand(), ["doctor", ...args, "--sandbox", dev.sandbox.address.endpoint]);
async function findings(...args: string[]): Promise<[code: number, details: string[]]> {
  const { code, output: said } = await doctor(...args, "--output", "json");
  const all = JSON.parse(said) as { subject: string; verdict: string; detail: string }[];
  return [
    code,
    all.filter(({ verdict }) => verdict === "finding").map((each) => `${each.subject}: ${each.detail}`),
  ];
}

test("a stack that is well is told so, part by part, and ends with 0", async () => {
  const { code, output: said } = await doctor();
  expect(code).toBe(0);
  for (const subject of ["Device Defender", "targets", "endpoint", "queue", "fence", "exemptions"]) {
    expect(said).toMatch(new RegExp(`^${subject} +ok `, "m"));
  }
  expect(said).toMatch(/has 1 of 5 profiles/);
});

test("a thing that pins its client id can be contained", async () => {
  await things("pinned", "good");
  expect(await findings("good")).toEqual([0, []]);
  const { output: said } = await doctor("good");
  expect(said).toMatch(
    /good +ok +it can be contained\n.*if the device is online, its client id is not its name/,
  );
});

test("what keeps a thing from being contained is told", async () => {
  await things("open", "open");
  await things("pinned", "one", "two");
  await clients.iot.send(new CreateThingCommand({ thingName: "full" }));
  for (let n = 1; n <= 10; n++) {
    const thingGroupName = `g${n}`;
    await clients.iot.send(new CreateThingGroupCommand({ thingGroupName }));
    await clients.iot.send(new AddThingToThingGroupCommand({ thingGroupName, thingName: "full" }));
  }
  const [code, found] = await findings("open", "one", "full", "nobody");
  expect([code, found]).toEqual([
    1,
    [
      expect.stringMatching(/^open: the policies of .*cert.* do not pin the client id/),
      expect.stringMatching(/^one: several things share/),
      expect.stringMatching(/^full: it is in 10 static groups/),
      expect.stringMatching(/^full: it has no principal/),
      expect.stringMatching(/^nobody: no thing has this name/),
    ],
  ]);
});

test("without a thing the members are looked at, and a stack that is not well is told", async () => {
  const member = { thingGroupName: "Quarantine", thingName: "open" };
  await clients.iot.send(new AddThingToThingGroupCommand(member));
  const letter = { QueueUrl: output("alarmsDeadLetterQueueUrl"), MessageBody: "{}" };
  await clients.sqs.send(new SendMessageCommand(letter));
  const fence = { policyName: output("restrictivePolicyName"), target: output("quarantineGroupArn") };
  await clients.iot.send(new DetachPolicyCommand(fence));
  expect(await findings()).toEqual([
    1,
    [
      expect.stringMatching(/^queue: 1 dead letters/),
      expect.stringMatching(/^fence: .* is not attached/),
      expect.stringMatching(/^open: the policies of/),
    ],
  ]);
});
