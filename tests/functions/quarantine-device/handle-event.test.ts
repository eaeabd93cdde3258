import fc from "fast-check";
import type { QuarantinePorts } from "../../../functions/quarantine-device/act";
import { handleEvent } from "../../../functions/quarantine-device/handle-event";
import type { Outcome } from "../../../functions/quarantine-device/outcome";
import badThenGood from "../../fixtures/events/synthetic-bad-then-good.json";
import clearedAndInvalidated from "../../fixtures/events/synthetic-cleared-and-invalidated.json";
import clientIdAlarm from "../../fixtures/events/synthetic-client-id-alarm.json";

const NAMES = ["quarantined", "ignored", "unregistered", "not-quarantinable", "failed", "rejected"];

/** Handles the event and gives back what was done, what was reported and what was thrown. */
async function run(
  event: unknown,
  addToGroup: QuarantinePorts["addToGroup"] = async () => ({ kind: "added" }),
) {
  const touched: string[] = [];
  const outcomes: Outcome[] = [];
  const ports: QuarantinePorts = {
    addToGroup,
    isRegistered: async () => false,
    setShadow: async (name) => {
      touched.push(`shadow ${name}`);
      return { kind: "set" };
    },
    cutSession: async (name) => {
      touched.push(`session ${name}`);
      return "cut";
    },
  };
  const thrown = await handleEvent(event, ports, (outcome) => void outcomes.push(outcome)).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { touched, outcomes, thrown };
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

test.each(["not-found", "refused"] as const)(
  "%s at the group is a success of the invocation",
  async (kind) => {
    const answer = kind === "refused" ? { kind, why: "ten groups" } : { kind };
    expect((await run({ Records: badThenGood.Records.slice(1) }, async () => answer)).thrown).toBeUndefined();
  },
);

/** Mostly what it should be, now and then any JSON at all. */
const mostly = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | fc.JsonValue> =>
  fc.oneof({ weight: 15, arbitrary }, { weight: 1, arbitrary: fc.jsonValue() });
const name = fc.string({ minLength: 1 });
const thingName = fc.oneof(fc.stringMatching(/^[\w:-]{1,140}$/), name);
const type = fc.constantFrom("in-alarm", "alarm-cleared", "alarm-invalidated");

const alarm = fc.record({
  violationEventTime: mostly(fc.nat()),
  thingName: mostly(thingName),
  behavior: mostly(fc.record({ name: mostly(name) })),
  violationEventType: mostly(type),
  violationId: mostly(name),
  securityProfileName: mostly(name),
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
  expect([...seen].sort()).toEqual(["ignored", "quarantined", "rejected", "unregistered"]);
});
