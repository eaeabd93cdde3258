import {
  AttachPolicyCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  UpdateCertificateCommand,
} from "@aws-sdk/client-iot";
import mqtt, { type MqttClient } from "mqtt";
import { type EmptySandbox, startEmptySandbox } from "../support/empty-sandbox";

const ALL = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "iot:*", Resource: "*" }] };

let sandbox: EmptySandbox;
let certificateId: string;
let clients: MqttClient[];
beforeEach(async () => {
  clients = [];
  sandbox = await startEmptySandbox();
  const { iot } = sandbox.clients;
  const made = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  certificateId = made.certificateId ?? "";
  const policyName = "all";
  await iot.send(new CreatePolicyCommand({ policyName, policyDocument: JSON.stringify(ALL) }));
  await iot.send(new AttachPolicyCommand({ policyName, target: made.certificateArn }));
});
afterEach(async () => {
  for (const client of clients) client.end(true);
  await sandbox.stop();
});

async function connect(clientId: string, username?: string): Promise<MqttClient> {
  const options = { clientId, reconnectPeriod: 0, ...(username !== undefined && { username }) };
  const client = await mqtt.connectAsync(sandbox.mqtt, options);
  clients.push(client);
  return client;
}

const set = (newStatus: "ACTIVE" | "INACTIVE" | "REVOKED") =>
  sandbox.clients.iot.send(new UpdateCertificateCommand({ certificateId, newStatus }));

const advance = (advanceSeconds: number) =>
  fetch(`${sandbox.endpoint}/_sandbox/clock`, { method: "POST", body: JSON.stringify({ advanceSeconds }) });

describe("a certificate that is deactivated", () => {
  test.each(["INACTIVE", "REVOKED"] as const)(
    "(%s) ends its connections, and those alone",
    async (status) => {
      const ear = await connect("listener");
      const events: { clientId: string; disconnectReason: string }[] = [];
      ear.on("message", (_topic, payload) => events.push(JSON.parse(payload.toString())));
      await ear.subscribeAsync("$aws/events/presence/disconnected/#", { qos: 1 });
      const devices = [await connect("one", certificateId), await connect("two", certificateId)];
      const ended = devices.map(
        (client) => new Promise<void>((resolve) => client.once("close", () => resolve())),
      );
      await set(status);
      await advance(60);
      await Promise.all(ended);
      while (events.length < 2) await new Promise(setImmediate);
      expect(events.map(({ clientId, disconnectReason }) => [clientId, disconnectReason]).sort()).toEqual([
        ["one", "SERVER_INITIATED_DISCONNECT"],
        ["two", "SERVER_INITIATED_DISCONNECT"],
      ]);
      expect(ear.connected).toBe(true);
    },
  );

  test("and activated at once again leaves them", async () => {
    const client = await connect("one", certificateId);
    await set("INACTIVE");
    await set("ACTIVE");
    await advance(60);
    await client.publishAsync("a", "x", { qos: 1 });
  });
});
