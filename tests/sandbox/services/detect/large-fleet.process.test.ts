import { type Behavior, UpdateSecurityProfileCommand } from "@aws-sdk/client-iot";
import { type Detect, MESSAGES_SENT, MINUTE, startDetect } from "./support";

const THINGS = 1000;
let detect: Detect;
beforeEach(async () => {
  detect = await startDetect();
  await detect.profile("P", [MESSAGES_SENT, { ...MESSAGES_SENT, name: "Other" }]);
});
afterEach(() => detect.stop());

const everybodySends = (count: number) => {
  for (let device = 0; device < THINGS; device++) detect.send(`d${device}`, count);
};
const published = () => detect.publisher.published.length;

/** Does something once, while the window is being judged: when so many alarms have been published. */
function whileJudging(alarms: number, act: () => void): void {
  const publish = detect.publisher.publish.bind(detect.publisher);
  detect.publisher.publish = (...alarm) => {
    const done = publish(...alarm);
    if (published() === alarms) act();
    return done;
  };
}

test("whoever waits for the event loop gets in after every 25 things, and time stands still until all is judged", async () => {
  everybodySends(30);
  const seen: number[] = [];
  const look = () => {
    seen.push(published());
    if (published() < 2 * THINGS) setImmediate(look);
  };
  setImmediate(look);
  const end = detect.clock.now() + 5 * MINUTE;
  await detect.clock.advance(60 * MINUTE);
  const steps = seen.map((count, index) => count - (seen[index - 1] ?? 0));
  expect(Math.max(...steps)).toBeLessThanOrEqual(25);
  expect(new Set(detect.publisher.published.map(({ message }) => message.violationEventTime))).toEqual(
    new Set([end]),
  );
});

test("a profile that is deleted while its window is judged alarms no more", async () => {
  everybodySends(30);
  whileJudging(150, () => detect.store.profiles.delete("P"));
  await detect.clock.advance(5 * MINUTE);
  expect(published()).toBe(150);
});

test("a behavior that goes while its window is judged leaves no violation, and the others are judged", async () => {
  everybodySends(30);
  const profile = detect.store.profile("P");
  whileJudging(150, () => {
    profile.settings = { ...profile.settings, behaviors: profile.settings.behaviors.slice(1) };
    profile.watched.delete("MsgSentBehavior");
  });
  await detect.clock.advance(5 * MINUTE);
  expect(published()).toBe(150 + THINGS);
  expect(profile.watched.has("MsgSentBehavior")).toBe(false);
});

test("what devices do while a window is judged changes nothing in it", async () => {
  const quiet: Behavior = {
    ...MESSAGES_SENT,
    criteria: { ...MESSAGES_SENT.criteria, comparisonOperator: "greater-than" },
  };
  const address: Behavior = {
    name: "Address",
    metric: "aws:source-ip-address",
    criteria: { comparisonOperator: "not-in-cidr-set", value: { cidrs: ["192.0.2.0/24"] } },
  };
  await detect.iot.send(
    new UpdateSecurityProfileCommand({ securityProfileName: "P", behaviors: [quiet, address] }),
  );
  for (let device = 0; device < THINGS; device++)
    detect.driver.activity.sessionOpened(`d${device}`, "192.0.2.1");
  await detect.clock.advance(5 * MINUTE);
  expect(published()).toBe(2 * THINGS);

  await detect.profile("Q", [quiet, address]);
  whileJudging(2 * THINGS + 1, () => {
    for (let device = 0; device < THINGS; device++) {
      detect.driver.activity.sessionClosed(`d${device}`);
      detect.driver.activity.sessionOpened(`d${device}`, "198.51.100.1");
      detect.send(`d${device}`, 30);
      detect.driver.activity.sessionOpened(`new${device}`, "192.0.2.1");
    }
  });
  await detect.clock.advance(5 * MINUTE);
  const values = detect.publisher.published
    .slice(2 * THINGS)
    .map(({ message }) => JSON.stringify(message.metricValue));
  expect(values).toHaveLength(2 * THINGS);
  expect(new Set(values)).toEqual(new Set(['{"count":0}', '{"cidrs":["192.0.2.1"]}']));
});

test("a thing that is as it should be is not remembered from window to window", async () => {
  everybodySends(30);
  await detect.clock.advance(5 * MINUTE);
  everybodySends(1);
  await detect.clock.advance(5 * MINUTE);
  expect([...detect.store.profile("P").watched.values()].map(({ size }) => size)).toEqual([0, 0]);
  expect(published()).toBe(4 * THINGS);
});

test("a fleet that is away is no single step: whoever waits for the event loop gets in as often", async () => {
  everybodySends(1);
  await detect.clock.advance(5 * MINUTE);
  let [turns, isOver] = [0, false];
  const count = () => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  count();
  await detect.clock.advance(5 * MINUTE);
  isOver = true;
  // Two behaviors, 25 things a turn.
  expect(turns).toBeGreaterThanOrEqual((2 * THINGS) / 25);
});
