import {
  type Behavior,
  CreateCustomMetricCommand,
  CreateDimensionCommand,
  DeleteCustomMetricCommand,
  DescribeCustomMetricCommand,
  DescribeDimensionCommand,
  ListCustomMetricsCommand,
  ListDimensionsCommand,
  UpdateDimensionCommand,
} from "@aws-sdk/client-iot";
import { METRICS } from "../../../../lib/detect/metrics";
import { reportListener } from "../../../../sandbox/services/detect/report-listener";
import { type Detect, HOUR, MINUTE, startDetect } from "./support";

let detect: Detect;
/** What was answered to reports, by topic. */
let answers: [topic: string, body: Record<string, unknown>][];
let listen: (topic: string, payload: Uint8Array) => void;

beforeEach(async () => {
  detect = await startDetect();
  answers = [];
  listen = reportListener({
    observe: (thingName, report) => detect.driver.reported(thingName, report),
    publish: (topic, payload) => answers.push([topic, JSON.parse(Buffer.from(payload).toString())]),
    now: () => detect.clock.now(),
  });
});
afterEach(() => detect.stop());

const TOPIC = "$aws/things/d/defender/metrics/json";
let reportId = 0;
const report = (body: object) =>
  listen(TOPIC, Buffer.from(JSON.stringify({ header: { report_id: ++reportId, version: "1.0" }, ...body })));
const metrics = (body: object) => () => report({ metrics: body });
const custom = (name: string, value: object) => () => report({ custom_metrics: { [name]: [value] } });

const listening = (kind: string, ports: number[]) =>
  metrics({ [`listening_${kind}_ports`]: { ports: ports.map((port) => ({ port })), total: ports.length } });
const traffic = (key: string, amount: number) => metrics({ network_stats: { [key]: amount } });
const remote = (...addresses: string[]) =>
  metrics({
    tcp_connections: {
      established_connections: {
        connections: addresses.map((address) => ({ remote_addr: address })),
        total: addresses.length,
      },
    },
  });

type Criteria = NonNullable<Behavior["criteria"]>;
const below = (count: number, more: Criteria = { durationSeconds: 300 }): Criteria => ({
  comparisonOperator: "less-than",
  value: { count },
  ...more,
});
const times = (count: number, act: () => void) => () => {
  for (let time = 0; time < count; time++) act();
};

/** Of each metric: what is normal, what a device does that violates it, and what it does that does not. */
const PLAYS: Readonly<Record<string, [criteria: Criteria, bad: () => void, good: () => void]>> = {
  "aws:num-messages-sent": [below(3), () => detect.send("d", 3), () => detect.send("d", 2)],
  "aws:num-messages-received": [
    below(3),
    times(3, () => detect.driver.messageReceived("d", 1, "commands")),
    times(2, () => detect.driver.messageReceived("d", 1, "commands")),
  ],
  "aws:num-authorization-failures": [
    below(3),
    times(3, () => detect.driver.authorizationFailed("d")),
    times(2, () => detect.driver.authorizationFailed("d")),
  ],
  "aws:num-connection-attempts": [
    below(3),
    times(3, () => detect.driver.connectionAttempted("d")),
    times(2, () => detect.driver.connectionAttempted("d")),
  ],
  "aws:num-disconnects": [
    below(2),
    times(2, () => {
      detect.driver.sessionOpened("d", "192.0.2.1");
      detect.driver.sessionClosed("d");
    }),
    () => detect.driver.sessionOpened("d", "192.0.2.1"),
  ],
  "aws:message-byte-size": [below(100, {}), () => detect.send("d", 1, 100), () => detect.send("d", 9, 99)],
  "aws:source-ip-address": [
    { comparisonOperator: "in-cidr-set", value: { cidrs: ["192.0.2.0/24"] } },
    () => {
      detect.driver.sessionOpened("d", "198.51.100.7");
      detect.driver.sessionClosed("d");
    },
    () => detect.driver.sessionOpened("d", "192.0.2.7"),
  ],
  "aws:all-bytes-in": [below(10), traffic("bytes_in", 10), traffic("bytes_in", 9)],
  "aws:all-bytes-out": [below(10), traffic("bytes_out", 10), traffic("bytes_out", 9)],
  "aws:all-packets-in": [below(10), traffic("packets_in", 10), traffic("packets_in", 9)],
  "aws:all-packets-out": [below(10), traffic("packets_out", 10), traffic("packets_out", 9)],
  "aws:num-listening-tcp-ports": [below(2), listening("tcp", [1, 2]), listening("tcp", [1])],
  "aws:num-listening-udp-ports": [below(2), listening("udp", [1, 2]), listening("udp", [1])],
  "aws:num-established-tcp-connections": [
    below(2, {}),
    remote("192.0.2.1:1", "192.0.2.2:1"),
    remote("192.0.2.1:1"),
  ],
  "aws:listening-tcp-ports": [
    { comparisonOperator: "in-port-set", value: { ports: [443] } },
    listening("tcp", [443, 23]),
    listening("tcp", [443]),
  ],
  "aws:listening-udp-ports": [
    { comparisonOperator: "not-in-port-set", value: { ports: [23] } },
    listening("udp", [53, 23]),
    listening("udp", [53]),
  ],
  "aws:destination-ip-addresses": [
    { comparisonOperator: "in-cidr-set", value: { cidrs: ["192.0.2.0/24", "2001:db8::/32"] } },
    remote("198.51.100.1:443"),
    remote("[2001:db8::1]:443"),
  ],
  charge: [
    { comparisonOperator: "greater-than", value: { number: 20 } },
    custom("charge", { number: 20 }),
    custom("charge", { number: 21 }),
  ],
  codes: [
    { comparisonOperator: "in-set", value: { numbers: [1, 2] } },
    custom("codes", { number_list: [1, 3] }),
    custom("codes", { number_list: [2] }),
  ],
  apps: [
    { comparisonOperator: "in-set", value: { strings: ["a"] } },
    custom("apps", { string_list: ["a", "b"] }),
    custom("apps", { string_list: ["a"] }),
  ],
  peers: [
    { comparisonOperator: "in-cidr-set", value: { cidrs: ["192.0.2.0/24"] } },
    custom("peers", { ip_list: ["198.51.100.1"] }),
    custom("peers", { ip_list: ["192.0.2.1"] }),
  ],
};

const CUSTOM_TYPES = {
  charge: "number",
  codes: "number-list",
  apps: "string-list",
  peers: "ip-address-list",
} as const;
const defineCustomMetrics = async () => {
  for (const [metricName, metricType] of Object.entries(CUSTOM_TYPES)) {
    await detect.iot.send(
      new CreateCustomMetricCommand({ metricName, metricType, clientRequestToken: metricName }),
    );
  }
};

const told = () => detect.publisher.published.map(({ message }) => message.violationEventType);

test("every metric of AWS that rules may judge is played here, or by itself below", () => {
  const played = [...Object.keys(PLAYS), "aws:disconnect-duration"];
  expect(Object.keys(METRICS).filter((metric) => !played.includes(metric))).toEqual([]);
});

test.each(Object.entries(PLAYS))("%s alarms and clears", async (metric, [criteria, bad, good]) => {
  await defineCustomMetrics();
  await detect.profile("P", [{ name: "B", metric, criteria }]);
  bad();
  await detect.clock.advance(5 * MINUTE);
  expect(told()).toEqual(["in-alarm"]);
  good();
  await detect.clock.advance(5 * MINUTE);
  expect(told()).toEqual(["in-alarm", "alarm-cleared"]);
});

test.each([
  ["without a period", {}],
  ["with one of an hour", { durationSeconds: 3600 }],
])("aws:disconnect-duration is judged hourly, in seconds (%s)", async (_, more) => {
  const criteria = { comparisonOperator: "less-than-equals", value: { count: 3600 }, ...more } as const;
  await detect.profile("P", [{ name: "B", metric: "aws:disconnect-duration", criteria }]);
  detect.driver.sessionOpened("d", "192.0.2.1");
  detect.driver.sessionOpened("on", "192.0.2.2");
  await detect.clock.advance(30 * MINUTE);
  detect.driver.sessionClosed("d");
  await detect.clock.advance(HOUR);
  expect(told()).toEqual([]);
  await detect.clock.advance(HOUR);
  expect(detect.publisher.published.map(({ message }) => [message.thingName, message.metricValue])).toEqual([
    ["d", { count: 5400 }],
  ]);
  detect.driver.sessionOpened("d", "192.0.2.1");
  await detect.clock.advance(HOUR);
  expect(told()).toEqual(["in-alarm", "alarm-cleared"]);
});

test("who stays connected stays at an address, also in windows without a connect", async () => {
  const criteria: Criteria = { comparisonOperator: "in-cidr-set", value: { cidrs: ["192.0.2.0/24"] } };
  detect.driver.sessionOpened("d", "198.51.100.7");
  await detect.clock.advance(HOUR);
  await detect.profile("P", [{ name: "B", metric: "aws:source-ip-address", criteria }]);
  await detect.clock.advance(5 * MINUTE);
  expect(told()).toEqual(["in-alarm"]);
});

describe("a report", () => {
  test("is answered, in its long and its short form", () => {
    report({ metrics: {} });
    const other = TOPIC.replace("/d/", "/e/");
    listen(other, Buffer.from('{"hed":{"rid":7,"v":"1.0"},"met":{"ns":{"bo":5}}}'));
    expect(answers).toEqual([
      [`${TOPIC}/accepted`, expect.objectContaining({ thingName: "d", reportId, status: "ACCEPTED" })],
      [
        `${other}/accepted`,
        { thingName: "e", reportId: 7, status: "ACCEPTED", timestamp: detect.clock.now() },
      ],
    ]);
  });

  test("counts by its short names as by its long ones", async () => {
    await detect.profile("P", [{ name: "B", metric: "aws:all-bytes-out", criteria: below(5) }]);
    listen(TOPIC, Buffer.from('{"hed":{"rid":7,"v":"1.0"},"met":{"ns":{"bo":5}}}'));
    await detect.clock.advance(5 * MINUTE);
    expect(told()).toEqual(["in-alarm"]);
  });

  test.each([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["no id", '{"header":{"version":"1.0"}}'],
    ["another version", '{"header":{"report_id":1,"version":"2.0"}}'],
    [
      "a negative count",
      '{"header":{"report_id":1,"version":"1.0"},"metrics":{"network_stats":{"bytes_in":-1}}}',
    ],
    [
      "ports of no array",
      '{"header":{"report_id":1,"version":"1.0"},"metrics":{"listening_tcp_ports":{"ports":1}}}',
    ],
    [
      "a custom metric without a value",
      '{"header":{"report_id":1,"version":"1.0"},"custom_metrics":{"a":[{}]}}',
    ],
    [
      "a custom number that is none",
      '{"header":{"report_id":1,"version":"1.0"},"custom_metrics":{"a":[{"number":"1"}]}}',
    ],
  ])("with %s is rejected, and says why", (_, payload) => {
    listen(TOPIC, Buffer.from(payload));
    expect(answers).toEqual([
      [
        `${TOPIC}/rejected`,
        expect.objectContaining({
          status: "REJECTED",
          statusDetails: { ErrorCode: "InvalidPayload", ErrorMessage: expect.stringMatching(/./) },
        }),
      ],
    ]);
  });

  test("of a metric that nobody defined alarms for nobody", async () => {
    const criteria = { comparisonOperator: "greater-than", value: { number: 20 } } as const;
    await detect.profile("P", [{ name: "B", metric: "unknown", criteria }]);
    custom("unknown", { number: 1 })();
    await detect.clock.advance(5 * MINUTE);
    expect(told()).toEqual([]);
  });
});

describe("definitions", () => {
  test("a custom metric is made once by its token, described, listed, and kept while a profile names it", async () => {
    await defineCustomMetrics();
    await defineCustomMetrics();
    const again = new CreateCustomMetricCommand({
      ...{ metricName: "charge", metricType: "number", clientRequestToken: "other" },
    });
    await expect(detect.iot.send(again)).rejects.toMatchObject({ name: "ResourceAlreadyExistsException" });
    const described = await detect.iot.send(new DescribeCustomMetricCommand({ metricName: "charge" }));
    expect(described).toMatchObject({
      ...{ metricType: "number", metricArn: "arn:aws:iot:us-east-1:123456789012:custommetric/charge" },
    });
    const { metricNames } = await detect.iot.send(new ListCustomMetricsCommand({}));
    expect(metricNames).toEqual(Object.keys(CUSTOM_TYPES));
    await detect.profile("P", [{ name: "B", metric: "charge", criteria: PLAYS.charge?.[0] }]);
    const remove = (metricName: string) => detect.iot.send(new DeleteCustomMetricCommand({ metricName }));
    await expect(remove("charge")).rejects.toMatchObject({ name: "InvalidRequestException" });
    await expect(remove("apps")).resolves.toBeDefined();
  });

  test("a dimension is described as it was made and changed", async () => {
    const make = {
      name: "Topics",
      type: "TOPIC_FILTER",
      stringValues: ["a/#"],
      clientRequestToken: "t",
    };
    await detect.iot.send(new CreateDimensionCommand({ ...make, type: "TOPIC_FILTER" }));
    await detect.iot.send(new UpdateDimensionCommand({ name: "Topics", stringValues: ["b/#"] }));
    expect(await detect.iot.send(new DescribeDimensionCommand({ name: "Topics" }))).toMatchObject({
      ...{ type: "TOPIC_FILTER", stringValues: ["b/#"] },
    });
    expect((await detect.iot.send(new ListDimensionsCommand({}))).dimensionNames).toEqual(["Topics"]);
  });
});
