import type { Alarm } from "../../../lib/detect/alarm";
import type { LedgerPorts } from "../../../lib/ledger/ledger";
import { respond } from "../../../lib/quarantine/respond";
import type { Exemption, ResponseTable } from "../../../lib/responses/response-table";
import { type FakePorts, fakeLedger, fakePorts, NAMES } from "./fakes";

const NOW = Date.parse("2027-01-31T12:00:00Z");
const MINUTE = 60_000;
const ALARM: Alarm = {
  violationEventTime: NOW - 2 * MINUTE,
  thingName: "dev",
  violationEventType: "in-alarm",
  violationId: "v",
  securityProfileName: "P",
  behaviorName: "B",
};
const RESPONSES: ResponseTable = {
  version: 2,
  profiles: { P: { B: "quarantine", N: "notify" } },
  quarantineLimitPerHour: 1,
  alarmMaxAgeMinutes: 30,
  containment: ["group"],
  exempt: [],
};
const ACTS = ["group dev", "shadow dev", "session dev"];
const lost = () => Promise.reject(new Error("down"));

interface Setting {
  readonly alarm?: Partial<Alarm>;
  readonly ports?: Partial<FakePorts>;
  readonly ledger?: LedgerPorts;
  readonly exempt?: readonly Exemption[];
  readonly isLast?: boolean;
}

/** Responds to the alarm and gives back the outcome and what was changed. */
async function responding(setting: Setting = {}) {
  const { alarm = {}, ports: changes = {}, ledger = fakeLedger(), exempt = [], isLast = false } = setting;
  const { ports, calls } = fakePorts(changes);
  const context = { responses: { ...RESPONSES, exempt }, ports, ledger, now: () => NOW, ...NAMES };
  const { outcome, reason } = await respond({ ...ALARM, ...alarm }, context, { isLast });
  return { outcome, reason, calls };
}

test("a response of notify touches nobody and is recorded", async () => {
  const ledger = fakeLedger();
  expect(await responding({ alarm: { behaviorName: "N" }, ledger })).toEqual({
    outcome: "notified",
    reason: "the response to this behavior is notify; the device was not touched",
    calls: [],
  });
  expect(ledger.recorded).toEqual(["notified dev"]);
});

describe("the ledger", () => {
  test("has what was done", async () => {
    const ledger = fakeLedger();
    expect((await responding({ ledger })).calls).toEqual(ACTS);
    expect(ledger.recorded).toEqual(["quarantined dev"]);
    expect(ledger.known.get("dev")?.containment).toEqual(["group"]);
  });

  test("that has no place left holds the device: nothing is touched", async () => {
    const ledger = fakeLedger();
    ledger.places.add("another");
    expect(await responding({ ledger })).toEqual({
      outcome: "held",
      reason: "all 1 places of the behavior in this hour are taken; the device was not touched",
      calls: [],
    });
    expect(ledger.recorded).toEqual(["held dev"]);
  });

  test.each<[keyof LedgerPorts, string]>([
    ["thing", "ledger: Error; the device was not touched"],
    ["takePlace", "limit: Error; the device was not touched"],
    ["usePlace", "limit: Error; the device was not touched"],
    ["begin", "ledger: Error; the device was not touched"],
  ])("that does not answer at %s lets nobody be quarantined: the alarm comes again", async (port, reason) => {
    const ledger = fakeLedger({ [port]: lost });
    expect(await responding({ ledger })).toEqual({ outcome: "failed", reason, calls: [] });
    expect(ledger.recorded).toEqual([]);
  });

  test("that cannot be written makes a failure of what was done, which comes again", async () => {
    const { outcome, reason, calls } = await responding({ ledger: fakeLedger({ record: lost }) });
    expect([outcome, calls]).toEqual(["failed", ACTS]);
    expect(reason).toMatch(/^quarantined \(.*\), and not recorded: ledger: Error$/);
  });

  test("gives no place to a thing that is not there, and records nothing of it", async () => {
    const ledger = fakeLedger();
    const { outcome, calls } = await responding({ ledger, ports: { isRegistered: async () => false } });
    expect([outcome, calls, [...ledger.places], ledger.recorded]).toEqual(["unregistered", [], [], []]);
  });

  test("is not asked where the registry does not answer: the alarm comes again", async () => {
    const ledger = fakeLedger();
    expect(await responding({ ledger, ports: { isRegistered: lost } })).toMatchObject({
      outcome: "failed",
      reason: "registry: Error; the device was not touched",
    });
    expect(ledger.places.size).toBe(0);
  });
});

describe("a place under the limit", () => {
  test("is given back by an act that failed: an outage must not use up the hour", async () => {
    const ledger = fakeLedger();
    expect((await responding({ ledger, ports: { addToGroup: lost } })).outcome).toBe("failed");
    expect(ledger.places.size).toBe(0);
  });

  test("is kept once the group was joined, whatever failed after it", async () => {
    const ledger = fakeLedger();
    expect((await responding({ ledger, ports: { setShadow: lost } })).outcome).toBe("failed");
    expect([...ledger.places]).toEqual(["dev"]);
    expect(ledger.recorded).toEqual(["quarantined dev"]);
  });

  test("is not given back from under another alarm of the thing that uses it", async () => {
    const ledger = fakeLedger();
    await responding({ ledger });
    ledger.known.clear();
    await responding({
      ledger,
      alarm: { violationId: "w" },
      ports: { activeViolation: async () => undefined },
    });
    expect([...ledger.places]).toEqual(["dev"]);
  });

  test("that was given back meanwhile is asked for again by the next try", async () => {
    const ledger = fakeLedger({ usePlace: async () => false });
    expect(await responding({ ledger })).toMatchObject({
      outcome: "failed",
      reason: "limit: the place was given back meanwhile; the device was not touched",
      calls: [],
    });
  });

  test("that cannot be given back is told, and changes nothing else", async () => {
    const ledger = fakeLedger({ giveBack: lost });
    const { outcome, reason } = await responding({
      ledger,
      alarm: { violationEventTime: NOW - 31 * MINUTE },
      ports: { activeViolation: async () => undefined },
    });
    expect([outcome, reason]).toEqual(["stale", expect.stringMatching(/; place kept: limit: Error$/)]);
  });
});

describe("verification", () => {
  const none = { activeViolation: async () => undefined };

  test("lets a forged alarm come again, touching nobody, and holds it at last", async () => {
    const ledger = fakeLedger();
    const reason = "unverified: Device Defender lists no such violation; the device was not touched";
    expect(await responding({ ledger, ports: none })).toEqual({ outcome: "failed", reason, calls: [] });
    expect([ledger.recorded, ledger.places.size]).toEqual([[], 0]);
    expect(await responding({ ledger, ports: none, isLast: true })).toEqual({
      outcome: "held",
      reason,
      calls: [],
    });
    expect([ledger.recorded, ledger.places.size]).toEqual([["held dev"], 0]);
  });

  test.each([
    [29, "failed"],
    [30, "stale"],
  ])("an alarm of %d minutes whose violation is over is %s", async (minutes, outcome) => {
    const ledger = fakeLedger();
    const alarm = { violationEventTime: NOW - minutes * MINUTE };
    expect(await responding({ ledger, alarm, ports: none })).toMatchObject({ outcome, calls: [] });
    expect([ledger.recorded, ledger.places.size]).toEqual([[], 0]);
  });

  test("an old alarm whose violation lasts is acted on", async () => {
    const alarm = { violationEventTime: NOW - 31 * MINUTE };
    expect((await responding({ alarm })).outcome).toBe("quarantined");
  });

  test("that fails lets nobody be touched: the alarm comes again, its place is free", async () => {
    const ledger = fakeLedger();
    expect(await responding({ ledger, ports: { activeViolation: lost } })).toEqual({
      outcome: "failed",
      reason: "violation: Error; the device was not touched",
      calls: [],
    });
    expect(ledger.places.size).toBe(0);
  });

  test("is not asked for whom the limit holds: a storm must not use up AWS's ten calls a second", async () => {
    const ledger = fakeLedger();
    ledger.places.add("another");
    const activeViolation = jest.fn();
    await responding({ ledger, ports: { activeViolation } });
    expect(activeViolation).not.toHaveBeenCalled();
  });
});

describe("a release", () => {
  const releasedAt = (time: number) => {
    const ledger = fakeLedger();
    ledger.known.set("dev", { state: "released", releasedAt: time, containment: [] });
    return ledger;
  };

  test.each([0, 1])("keeps an alarm of %d minutes before it from quarantining", async (minutes) => {
    const ledger = releasedAt(ALARM.violationEventTime + minutes * MINUTE);
    const { outcome, reason, calls } = await responding({ ledger });
    expect([outcome, calls, ledger.recorded, ledger.places.size]).toEqual(["ignored", [], [], 0]);
    expect(reason).toMatch(/^the thing was released at 2027-01-31T11:5\d:00\.000Z, after the alarm;/);
  });

  test("does not spare the thing from a later alarm", async () => {
    const { outcome } = await responding({ ledger: releasedAt(ALARM.violationEventTime - 1) });
    expect(outcome).toBe("quarantined");
  });

  test("that comes while the alarm is worked on keeps the thing free, and its place too", async () => {
    const ledger = fakeLedger({ begin: async () => false });
    const { outcome, calls } = await responding({ ledger });
    expect([outcome, calls, ledger.places.size]).toEqual(["ignored", [], 0]);
  });

  test.each([
    ["of the alarm", "v", "other"],
    ["that lasts, whatever id the alarm has", "forged", "v"],
  ])("a rejected violation %s is never acted on again", async (_name, violationId, activeId) => {
    const ledger = fakeLedger();
    ledger.known.set("dev", { settledViolationId: "v", containment: [] });
    const activeViolation = async () => ({ violationId: activeId });
    const { outcome, calls } = await responding({
      ledger,
      alarm: { violationId },
      ports: { activeViolation },
    });
    expect([outcome, calls, ledger.places.size]).toEqual(["ignored", [], 0]);
  });
});

describe("a thing that is contained already", () => {
  const members = { directGroupsOf: async () => ["Site", "Quarantine"] };
  const over = { ...members, activeViolation: async () => undefined };

  test("is completed by a redrive, with all places taken and the violation over", async () => {
    const ledger = fakeLedger();
    ledger.places.add("another");
    ledger.known.set("dev", { begunFor: "v", containment: [] });
    expect(await responding({ ledger, ports: over })).toMatchObject({ outcome: "quarantined", calls: ACTS });
    expect([...ledger.places]).toEqual(["another"]);
  });

  test("takes no place for another alarm", async () => {
    const ledger = fakeLedger();
    ledger.known.set("dev", { state: "quarantined", containment: ["group"] });
    expect((await responding({ ledger, ports: members })).outcome).toBe("quarantined");
    expect(ledger.places.size).toBe(0);
  });

  test("is so without the group, too", async () => {
    const ledger = fakeLedger();
    ledger.places.add("another");
    ledger.known.set("dev", { state: "quarantined", containment: ["principal"] });
    expect((await responding({ ledger })).outcome).toBe("quarantined");
  });

  test("is not one that a person took out of the group: it is verified again", async () => {
    const ledger = fakeLedger();
    ledger.known.set("dev", { state: "quarantined", containment: ["group"] });
    const ports = { activeViolation: async () => undefined };
    expect(await responding({ ledger, ports })).toMatchObject({ outcome: "failed", calls: [] });
  });

  test("cannot be told where AWS does not say: the alarm comes again", async () => {
    const ledger = fakeLedger();
    ledger.known.set("dev", { begunFor: "v", containment: [] });
    expect(await responding({ ledger, ports: { directGroupsOf: lost } })).toEqual({
      outcome: "failed",
      reason: "groups: Error; the device was not touched",
      calls: [],
    });
  });
});

describe("exemptions", () => {
  const current = { reason: "a pump that must run", until: "2999-01-01" };
  const exemptThing = { thing: "dev", ...current };
  const exemptGroup = { group: "Pumps", ...current };

  test("an exempt thing is not touched, and told with the reason", async () => {
    expect(await responding({ exempt: [exemptThing] })).toEqual({
      outcome: "exempt",
      reason: "the thing is exempt until 2999-01-01: a pump that must run",
      calls: [],
    });
  });

  test.each([
    ["of another thing", { ...exemptThing, thing: "DEV" }],
    ["that is over", { ...exemptThing, until: "2023-01-01" }],
    ["of a group that is over: nobody asks for groups", { ...exemptGroup, until: "2023-01-01" }],
  ])("an exemption %s spares nobody", async (_name, exemption) => {
    expect((await responding({ exempt: [exemption] })).outcome).toBe("quarantined");
  });

  test("a member of an exempt group is not touched, another thing is", async () => {
    const inGroups = (...groups: string[]) =>
      responding({ exempt: [exemptGroup], ports: { groupsOf: async () => groups } });
    expect(await inGroups("Site", "Pumps")).toMatchObject({
      outcome: "exempt",
      reason: expect.stringMatching(/^thing group Pumps is exempt/),
      calls: [],
    });
    expect((await inGroups("pumps")).outcome).toBe("quarantined");
  });

  test("groups that cannot be looked up fail the alarm, and nothing is touched", async () => {
    expect(await responding({ exempt: [exemptGroup] })).toEqual({
      outcome: "failed",
      reason: "exemptions: Error; the device was not touched",
      calls: [],
    });
  });

  test("an exempt group that is not there is told: a misspelt name protects nobody", async () => {
    const groupsOf = async () => ["Pumps"];
    const missingGroups = jest.fn(async () => ["Pmups"]);
    const exempt = [{ ...exemptGroup, group: "Pmups" }];
    const { outcome, reason } = await responding({ exempt, ports: { groupsOf, missingGroups } });
    expect(outcome).toBe("quarantined");
    expect(reason).toMatch(/; no such thing group, though exempt: Pmups$/);
    expect(missingGroups).toHaveBeenCalledWith(["Pmups"]);
    const unknown = await responding({ exempt, ports: { groupsOf, missingGroups: lost } });
    expect(unknown.reason).not.toContain("though exempt");
  });
});
