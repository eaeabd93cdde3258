import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  AttachSecurityProfileCommand,
  CreateDimensionCommand,
  CreateSecurityProfileCommand,
  IoTClient,
} from "@aws-sdk/client-iot";
import mqtt, { type MqttClient } from "mqtt";
import { type Sandbox, startSandbox } from "../../../../sandbox/start-sandbox";
import { clientSettings } from "../../support/dev-sandbox";
import { ALL_THINGS, MINUTE } from "./support";

const PROFILE = "arn:aws:iot:us-east-1:123456789012:securityprofile/Look";
const ROLE = "arn:aws:iam::123456789012:role/export";
const TOPIC = "detect/metrics";

let sandbox: Sandbox;
let lines: string[];
let iot: IoTClient;
let iam: IAMClient;
let clients: MqttClient[];

beforeEach(async () => {
  lines = [];
  clients = [];
  sandbox = await startSandbox({ port: 0, log: (line) => void lines.push(line) });
  iot = new IoTClient(clientSettings(sandbox));
  iam = new IAMClient(clientSettings(sandbox));
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.endAsync(true)));
  iot.destroy();
  iam.destroy();
  await sandbox.stop();
});

/** A role that Device Defender takes on for a profile, and that may publish to a topic. */
async function makeRole(sourceArn: string, topic: string): Promise<void> {
  const trust = {
    Effect: "Allow",
    Principal: { Service: "iot.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "aws:SourceAccount": "123456789012" },
      ArnEquals: { "aws:SourceArn": sourceArn },
    },
  };
  const rights = {
    Effect: "Allow",
    Action: "iot:Publish",
    Resource: `arn:aws:iot:us-east-1:123456789012:topic/${topic}`,
  };
  const policy = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await iam.send(new CreateRoleCommand({ RoleName: "export", AssumeRolePolicyDocument: policy(trust) }));
  const PolicyDocument = policy(rights);
  await iam.send(new PutRolePolicyCommand({ RoleName: "export", PolicyName: "publish", PolicyDocument }));
}

async function makeProfile(): Promise<void> {
  const metric = "aws:num-messages-sent";
  const stringValues = ["in/#"];
  const clientRequestToken = "t";
  await iot.send(
    new CreateDimensionCommand({ name: "T", type: "TOPIC_FILTER", stringValues, clientRequestToken }),
  );
  await iot.send(
    new CreateSecurityProfileCommand({
      securityProfileName: "Look",
      additionalMetricsToRetainV2: [
        { metric, exportMetric: true },
        { metric, metricDimension: { dimensionName: "T" }, exportMetric: true },
        { metric: "aws:num-disconnects" },
      ],
      metricsExportConfig: { mqttTopic: TOPIC, roleArn: ROLE },
    }),
  );
  await iot.send(
    new AttachSecurityProfileCommand({ securityProfileName: "Look", securityProfileTargetArn: ALL_THINGS }),
  );
}

async function connect(clientId: string): Promise<MqttClient> {
  const client = await mqtt.connectAsync(sandbox.address.mqtt, { clientId, reconnectPeriod: 0 });
  clients.push(client);
  return client;
}

test("values of metrics with exportMetric are published in AWS's words, once the window has ended", async () => {
  await makeRole(PROFILE, TOPIC);
  await makeProfile();
  const consumer = await connect("consumer");
  const device = await connect("d");
  await consumer.subscribeAsync(TOPIC, { qos: 1 });
  const heard = new Promise<Buffer>((resolve) =>
    consumer.once("message", (_topic, payload) => resolve(payload)),
  );
  await device.publishAsync("in/a", "1", { qos: 1 });
  await device.publishAsync("out", "1", { qos: 1 });
  await sandbox.clock.advance(5 * MINUTE);
  const shared = { name: "aws:num-messages-sent", version: 1, timestamp: expect.any(Number) };
  const { version, metrics } = JSON.parse((await heard).toString());
  expect(version).toBe("1.0");
  expect(metrics).toEqual([
    { ...shared, thing: "consumer", value: { count: 0 } },
    { ...shared, thing: "d", value: { count: 2 } },
    { ...shared, thing: "consumer", value: { count: 0 }, dimension: { name: "T", operator: "IN" } },
    { ...shared, thing: "d", value: { count: 1 }, dimension: { name: "T", operator: "IN" } },
  ]);
  expect(metrics[0].timestamp % (5 * MINUTE)).toBe(0);
});

test.each([
  ["is trusted to another profile", `${PROFILE}2`, TOPIC],
  ["may publish to another topic", PROFILE, `${TOPIC}2`],
])("nothing is exported by a role that %s, and the log says so", async (_title, sourceArn, topic) => {
  await makeRole(sourceArn, topic);
  await makeProfile();
  await connect("d");
  await sandbox.clock.advance(5 * MINUTE);
  expect(lines).toContain(
    `Detect: an export of ${PROFILE} was not published to ${TOPIC} as ${ROLE}: AccessDenied`,
  );
});
