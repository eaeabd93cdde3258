import fc from "fast-check";
import { handleEvent } from "../../../functions/quarantine-device/handle-event";
import type { LedgerPorts } from "../../../lib/ledger/ledger";
import type { QuarantinePorts } from "../../../lib/quarantine/contain";
import type { ExemptionPorts } from "../../../lib/quarantine/exempt";
import type { Outcome } from "../../../lib/quarantine/outcome";
import type { Exemption, ResponseTable } from "../../../lib/responses/response-table";
import badThenGood from "../../fixtures/events/synthetic-bad-then-good.json";
import clearedAndInvalidated from "../../fixtures/events/synthetic-cleared-and-invalidated.json";
import clientIdAlarm from "../../fixtures/events/synthetic-client-id-alarm.json";

const NAMES = [
  "quarantined",
  "observed",
  "exempt",
  "ignored",
  "unregistered",
  "not-quarantinable",
  "failed",
  "rejected",
];

/** What the events name quarantines. */
const RESPONSES: ResponseTable = {
  version: 1,
  profiles: {
    MsgSentSecProfile: { MsgSentBehavior: "quarantine" },
    P: { B: "quarantine" },
  },
  quarantineLimitPerHour: 25,
  exempt: [],
};

/** A ledger that has as many places as the limit says, and notes what it records. */
function makeLedger(): LedgerPorts & { readonly recorded: string[]; readonly places: Set<string> } {
  const places = new Set<string>();
  const recorded: string[] = [];
  return {
    places,
    recorded,
    takePlace: async ({ thingName }, limit) =>
      places.has(thingName) || (places.size < limit && places.add(thingName) === places),
    record: async ({ thingName }, state) => void recorded.push(`${state} ${thingName}`),
  };
}

/** Handles the event and gives back what was done, what was reported and what was thrown. */
async function run(
  event: unknown,
  addToGroup: QuarantinePorts["addToGroup"] = async () => ({ kind: "added" }),
  exempt: readonly Exemption[] = [],
  groupsOf: ExemptionPorts["groupsOf"] = () => Promise.reject(new Error("nobody asked for groups")),
  ledger: LedgerPorts = makeLedger(),
  isRegistered: QuarantinePorts["isRegistered"] = async () => true,
) {
  const touched: string[] = [];
  const outcomes: Outcome[] = [];
  const ports: QuarantinePorts & ExemptionPorts = {
    addToGroup,
    groupsOf,
    isRegistered,
    setShadow: async (name) => {
      touched.push(`shadow ${name}`);
      return { kind: "set" };
    },
    cutSession: async (name) => {
      touched.push(`session ${name}`);
      return "cut";
    },
  };
  const responses = { ...RESPONSES, exempt };
  const context = { responses, ports, ledger };
  const told = (outcome: Outcome) => void outcomes.push(outcome);
  const [result] = await Promise.allSettled([handleEvent(event, context, told)]);
  return result.status === "fulfilled"
    ? { touched, outcomes, answer: result.value, thrown: undefined }
    : { touched, outcomes, thrown: result.reason as unknown };
}

const messageOf = (thrown: unknown) => (thrown instanceof Error ? thrown.message : undefined);

test("a bad record hides no good one: the good one is acted on, both are reported, then the event fails", async () => {
  const { touched, outcomes, thrown } = await run(badThenGood);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(["rejected", "quarantined"]);
  expect(outcomes[0]).toMatchObject({ path: "Records[0].Sns.Message.violationEventTime" });
  expect(touched).toEqual(["shadow dev-XBHY", "session dev-XBHY"]);
  expect(messageOf(thrown)).toMatch(/^Of 2 records 1 were rejected \(a retry cannot help\) and 0 failed/);
});

test("a failed record is followed by the others, and the event fails after them", async () => {
  const event = { Records: [...badThenGood.Records.slice(1), ...badThenGood.Records.slice(1)] };
  let calls = 0;
  const { touched, outcomes, thrown } = await run(event, async () => {
    calls += 1;
    if (calls === 1) {
      throw new Error("first");
    }
    return { kind: "added" };
  });
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(["failed", "quarantined"]);
  expect(touched).toEqual(["shadow dev-XBHY", "session dev-XBHY"]);
  expect(messageOf(thrown)).toContain("0 were rejected (a retry cannot help) and 1 failed (a retry can)");
});

test("what is thrown holds nothing of the payload", async () => {
  expect(messageOf((await run(badThenGood)).thrown)).not.toMatch(/dev-|MsgSent|2023/);
});

test("cleared and invalidated alarms touch nothing and are no failure", async () => {
  const { touched, outcomes, thrown } = await run(clearedAndInvalidated);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(["ignored", "ignored"]);
  expect(touched).toEqual([]);
  expect(thrown).toBeUndefined();
});

test("an alarm of a client id that is no registry name touches nothing, not even the group", async () => {
  const addToGroup = jest.fn();
  const { touched, outcomes, thrown } = await run(clientIdAlarm, addToGroup);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(["unregistered"]);
  expect(addToGroup).not.toHaveBeenCalled();
  expect(touched).toEqual([]);
  expect(thrown).toBeUndefined();
});

test("a refusal of the group is a success of the invocation", async () => {
  const refused = async () => ({ kind: "refused", why: "ten groups" }) as const;
  expect((await run({ Records: badThenGood.Records.slice(1) }, refused)).thrown).toBeUndefined();
});

describe("a batch of a queue's messages", () => {
  const [bad, good] = badThenGood.Records.map(({ Sns }, index) => ({
    messageId: `m-${index}`,
    body: JSON.stringify({ Type: "Notification", Message: Sns.Message }),
  }));

  test("names those that were rejected or failed, acts on the others, and does not throw", async () => {
    const { touched, outcomes, answer, thrown } = await run({ Records: [bad, good] });
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["rejected", "quarantined"]);
    expect(touched).toEqual(["shadow dev-XBHY", "session dev-XBHY"]);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "m-0" }] });
    expect(thrown).toBeUndefined();
    const failed = await run({ Records: [good] }, () => Promise.reject(new Error("no")));
    expect(failed.answer).toEqual({ batchItemFailures: [{ itemIdentifier: "m-1" }] });
  });

  test("that all went well names none", async () => {
    expect((await run({ Records: [good] })).answer).toEqual({ batchItemFailures: [] });
  });

  test("with a record that has no id fails as a whole: nothing says which must come again", async () => {
    const { thrown } = await run({ Records: [good, { body: "{" }] });
    expect(messageOf(thrown)).toMatch(/^Of 2 records 1 were rejected/);
  });
});

describe("the ledger", () => {
  const oneAlarm = { Records: badThenGood.Records.slice(1) };

  test("has what was done, and nothing of what is rejected", async () => {
    const ledger = makeLedger();
    await run(badThenGood, undefined, [], undefined, ledger);
    expect(ledger.recorded).toEqual(["quarantined dev-XBHY"]);
  });

  test("that has no place left holds the device: nothing is touched, and it is no failure", async () => {
    const ledger = { ...makeLedger(), takePlace: async () => false };
    const addToGroup = jest.fn();
    const { touched, outcomes, thrown } = await run(oneAlarm, addToGroup, [], undefined, ledger);
    expect(outcomes).toMatchObject([
      {
        outcome: "held",
        reason: "all 25 places of the behavior in this hour are taken; the device was not touched",
      },
    ]);
    expect([addToGroup.mock.calls, touched, ledger.recorded, thrown]).toEqual([
      [],
      [],
      ["held dev-XBHY"],
      undefined,
    ]);
  });

  test("that cannot be asked lets nobody be quarantined: the alarm comes again", async () => {
    const ledger = { ...makeLedger(), takePlace: () => Promise.reject(new Error("down")) };
    const addToGroup = jest.fn();
    const { touched, outcomes, thrown } = await run(oneAlarm, addToGroup, [], undefined, ledger);
    expect(outcomes).toMatchObject([
      { outcome: "failed", reason: "limit: Error; the device was not touched" },
    ]);
    expect([addToGroup.mock.calls, touched]).toEqual([[], []]);
    expect(thrown).toBeInstanceOf(Error);
  });

  test("that cannot be written makes a failure of what was done, which comes again", async () => {
    const ledger = { ...makeLedger(), record: () => Promise.reject(new Error("down")) };
    const { touched, outcomes, thrown } = await run(oneAlarm, undefined, [], undefined, ledger);
    expect(outcomes).toMatchObject([
      {
        outcome: "failed",
        reason: expect.stringMatching(/^quarantined \(.*\), and not recorded: ledger: Error$/),
      },
    ]);
    expect(touched).toHaveLength(2);
    expect(thrown).toBeInstanceOf(Error);
  });

  test("gives no place to a thing that is not there, and records nothing of it", async () => {
    const ledger = makeLedger();
    const addToGroup = jest.fn();
    const { touched, outcomes } = await run(oneAlarm, addToGroup, [], undefined, ledger, async () => false);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["unregistered"]);
    expect([addToGroup.mock.calls, touched, [...ledger.places], ledger.recorded]).toEqual([[], [], [], []]);
  });

  test("is not asked where the registry does not answer: the alarm comes again", async () => {
    const ledger = makeLedger();
    const lost = () => Promise.reject(new Error("down"));
    const { outcomes } = await run(oneAlarm, undefined, [], undefined, ledger, lost);
    expect(outcomes).toMatchObject([
      { outcome: "failed", reason: "registry: Error; the device was not touched" },
    ]);
    expect(ledger.places.size).toBe(0);
  });

  test("keeps the place of what failed, so that the retry has it", async () => {
    const ledger = makeLedger();
    await run(oneAlarm, () => Promise.reject(new Error("no")), [], undefined, ledger);
    expect(ledger.places.size).toBe(1);
  });
});

describe("exemptions", () => {
  const oneAlarm = { Records: badThenGood.Records.slice(1) };
  const current = { reason: "a pump that must run", until: "2999-01-01" };
  const exemptThing = { thing: "dev-XBHY", ...current };
  const exemptGroup = { group: "Pumps", ...current };

  test("an exempt thing is not touched, told with the reason, and no failure", async () => {
    const { touched, outcomes, thrown } = await run(oneAlarm, undefined, [exemptThing]);
    expect(outcomes).toMatchObject([
      { outcome: "exempt", reason: "the thing is exempt until 2999-01-01: a pump that must run" },
    ]);
    expect(touched).toEqual([]);
    expect(thrown).toBeUndefined();
  });

  test.each([
    ["of another thing", { ...exemptThing, thing: "dev-xbhy" }],
    ["that is over", { ...exemptThing, until: "2023-01-01" }],
    ["of a group that is over: nobody asks for groups", { ...exemptGroup, until: "2023-01-01" }],
  ])("an exemption %s spares nobody", async (_name, exemption) => {
    const { outcomes } = await run(oneAlarm, undefined, [exemption]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["quarantined"]);
  });

  test("a member of an exempt group is not touched, another thing is", async () => {
    const member = await run(oneAlarm, undefined, [exemptGroup], async () => ["Site", "Pumps"]);
    expect(member.outcomes).toMatchObject(
      [{ outcome: "exempt", reason: /^thing group Pumps is exempt/ }].map(({ outcome, reason }) => ({
        outcome,
        reason: expect.stringMatching(reason),
      })),
    );
    expect(member.touched).toEqual([]);
    const other = await run(oneAlarm, undefined, [exemptGroup], async () => ["pumps"]);
    expect(other.outcomes.map(({ outcome }) => outcome)).toEqual(["quarantined"]);
  });

  test("groups that cannot be looked up fail the alarm, and nothing is touched", async () => {
    const { touched, outcomes, thrown } = await run(oneAlarm, undefined, [exemptGroup]);
    expect(outcomes).toMatchObject([
      { outcome: "failed", reason: "exemptions: Error; the device was not touched" },
    ]);
    expect(touched).toEqual([]);
    expect(thrown).toBeInstanceOf(Error);
  });
});

/** Mostly what it should be, now and then any JSON at all. */
const mostly = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | fc.JsonValue> =>
  fc.oneof({ weight: 15, arbitrary }, { weight: 1, arbitrary: fc.jsonValue() });
const name = fc.string({ minLength: 1 });
const thingName = fc.oneof(fc.stringMatching(/^[\w:-]{1,140}$/), name);
const type = fc.constantFrom("in-alarm", "alarm-cleared", "alarm-invalidated");

const alarm = fc.record({
  violationEventTime: mostly(fc.nat()),
  thingName: mostly(thingName),
  behavior: mostly(fc.record({ name: fc.oneof(mostly(name), fc.constant("B")) })),
  violationEventType: mostly(type),
  violationId: mostly(fc.stringMatching(/^[a-zA-Z0-9-]{1,20}$/)),
  securityProfileName: fc.oneof(mostly(name), fc.constant("P")),
});
const message = mostly(mostly(alarm).map((value) => JSON.stringify(value)));
const record = mostly(fc.record({ Sns: mostly(fc.record({ Message: message })) }));
const anyEvent = mostly(fc.record({ Records: mostly(fc.array(record, { minLength: 1, maxLength: 5 })) }));

test("whatever JSON comes, each record has one named outcome, and only rejected and failed ones fail", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(anyEvent, async (event) => {
      const { outcomes, thrown } = await run(event);
      const records = (event as { readonly Records?: unknown } | null)?.Records;
      expect(outcomes).toHaveLength(Array.isArray(records) ? Math.max(records.length, 1) : 1);
      for (const { outcome } of outcomes) {
        expect(NAMES).toContain(outcome);
        seen.add(outcome);
      }
      const bad = outcomes.some(({ outcome }) => outcome === "rejected" || outcome === "failed");
      expect(messageOf(thrown)?.startsWith("Of ")).toBe(bad ? true : undefined);
    }),
    { numRuns: 500 },
  );
  // The generator reaches every kind of record, not the malformed alone.
  expect([...seen].sort()).toEqual(["ignored", "observed", "quarantined", "rejected", "unregistered"]);
});
