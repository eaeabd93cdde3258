import fc from "fast-check";
import { handleEvent } from "../../../functions/quarantine-device/handle-event";
import type { LedgerPorts } from "../../../lib/ledger/ledger";
import type { Notice } from "../../../lib/notices/notice";
import type { Outcome } from "../../../lib/quarantine/outcome";
import type { Exemption, ResponseTable } from "../../../lib/responses/response-table";
import badThenGood from "../../fixtures/events/synthetic-bad-then-good.json";
import clearedAndInvalidated from "../../fixtures/events/synthetic-cleared-and-invalidated.json";
import clientIdAlarm from "../../fixtures/events/synthetic-client-id-alarm.json";
import { type FakePorts, fakeLedger, fakePorts, NAMES } from "../../lib/quarantine/fakes";

const OUTCOMES = [
  "quarantined",
  "observed",
  "notified",
  "held",
  "stale",
  "exempt",
  "ignored",
  "unregistered",
  "not-contained",
  "failed",
  "rejected",
];

/** What the events name quarantines. */
const RESPONSES: ResponseTable = {
  version: 2,
  profiles: {
    MsgSentSecProfile: { MsgSentBehavior: "quarantine" },
    P: { B: "quarantine" },
  },
  quarantineLimitPerHour: 25,
  alarmMaxAgeMinutes: 30,
  containment: ["group"],
  exempt: [],
};

/** Handles the event and gives back what was done, what was reported and what was thrown. */
async function run(
  event: unknown,
  { ports: changes = {}, exempt = [], ledger = fakeLedger() }: Setting = {},
) {
  const outcomes: Outcome[] = [];
  const notices: Notice[][] = [];
  const tell = async (batch: readonly Notice[]) => void notices.push([...batch]);
  const { ports, calls } = fakePorts(changes);
  const responses = { ...RESPONSES, exempt };
  const context = { responses, ports, ledger, now: Date.now, ...NAMES };
  const told = (outcome: Outcome) => void outcomes.push(outcome);
  const [result] = await Promise.allSettled([handleEvent(event, context, told, tell)]);
  const touched = calls.filter((call) => !call.startsWith("group "));
  return result.status === "fulfilled"
    ? { touched, outcomes, notices, answer: result.value, thrown: undefined }
    : { touched, outcomes, notices, thrown: result.reason as unknown };
}

interface Setting {
  readonly ports?: Partial<FakePorts>;
  readonly exempt?: readonly Exemption[];
  readonly ledger?: LedgerPorts;
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
  const { touched, outcomes, thrown } = await run(event, {
    ports: {
      addToGroup: async () => {
        calls += 1;
        if (calls === 1) throw new Error("first");
        return { kind: "added" };
      },
    },
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
  const { touched, outcomes, thrown } = await run(clientIdAlarm, { ports: { addToGroup } });
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(["unregistered"]);
  expect(addToGroup).not.toHaveBeenCalled();
  expect(touched).toEqual([]);
  expect(thrown).toBeUndefined();
});

test("a refusal of the group is a success of the invocation", async () => {
  const refused = async () => ({ kind: "refused", why: "ten groups" }) as const;
  expect(
    (await run({ Records: badThenGood.Records.slice(1) }, { ports: { addToGroup: refused } })).thrown,
  ).toBeUndefined();
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
    const failed = await run(
      { Records: [good] },
      { ports: { addToGroup: () => Promise.reject(new Error("no")) } },
    );
    expect(failed.answer).toEqual({ batchItemFailures: [{ itemIdentifier: "m-1" }] });
  });

  test("is worked two at a time, and whole: more would only wait for each other at Device Defender", async () => {
    const { Message = "{}" } = badThenGood.Records[1]?.Sns ?? {};
    const messages = Array.from({ length: 10 }, (_none, index) => ({
      messageId: `m-${index}`,
      body: JSON.stringify({ ...JSON.parse(Message), thingName: `dev-${index}` }),
    }));
    let atWork = 0;
    const most: number[] = [];
    const addToGroup = async () => {
      atWork += 1;
      most.push(atWork);
      await new Promise(setImmediate);
      atWork -= 1;
      return { kind: "added" } as const;
    };
    const { outcomes } = await run({ Records: messages }, { ports: { addToGroup } });
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(messages.map(() => "quarantined"));
    expect(Math.max(...most)).toBe(2);
  });

  test.each([
    ["4", "failed"],
    ["5", "held"],
    ["x", "failed"],
  ])("an alarm without a violation, received %s times, is %s", async (count, outcome) => {
    const body = JSON.stringify({
      ...JSON.parse(badThenGood.Records[1]?.Sns.Message ?? "{}"),
      violationEventTime: Date.now(),
    });
    const attributes = { ApproximateReceiveCount: count };
    const ports = { activeViolation: async () => undefined };
    const { outcomes } = await run({ Records: [{ messageId: "m", body, attributes }] }, { ports });
    expect(outcomes.map((one) => one.outcome)).toEqual([outcome]);
  });

  test("that all went well names none", async () => {
    expect((await run({ Records: [good] })).answer).toEqual({ batchItemFailures: [] });
  });

  test("with a record that has no id fails as a whole: nothing says which must come again", async () => {
    const { thrown } = await run({ Records: [good, { body: "{" }] });
    expect(messageOf(thrown)).toMatch(/^Of 2 records 1 were rejected/);
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
        expect(OUTCOMES).toContain(outcome);
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

const recordOf = (body: string, receiveCount: number) => ({
  messageId: `m-${receiveCount}`,
  body,
  attributes: { ApproximateReceiveCount: `${receiveCount}` },
});
const ALARM = badThenGood.Records[1]?.Sns.Message ?? "";

test("a batch is told once, after all is done: what was done, and nothing of what comes again", async () => {
  const event = { Records: [recordOf(ALARM, 1), recordOf("no alarm", 4), recordOf(ALARM, 2)] };
  const { notices } = await run(event);
  expect(notices).toEqual([
    [
      expect.objectContaining({
        kind: "quarantined",
        thingName: "dev-XBHY",
        behaviorName: "MsgSentBehavior",
      }),
      expect.objectContaining({ kind: "quarantined" }),
    ],
  ]);
});

test("what was rejected or failed for the last time is told, without its payload", async () => {
  const down = { addToGroup: () => Promise.reject(new Error("down")) };
  const event = { Records: [recordOf("secret payload", 5), recordOf(ALARM, 5), recordOf(ALARM, 4)] };
  const { notices } = await run(event, { ports: down });
  expect(notices.flat().map(({ kind, thingName }) => [kind, thingName])).toEqual([
    ["failed", undefined],
    ["failed", "dev-XBHY"],
  ]);
  expect(JSON.stringify(notices)).not.toContain("secret payload");
});

test("the event fails as before, also where it has been told", async () => {
  const { notices, thrown } = await run(badThenGood);
  expect(notices.flat().map(({ kind }) => kind)).toEqual(["failed", "quarantined"]);
  expect(messageOf(thrown)).toMatch(/^Of 2 records 1 were rejected/);
});
