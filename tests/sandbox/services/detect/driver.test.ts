import { UpdateSecurityProfileCommand } from "@aws-sdk/client-iot";
import { renderAlarm } from "../../../../lib/detect/render-alarm";
import { AwsError } from "../../../../sandbox/wire/aws-error";
import { ALERTS, type Detect, HOUR, MESSAGES_SENT, MINUTE, startDetect } from "./support";

let detect: Detect;
beforeEach(async () => {
  detect = await startDetect();
});
afterEach(() => detect.stop());

/** What was published, as `device type value`. */
const told = () =>
  detect.publisher.published.map(({ message: { thingName, violationEventType, metricValue } }) =>
    [thingName, violationEventType, ...Object.values(metricValue ?? {})].join(" "),
  );

describe("the workshop's scenario", () => {
  it("raises one alarm at 30 messages, at the end of the window, and none at 9", async () => {
    await detect.profile("MsgSentSecProfile", [MESSAGES_SENT]);
    detect.send("dev-XBHY", 30);
    detect.send("healthy", 9);

    await detect.clock.advance(5 * MINUTE - 1);
    expect(told()).toEqual([]);
    await detect.clock.advance(1);

    expect(told()).toEqual(["dev-XBHY in-alarm 30"]);
    expect(detect.publisher.published[0]).toMatchObject({
      target: ALERTS.SNS,
      profileArn: "arn:aws:iot:us-east-1:123456789012:securityprofile/MsgSentSecProfile",
    });
  });

  it("shows a violation that goes on with the behavior as it is now", async () => {
    await detect.profile("MsgSentSecProfile", [MESSAGES_SENT]);
    detect.send("dev-XBHY", 30);
    await detect.clock.advance(5 * MINUTE);
    const stricter = { ...MESSAGES_SENT, criteria: { ...MESSAGES_SENT.criteria, value: { count: 5 } } };
    await detect.iot.send(
      new UpdateSecurityProfileCommand({ securityProfileName: "MsgSentSecProfile", behaviors: [stricter] }),
    );
    detect.send("dev-XBHY", 6);
    await detect.clock.advance(5 * MINUTE);
    expect(await detect.active()).toMatchObject([{ behavior: stricter, lastViolationValue: { count: 6 } }]);
    expect(told()).toEqual(["dev-XBHY in-alarm 30"]);
  });

  it("has windows that are aligned to the epoch, whenever it begins", async () => {
    await detect.stop();
    detect = await startDetect(2 * MINUTE);
    await detect.profile("MsgSentSecProfile", [MESSAGES_SENT]);
    detect.send("dev-XBHY", 30);
    await detect.clock.advance(3 * MINUTE - 1);
    expect(told()).toEqual([]);
    await detect.clock.advance(1);
    expect(told()).toEqual(["dev-XBHY in-alarm 30"]);
  });

  it("publishes exactly the captured message, key for key, but for the id", async () => {
    await detect.profile("MySecProfile", [{ ...MESSAGES_SENT, name: "MessagesPub" }]);
    detect.send("dev-IZWB", 54);
    await detect.clock.advance(5 * MINUTE);

    const message = detect.publisher.published[0]?.message;
    expect(message && renderAlarm(message).replace(/[0-9a-f]{32}/, "ID")).toBe(
      `{"violationEventTime":${detect.clock.now()},"thingName":"dev-IZWB","behavior":{"criteria":{"consecutiveDatapointsToClear":1,"value":{"count":10},"durationSeconds":300,"consecutiveDatapointsToAlarm":1,"comparisonOperator":"less-than"},"name":"MessagesPub","metric":"aws:num-messages-sent"},"violationEventType":"in-alarm","metricValue":{"count":54},"violationId":"ID","securityProfileName":"MySecProfile"}`,
    );
  });

  it("lists the active violation in the workshop's shape, and moves its last value on without a new event", async () => {
    await detect.profile("MsgSentSecProfile", [MESSAGES_SENT]);
    detect.send("dev-XBHY", 27);
    await detect.clock.advance(5 * MINUTE);
    const started = detect.clock.date();
    detect.send("dev-XBHY", 40);
    await detect.clock.advance(5 * MINUTE);

    expect(await detect.active()).toEqual([
      {
        violationId: expect.stringMatching(/^[0-9a-f]{32}$/),
        thingName: "dev-XBHY",
        securityProfileName: "MsgSentSecProfile",
        behavior: MESSAGES_SENT,
        lastViolationValue: { count: 40 },
        verificationState: "UNKNOWN",
        lastViolationTime: detect.clock.date(),
        violationStartTime: started,
      },
    ]);
    expect(told()).toEqual(["dev-XBHY in-alarm 27"]);
    expect(await detect.events()).toHaveLength(1);
  });
});

describe("zeros and silence", () => {
  it("clears the alarm of a device that stays connected and sends nothing", async () => {
    await detect.profile("P", [MESSAGES_SENT]);
    detect.driver.activity.sessionOpened("idle", "192.0.2.1");
    detect.send("idle", 30);
    await detect.clock.advance(10 * MINUTE);

    expect(told()).toEqual(["idle in-alarm 30", "idle alarm-cleared 0"]);
    expect(await detect.active()).toEqual([]);
  });

  it("keeps the alarm of a device that is not there, and invalidates it after two days", async () => {
    await detect.profile("P", [MESSAGES_SENT]);
    detect.send("gone", 30);
    await detect.clock.advance(48 * HOUR);
    expect(told()).toEqual(["gone in-alarm 30"]);
    expect(await detect.active()).toHaveLength(1);

    await detect.clock.advance(10 * MINUTE);
    expect(told()).toEqual(["gone in-alarm 30", "gone alarm-invalidated"]);
    expect(await detect.active()).toEqual([]);
    expect((await detect.events()).at(-1)).not.toHaveProperty("metricValue");
  });

  it.each([
    ["registered", () => void detect.registry.things.add("d"), () => undefined],
    ["deleted", () => void detect.registry.things.delete("d"), () => void detect.registry.things.add("d")],
  ])("takes a device that is %s while in violation for another", async (_case, change, before) => {
    before();
    await detect.profile("P", [MESSAGES_SENT]);
    detect.send("d", 30);
    await detect.clock.advance(5 * MINUTE);
    change();
    detect.send("d", 40);
    await detect.clock.advance(5 * MINUTE);
    expect(told()).toEqual(["d in-alarm 30", "d in-alarm 40"]);
    expect(await detect.active()).toMatchObject([
      { thingName: "d", lastViolationValue: { count: 30 } },
      { thingName: "d", lastViolationValue: { count: 40 } },
    ]);

    // The new one behaves, and clears; the old one is heard of no more.
    detect.send("d", 1);
    await detect.clock.advance(5 * MINUTE);
    expect(told().slice(2)).toEqual(["d alarm-cleared 1"]);
    await detect.clock.advance(48 * HOUR);
    expect(told().slice(3)).toEqual(["d alarm-invalidated"]);
    expect(await detect.active()).toEqual([]);
  });

  it.each([
    ["a session that ended early in the window", () => detect.driver.activity.sessionClosed("d")],
    ["a session that takes the old one over", () => takeOver()],
  ])("gives a datapoint for %s", async (_case, then) => {
    await detect.profile("P", [{ ...MESSAGES_SENT, name: "Quiet", criteria: atLeastOne }]);
    detect.driver.activity.sessionOpened("d", "192.0.2.1");
    then();
    await detect.clock.advance(5 * MINUTE);
    expect(told()).toEqual(["d in-alarm 0"]);
  });

  const atLeastOne = {
    comparisonOperator: "greater-than-equals",
    value: { count: 1 },
    durationSeconds: 300,
  } as const;
  const takeOver = () => {
    detect.driver.activity.sessionOpened("d", "192.0.2.1");
    detect.driver.activity.sessionClosed("d");
  };

  it("gives no datapoint to a device whose session ended in an earlier window", async () => {
    detect.driver.activity.sessionOpened("d", "192.0.2.1");
    await detect.clock.advance(5 * MINUTE);
    await detect.profile("P", [{ ...MESSAGES_SENT, name: "Quiet", criteria: atLeastOne }]);
    detect.driver.activity.sessionClosed("d");
    await detect.clock.advance(5 * MINUTE);
    expect(told()).toEqual(["d in-alarm 0"]);
    await detect.clock.advance(5 * MINUTE);
    expect((await detect.active())[0]?.lastViolationTime).toEqual(new Date(detect.clock.now() - 5 * MINUTE));
  });

  it.each(["", "x".repeat(129), "a\u0000b"])("takes no notice of a client called %j", async (clientId) => {
    await detect.profile("P", [MESSAGES_SENT]);
    detect.driver.activity.sessionOpened(clientId, "192.0.2.1");
    detect.send(clientId, 30);
    await detect.clock.advance(10 * MINUTE);
    expect(told()).toEqual([]);
  });
});

describe("every metric that the broker tells", () => {
  const behavior = (metric: string, most: number, durationSeconds?: number) => ({
    name: "B",
    metric,
    criteria: {
      comparisonOperator: "less-than-equals" as const,
      value: { count: most },
      ...(durationSeconds !== undefined && { durationSeconds }),
    },
  });

  it.each([
    ["aws:num-messages-received", 300, () => detect.driver.activity.messageReceived("d", 5, "commands")],
    ["aws:num-authorization-failures", 300, () => detect.driver.activity.authorizationFailed("d")],
    ["aws:num-connection-attempts", 300, () => detect.driver.activity.connectionAttempted("d")],
    [
      "aws:num-disconnects",
      300,
      () => {
        detect.driver.activity.sessionOpened("d", "192.0.2.1");
        detect.driver.activity.sessionClosed("d");
      },
    ],
  ])("counts %s", async (metric, durationSeconds, act) => {
    await detect.profile("P", [behavior(metric, 2, durationSeconds)]);
    act();
    act();
    await detect.clock.advance(5 * MINUTE);
    expect(told()).toEqual([]);
    act();
    act();
    act();
    await detect.clock.advance(5 * MINUTE);
    expect(told()).toEqual(["d in-alarm 3"]);
  });

  it("holds the largest message against an upper bound, without a duration", async () => {
    await detect.profile("P", [behavior("aws:message-byte-size", 100)]);
    detect.send("d", 20, 90);
    await detect.clock.advance(5 * MINUTE);
    detect.send("d", 1, 101);
    detect.send("d", 1, 3);
    await detect.clock.advance(5 * MINUTE);
    expect(told()).toEqual(["d in-alarm 101"]);
  });

  it("ignores an end of a session that it never saw begin", async () => {
    await detect.profile("P", [behavior("aws:num-disconnects", 0, 300)]);
    detect.driver.activity.sessionClosed("d");
    await detect.clock.advance(5 * MINUTE);
    expect(told()).toEqual([]);
  });

  it.each([
    ["a device-side metric", behavior("aws:all-bytes-out", 0, 300)],
    [
      "a topic dimension",
      { ...behavior("aws:num-messages-sent", 0, 300), metricDimension: { dimensionName: "T" } },
    ],
    [
      "machine learning",
      {
        name: "B",
        metric: "aws:num-messages-sent",
        criteria: { mlDetectionConfig: { confidenceLevel: "HIGH" as const } },
      },
    ],
  ])("accepts %s and never alarms", async (_case, unseen) => {
    await detect.profile("P", [unseen]);
    detect.send("d", 1000);
    await detect.clock.advance(HOUR);
    expect(told()).toEqual([]);
  });
});

describe("publishing", () => {
  it("publishes nothing for a behavior that suppresses alerts, yet records the violation", async () => {
    await detect.profile("P", [{ ...MESSAGES_SENT, suppressAlerts: true }]);
    detect.send("d", 30);
    await detect.clock.advance(5 * MINUTE);
    expect(told()).toEqual([]);
    expect(await detect.active()).toHaveLength(1);
    expect(await detect.events()).toHaveLength(1);
  });

  it("logs a refusal without the message and goes on judging", async () => {
    await detect.profile("P", [MESSAGES_SENT]);
    detect.publisher.refusal = new AwsError("AuthorizationError", 403, "secret words");
    detect.send("first", 30);
    detect.send("second", 31);
    await detect.clock.advance(5 * MINUTE);

    expect(detect.lines).toHaveLength(2);
    expect(detect.lines[0]).toBe(
      "Detect: an alarm of arn:aws:iot:us-east-1:123456789012:securityprofile/P was not published to " +
        "arn:aws:sns:us-east-1:123456789012:DDA_Alerts as arn:aws:iam::123456789012:role/alerts: AuthorizationError",
    );
    detect.publisher.refusal = undefined;
    detect.driver.activity.sessionOpened("first", "192.0.2.1");
    await detect.clock.advance(5 * MINUTE);
    expect(told()).toEqual(["first alarm-cleared 0"]);
  });
});

it("loses nothing of 1,000 devices that send 10 messages each", async () => {
  await detect.profile("P", [MESSAGES_SENT]);
  for (let round = 0; round < 10; round++) {
    for (let device = 0; device < 1000; device++)
      detect.driver.activity.messageSent(`d${device}`, 20, "telemetry");
  }
  await detect.clock.advance(5 * MINUTE);

  const devices = new Set<string>();
  let messages = 0;
  let nextToken: string | undefined;
  do {
    const page = await detect.listEvents({ nextToken });
    for (const event of page.violationEvents ?? []) {
      devices.add(event.thingName ?? "");
      messages += event.metricValue?.count ?? 0;
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  expect([devices.size, messages, detect.publisher.published.length]).toEqual([1000, 10_000, 1000]);
});
