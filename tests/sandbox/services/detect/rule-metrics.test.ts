import { createConnection } from "node:net";
import {
  AddThingToThingGroupCommand,
  AttachPolicyCommand,
  AttachSecurityProfileCommand,
  type Behavior,
  CreateCustomMetricCommand,
  CreatePolicyCommand,
  CreateSecurityProfileCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  type CustomMetricType,
  IoTClient,
  ListViolationEventsCommand,
  type ViolationEvent,
} from "@aws-sdk/client-iot";
import { cbor } from "@smithy/core/cbor";
import { type IClientOptions, MqttClient } from "mqtt";
import type { MetricValue } from "../../../../lib/detect/behavior";
import { METRICS } from "../../../../lib/detect/metrics";
import { type Sandbox, startSandbox } from "../../../../sandbox/start-sandbox";
import { clientSettings } from "../../support/dev-sandbox";
import { groupTarget, MINUTE } from "./support";

type Criteria = NonNullable<Behavior["criteria"]>;

let sandbox: Sandbox;
let iot: IoTClient;
let reportId = 0;
const clients: MqttClient[] = [];

/** Connects a device, from another address of loopback if one is given. */
async function connect(clientId: string, localAddress = "127.0.0.1"): Promise<MqttClient> {
  const options: IClientOptions = { clientId, reconnectPeriod: 0 };
  const port = Number(new URL(sandbox.address.mqtt).port);
  const client = new MqttClient(() => createConnection({ host: "127.0.0.1", port, localAddress }), options);
  clients.push(client);
  await new Promise<void>((resolve, reject) => {
    client.once("connect", () => resolve());
    client.once("error", reject);
  });
  client.on("error", () => undefined);
  return client;
}

const times = async (count: number, act: () => Promise<unknown>) => {
  for (let time = 0; time < count; time++) await act();
};
const publish = (client: MqttClient, topic: string, payload: string | Buffer = "x") =>
  client.publishAsync(topic, payload, { qos: 1 });
/** Connects, and leaves. */
const visit = async (device: string, localAddress?: string) =>
  (await connect(device, localAddress)).endAsync();

/** Sends so many messages of some bytes. */
const sends = (count: number, bytes: number) => async (device: string) => {
  const client = await connect(device);
  await times(count, () => publish(client, "telemetry", "x".repeat(bytes)));
  await client.endAsync();
};

/** Hears so many messages of somebody else. */
const hears = (count: number) => async (device: string) => {
  const client = await connect(device);
  let heard = 0;
  const all = new Promise<void>((resolve) => client.on("message", () => ++heard === count && resolve()));
  await client.subscribeAsync("commands", { qos: 1 });
  const somebody = await connect("somebody");
  await times(count, () => publish(somebody, "commands"));
  await all;
  await Promise.all([client.endAsync(), somebody.endAsync()]);
};

/** Asks so often for what its policy denies, which ends the connection. */
const isRefused = (count: number) => (device: string) =>
  times(count, async () => {
    const client = await connect(device);
    const closed = new Promise<void>((resolve) => client.once("close", resolve));
    client.publish("forbidden", "x", { qos: 1 });
    await closed;
  });

const FORMATS = {
  json: (report: object) => Buffer.from(JSON.stringify(report)),
  cbor: (report: object) => Buffer.from(cbor.serialize(report)),
} as const;

/** Reports, and is told that the report is accepted. Things take turns in the format. */
const reports = (body: object) => async (device: string) => {
  const id = ++reportId;
  const format = id % 2 === 0 ? "cbor" : "json";
  const topic = `$aws/things/${device}/defender/metrics/${format}`;
  const client = await connect(device);
  const answered = new Promise<string>((resolve) => client.once("message", resolve));
  await client.subscribeAsync([`${topic}/accepted`, `${topic}/rejected`], { qos: 1 });
  await publish(client, topic, FORMATS[format]({ header: { report_id: id, version: "1.0" }, ...body }));
  expect(await answered).toBe(`${topic}/accepted`);
  await client.endAsync();
};

const traffic = (key: string) => (count: number) => reports({ metrics: { network_stats: { [key]: count } } });
const listening = (kind: string, ports: readonly number[]) =>
  reports({
    metrics: { [`listening_${kind}_ports`]: { ports: ports.map((port) => ({ port })), total: ports.length } },
  });
const remote = (...addresses: string[]) => {
  const connections = addresses.map((address) => ({ remote_addr: `${address}:443` }));
  const established_connections = { connections, total: addresses.length };
  return reports({ metrics: { tcp_connections: { established_connections } } });
};

/** What a device does, and what its metric is by that. */
type Play = readonly [act: (device: string) => Promise<unknown>, value: MetricValue];
/** What is normal, what violates it, and what does not. */
type Row = readonly [normal: Criteria, bad: Play, good: Play];

/** Fewer than a count are normal: what is done to reach it, and one below it. */
const below = (
  count: number,
  act: (count: number) => Play[0],
  more: Criteria = { durationSeconds: 300 },
): Row => [
  { comparisonOperator: "less-than", value: { count }, ...more },
  [act(count), { count }],
  [act(count - 1), { count: count - 1 }],
];
/** What is normal of a list, and two lists. */
const lists = (
  normal: Criteria,
  act: (value: MetricValue) => Play[0],
  bad: MetricValue,
  good: MetricValue,
): Row => [normal, [act(bad), bad], [act(good), good]];
const custom = (metric: string, key: string) => (value: MetricValue) =>
  reports({ custom_metrics: { [metric]: [{ [key]: Object.values(value)[0] }] } });
const portsOf = (kind: string) => (value: MetricValue) =>
  listening(kind, "ports" in value ? value.ports : []);
const upTo = (length: number) => Array.from({ length }, (_, index) => index + 1);

const CUSTOM_TYPES: Readonly<Record<string, CustomMetricType>> = {
  charge: "number",
  codes: "number-list",
  apps: "string-list",
  peers: "ip-address-list",
};

const ROWS: Readonly<Record<string, Row>> = {
  "aws:num-messages-sent": below(3, (count) => sends(count, 1)),
  "aws:num-messages-received": below(3, hears),
  "aws:num-authorization-failures": below(3, isRefused),
  "aws:num-connection-attempts": below(3, (count) => (device) => times(count, () => visit(device))),
  "aws:num-disconnects": below(2, (count) => (device) => times(count, () => visit(device))),
  "aws:message-byte-size": below(100, (bytes) => sends(2, bytes), {}),
  "aws:source-ip-address": lists(
    { comparisonOperator: "not-in-cidr-set", value: { cidrs: ["127.0.0.2/32"] } },
    (value) => (device) => visit(device, "cidrs" in value ? value.cidrs[0] : undefined),
    { cidrs: ["127.0.0.2"] },
    { cidrs: ["127.0.0.1"] },
  ),
  // It has been away since the hour began, see `beforeAll`.
  "aws:disconnect-duration": [
    { comparisonOperator: "less-than-equals", value: { count: 3599 } },
    [async () => undefined, { count: 3600 }],
    [connect, { count: 0 }],
  ],
  "aws:all-bytes-in": below(10, traffic("bytes_in")),
  "aws:all-bytes-out": below(10, traffic("bytes_out")),
  "aws:all-packets-in": below(10, traffic("packets_in")),
  "aws:all-packets-out": below(10, traffic("packets_out")),
  "aws:num-listening-tcp-ports": below(2, (count) => listening("tcp", upTo(count))),
  "aws:num-listening-udp-ports": below(2, (count) => listening("udp", upTo(count))),
  "aws:num-established-tcp-connections": below(
    2,
    (count) => remote(...upTo(count).map((host) => `192.0.2.${host}`)),
    {},
  ),
  "aws:listening-tcp-ports": lists(
    { comparisonOperator: "in-port-set", value: { ports: [443] } },
    portsOf("tcp"),
    { ports: [443, 23] },
    { ports: [443] },
  ),
  "aws:listening-udp-ports": lists(
    { comparisonOperator: "not-in-port-set", value: { ports: [23] } },
    portsOf("udp"),
    { ports: [53, 23] },
    { ports: [53] },
  ),
  "aws:destination-ip-addresses": lists(
    { comparisonOperator: "in-cidr-set", value: { cidrs: ["192.0.2.0/24"] } },
    (value) => remote(...("cidrs" in value ? value.cidrs : [])),
    { cidrs: ["198.51.100.1"] },
    { cidrs: ["192.0.2.1"] },
  ),
  charge: lists(
    { comparisonOperator: "greater-than", value: { number: 20 } },
    custom("charge", "number"),
    { number: 20 },
    { number: 20.5 },
  ),
  codes: lists(
    { comparisonOperator: "in-set", value: { numbers: [1, 2] } },
    custom("codes", "number_list"),
    { numbers: [1, 3] },
    { numbers: [2] },
  ),
  apps: lists(
    { comparisonOperator: "not-in-set", value: { strings: ["nc"] } },
    custom("apps", "string_list"),
    { strings: ["sh", "nc"] },
    { strings: ["sh"] },
  ),
  peers: lists(
    { comparisonOperator: "in-cidr-set", value: { cidrs: ["192.0.2.0/24"] } },
    custom("peers", "ip_list"),
    { cidrs: ["198.51.100.1"] },
    { cidrs: ["192.0.2.1"] },
  ),
};

const thingOf = (metric: string) => metric.replace("aws:", "");
const play = async (which: 1 | 2) => {
  for (const [metric, row] of Object.entries(ROWS)) await row[which][0](thingOf(metric));
};

/** A thing in a group of its own, whose profile is about the metric alone. */
async function makeThing(metric: string, criteria: Criteria): Promise<void> {
  const name = thingOf(metric);
  await iot.send(new CreateThingCommand({ thingName: name }));
  await iot.send(new CreateThingGroupCommand({ thingGroupName: name }));
  await iot.send(new AddThingToThingGroupCommand({ thingName: name, thingGroupName: name }));
  const behaviors = [{ name, metric, criteria }];
  await iot.send(new CreateSecurityProfileCommand({ securityProfileName: name, behaviors }));
  const target = groupTarget(name);
  await iot.send(
    new AttachSecurityProfileCommand({ securityProfileName: name, securityProfileTargetArn: target }),
  );
  await iot.send(new AttachPolicyCommand({ policyName: "NothingForbidden", target }));
}

let start: number;
let events: readonly ViolationEvent[];

// All rows are played at once: what violates in the last five minutes of the first hour, what does not right after it.
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0 });
  iot = new IoTClient(clientSettings(sandbox));
  start = sandbox.clock.now();
  const policyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Action: "iot:Publish", Resource: "arn:aws:iot:*:*:topic/forbidden" }],
  });
  await iot.send(new CreatePolicyCommand({ policyName: "NothingForbidden", policyDocument }));
  for (const [metricName, metricType] of Object.entries(CUSTOM_TYPES)) {
    await iot.send(new CreateCustomMetricCommand({ metricName, metricType, clientRequestToken: metricName }));
  }
  for (const [metric, [criteria]] of Object.entries(ROWS)) await makeThing(metric, criteria);
  await visit("disconnect-duration");
  await sandbox.clock.advance(55 * MINUTE);
  await play(1);
  await sandbox.clock.advance(5 * MINUTE);
  await play(2);
  await sandbox.clock.advance(60 * MINUTE);
  const span = { startTime: new Date(start), endTime: sandbox.clock.date() };
  events = (await iot.send(new ListViolationEventsCommand(span))).violationEvents ?? [];
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.endAsync(true)));
  iot.destroy();
  await sandbox.stop();
});

test("every metric of AWS, and a custom one of each type, has its row", () => {
  expect(Object.keys(ROWS).sort()).toEqual([...Object.keys(METRICS), ...Object.keys(CUSTOM_TYPES)].sort());
});

test.each(Object.entries(ROWS))("%s alarms, and clears", (metric, [, [, bad], [, good]]) => {
  const told = events
    .filter(({ thingName }) => thingName === thingOf(metric))
    .map(({ violationEventTime, violationEventType, metricValue }) => [
      (Number(violationEventTime) - start) / MINUTE,
      violationEventType,
      metricValue,
    ]);
  expect(told).toEqual([
    [60, "in-alarm", bad],
    // Absence is judged hourly.
    [metric === "aws:disconnect-duration" ? 120 : 65, "alarm-cleared", good],
  ]);
});
