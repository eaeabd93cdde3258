import { type Detect, HOUR, MINUTE, startDetect } from "./support";

let detect: Detect;

beforeEach(async () => {
  detect = await startDetect();
});
afterEach(() => detect.stop());

const told = () => detect.publisher.published.map(({ message }) => message.violationEventType);

test.each([
  ["without a period", {}],
  ["with one of an hour", { durationSeconds: 3600 }],
])("aws:disconnect-duration is judged hourly, in seconds (%s)", async (_, more) => {
  const criteria = { comparisonOperator: "less-than-equals", value: { count: 3600 }, ...more } as const;
  await detect.profile("P", [{ name: "B", metric: "aws:disconnect-duration", criteria }]);
  detect.driver.activity.sessionOpened("d", "192.0.2.1");
  detect.driver.activity.sessionOpened("on", "192.0.2.2");
  await detect.clock.advance(30 * MINUTE);
  detect.driver.activity.sessionClosed("d");
  await detect.clock.advance(HOUR);
  expect(told()).toEqual([]);
  await detect.clock.advance(HOUR);
  expect(detect.publisher.published.map(({ message }) => [message.thingName, message.metricValue])).toEqual([
    ["d", { count: 5400 }],
  ]);
  detect.driver.activity.sessionOpened("d", "192.0.2.1");
  await detect.clock.advance(HOUR);
  expect(told()).toEqual(["in-alarm", "alarm-cleared"]);
});

test("who stays connected stays at an address, also in windows without a connect", async () => {
  const criteria = { comparisonOperator: "in-cidr-set" as const, value: { cidrs: ["192.0.2.0/24"] } };
  detect.driver.activity.sessionOpened("d", "198.51.100.7");
  await detect.clock.advance(HOUR);
  await detect.profile("P", [{ name: "B", metric: "aws:source-ip-address", criteria }]);
  await detect.clock.advance(5 * MINUTE);
  expect(told()).toEqual(["in-alarm"]);
});
