import { QueryCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { LEDGER } from "../../../lib/ledger/keys";
import { type LedgerPorts, makeLedger } from "../../../lib/ledger/ledger";
import { makeReleaseLedger } from "../../../lib/ledger/release";
import { alarmOf, MINUTE, NOON, startLedgers, type TestLedger } from "./test-ledger";

let ledgers: Awaited<ReturnType<typeof startLedgers>>;
let dynamo: (typeof ledgers)["dynamo"];
let ledger: LedgerPorts;
let stateOf: TestLedger["stateOf"];
let release: TestLedger["release"];
let tableName: string;
let now: jest.SpiedFunction<typeof Date.now>;

beforeAll(async () => {
  ledgers = await startLedgers();
  ({ dynamo } = ledgers);
});
afterAll(() => ledgers.stop());
beforeEach(async () => {
  ({ ledger, stateOf, release, tableName } = await ledgers.make());
  now = jest.spyOn(Date, "now").mockReturnValue(NOON);
});
afterEach(() => now.mockRestore());

const at = (time: number) => now.mockReturnValue(time);

describe("places under the limit", () => {
  test("are exactly as many as the limit says, however many ask at a time", async () => {
    const asked = Array.from({ length: 40 }, (_none, index) => ledger.takePlace(alarmOf(`v${index}`), 25));
    expect((await Promise.all(asked)).filter((place) => place !== undefined)).toHaveLength(25);
  });

  test("are one for a thing, whatever its alarms and however often they come, also when all are taken", async () => {
    const alarms = ["a", "a", "b", "a"].map((id) => alarmOf(id));
    for (const alarm of alarms) expect(await ledger.takePlace(alarm, 2)).toBeDefined();
    expect(await ledger.takePlace(alarmOf("c"), 2)).toBeUndefined();
    expect(await ledger.takePlace(alarmOf("another", { thingName: "dev-b" }), 2)).toBeDefined();
  });

  test("are each behavior's own: a storm on one takes none from another", async () => {
    expect(await ledger.takePlace(alarmOf("a"), 1)).toBeDefined();
    expect(await ledger.takePlace(alarmOf("b"), 1)).toBeUndefined();
    expect(await ledger.takePlace(alarmOf("b", { behaviorName: "C" }), 1)).toBeDefined();
    expect(await ledger.takePlace(alarmOf("b", { securityProfileName: "Q" }), 1)).toBeDefined();
  });

  test("are free again in the next hour, and a retry across the hour takes none of them", async () => {
    at(NOON + 59 * MINUTE);
    expect(await ledger.takePlace(alarmOf("a"), 1)).toBeDefined();
    at(NOON + 60 * MINUTE);
    expect(await ledger.takePlace(alarmOf("a"), 1)).toBeDefined();
    expect(await ledger.takePlace(alarmOf("b"), 1)).toBeDefined();
    expect(await ledger.takePlace(alarmOf("c"), 1)).toBeUndefined();
  });

  test("end by themselves, two days later", async () => {
    await ledger.takePlace(alarmOf("a"), 1);
    const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: tableName }));
    expect(Items.map(({ endsAt }) => Number(endsAt?.N))).toEqual([NOON / 1000 + 48 * 3600]);
  });
});

describe("what is recorded", () => {
  const eventsOf = async (thingName: string) => {
    const { Items = [] } = await dynamo.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: "pk = :thing AND begins_with(sk, :event)",
        ExpressionAttributeValues: { ":thing": { S: `thing#${thingName}` }, ":event": { S: "event#" } },
      }),
    );
    return Items.map(({ decision, violationId }) => `${decision?.S} ${violationId?.S}`);
  };
  const one = (violationId: string, minutesAgo = 5) =>
    alarmOf(violationId, { thingName: "dev", violationEventTime: NOON - minutesAgo * MINUTE });

  test("is the thing's state with its reason, and an event of its time line that ends in a year", async () => {
    await ledger.record(one("v"), "held", "too many");
    expect(await stateOf("dev")).toEqual({
      pk: "thing#dev",
      sk: "state",
      thingName: "dev",
      state: "held",
      rank: 3,
      since: "2027-01-31T12:00:00.000Z",
      reason: "too many",
      securityProfileName: "P",
      behaviorName: "B",
      violationId: "v",
      alarmedAt: "2027-01-31T11:55:00.000Z",
    });
    const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: tableName }));
    expect(Items.flatMap(({ endsAt }) => (endsAt ? [Number(endsAt.N)] : []))).toEqual([
      NOON / 1000 + 365 * 24 * 3600,
    ]);
  });

  test("comes once, however often the alarm does", async () => {
    await ledger.record(one("v"), "quarantined", "done");
    at(NOON + MINUTE);
    await ledger.record(one("v"), "quarantined", "done");
    expect(await eventsOf("dev")).toEqual(["quarantined v"]);
    expect((await stateOf("dev")).since).toBe("2027-01-31T12:00:00.000Z");
  });

  test("never makes less of a thing that is quarantined", async () => {
    await ledger.record(one("v"), "quarantined", "done");
    await ledger.record(one("w", 1), "observed", "only watched");
    expect(await stateOf("dev")).toMatchObject({ state: "quarantined", violationId: "v" });
    expect(await eventsOf("dev")).toEqual(["quarantined v", "observed w"]);
  });

  test("is the highest of what was decided, in whatever order it comes, also at one time", async () => {
    const decisions = [
      ["observed", 1],
      ["held", 5],
      ["exempt", 5],
    ] as const;
    for (const order of [decisions, decisions.toReversed()]) {
      const thingName = `dev-${order[0][0]}`;
      for (const [state, minutesAgo] of order) {
        await ledger.record({ ...one(state, minutesAgo), thingName }, state, "x");
      }
      expect(await stateOf(thingName)).toMatchObject({ state: "held", violationId: "held" });
    }
    await ledger.record(one("old", 9), "quarantined", "an act is an act");
    expect(await stateOf("dev")).toMatchObject({ state: "quarantined", violationId: "old" });
  });

  test("tells the latest alarm of a state, and since when the thing is in it", async () => {
    await ledger.record(one("v", 5), "held", "x");
    at(NOON + 30 * MINUTE);
    await ledger.record(one("w", 1), "held", "y");
    await ledger.record(one("u", 9), "held", "z");
    expect(await stateOf("dev")).toMatchObject({
      violationId: "w",
      reason: "y",
      since: "2027-01-31T12:00:00.000Z",
    });
  });

  test("begins anew where a release was begun since, and once", async () => {
    await ledger.record(one("v", 5), "quarantined", "x");
    const callTimeoutMs = () => 60_000;
    const act = { thingName: "dev", releasedAt: NOON + MINUTE, releasedBy: "arn", reason: "r" };
    await makeReleaseLedger({ dynamo, tableName, callTimeoutMs }).begin(act);
    at(NOON + 6 * MINUTE);
    const anew = alarmOf("w", { thingName: "dev", violationEventTime: NOON + 5 * MINUTE });
    await ledger.record(anew, "quarantined", "y");
    at(NOON + 8 * MINUTE);
    await ledger.record(anew, "quarantined", "y");
    expect(await stateOf("dev")).toMatchObject({ reason: "y", since: "2027-01-31T12:06:00.000Z" });
  });

  test("ends with its time line where nobody has to act on it, and stays where somebody has", async () => {
    const year = NOON / 1000 + 365 * 24 * 3600;
    await ledger.record(one("a"), "observed", "x");
    expect(await stateOf("dev")).toMatchObject({ state: "observed", endsAt: year });
    at(NOON + MINUTE);
    await ledger.record(one("b", 1), "notified", "x");
    expect(await stateOf("dev")).toMatchObject({ state: "notified", endsAt: year + 60 });
    await ledger.record(one("c"), "held", "x");
    expect(await stateOf("dev")).not.toHaveProperty("endsAt");
  });

  test("has the value that was measured, and what was done, of all tries", async () => {
    await ledger.record({ ...one("v"), value: '{"count":54}' }, "quarantined", "half", ["group"]);
    await ledger.record({ ...one("v"), value: '{"count":54}' }, "quarantined", "whole", ["principal"]);
    expect(await stateOf("dev")).toMatchObject({
      value: '{"count":54}',
      containment: ["group", "principal"],
      reason: "whole",
    });
    await ledger.record(one("w", 1), "quarantined", "again", ["group"]);
    expect(await stateOf("dev")).toMatchObject({ violationId: "w", containment: ["group", "principal"] });
    expect(await stateOf("dev")).not.toHaveProperty("value");
  });

  test("changes no state where the thing was released since the alarm, or its violation rejected", async () => {
    await ledger.record(one("v"), "quarantined", "done");
    await release("dev", NOON - 2 * MINUTE, "settled");
    await ledger.record(one("w", 2), "quarantined", "late");
    await ledger.record(one("settled", 1), "held", "late");
    expect((await stateOf("dev")).state).toBe("released");
    await ledger.record(one("x", 1), "observed", "new");
    expect(await stateOf("dev")).toMatchObject({ state: "observed", violationId: "x" });
  });

  test("is found by state", async () => {
    await ledger.record(alarmOf("a"), "held", "x");
    await ledger.record(alarmOf("b"), "observed", "x");
    const { Items = [] } = await dynamo.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: LEDGER.stateIndex.name,
        KeyConditionExpression: "#state = :held",
        ExpressionAttributeNames: { "#state": "state" },
        ExpressionAttributeValues: { ":held": { S: "held" } },
      }),
    );
    expect(Items.map(({ thingName }) => thingName?.S)).toEqual(["dev-a"]);
  });
});

describe("a place that is not used", () => {
  const take = async (violationId: string, thingName = "dev") => {
    const place = await ledger.takePlace(alarmOf(violationId, { thingName }), 1);
    if (!place) throw new Error("no place");
    return place;
  };

  test("is given back, once or twice, and another thing has it", async () => {
    const place = await take("v");
    await ledger.giveBack(place);
    await ledger.giveBack(place);
    await take("w", "other");
    expect(await ledger.takePlace(alarmOf("v", { thingName: "dev" }), 1)).toBeUndefined();
  });

  test("is given back in the hour that it was taken in", async () => {
    at(NOON + 59 * MINUTE);
    await take("v");
    at(NOON + 61 * MINUTE);
    await ledger.giveBack(await take("v"));
    at(NOON + 59 * MINUTE);
    await take("w", "other");
  });

  test("cannot be used any more: its thing asks again", async () => {
    const place = await take("v");
    await ledger.giveBack(place);
    expect(await ledger.usePlace(place)).toBe(false);
  });

  test("is none while another alarm of the thing uses it", async () => {
    const place = await take("v");
    expect(await ledger.usePlace(await take("w"))).toBe(true);
    await ledger.giveBack(place);
    expect(await ledger.takePlace(alarmOf("x", { thingName: "other" }), 1)).toBeUndefined();
  });

  test("and was used to no effect is given back as well", async () => {
    const place = await take("v");
    await ledger.usePlace(place);
    await ledger.giveBackUsed(place);
    await ledger.giveBackUsed(place);
    await take("w", "other");
  });
});

test("a table that is not there is an error, not a limit that is reached", async () => {
  const lost = makeLedger({ dynamo, tableName: "nowhere", callTimeoutMs: () => 60_000 });
  await expect(lost.takePlace(alarmOf("a"), 1)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  await expect(lost.record(alarmOf("a"), "held", "x")).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});
