import {
  CreateCustomMetricCommand,
  CreateDimensionCommand,
  CreateSecurityProfileCommand,
  type CustomMetricType,
  DeleteCustomMetricCommand,
  DeleteDimensionCommand,
  DeleteSecurityProfileCommand,
  ListMetricValuesCommand,
} from "@aws-sdk/client-iot";
import { reportListener } from "../../../../sandbox/services/detect/report-listener";
import { type Detect, HOUR, MINUTE, startDetect } from "./support";

/** An answer to a report, by its topic's last part. */
type Answer = [verdict: string, body: Record<string, unknown>];

let detect: Detect;
let answers: Answer[];
let listen: (topic: string, payload: Uint8Array) => void;

beforeEach(async () => {
  detect = await startDetect();
  answers = [];
  listen = reportListener({
    observe: (thingName, report) => detect.driver.reported(thingName, report),
    publish: (topic, payload) =>
      answers.push([String(topic.split("/").pop()), JSON.parse(Buffer.from(payload).toString())]),
    now: () => detect.clock.now(),
  });
});
afterEach(() => detect.stop());

const report = (reportId: number, body: object = {}, thingName = "d") =>
  listen(
    `$aws/things/${thingName}/defender/metrics/json`,
    Buffer.from(JSON.stringify({ header: { report_id: reportId, version: "1.0" }, ...body })),
  );
const custom = (reportId: number, name: string, value: object, thingName = "d") =>
  report(reportId, { custom_metrics: { [name]: [value] } }, thingName);
const define = (metricName: string, metricType: CustomMetricType) =>
  detect.iot.send(new CreateCustomMetricCommand({ metricName, metricType, clientRequestToken: metricName }));
const verdicts = () => answers.map(([verdict]) => verdict);
const told = () =>
  detect.publisher.published.map(({ message }) => [message.thingName, message.violationEventType]);

test("a custom metric that is reported as another type than it is defined is not kept, and judges nobody", async () => {
  await define("charge", "number");
  const criteria = { comparisonOperator: "greater-than", value: { number: 20 } } as const;
  await detect.profile("P", [{ name: "B", metric: "charge", criteria }]);
  custom(1, "charge", { number: 20 }, "low");
  custom(1, "charge", { string_list: ["a"] }, "low-too");
  custom(1, "charge", { number: 5 });
  await detect.clock.advance(5 * MINUTE);
  custom(2, "charge", { ip_list: ["192.0.2.1"] });
  await detect.clock.advance(5 * MINUTE);
  expect(told()).toEqual([
    ["low", "in-alarm"],
    ["d", "in-alarm"],
  ]);
  const span = { startTime: new Date(0), endTime: detect.clock.date() };
  const command = new ListMetricValuesCommand({ thingName: "d", metricName: "charge", ...span });
  const { metricDatumList } = await detect.iot.send(command);
  expect(metricDatumList?.map(({ value }) => value)).toEqual([{ number: 5 }]);
});

test.each([
  ["a number among texts", { string_list: ["a", 1] }],
  ["a text among numbers", { number_list: [1, "2"] }],
  ["what is no address among addresses", { ip_list: ["192.0.2.1", "here"] }],
  ["null for a number", { number: null }],
  ["two types at once", { number: 1, string_list: [] }],
])("a custom metric with %s is rejected", (_, value) => {
  custom(1, "charge", value);
  expect(answers).toEqual([["rejected", expect.objectContaining({ status: "REJECTED", reportId: 1 })]]);
});

test("a custom metric has one value: a list of two is rejected", () => {
  report(1, { custom_metrics: { charge: [{ number: 1 }, { number: 2 }] } });
  expect(verdicts()).toEqual(["rejected"]);
});

test.each([
  ["without a port", {}],
  ["with a port that there is not", { port: 65_536 }],
])("an entry of listening ports %s is rejected, and no port 0", async (_, entry) => {
  const criteria = { comparisonOperator: "in-port-set" as const, value: { ports: [443] } };
  await detect.profile("P", [{ name: "B", metric: "aws:listening-tcp-ports", criteria }]);
  report(1, { metrics: { listening_tcp_ports: { ports: [entry], total: 1 } } });
  await detect.clock.advance(5 * MINUTE);
  expect(verdicts()).toEqual(["rejected"]);
  expect(told()).toEqual([]);
});

describe("a thing's reports", () => {
  test("are taken once in 300 seconds, each thing's for itself", async () => {
    report(1);
    await detect.clock.advance(5 * MINUTE - 1);
    report(2);
    report(1, {}, "e");
    await detect.clock.advance(1);
    report(3);
    expect(answers).toEqual([
      ["accepted", expect.objectContaining({ thingName: "d", reportId: 1 })],
      [
        "rejected",
        {
          thingName: "d",
          reportId: 2,
          status: "REJECTED",
          statusDetails: { ErrorCode: "Throttled", ErrorMessage: expect.stringMatching(/./) },
          timestamp: detect.clock.now() - 1,
        },
      ],
      ["accepted", expect.objectContaining({ thingName: "e", reportId: 1 })],
      ["accepted", expect.objectContaining({ thingName: "d", reportId: 3 })],
    ]);
  });

  test("have ids that grow, also long after the last one", async () => {
    report(7);
    await detect.clock.advance(HOUR);
    report(7);
    report(6);
    report(8);
    expect(verdicts()).toEqual(["accepted", "rejected", "rejected", "accepted"]);
  });

  test("may begin anew after two days of silence, when nothing is known of them any more", async () => {
    report(7);
    await detect.clock.advance(48 * HOUR + MINUTE);
    report(1);
    expect(verdicts()).toEqual(["accepted", "accepted"]);
  });

  test("that are rejected are not counted", async () => {
    await detect.profile("P", [
      {
        name: "B",
        metric: "aws:all-bytes-out",
        criteria: { comparisonOperator: "less-than", value: { count: 10 }, durationSeconds: 300 },
      },
    ]);
    const bytes = (reportId: number, amount: number) =>
      report(reportId, { metrics: { network_stats: { bytes_out: amount } } });
    bytes(1, 9);
    bytes(2, 9);
    await detect.clock.advance(5 * MINUTE);
    expect(told()).toEqual([]);
  });
});

test("a custom metric and a dimension stay while a profile retains the one in the other", async () => {
  await define("charge", "number");
  const make = { name: "T", type: "TOPIC_FILTER", stringValues: ["a/#"], clientRequestToken: "t" } as const;
  await detect.iot.send(new CreateDimensionCommand({ ...make, stringValues: [...make.stringValues] }));
  await detect.iot.send(
    new CreateSecurityProfileCommand({
      securityProfileName: "P",
      additionalMetricsToRetainV2: [
        { metric: "charge" },
        { metric: "aws:num-messages-sent", metricDimension: { dimensionName: "T" } },
      ],
    }),
  );
  const deleteMetric = () => detect.iot.send(new DeleteCustomMetricCommand({ metricName: "charge" }));
  const deleteDimension = () => detect.iot.send(new DeleteDimensionCommand({ name: "T" }));
  await expect(deleteMetric()).rejects.toMatchObject({ name: "InvalidRequestException" });
  await expect(deleteDimension()).rejects.toMatchObject({ name: "InvalidRequestException" });
  await detect.iot.send(new DeleteSecurityProfileCommand({ securityProfileName: "P" }));
  await expect(deleteMetric()).resolves.toBeDefined();
  await expect(deleteDimension()).resolves.toBeDefined();
});

test("a custom metric that bears the name of one of AWS's says nothing of that one", async () => {
  const criteria = { comparisonOperator: "less-than", value: { count: 10 }, durationSeconds: 300 } as const;
  await detect.profile("P", [{ name: "B", metric: "aws:num-messages-sent", criteria }]);
  await detect.profile("Q", [{ name: "B", metric: "aws:all-bytes-out", criteria }]);
  custom(1, "aws:num-messages-sent", { number: 100 });
  custom(1, "aws:all-bytes-out", { number: 100 }, "e");
  detect.driver.activity.messageSent("d", 2, "t");
  await detect.clock.advance(5 * MINUTE);
  expect(verdicts()).toEqual(["accepted", "accepted"]);
  expect(told()).toEqual([]);
});

test("a count that no 64 bits hold is rejected, so that no total is beyond all numbers", () => {
  report(1, { metrics: { network_stats: { bytes_out: 1e308 } } });
  report(1e300);
  report(2 ** 53, { metrics: { network_stats: { bytes_out: 2 ** 63 } } });
  expect(verdicts()).toEqual(["rejected", "rejected", "accepted"]);
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
])("a report with %s is rejected, and says why", (_, payload) => {
  listen("$aws/things/d/defender/metrics/json", Buffer.from(payload));
  expect(answers).toEqual([
    [
      "rejected",
      expect.objectContaining({
        status: "REJECTED",
        statusDetails: { ErrorCode: "InvalidPayload", ErrorMessage: expect.stringMatching(/./) },
      }),
    ],
  ]);
});

test("a report of a metric that nobody defined alarms for nobody", async () => {
  const criteria = { comparisonOperator: "greater-than", value: { number: 20 } } as const;
  await detect.profile("P", [{ name: "B", metric: "unknown", criteria }]);
  custom(1, "unknown", { number: 1 });
  await detect.clock.advance(5 * MINUTE);
  expect(told()).toEqual([]);
});
