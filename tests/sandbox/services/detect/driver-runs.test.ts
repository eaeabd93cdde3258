import {
  AttachSecurityProfileCommand,
  type Behavior,
  DeleteSecurityProfileCommand,
  DetachSecurityProfileCommand,
  UpdateSecurityProfileCommand,
} from "@aws-sdk/client-iot";
import { ALL_THINGS, type Detect, groupTarget, HOUR, MESSAGES_SENT, MINUTE, startDetect } from "./support";

let detect: Detect;
beforeEach(async () => {
  detect = await startDetect();
});
afterEach(() => detect.stop());

const with_ = (criteria: Behavior["criteria"]): Behavior => ({
  ...MESSAGES_SENT,
  criteria: { ...MESSAGES_SENT.criteria, ...criteria },
});

/** What was published, as `device type value`. */
const told = () =>
  detect.publisher.published.map(({ message: { thingName, violationEventType, metricValue } }) =>
    [thingName, violationEventType, ...Object.values(metricValue ?? {})].join(" "),
  );

/** Lets `d` send so many messages in each of the coming windows. */
async function windows(...counts: number[]): Promise<void> {
  for (const count of counts) {
    detect.send("d", count);
    await detect.clock.advance(5 * MINUTE);
  }
}

describe("runs of datapoints", () => {
  beforeEach(() => detect.driver.activity.sessionOpened("d", "192.0.2.1"));

  it.each([
    ["three in a row alarm", { consecutiveDatapointsToAlarm: 3 }, [30, 31, 32], ["d in-alarm 32"]],
    [
      "a conforming one in between starts the run anew",
      { consecutiveDatapointsToAlarm: 3 },
      [30, 30, 1, 30, 30],
      [],
    ],
    [
      "two in a row clear",
      { consecutiveDatapointsToClear: 2 },
      [30, 1, 30, 1, 2],
      ["d in-alarm 30", "d alarm-cleared 2"],
    ],
    ["missing counts default to one", { consecutiveDatapointsToAlarm: undefined }, [30], ["d in-alarm 30"]],
    [
      "alarms alternate",
      {},
      [30, 0, 30, 31, 0],
      ["d in-alarm 30", "d alarm-cleared 0", "d in-alarm 30", "d alarm-cleared 0"],
    ],
  ])("%s", async (_case, criteria, counts, expected) => {
    await detect.profile("P", [with_(criteria)]);
    await windows(...counts);
    expect(told()).toEqual(expected);
  });

  it("adds three base windows up for a behavior of 900 s, only where such a window ends", async () => {
    await detect.profile("P", [with_({ durationSeconds: 900, value: { count: 30 } })]);
    await windows(10, 9);
    expect(told()).toEqual([]);
    await windows(11);
    expect(told()).toEqual(["d in-alarm 30"]);
    await windows(30, 30);
    expect(await detect.active()).toMatchObject([{ lastViolationValue: { count: 30 } }]);
    await windows(30);
    expect(await detect.active()).toMatchObject([{ lastViolationValue: { count: 90 } }]);
  });

  it.each([600, 1800, 3600])(
    "knows whole windows of %i s and forgets the ones before",
    async (durationSeconds) => {
      const base = durationSeconds / 300;
      await detect.profile("P", [with_({ durationSeconds, value: { count: base + 1 } })]);
      await windows(...Array.from({ length: base }, () => 1));
      expect(told()).toEqual([]);
      await windows(2, ...Array.from({ length: base - 1 }, () => 1));
      expect(told()).toEqual([`d in-alarm ${base + 1}`]);
    },
  );

  it("does not call what conforms on the way to clearing the last violation", async () => {
    await detect.profile("P", [with_({ consecutiveDatapointsToClear: 3 })]);
    await windows(30);
    const violated = detect.clock.date();
    await windows(1, 2);
    expect(await detect.active()).toMatchObject([
      { lastViolationTime: violated, lastViolationValue: { count: 30 } },
    ]);
  });
});

describe("percentiles of the fleet", () => {
  const p90: Behavior = {
    ...MESSAGES_SENT,
    criteria: {
      comparisonOperator: "less-than-equals",
      durationSeconds: 300,
      statisticalThreshold: { statistic: "p90" },
    },
  };

  it("alarms only above the percentile of the profile's things", async () => {
    await detect.profile("P", [p90]);
    for (let device = 1; device <= 9; device++) detect.send(`d${device}`, device);
    detect.send("loud", 100);
    await detect.clock.advance(5 * MINUTE);
    expect(told()).toEqual(["loud in-alarm 100"]);
  });

  it("judges nothing among too few things, and lets an alarm last as it was", async () => {
    await detect.profile("P", [p90]);
    for (let device = 1; device <= 9; device++) detect.send(`d${device}`, device);
    detect.send("loud", 100);
    await detect.clock.advance(5 * MINUTE);
    const violated = detect.clock.date();
    detect.driver.activity.sessionOpened("loud", "192.0.2.1");
    await detect.clock.advance(60 * HOUR);
    expect(told()).toEqual(["loud in-alarm 100"]);
    expect(await detect.active()).toMatchObject([{ lastViolationTime: violated }]);
  });
});

describe("targets", () => {
  const things = ["registered", "stranger", "member", "grandchild"];
  const names = () => detect.publisher.published.map(({ message }) => message.thingName).sort();

  beforeEach(() => {
    for (const thing of ["registered", "member", "grandchild"]) detect.registry.things.add(thing);
    detect.registry.groups.set("Fleet:A", { members: new Set(["member"]) });
    detect.registry.groups.set("Child", { parent: "Fleet:A", members: new Set() });
    detect.registry.groups.set("Grandchild", { parent: "Child", members: new Set(["grandchild"]) });
  });

  const all = (kind: string) => `arn:aws:iot:us-east-1:123456789012:all/${kind}`;
  it.each([
    ["all things", [ALL_THINGS], ["grandchild", "member", "registered", "stranger"]],
    ["registered things", [all("registered-things")], ["grandchild", "member", "registered"]],
    ["unregistered things", [all("unregistered-things")], ["stranger"]],
    ["a group and its child groups", [groupTarget("Fleet:A")], ["grandchild", "member"]],
    ["a child group alone", [groupTarget("Grandchild")], ["grandchild"]],
    ["several targets", [groupTarget("Grandchild"), all("unregistered-things")], ["grandchild", "stranger"]],
    ["no target", [], []],
  ])("watches %s", async (_case, targets, expected) => {
    await detect.profile("P", [MESSAGES_SENT], targets);
    for (const thing of things) detect.send(thing, 30);
    await detect.clock.advance(5 * MINUTE);
    expect(names()).toEqual(expected);
  });

  it("forgets without an event what a detached target alone meant", async () => {
    await detect.profile("P", [MESSAGES_SENT], [ALL_THINGS, groupTarget("Fleet:A")]);
    for (const thing of things) detect.send(thing, 30);
    await detect.clock.advance(5 * MINUTE);
    await detect.iot.send(
      new DetachSecurityProfileCommand({ securityProfileName: "P", securityProfileTargetArn: ALL_THINGS }),
    );

    expect((await detect.active()).map(({ thingName }) => thingName).sort()).toEqual([
      "grandchild",
      "member",
    ]);
    expect(await detect.events()).toHaveLength(4);
    await detect.iot.send(
      new AttachSecurityProfileCommand({ securityProfileName: "P", securityProfileTargetArn: ALL_THINGS }),
    );
    detect.send("stranger", 30);
    await detect.clock.advance(5 * MINUTE);
    expect(names().filter((name) => name === "stranger")).toHaveLength(2);
  });
});

describe("profiles that change", () => {
  beforeEach(async () => {
    await detect.profile("P", [MESSAGES_SENT, { ...MESSAGES_SENT, name: "Other" }]);
    detect.driver.activity.sessionOpened("d", "192.0.2.1");
    await windows(30);
  });

  const update = (behaviors: Behavior[]) =>
    detect.iot.send(new UpdateSecurityProfileCommand({ securityProfileName: "P", behaviors }));

  it("keeps the alarm of a behavior whose criteria changed, and clears it by the new ones", async () => {
    await update([with_({ value: { count: 100 } })]);
    expect(await detect.active()).toHaveLength(1);
    await windows(50);
    expect(told().slice(2)).toEqual(["d alarm-cleared 50"]);
    expect(await detect.active()).toEqual([]);
  });

  it("forgets the alarms of a behavior that is gone, without an event", async () => {
    await update([MESSAGES_SENT]);
    expect((await detect.active()).map(({ behavior }) => behavior?.name)).toEqual(["MsgSentBehavior"]);
    await windows(0);
    expect(told().slice(2)).toEqual(["d alarm-cleared 0"]);
  });

  it("forgets the alarms of a deleted profile, but not what happened", async () => {
    await detect.iot.send(new DeleteSecurityProfileCommand({ securityProfileName: "P" }));
    await windows(0);
    expect(await detect.active()).toEqual([]);
    expect(told()).toHaveLength(2);
    expect(await detect.events()).toHaveLength(2);
  });
});
