import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { allOf, type LedgerReader, makeLedgerReader } from "../../../lib/ledger/read";
import { alarmOf, MINUTE, NOON, startLedgers, type TestLedger } from "./test-ledger";

let ledgers: Awaited<ReturnType<typeof startLedgers>>;
let ledger: TestLedger["ledger"];
let tableName: string;
let reader: LedgerReader;
let now: jest.SpiedFunction<typeof Date.now>;

beforeAll(async () => {
  ledgers = await startLedgers();
});
afterAll(() => ledgers.stop());
beforeEach(async () => {
  ({ ledger, tableName } = await ledgers.make());
  reader = makeLedgerReader({ dynamo: ledgers.dynamo, tableName, callTimeoutMs: () => 60_000 });
  now = jest.spyOn(Date, "now").mockReturnValue(NOON);
});
afterEach(() => now.mockRestore());

const at = (time: number) => now.mockReturnValue(time);

test("a thing that nobody knows has no record and no time line", async () => {
  expect(await reader.thing("dev-a")).toBeUndefined();
  expect(await allOf(reader.timeLine("dev-a"))).toEqual([]);
});

test("a thing's record tells what a release must undo", async () => {
  const alarm = alarmOf("a", { value: '{"count":12}' });
  await ledger.begin(alarm, {
    ...{ evidence: "{}", groupName: "G", policyName: "P" },
    policyAttachedTo: ["two", "one"],
    deactivatedCertificates: [],
  });
  expect(await reader.thing("dev-a")).not.toHaveProperty("state");
  await ledger.record(alarm, "quarantined", "group requested", ["group", "principal"]);
  expect(await reader.thing("dev-a")).toEqual({
    thingName: "dev-a",
    state: "quarantined",
    since: "2027-01-31T12:00:00.000Z",
    reason: "group requested",
    securityProfileName: "P",
    behaviorName: "B",
    violationId: "a",
    alarmedAt: "2027-01-31T11:55:00.000Z",
    value: '{"count":12}',
    evidence: "{}",
    evidenceAt: "2027-01-31T12:00:00.000Z",
    groupName: "G",
    policyName: "P",
    policyAttachedTo: ["one", "two"],
    deactivatedCertificates: [],
    containment: ["group", "principal"],
  });
});

test("things of a state come the latest first, those alone that came into it since, and over all pages", async () => {
  for (const [index, name] of ["a", "b", "c"].entries()) {
    at(NOON + index * MINUTE);
    await ledger.record(alarmOf(name), "held", "too many");
  }
  await ledger.record(alarmOf("d"), "observed", "only watched");
  const held = await allOf(reader.inState("held"));
  expect(held.map(({ thingName }) => thingName)).toEqual(["dev-c", "dev-b", "dev-a"]);
  const recent = await allOf(reader.inState("held", NOON + MINUTE));
  expect(recent.map(({ thingName }) => thingName)).toEqual(["dev-c", "dev-b"]);
});

test("a list goes on behind a page, which holds a megabyte", async () => {
  const long = "x".repeat(300_000);
  for (const name of ["a", "b", "c", "d", "e"]) {
    await ledger.record(alarmOf(name), "held", "x");
    await ledgers.dynamo.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: { pk: { S: `thing#dev-${name}` }, sk: { S: "state" } },
        UpdateExpression: "SET evidence = :long",
        ExpressionAttributeValues: { ":long": { S: long } },
      }),
    );
  }
  expect(await allOf(reader.inState("held"))).toHaveLength(5);
});

test("a time line has the latest alarm first, with its decision", async () => {
  const one = (id: string, minutesAgo: number) =>
    alarmOf(id, { thingName: "dev", violationEventTime: NOON - minutesAgo * MINUTE });
  await ledger.record(one("v", 9), "observed", "only watched");
  await ledger.record(one("w", 3), "held", "too many");
  const line = await allOf(reader.timeLine("dev"));
  expect(line.map(({ decision, violationId, decidedAt }) => [decision, violationId, decidedAt])).toEqual([
    ["held", "w", "2027-01-31T12:00:00.000Z"],
    ["observed", "v", "2027-01-31T12:00:00.000Z"],
  ]);
});
