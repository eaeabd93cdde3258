import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  AttachSecurityProfileCommand,
  CreateDimensionCommand,
  CreateSecurityProfileCommand,
  IoTClient,
  type MetricToRetain,
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

const SENT = "aws:num-messages-sent";
const EXPORTED: MetricToRetain[] = [
  { metric: SENT, exportMetric: true },
  { metric: SENT, metricDimension: { dimensionName: "T" }, exportMetric: true },
  { metric: "aws:num-disconnects" },
];

async function makeProfile(additionalMetricsToRetainV2 = EXPORTED): Promise<void> {
  const stringValues = ["in/#"];
  const clientRequestToken = "t";
  await iot.send(
    new CreateDimensionCommand({ name: "T", type: "TOPIC_FILTER", stringValues, clientRequestToken }),
  );
  await iot.send(
    new CreateSecurityProfileCommand({
      securityProfileName: "Look",
      additionalMetricsToRetainV2,
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

/** Subscribes to the export, and tells of its first message. */
async function consume() {
  const consumer = await connect("consumer");
  await consumer.subscribeAsync(TOPIC, { qos: 1 });
  const message = new Promise<Buffer>((resolve) =>
    consumer.once("message", (_topic, payload) => resolve(payload)),
  );
  return { first: message.then((payload) => JSON.parse(payload.toString())) };
}

test("values of metrics with exportMetric are published in AWS's words, once the window has ended", async () => {
  await makeRole(PROFILE, TOPIC);
  await makeProfile();
  const heard = await consume();
  const device = await connect("d");
  await device.publishAsync("in/a", "1", { qos: 1 });
  await device.publishAsync("out", "1", { qos: 1 });
  await sandbox.clock.advance(5 * MINUTE);
  const shared = { name: "aws:num-messages-sent", version: 1, timestamp: expect.any(Number) };
  const { version, metrics } = await heard.first;
  expect(version).toBe("1.0");
  expect(metrics).toEqual([
    { ...shared, thing: "consumer", value: { count: 0 } },
    { ...shared, thing: "d", value: { count: 2 } },
    { ...shared, thing: "consumer", value: { count: 0 }, dimension: { name: "T", operator: "IN" } },
    { ...shared, thing: "d", value: { count: 1 }, dimension: { name: "T", operator: "IN" } },
  ]);
  expect(metrics[0].timestamp % (5 * MINUTE)).toBe(0);
});

test("of a message size the minimum, the maximum and the total are exported", async () => {
  await makeRole(PROFILE, TOPIC);
  const metric = "aws:message-byte-size";
  await makeProfile([
    { metric, exportMetric: true },
    { metric, metricDimension: { dimensionName: "T" }, exportMetric: true },
    { metric, metricDimension: { dimensionName: "NONE" }, exportMetric: true },
  ]);
  const heard = await consume();
  const device = await connect("d");
  for (const [topic, payload] of [
    ["in/a", "1"],
    ["in/a", "22"],
    ["out", "4444"],
  ] as const)
    await device.publishAsync(topic, payload, { qos: 1 });
  await sandbox.clock.advance(5 * MINUTE);
  const of = { name: metric, thing: "d", version: 1, timestamp: expect.any(Number) };
  const scoped = { ...of, dimension: { name: "T", operator: "IN" } };
  expect((await heard.first).metrics).toEqual([
    ...[1, 4, 7].map((count) => ({ ...of, value: { count } })),
    ...[1, 2, 3].map((count) => ({ ...scoped, value: { count } })),
  ]);
});

test("what a device reports is exported with the time of its report", async () => {
  await makeRole(PROFILE, TOPIC);
  await makeProfile([{ metric: "aws:all-bytes-out", exportMetric: true }]);
  const heard = await consume();
  const device = await connect("d");
  await sandbox.clock.advance(2 * MINUTE);
  const reported = sandbox.clock.now();
  const report = {
    header: { report_id: 1, version: "1.0" },
    metrics: { network_stats: { bytes_out: 7 } },
  };
  await device.publishAsync("$aws/things/d/defender/metrics/json", JSON.stringify(report), { qos: 1 });
  await sandbox.clock.advance(3 * MINUTE);
  expect((await heard.first).metrics).toEqual([
    { name: "aws:all-bytes-out", thing: "d", value: { count: 7 }, version: 1, timestamp: reported },
  ]);
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
