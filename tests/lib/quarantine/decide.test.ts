import fc from "fast-check";
import type { Alarm } from "../../../lib/detect/alarm";
import { decide } from "../../../lib/quarantine/decide";
import type { ResponseTable } from "../../../lib/responses/response-table";
import { anyText } from "../../support/any-text";

const RESPONSES: ResponseTable = {
  version: 2,
  profiles: {
    Profile: { Sent: "quarantine", Watched: "observe" },
    Trial: { Sent: "observe", Sure: "quarantine" },
  },
  quarantineLimitPerHour: 25,
  alarmMaxAgeMinutes: 30,
  containment: ["group"],
  exempt: [],
};

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
  ["a behavior that is observed in a profile that quarantines", { behaviorName: "Watched" }, "observed"],
  ["a profile that observes", { securityProfileName: "Trial" }, "observed"],
  ["its one behavior that quarantines", { securityProfileName: "Trial", behaviorName: "Sure" }, "quarantine"],
  ["a profile that the stack does not have", { securityProfileName: "Other" }, "observed"],
  ["a profile named as every object's own", { securityProfileName: "constructor" }, "observed"],
  ["a behavior named as every object's own", { behaviorName: "toString" }, "observed"],
  ["a behavior that the profile does not have", { behaviorName: "Other" }, "observed"],
  ["a client id in a profile that observes", { securityProfileName: "Trial", thingName: "a b" }, "observed"],
  [
    "a cleared alarm that is observed",
    { securityProfileName: "Trial", violationEventType: "alarm-cleared" },
    "ignored",
  ],
  ["a cleared alarm of a client id", { violationEventType: "alarm-cleared", thingName: "a b" }, "ignored"],
];

test.each(TABLE)("%s", (_name, changes, kind) => {
  expect(decide(alarmOf(changes), RESPONSES).kind).toBe(kind);
});

test("the reason for ignoring names the event", () => {
  expect(decide(alarmOf({ violationEventType: "alarm-cleared" }), RESPONSES)).toMatchObject({
    reason: expect.stringContaining("alarm-cleared"),
  });
});

test("only names of the registry's alphabet are ever quarantined", () => {
  fc.assert(
    fc.property(fc.oneof(anyText, fc.stringMatching(/^[\w:-]{1,140}$/)), (thingName) => {
      const registry = thingName.length >= 1 && thingName.length <= 128 && !/[^a-zA-Z0-9:_-]/.test(thingName);
      expect(decide(alarmOf({ thingName }), RESPONSES).kind).toBe(registry ? "quarantine" : "unregistered");
    }),
  );
});
