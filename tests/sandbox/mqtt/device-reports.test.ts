import { cbor } from "@smithy/core/cbor";
import { createCustomMetric } from "../../../sandbox/services/detect/actions/custom-metrics";
import { attachSecurityProfile } from "../../../sandbox/services/detect/actions/profile-targets";
import { createSecurityProfile } from "../../../sandbox/services/detect/actions/security-profiles";
import { DetectDriver } from "../../../sandbox/services/detect/driver";
import { reportListener } from "../../../sandbox/services/detect/report-listener";
import { DetectStore } from "../../../sandbox/services/detect/store";
import { ALERTS, ALL_THINGS, FakeRegistry } from "../services/detect/support";
import { type Device, Fleet, heardAtLeast } from "./support/fleet";

type Json = Record<string, unknown>;

const FORMATS = {
  json: {
    write: (report: object): Buffer => Buffer.from(JSON.stringify(report)),
    read: (answer: Buffer): Json => JSON.parse(answer.toString()),
  },
  cbor: {
    write: (report: object): Buffer => Buffer.from(cbor.serialize(report)),
    read: (answer: Buffer): Json => cbor.deserialize(answer),
  },
} as const;
type Format = keyof typeof FORMATS;

const LONG = {
  header: { report_id: 1_795_856_400_123, version: "1.1" },
  metrics: {
    listening_tcp_ports: { ports: [{ interface: "eth0", port: 23 }], total: 1 },
    network_stats: { bytes_in: 1, bytes_out: 9_000, packets_in: 1, packets_out: 2 },
    tcp_connections: {
      established_connections: { connections: [{ remote_addr: "198.51.100.7:443" }], total: 1 },
    },
  },
  custom_metrics: { charge: [{ number: -1.5 }] },
};
const SHORT = {
  hed: { rid: 1_795_856_400_123, v: "1.1" },
  met: {
    tp: { pts: [{ if: "eth0", pt: 23 }], t: 1 },
    ns: { bi: 1, bo: 9_000, pi: 1, po: 2 },
    tc: { ec: { cs: [{ rad: "198.51.100.7:443" }], t: 1 } },
  },
  cmet: { charge: [{ number: -1.5 }] },
};
const NONE = { consecutiveDatapointsToAlarm: 1, consecutiveDatapointsToClear: 1 };
const BEHAVIORS = [
  {
    metric: "aws:listening-tcp-ports",
    comparisonOperator: "not-in-port-set" as const,
    value: { ports: [23] },
  },
  {
    metric: "aws:destination-ip-addresses",
    comparisonOperator: "in-cidr-set" as const,
    value: { cidrs: ["192.0.2.0/24"] },
  },
  {
    metric: "aws:all-bytes-out",
    comparisonOperator: "less-than" as const,
    value: { count: 9_000 },
    durationSeconds: 300,
  },
  { metric: "charge", comparisonOperator: "greater-than" as const, value: { number: 0 } },
].map(({ metric, ...criteria }) => ({
  name: metric.replace("aws:", ""),
  metric,
  criteria: { ...criteria, ...NONE },
}));

let fleet: Fleet;
/** Behaviors that alarmed, with what was measured. */
let alarms: [behavior: string, value: unknown][];

beforeEach(async () => {
  fleet = new Fleet();
  alarms = [];
  const store = new DetectStore(fleet.environment, new FakeRegistry());
  const driver = new DetectDriver(store, {
    publish: (_, __, { behavior, metricValue }) => void alarms.push([behavior.name, metricValue]),
  });
  createCustomMetric(store, { metricName: "charge", metricType: "number", clientRequestToken: "t" });
  createSecurityProfile(store, { securityProfileName: "P", behaviors: BEHAVIORS, alertTargets: ALERTS });
  attachSecurityProfile(store, { securityProfileName: "P", securityProfileTargetArn: ALL_THINGS });
  const listen = reportListener({
    observe: (thingName, report) => driver.reported(thingName, report),
    publish: (topic, payload) => fleet.broker.publish(topic, payload, { qos: 1 }),
    now: () => fleet.clock.now(),
  });
  await fleet.start(listen, { activity: driver.activity });
});
afterEach(() => fleet.stop());

/** Publishes what an agent says, and returns what it is answered. */
async function say(device: Device, format: Format, payload: Buffer) {
  const topic = `$aws/things/d/defender/metrics/${format}`;
  const before = device.heard.length;
  const answers: [topic: string, body: Json][] = [];
  device.client.on("message", (at, answer) =>
    answers.push([at.replace(topic, ""), FORMATS[format].read(answer)]),
  );
  await device.client.subscribeAsync([`${topic}/accepted`, `${topic}/rejected`], { qos: 1 });
  await device.client.publishAsync(topic, payload, { qos: 1 });
  await heardAtLeast(device, before + 1);
  return answers;
}

test.each([
  ["json", "long", LONG],
  ["json", "short", SHORT],
  ["cbor", "long", LONG],
  ["cbor", "short", SHORT],
] as const)(
  "a report in %s with %s names alarms alike, and is accepted in its format",
  async (format, _, report) => {
    const device = await fleet.connect("d");
    const answers = await say(device, format, FORMATS[format].write(report));
    const now = fleet.clock.now();
    expect(answers).toEqual([
      ["/accepted", { thingName: "d", reportId: 1_795_856_400_123, status: "ACCEPTED", timestamp: now }],
    ]);
    await fleet.clock.advance(300_000);
    expect(alarms).toEqual([
      ["listening-tcp-ports", { ports: [23] }],
      ["destination-ip-addresses", { cidrs: ["198.51.100.7"] }],
      ["all-bytes-out", { count: 9_000 }],
      ["charge", { number: -1.5 }],
    ]);
  },
);

test.each([
  ["JSON", Buffer.from(JSON.stringify(LONG))],
  ["nothing", Buffer.alloc(0)],
  ["a report that is cut off", FORMATS.cbor.write(LONG).subarray(0, 40)],
  ["maps without end", Buffer.from("a16161".repeat(20_000), "hex")],
  [
    "a number that is none",
    FORMATS.cbor.write({ ...LONG, custom_metrics: { charge: [{ number: Number.NaN }] } }),
  ],
])("%s on the topic of CBOR is rejected in CBOR", async (_, payload) => {
  const device = await fleet.connect("d");
  expect(await say(device, "cbor", payload)).toEqual([
    [
      "/rejected",
      expect.objectContaining({
        status: "REJECTED",
        statusDetails: { ErrorCode: "InvalidPayload", ErrorMessage: expect.stringMatching(/./) },
      }),
    ],
  ]);
});

test("an id of 64 bits is one in CBOR as in JSON", async () => {
  const device = await fleet.connect("d");
  const header = { report_id: 1_795_856_400_123_456_789n, version: "1.0" };
  const [answer] = await say(device, "cbor", FORMATS.cbor.write({ header }));
  expect(answer).toEqual(["/accepted", expect.objectContaining({ status: "ACCEPTED" })]);
});
