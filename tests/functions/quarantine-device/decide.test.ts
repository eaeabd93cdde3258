import fc from "fast-check";
import { decide } from "../../../functions/quarantine-device/decide";
import type { Alarm } from "../../../functions/quarantine-device/parse";

const alarmOf = (changes: Partial<Alarm>): Alarm => ({
  violationEventTime: 0,
  thingName: "dev-1",
  violationEventType: "in-alarm",
  violationId: "v",
  securityProfileName: "Profile",
  behaviorName: "Sent",
  ...changes,
});

const TABLE: readonly (readonly [string, Partial<Alarm>, string])[] = [
  ["an alarm of a thing", {}, "quarantine"],
  ["a name with every allowed kind of character", { thingName: "aZ09:_-" }, "quarantine"],
  ["a name of 128 characters", { thingName: "x".repeat(128) }, "quarantine"],
  ["a name of 129 characters", { thingName: "x".repeat(129) }, "unregistered"],
  ["a client id with a slash", { thingName: "plant/7" }, "unregistered"],
  ["a client id with a space", { thingName: "a b" }, "unregistered"],
  ["a name with a newline at its end", { thingName: "dev-1\n" }, "unregistered"],
  ["a name with two lines", { thingName: "dev-1\ndev-2" }, "unregistered"],
  ["a path upwards", { thingName: ".." }, "unregistered"],
  ["a client id beyond ASCII", { thingName: "dév" }, "unregistered"],
  ["a cleared alarm", { violationEventType: "alarm-cleared" }, "ignored"],
  ["an invalidated alarm", { violationEventType: "alarm-invalidated" }, "ignored"],
  ["a cleared alarm of a client id", { violationEventType: "alarm-cleared", thingName: "a b" }, "ignored"],
];

test.each(TABLE)("%s", (_name, changes, kind) => {
  expect(decide(alarmOf(changes)).kind).toBe(kind);
});

test("the reason for ignoring names the event", () => {
  expect(decide(alarmOf({ violationEventType: "alarm-cleared" }))).toMatchObject({
    reason: expect.stringContaining("alarm-cleared"),
  });
});

test("only names of the registry's alphabet are ever quarantined", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[\w:-]{1,140}$/)),
      (thingName) => {
        const registry =
          thingName.length >= 1 && thingName.length <= 128 && !/[^a-zA-Z0-9:_-]/.test(thingName);
        expect(decide(alarmOf({ thingName })).kind).toBe(registry ? "quarantine" : "unregistered");
      },
    ),
  );
});
