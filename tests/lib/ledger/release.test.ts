import { PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { allOf, makeLedgerReader } from "../../../lib/ledger/read";
import { beginRelease, endRelease, personsEvent, rejectHeld } from "../../../lib/ledger/release";
import { alarmOf, MINUTE, NOON, startLedgers, type TestLedger } from "./test-ledger";

const PLAN = {
  ...{ evidence: "{}", groupName: "G", policyName: "F" },
  policyAttachedTo: ["one", "two"],
  deactivatedCertificates: ["cert"],
};
const NOTHING = { policyDetachedFrom: [], reactivatedCertificates: [] };

let ledgers: Awaited<ReturnType<typeof startLedgers>>;
let ledger: TestLedger["ledger"];
let stateOf: TestLedger["stateOf"];
let tableName: string;
let now: jest.SpiedFunction<typeof Date.now>;

beforeAll(async () => {
  ledgers = await startLedgers();
});
afterAll(() => ledgers.stop());
beforeEach(async () => {
  ({ ledger, stateOf, tableName } = await ledgers.make());
  now = jest.spyOn(Date, "now").mockReturnValue(NOON);
});
afterEach(() => now.mockRestore());

const entryAt = (releasedAt: number, thingName = "dev-a") => ({
  ...{ tableName, thingName, releasedAt },
  releasedBy: "arn:aws:iam::123456789012:user/ann",
  reason: "mended",
});
const update = (input: ReturnType<typeof beginRelease>) => ledgers.dynamo.send(new UpdateItemCommand(input));

async function quarantine(id = "a", time = NOON - 5 * MINUTE) {
  const alarm = alarmOf(id, { thingName: "dev-a", violationEventTime: time });
  expect(await ledger.begin(alarm, PLAN)).toBe(true);
  await ledger.record(alarm, "quarantined", "done", ["group", "principal"]);
}

test("a release that has begun keeps old alarms from acting, and is still seen as a quarantine", async () => {
  await quarantine();
  await update(beginRelease(entryAt(NOON + MINUTE)));
  expect(await stateOf("dev-a")).toMatchObject({ state: "quarantined", releaseReason: "mended" });
  expect(await ledger.begin(alarmOf("a"), PLAN)).toBe(false);
});

test("a release that has ended forgets what it undid, and keeps what it did not", async () => {
  await quarantine();
  const entry = entryAt(NOON + MINUTE);
  await update(beginRelease(entry));
  await update(endRelease(entry, { policyDetachedFrom: ["one"], reactivatedCertificates: ["cert"] }));
  const state = await stateOf("dev-a");
  expect(state).toMatchObject({
    ...{ state: "released", rank: -1, since: "2027-01-31T12:01:00.000Z", policyAttachedTo: ["two"] },
    ...{ releasedAt: "2027-01-31T12:01:00.000Z", releasedBy: entry.releasedBy, releaseReason: "mended" },
  });
  for (const name of ["evidence", "evidenceAt", "containment", "groupName", "deactivatedCertificates"]) {
    expect(state).not.toHaveProperty(name);
  }
});

test("a release does not end over a quarantine that came after it began", async () => {
  await quarantine();
  const entry = entryAt(NOON + MINUTE);
  await update(beginRelease(entry));
  now.mockReturnValue(NOON + 3 * MINUTE);
  await quarantine("b", NOON + 2 * MINUTE);
  const end = update(endRelease(entry, NOTHING));
  await expect(end).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });
  expect(await stateOf("dev-a")).toMatchObject({ state: "quarantined", violationId: "b" });
});

test("a thing that the ledger does not know is released, too", async () => {
  const entry = entryAt(NOON, "unknown");
  await update(beginRelease(entry));
  await update(endRelease(entry, NOTHING));
  expect(await stateOf("unknown")).toMatchObject({ thingName: "unknown", state: "released" });
});

test("a rejection settles the violation that it was shown, and no other", async () => {
  await ledger.record(alarmOf("a"), "held", "too many");
  const entry = entryAt(NOON + MINUTE);
  await expect(update(rejectHeld(entry, "other"))).rejects.toMatchObject({
    name: "ConditionalCheckFailedException",
  });
  await update(rejectHeld(entry, "a"));
  expect(await ledger.thing("dev-a")).toMatchObject({ state: "released", settledViolationId: "a" });
  // The violation goes on, and is found by whoever looks at what lasts.
  const later = alarmOf("a", { violationEventTime: NOON + 5 * MINUTE });
  expect(await ledger.begin(later, PLAN)).toBe(false);
  expect(await ledger.begin({ ...later, violationId: "b" }, PLAN)).toBe(true);
});

test("what a person did stands in the time line, with the person", async () => {
  await ledgers.dynamo.send(
    new PutItemCommand(personsEvent(entryAt(NOON), "released", { evidence: "{}", violationId: "a" })),
  );
  const reader = makeLedgerReader({ dynamo: ledgers.dynamo, tableName, callTimeoutMs: () => 60_000 });
  expect(await allOf(reader.timeLine("dev-a"))).toEqual([
    {
      ...{ thingName: "dev-a", decision: "released", decidedAt: "2027-01-31T12:00:00.000Z" },
      ...{ actor: "arn:aws:iam::123456789012:user/ann", reason: "mended", containment: [] },
      ...{ violationId: "a", evidence: "{}" },
    },
  ]);
});
