import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateThingCommand, CreateThingGroupCommand } from "@aws-sdk/client-iot";
import { UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { makeLedger } from "../../../lib/ledger/ledger";
import { type Clients, destroyClients, makeClients } from "../../../pulumi-host/resources/clients";
import { quarantineCommand } from "../../../tools/quarantine/command";
import { type DevSandbox, startDevSandbox } from "../../sandbox/support/dev-sandbox";
import { runCommand } from "../../support/run-command";

const FOLDER = mkdtempSync(join(tmpdir(), "doctor-"));
const UNTIL = { reason: "it must run", until: "2099-01-01" };

let dev: DevSandbox;
let clients: Clients;

const output = (name: string) => String(dev.stack.deployed.outputs[name]);

beforeAll(async () => {
  const exempt = [
    ...[
      { thing: "pump", ...UNTIL },
      { thing: "pmup", ...UNTIL },
    ],
    ...[
      { group: "Pumps", ...UNTIL },
      { group: "Pmups", ...UNTIL },
    ],
  ];
  dev = await startDevSandbox(undefined, { exempt });
  clients = makeClients(dev.sandbox.address.endpoint, dev.sandbox.address.region);
  await clients.iot.send(new CreateThingCommand({ thingName: "pump" }));
  await clients.iot.send(new CreateThingGroupCommand({ thingGroupName: "Pumps" }));
});

afterAll(async () => {
  destroyClients(clients);
  rmSync(FOLDER, { recursive: true });
  await dev.sandbox.stop();
});

const run = (...args: string[]) =>
  runCommand(quarantineCommand(), [
    ...args,
    ...["--sandbox", dev.sandbox.address.endpoint, "--output", "json"],
  ]);

async function findings(): Promise<string[]> {
  const all = JSON.parse((await run("doctor")).output) as Record<"subject" | "verdict" | "detail", string>[];
  return all.flatMap(({ subject, verdict, detail }) =>
    verdict === "finding" ? [`${subject}: ${detail}`] : [],
  );
}

const MISSPELT = [
  "exemptions: thing group Pmups is exempt, and not there: is it misspelt?",
  "exemptions: thing pmup is exempt, and not there: is it misspelt?",
];

test("exempt names that are not there are told, and those that are there are not", async () => {
  expect(await findings()).toEqual(MISSPELT);
});

test("a mapping that is paused is told as long as it is", async () => {
  const UUID = output("alarmsMappingId");
  const enable = (Enabled: boolean) =>
    clients.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
  await enable(false);
  expect(await findings()).toEqual(["queue: the mapping is Disabled: alarms wait (`resume`)", ...MISSPELT]);
  await enable(true);
  expect(await findings()).toEqual(MISSPELT);
});

test("who is not contained by the ledger is looked at, though in no group, and the reason is told", async () => {
  const tableName = output("ledgerTableName");
  const ledger = makeLedger({ dynamo: clients.dynamodb, tableName, callTimeoutMs: () => 60_000 });
  const alarm = { thingName: "pump", violationId: "v", securityProfileName: "P", behaviorName: "B" };
  const at = { violationEventType: "in-alarm", violationEventTime: dev.sandbox.clock.now() } as const;
  await ledger.record({ ...alarm, ...at }, "not-contained", "it publishes on");
  expect(await findings()).toEqual([
    ...MISSPELT,
    expect.stringMatching(/^pump: it has no principal/),
    "pump: not contained: it publishes on",
  ]);
});

test("an alarm of an exempt thing would be told as exempt, and touch nothing", async () => {
  const file = join(FOLDER, "alarm.json");
  const alarm = {
    ...{ violationEventTime: dev.sandbox.clock.now(), violationId: "v-2", thingName: "pump" },
    ...{ violationEventType: "in-alarm", securityProfileName: "MsgSentSecProfile" },
    behavior: { name: "MsgSentBehavior" },
  };
  writeFileSync(file, JSON.stringify(alarm));
  const { code, output: said } = await run("simulate", "--alarm", file);
  expect([code, JSON.parse(said)]).toEqual([
    0,
    [
      expect.objectContaining({
        ...{ thingName: "pump", outcome: "exempt" },
        reason: expect.stringContaining("it must run"),
        steps: ["record it in the ledger as exempt"],
      }),
    ],
  ]);
});
