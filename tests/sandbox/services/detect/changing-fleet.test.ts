import { AttachSecurityProfileCommand, DeleteSecurityProfileCommand } from "@aws-sdk/client-iot";
import { reportListener } from "../../../../sandbox/services/detect/report-listener";
import { type Detect, groupTarget, HOUR, MESSAGES_SENT, MINUTE, startDetect } from "./support";

let detect: Detect;
let members: Set<string>;
beforeEach(async () => {
  detect = await startDetect();
  members = new Set();
  detect.registry.groups.set("Fleet", { members });
  detect.registry.things.add("d");
});
afterEach(() => detect.stop());

const told = () =>
  detect.publisher.published.map(({ message: { thingName, violationEventType } }) =>
    [thingName, violationEventType].join(" "),
  );

describe("a thing whose membership changes inside a window", () => {
  beforeEach(() => detect.profile("P", [MESSAGES_SENT], [groupTarget("Fleet")]));

  test("is judged by the whole window if it is a member when the window ends", async () => {
    detect.send("d", 15);
    await detect.clock.advance(2 * MINUTE);
    members.add("d");
    detect.send("d", 15);
    await detect.clock.advance(3 * MINUTE);
    expect(detect.publisher.published.map(({ message }) => message.metricValue)).toEqual([{ count: 30 }]);
  });

  test("is not judged if it has left by then", async () => {
    members.add("d");
    detect.send("d", 30);
    await detect.clock.advance(2 * MINUTE);
    members.delete("d");
    await detect.clock.advance(3 * MINUTE);
    expect(told()).toEqual([]);
  });

  test("is watched on where it moved to a child group of the target", async () => {
    detect.registry.groups.set("Child", { parent: "Fleet", members: new Set() });
    members.add("d");
    detect.send("d", 30);
    await detect.clock.advance(5 * MINUTE);
    members.delete("d");
    detect.registry.groups.get("Child")?.members.add("d");
    detect.send("d", 1);
    await detect.clock.advance(5 * MINUTE);
    expect(told()).toEqual(["d in-alarm", "d alarm-cleared"]);
  });

  test("has its violation on after it left, though it sends on, until two days are over", async () => {
    members.add("d");
    detect.driver.activity.sessionOpened("d", "192.0.2.1");
    detect.send("d", 30);
    await detect.clock.advance(5 * MINUTE);
    members.delete("d");
    await detect.clock.advance(48 * HOUR);
    expect(await detect.active()).toHaveLength(1);
    await detect.clock.advance(5 * MINUTE);
    expect(told()).toEqual(["d in-alarm", "d alarm-invalidated"]);
    expect(await detect.active()).toEqual([]);
  });

  test("that comes back within two days goes on where it was", async () => {
    members.add("d");
    detect.send("d", 30);
    await detect.clock.advance(5 * MINUTE);
    members.delete("d");
    await detect.clock.advance(24 * HOUR);
    members.add("d");
    detect.send("d", 1);
    await detect.clock.advance(5 * MINUTE);
    expect(told()).toEqual(["d in-alarm", "d alarm-cleared"]);
  });
});

test("silence of two days ends the alarm of an agent, though its device stays connected", async () => {
  const listen = reportListener({
    observe: (thingName, report) => detect.driver.reported(thingName, report),
    publish: () => undefined,
    now: () => detect.clock.now(),
  });
  await detect.profile("P", [
    {
      name: "B",
      metric: "aws:listening-tcp-ports",
      criteria: { comparisonOperator: "in-port-set", value: { ports: [443] } },
    },
  ]);
  detect.driver.activity.sessionOpened("d", "192.0.2.1");
  const ports = { listening_tcp_ports: { ports: [{ port: 23 }], total: 1 } };
  const report = { header: { report_id: 1, version: "1.0" }, metrics: ports };
  listen("$aws/things/d/defender/metrics/json", Buffer.from(JSON.stringify(report)));
  await detect.clock.advance(48 * HOUR);
  expect(told()).toEqual(["d in-alarm"]);
  await detect.clock.advance(10 * MINUTE);
  expect(told()).toEqual(["d in-alarm", "d alarm-invalidated"]);
});

test("a profile that is deleted and made again knows nothing of the violations of before, which drain by themselves", async () => {
  await detect.profile("P", [MESSAGES_SENT]);
  detect.send("d", 30);
  await detect.clock.advance(5 * MINUTE);
  await detect.iot.send(new DeleteSecurityProfileCommand({ securityProfileName: "P" }));
  await detect.profile("P", [MESSAGES_SENT], []);
  expect(await detect.active()).toEqual([]);
  expect(await detect.events()).toHaveLength(1);
  await detect.clock.advance(49 * HOUR);
  expect(told()).toEqual(["d in-alarm"]);

  const target = groupTarget("Fleet");
  members.add("d");
  await detect.iot.send(
    new AttachSecurityProfileCommand({ securityProfileName: "P", securityProfileTargetArn: target }),
  );
  detect.send("d", 30);
  await detect.clock.advance(5 * MINUTE);
  expect(told()).toEqual(["d in-alarm", "d in-alarm"]);
  const ids = detect.publisher.published.map(({ message }) => message.violationId);
  expect(new Set(ids).size).toBe(2);
});
