import fc from "fast-check";
import { derivedName, derivedNames } from "../../../infra/config/names";

const identity = { project: "iot-quarantine", stack: "dev" };

test.each([
  ["a role is appended", identity, "alerts", 64, "iot-quarantine-dev-alerts"],
  ["no role leaves the stack's name", identity, "", 128, "iot-quarantine-dev"],
  [
    "a dot is replaced and the name told apart",
    { project: "p", stack: "a.b" },
    "alerts",
    64,
    "p-a-b-87e580e9-alerts",
  ],
  [
    "a long name is cut, its role kept",
    { project: "p", stack: "x".repeat(100) },
    "alert-role",
    30,
    "p-xxxxxxxx-d213e2c4-alert-role",
  ],
])("%s", (_title, who, role, maxLength, expected) => {
  expect(derivedName(who, role, maxLength)).toBe(expected);
});

const stackName = fc.stringMatching(/^[A-Za-z0-9._-]{1,100}$/);

test("a derived name always fits its limit and every service's characters", () => {
  fc.assert(
    fc.property(stackName, fc.constantFrom("", "alert-role", "quarantine-device"), (stack, role) => {
      expect(derivedName({ project: "iot-quarantine", stack }, role, 64)).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    }),
  );
});

test("two stacks of a project never share a derived name", () => {
  fc.assert(
    fc.property(stackName, stackName, (one, other) => {
      fc.pre(one !== other);
      const names = [one, other].map((stack) => derivedName({ project: "p", stack }, "alert-role", 40));
      expect(new Set(names).size).toBe(2);
    }),
  );
});

test("what nobody names is named after project and stack", () => {
  expect(derivedNames(identity)).toEqual({
    ledger: "iot-quarantine-dev-ledger",
    alertRole: "iot-quarantine-dev-alert-role",
    alertKeyAlias: "alias/iot-quarantine-dev-alerts",
    callbackRole: "iot-quarantine-dev-callback-role",
    reconcileFunction: "iot-quarantine-dev-reconcile",
    reconcileRole: "iot-quarantine-dev-reconcile-role",
    reconcileSchedule: "iot-quarantine-dev-reconcile",
    scheduleRole: "iot-quarantine-dev-schedule-role",
    notificationTopic: "iot-quarantine-dev-notifications",
    alarmPrefix: "iot-quarantine-dev",
    alarmQueue: "iot-quarantine-dev-alarms",
    alarmDeadLetterQueue: "iot-quarantine-dev-alarms-dead-letters",
  });
});

test("the longest stack name keeps every name within its service's limit", () => {
  const names = derivedNames({ project: "iot-quarantine", stack: "s".repeat(100) });
  expect(names.alertRole.length).toBeLessThanOrEqual(64);
  expect(names.callbackRole.length).toBeLessThanOrEqual(64);
  for (const name of [
    names.reconcileFunction,
    names.reconcileRole,
    names.reconcileSchedule,
    names.scheduleRole,
  ]) {
    expect(name.length).toBeLessThanOrEqual(64);
  }
  expect(names.notificationTopic.length).toBeLessThanOrEqual(256);
  expect(names.alarmPrefix.length).toBeLessThanOrEqual(200);
  expect(names.alarmQueue.length).toBeLessThanOrEqual(80);
  expect(names.alarmDeadLetterQueue.length).toBeLessThanOrEqual(80);
  expect(names.alertKeyAlias.length).toBeLessThanOrEqual(256);
});
