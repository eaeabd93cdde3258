import {
  AddThingToThingGroupCommand,
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  CreateThingCommand,
  DetachThingPrincipalCommand,
  IoTClient,
} from "@aws-sdk/client-iot";
import {
  GetThingShadowCommand,
  IoTDataPlaneClient,
  UpdateThingShadowCommand,
} from "@aws-sdk/client-iot-data-plane";
import type { Sandbox } from "../../../sandbox/start-sandbox";
import { ConnectionRefused, Device } from "../../../tools/rehearsal/device";
import { clientSettings, startDevSandbox } from "../support/dev-sandbox";

// The real program, deployed; devices with certificates of the registry, over MQTT.

const THING = "dev-XBHY";
const SHADOW = `$aws/things/${THING}/shadow`;
const ACCEPTED = `${SHADOW}/get/accepted`;
/** How a client tells that its session was closed instead of an answer. */
const CUT = /session was closed|Connection closed/;
const arn = (resource: string) => `arn:aws:iot:us-east-1:123456789012:${resource}`;

interface Certificate {
  readonly id: string;
  readonly arn: string;
}

let sandbox: Sandbox;
let iot: IoTClient;
let data: IoTDataPlaneClient;
let devices: Device[] = [];
let certificates = 0;

beforeAll(async () => {
  const dev = await startDevSandbox();
  sandbox = dev.sandbox;
  iot = new IoTClient(clientSettings(sandbox));
  data = new IoTDataPlaneClient(clientSettings(sandbox));
  const thingGroupName = String(dev.stack.deployed.outputs.quarantineGroupName);
  for (const thingName of [THING, "dev-OTHER"]) await iot.send(new CreateThingCommand({ thingName }));
  await iot.send(new AddThingToThingGroupCommand({ thingName: THING, thingGroupName }));
  const payload = Buffer.from('{"state":{"desired":{"quarantine":true,"secret":"s3"}}}');
  await data.send(new UpdateThingShadowCommand({ thingName: THING, payload }));
});

afterEach(async () => {
  await Promise.all(devices.map((device) => device.end()));
  devices = [];
});

afterAll(async () => {
  iot.destroy();
  data.destroy();
  await sandbox.stop();
});

/** An active certificate whose policy allows connecting under some client ids, and its telemetry. */
async function certificateFor(client: string): Promise<Certificate> {
  const { certificateArn = "", certificateId = "" } = await iot.send(
    new CreateKeysAndCertificateCommand({ setAsActive: true }),
  );
  certificates += 1;
  const policyName = `device-${certificates}`;
  const policyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "iot:Connect", Resource: arn(`client/${client}`) },
      { Effect: "Allow", Action: "iot:Publish", Resource: arn("topic/telemetry/*") },
    ],
  });
  await iot.send(new CreatePolicyCommand({ policyName, policyDocument }));
  await iot.send(new AttachPolicyCommand({ policyName, target: certificateArn }));
  return { id: certificateId, arn: certificateArn };
}

const attach = (thingName: string, { arn: principal }: Certificate, isExclusive = false) =>
  iot.send(
    new AttachThingPrincipalCommand({
      thingName,
      principal,
      ...(isExclusive && { thingPrincipalType: "EXCLUSIVE_THING" }),
    }),
  );

function device(name: string, certificate: Certificate): Device {
  const made = new Device(sandbox.address.mqtt, name, certificate.id);
  devices.push(made);
  return made;
}

async function desired(): Promise<unknown> {
  const { payload } = await data.send(new GetThingShadowCommand({ thingName: THING }));
  const { state } = JSON.parse(Buffer.from(payload ?? []).toString()) as { state: { desired: unknown } };
  return state.desired;
}

async function readsItsFlag(own: Device): Promise<void> {
  await own.connect();
  await own.subscribe(ACCEPTED);
  await own.publish(`${SHADOW}/get`, "");
  const { payload } = await own.messageWhere("the shadow", ({ topic }) => topic === ACCEPTED);
  expect(JSON.parse(payload)).toMatchObject({ state: { desired: { quarantine: true } } });
}

describe("a stranger's certificate, attached to its own thing", () => {
  test("is refused as the quarantined device, where its policy lets it connect as itself alone", async () => {
    const stranger = await certificateFor("dev-OTHER");
    await attach("dev-OTHER", stranger);
    await device("dev-OTHER", stranger).connect();
    await expect(device(THING, stranger).connect()).rejects.toThrow(ConnectionRefused);
  });

  test.each([
    ["", false],
    [", and its attachment is exclusive", true],
  ])(
    "gets nothing of the device's shadow, where its policy lets it connect as anybody%s",
    async (_, isExclusive) => {
      const stranger = await certificateFor("*");
      await attach("dev-OTHER", stranger, isExclusive);
      const before = await desired();
      const acts: ((one: Device) => Promise<void>)[] = [
        (one) => one.subscribe(ACCEPTED),
        (one) => one.subscribe(`${SHADOW}/update/delta`),
        (one) => one.publish(`${SHADOW}/get`, ""),
        (one) => one.publish(`${SHADOW}/update`, '{"state":{"desired":{"fw":"evil"}}}'),
      ];
      for (const act of acts) {
        const one = device(THING, stranger);
        await one.connect();
        await expect(act(one)).rejects.toThrow(CUT);
        expect(one.received).toEqual([]);
      }
      expect(await desired()).toEqual(before);
    },
  );
});

describe("the quarantined device's own certificate, which allows telemetry alone", () => {
  test("reads its flag while it is attached, is cut when it is detached, and is back when attached again", async () => {
    const own = await certificateFor(THING);
    await attach(THING, own);
    const first = device(THING, own);
    await readsItsFlag(first);
    await iot.send(new DetachThingPrincipalCommand({ thingName: THING, principal: own.arn }));
    await expect(first.publish(`${SHADOW}/get`, "")).rejects.toThrow(CUT);
    const detached = device(THING, own);
    await detached.connect();
    await expect(detached.subscribe(ACCEPTED)).rejects.toThrow(CUT);
    await attach(THING, own);
    await readsItsFlag(device(THING, own));
  });
});

describe("the user of the plain port, who shows no certificate", () => {
  test("reads its flag as the quarantined device", async () => {
    const plain = new Device(sandbox.address.mqtt, THING);
    devices.push(plain);
    await readsItsFlag(plain);
  });
});
