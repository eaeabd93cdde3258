import {
  type Behavior,
  CreateDimensionCommand,
  type DimensionValueOperator,
  UpdateDimensionCommand,
} from "@aws-sdk/client-iot";
import { METRICS } from "../../../../lib/detect/metrics";
import { type Device, Fleet, heardAtLeast } from "../../mqtt/support/fleet";
import { type Detect, MINUTE, startDetect } from "./support";

let detect: Detect;
let fleet: Fleet;
/** Connects and does something on a topic, by MQTT. */
type Act = (topic: string) => Promise<void>;

beforeEach(async () => {
  detect = await startDetect();
  fleet = new Fleet();
  await fleet.start(undefined, { env: detect.store.env, activity: detect.driver.activity });
});
afterEach(async () => {
  await fleet.stop();
  await detect.stop();
});

const define = (...stringValues: string[]) =>
  detect.iot.send(
    new CreateDimensionCommand({ name: "T", type: "TOPIC_FILTER", stringValues, clientRequestToken: "t" }),
  );
const watch = (metric: string, criteria: Behavior["criteria"], operator?: DimensionValueOperator) =>
  detect.profile("P", [
    { name: "B", metric, criteria, metricDimension: { dimensionName: "T", ...(operator && { operator }) } },
  ]);
const below = (count: number): Behavior["criteria"] => ({
  ...{ comparisonOperator: "less-than", value: { count }, durationSeconds: 300 },
});

const told = () =>
  detect.publisher.published.map(
    ({ message: { violationEventType, metricValue } }) =>
      `${violationEventType} ${Object.values(metricValue ?? {})}`,
  );
/** What was told in the window that ends now. */
async function endOfWindow(): Promise<string[]> {
  const before = told().length;
  await detect.clock.advance(5 * MINUTE);
  return told().slice(before);
}

const connected = () => fleet.connect("d");
const leave = async ({ client, ended }: Device) => {
  client.end();
  await ended;
};
const publish =
  (times: number, bytes = 1): Act =>
  async (topic) => {
    const device = await connected();
    for (let time = 0; time < times; time++)
      await device.client.publishAsync(topic, "x".repeat(bytes), { qos: 1 });
    await leave(device);
  };
const receive: Act = async (topic) => {
  const device = await connected();
  await device.client.subscribeAsync(topic);
  for (let time = 0; time < 3; time++) fleet.broker.publish(topic, "x");
  await heardAtLeast(device, 3);
  await leave(device);
};
/** Is refused twice, to publish and to subscribe, which ends each connection. */
const beRefused: Act = async (topic) => {
  const denied = { Effect: "Deny", Action: ["iot:Publish", "iot:Subscribe"], Resource: "*" };
  fleet.authority.things.set("d", { name: "d", attributes: {} });
  fleet.authority.ofGroups.set("d", [{ Version: "2012-10-17", Statement: [denied] }]);
  const publisher = await connected();
  publisher.client.publish(topic, "x");
  await publisher.ended;
  const subscriber = await connected();
  subscriber.client.subscribe(topic);
  await subscriber.ended;
};

/** Of each metric: what is normal of the watched topics, and what a device does on a topic that violates it there. */
const PLAYS: Readonly<Record<string, [criteria: Behavior["criteria"], act: Act, value: string]>> = {
  "aws:num-messages-sent": [below(3), publish(3), "3"],
  "aws:num-messages-received": [below(3), receive, "3"],
  "aws:num-authorization-failures": [below(2), beRefused, "2"],
  "aws:message-byte-size": [
    { comparisonOperator: "less-than", value: { count: 100 } },
    publish(1, 100),
    "100",
  ],
  "aws:source-ip-address": [
    { comparisonOperator: "in-cidr-set", value: { cidrs: ["192.0.2.0/24"] } },
    publish(1),
    "127.0.0.1",
  ],
};

test("every metric that AWS lets a dimension restrict is played here", () => {
  const restricted = Object.entries(METRICS).flatMap(([metric, { topics }]) => (topics ? [metric] : []));
  expect(Object.keys(PLAYS).sort()).toEqual(restricted.sort());
});

describe.each(Object.entries(PLAYS))("%s", (metric, [criteria, act, value]) => {
  test.each([
    [undefined, "cmd/d/run", "telemetry/d"],
    ["NOT_IN", "telemetry/d", "cmd/d/run"],
  ] as const)("of topics %s a dimension alarms by those alone", async (operator, watched, other) => {
    await define("cmd/+/run");
    await watch(metric, criteria, operator);
    await act(other);
    expect(await endOfWindow()).toEqual([]);
    await act(watched);
    expect(await endOfWindow()).toEqual([`in-alarm ${value}`]);
  });
});

test.each(["IN", "NOT_IN"] as const)(
  "an alarm of topics %s a dimension clears while the device goes on elsewhere",
  async (operator) => {
    await define("cmd/#");
    await watch("aws:num-messages-sent", below(3), operator);
    const [watched, other] = operator === "IN" ? ["cmd/a", "b"] : ["b", "cmd/a"];
    await publish(3)(watched);
    expect(await endOfWindow()).toEqual(["in-alarm 3"]);
    await publish(9)(other);
    expect(await endOfWindow()).toEqual(["alarm-cleared 0"]);
  },
);

describe("a dimension", () => {
  test.each([
    ["a/#", "a/b/c", 3],
    ["a/#", "a", 0],
    ["a/+", "a/b/c", 0],
    ["#", "$aws/things/d/shadow/get", 0],
    ["data/$" + "{iot:ClientId}/+", "data/d/x", 3],
    ["data/$" + "{iot:ClientId}/+", "data/e/x", 0],
  ])("of %s counts on %s so many of three messages: %d", async (filter, topic, count) => {
    await define("never/used", filter);
    await watch("aws:num-messages-sent", below(0));
    await publish(3)(topic);
    expect(await endOfWindow()).toEqual([`in-alarm ${count}`]);
  });

  test("of a client's own topics is not widened by a client that is called as a wildcard", async () => {
    await define("data/$" + "{iot:ClientId}");
    await watch("aws:num-messages-sent", below(1));
    detect.send("+", 3, 1, "data/other");
    expect(await endOfWindow()).toEqual([]);
  });

  test("with other values counts by these from then on", async () => {
    await define("a");
    await watch("aws:num-messages-sent", below(2));
    detect.send("d", 1, 1, "a");
    await detect.iot.send(new UpdateDimensionCommand({ name: "T", stringValues: ["b"] }));
    detect.send("d", 1, 1, "a");
    detect.send("d", 1, 1, "b");
    expect(await endOfWindow()).toEqual(["in-alarm 2"]);
  });

  test("is added up over the windows of a longer period, beside the same metric of all topics", async () => {
    await define("a");
    const longer = { ...below(4), durationSeconds: 900 };
    await detect.profile("P", [
      {
        name: "Some",
        metric: "aws:num-messages-sent",
        criteria: longer,
        metricDimension: { dimensionName: "T" },
      },
      { name: "All", metric: "aws:num-messages-sent", criteria: { ...longer, value: { count: 7 } } },
    ]);
    for (const topic of ["a", "a", "b"]) {
      detect.send("d", 2, 1, topic);
      await detect.clock.advance(5 * MINUTE);
    }
    expect(
      detect.publisher.published.map(({ message }) => [message.behavior.name, message.metricValue]),
    ).toEqual([["Some", { count: 4 }]]);
  });

  test("does not count a refused connect, which has no topic", async () => {
    await define("a");
    await watch("aws:num-authorization-failures", below(1), "NOT_IN");
    detect.driver.activity.authorizationFailed("d");
    expect(await endOfWindow()).toEqual([]);
  });
});
