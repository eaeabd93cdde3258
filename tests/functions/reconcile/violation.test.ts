import { recordOf, type ThingRecord } from "../../../functions/reconcile/records";
import {
  callsForQuarantine,
  explanationOf,
  type LastingViolation,
  sessionNeed,
} from "../../../functions/reconcile/violation";
import type { ResponseTable } from "../../../lib/responses/response-table";

const NOW = Date.parse("2026-12-01T12:00:00Z");
const MINUTE = 60_000;

const responses: ResponseTable = {
  version: 2,
  profiles: { P: { B: "quarantine", O: "observe" } },
  quarantineLimitPerHour: 25,
  alarmMaxAgeMinutes: 30,
  containment: ["group"],
  exempt: [],
};

const violation = (changes: Partial<LastingViolation> = {}): LastingViolation => ({
  violationId: "v1",
  thingName: "t",
  securityProfileName: "P",
  behavior: {
    name: "B",
    metric: "aws:num-messages-sent",
    criteria: { comparisonOperator: "less-than", value: { count: 10 }, durationSeconds: 300 },
  },
  value: { count: 12 },
  startTime: NOW - 20 * MINUTE,
  lastTime: NOW - MINUTE,
  ...changes,
});

test.each<[string, Partial<LastingViolation>, boolean]>([
  ["a behavior whose response is quarantine", {}, true],
  ["a behavior whose response is observe", { behavior: { ...violation().behavior, name: "O" } }, false],
  ["a behavior that the stack does not have", { securityProfileName: "Q" }, false],
  ["a client id that can be no thing's name", { thingName: "a/b" }, false],
])("%s calls for quarantine or does not", (_, changes, expected) => {
  expect(callsForQuarantine(violation(changes), responses)).toBe(expected);
});

const until = (thing: string, date: string): ResponseTable => ({
  ...responses,
  exempt: [{ thing, reason: "r", until: date }],
});

test.each<[string, Partial<LastingViolation>, Partial<ThingRecord>, ResponseTable, string | undefined]>([
  ["nothing was decided: an alarm was lost", {}, {}, responses, undefined],
  ["it was observed: the response is another since", {}, { state: "observed" }, responses, undefined],
  ["it is fresh", { startTime: NOW - MINUTE }, {}, responses, "its alarm is on its way"],
  [
    "a person rejected it",
    {},
    { state: "released", settledViolationId: "v1" },
    responses,
    "a person rejected it",
  ],
  ["a person rejected another", {}, { state: "released", settledViolationId: "v0" }, responses, undefined],
  [
    "the thing was released after its last datapoint",
    {},
    { state: "released", releasedAt: NOW },
    responses,
    "the thing was released since",
  ],
  [
    "the thing was released before its last datapoint",
    {},
    { state: "released", releasedAt: NOW - 2 * MINUTE },
    responses,
    undefined,
  ],
  ["it is held", {}, { state: "held" }, responses, "the thing is held"],
  ["it is not contained", {}, { state: "not-contained" }, responses, "the thing is not-contained"],
  [
    "it is contained otherwise",
    {},
    { state: "quarantined", containment: ["principal"] },
    responses,
    "the thing is contained, or left the group",
  ],
  ["it is exempt", {}, { state: "exempt" }, until("t", "2026-12-31"), "the thing is exempt"],
  ["its exemption is over", {}, { state: "exempt" }, until("t", "2026-11-30"), undefined],
  ["another thing is exempt", {}, { state: "exempt" }, until("u", "2026-12-31"), undefined],
])("an alarm is missing, or is not: %s", (_, changes, record, table, expected) => {
  expect(explanationOf(violation(changes), { ...recordOf("t"), ...record }, table, NOW)).toBe(expected);
});

const ago = (minutes: number) => NOW - minutes * MINUTE;

test.each<[string, Partial<LastingViolation>, number, ReturnType<typeof sessionNeed>]>([
  ["the last datapoint began before the quarantine", {}, ago(4), "none"],
  ["the last datapoint began after the quarantine", {}, ago(7), "cut"],
  ["it goes on after 15 minutes", {}, ago(16), "not-contained"],
  ["it stopped before the policy had to act", { lastTime: ago(6) }, ago(16), "none"],
  ["it sent nothing", { value: { count: 0 } }, ago(7), "none"],
  ["no value is known", { value: { cidrs: ["10.0.0.0/8"] } }, ago(7), "none"],
  [
    "what AWS refuses counts",
    { behavior: { ...violation().behavior, metric: "aws:num-authorization-failures" } },
    ago(16),
    "none",
  ],
])("the session of a quarantined device: %s", (_, changes, since, expected) => {
  expect(sessionNeed(violation(changes), since, NOW)).toBe(expected);
});
