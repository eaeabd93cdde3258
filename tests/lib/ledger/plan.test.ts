import type { LedgerPorts } from "../../../lib/ledger/ledger";
import type { ContainmentPlan } from "../../../lib/ledger/plan";
import { alarmOf, MINUTE, NOON, startLedgers, type TestLedger } from "./test-ledger";

let ledgers: Awaited<ReturnType<typeof startLedgers>>;
let ledger: LedgerPorts;
let stateOf: TestLedger["stateOf"];
let release: TestLedger["release"];
let now: jest.SpiedFunction<typeof Date.now>;

beforeAll(async () => {
  ledgers = await startLedgers();
});
afterAll(() => ledgers.stop());
beforeEach(async () => {
  ({ ledger, stateOf, release } = await ledgers.make());
  now = jest.spyOn(Date, "now").mockReturnValue(NOON);
});
afterEach(() => now.mockRestore());

const alarm = (violationId: string, minutesAgo = 5) =>
  alarmOf(violationId, { thingName: "dev", violationEventTime: NOON - minutesAgo * MINUTE });
const planOf = (evidence: string, changes: Partial<ContainmentPlan> = {}): ContainmentPlan => ({
  evidence,
  groupName: "Quarantine",
  policyName: "Fence",
  policyAttachedTo: [],
  deactivatedCertificates: [],
  ...changes,
});

test("a plan is kept with its evidence before anything is done, and is no state", async () => {
  expect(await ledger.begin(alarm("v"), planOf("{}", { policyAttachedTo: ["a"] }))).toBe(true);
  expect(await stateOf("dev")).toEqual({
    pk: "thing#dev",
    sk: "state",
    thingName: "dev",
    evidence: "{}",
    evidenceAt: "2027-01-31T12:00:00.000Z",
    evidenceOf: "v",
    groupName: "Quarantine",
    policyName: "Fence",
    policyAttachedTo: ["a"],
  });
  expect(await ledger.thing("dev")).toEqual({ begunAt: NOON, begunFor: "v", containment: [] });
});

test("a retry leaves the evidence of before, and forgets nothing that may have been done", async () => {
  await ledger.begin(
    alarm("v"),
    planOf("before", { policyAttachedTo: ["a"], deactivatedCertificates: ["a"] }),
  );
  // The policy is attached and the certificate inactive by now; there is another principal.
  await ledger.begin(alarm("v"), planOf("after", { policyAttachedTo: ["b"] }));
  expect(await stateOf("dev")).toMatchObject({
    evidence: "before",
    policyAttachedTo: ["a", "b"],
    deactivatedCertificates: ["a"],
  });
});

test("another alarm leaves the evidence of a quarantined thing, and not that of one where it came to nothing", async () => {
  await ledger.begin(alarm("v"), planOf("old"));
  await ledger.begin(alarm("w"), planOf("new"));
  expect((await stateOf("dev")).evidence).toBe("new");
  await ledger.record(alarm("w"), "quarantined", "done", ["group"]);
  await ledger.begin(alarm("x"), planOf("newer"));
  expect((await stateOf("dev")).evidence).toBe("new");
});

test("a quarantine after a release has evidence of its own, also for the same violation", async () => {
  await ledger.begin(alarm("v"), planOf("old"));
  await ledger.record(alarm("v"), "quarantined", "done", ["group"]);
  await release("dev", NOON + MINUTE);
  expect((await ledger.thing("dev")).begunFor).toBeUndefined();
  now.mockReturnValue(NOON + 3 * MINUTE);
  expect(await ledger.begin(alarm("v", -2), planOf("new"))).toBe(true);
  expect((await stateOf("dev")).evidence).toBe("new");
});

test("nothing is begun for an alarm that is older than the release", async () => {
  await release("dev", NOON - 5 * MINUTE);
  expect(await ledger.begin(alarm("v"), planOf("x"))).toBe(false);
  expect(await stateOf("dev")).not.toHaveProperty("evidence");
  expect(await ledger.begin(alarm("v", 4), planOf("x"))).toBe(true);
});

test("nothing is begun for a violation that was rejected, whatever id the alarm has", async () => {
  await release("dev", NOON - 60 * MINUTE, "settled");
  expect(await ledger.begin(alarm("settled"), planOf("x"))).toBe(false);
  expect(await ledger.begin(alarm("v"), planOf("x", { activeViolationId: "settled" }))).toBe(false);
  expect(await ledger.begin(alarm("v"), planOf("x", { activeViolationId: "w" }))).toBe(true);
});

test("what is known of a thing is its state, its release and how it was contained", async () => {
  expect(await ledger.thing("nobody")).toEqual({ containment: [] });
  await ledger.record(alarm("v"), "quarantined", "done", ["group"]);
  expect(await ledger.thing("dev")).toEqual({ state: "quarantined", containment: ["group"] });
  await release("dev", NOON, "v");
  expect(await ledger.thing("dev")).toEqual({
    state: "released",
    releasedAt: NOON,
    settledViolationId: "v",
    containment: [],
  });
});
