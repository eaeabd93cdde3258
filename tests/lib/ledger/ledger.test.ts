import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { LEDGER } from "../../../lib/ledger/keys";
import { type LedgerPorts, makeLedger } from "../../../lib/ledger/ledger";
import type { Alarm } from "../../../lib/quarantine/parse";
import { dynamoService } from "../../../sandbox/services/dynamodb/service";
import { DynamoStore } from "../../../sandbox/services/dynamodb/store";
import { type Served, serve } from "../../sandbox/support/serve";

const NOON = Date.parse("2027-01-31T12:00:00Z");
const MINUTE = 60_000;

let served: Served;
let store: DynamoStore;
let dynamo: DynamoDBClient;
let ledger: LedgerPorts;
let tableName: string;
let tables = 0;
let now: jest.SpiedFunction<typeof Date.now>;

beforeAll(async () => {
  served = await serve((env) => {
    store = new DynamoStore(env);
    return [dynamoService(store)];
  });
  dynamo = new DynamoDBClient(served.client);
});
afterAll(async () => {
  dynamo.destroy();
  await store.close();
  await served.stop();
});
beforeEach(async () => {
  tableName = `ledger-${++tables}`;
  const { stateIndex } = LEDGER;
  const keyOf = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: "HASH" as const },
    { AttributeName: range, KeyType: "RANGE" as const },
  ];
  await dynamo.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: keyOf(LEDGER.partitionKey, LEDGER.sortKey),
      AttributeDefinitions: ["pk", "sk", stateIndex.partitionKey, stateIndex.sortKey].map(
        (AttributeName) => ({
          AttributeName,
          AttributeType: "S",
        }),
      ),
      GlobalSecondaryIndexes: [
        {
          IndexName: stateIndex.name,
          KeySchema: keyOf(stateIndex.partitionKey, stateIndex.sortKey),
          Projection: { ProjectionType: "ALL" },
        },
      ],
    }),
  );
  ledger = makeLedger({ dynamo, tableName, callTimeoutMs: () => 60_000 });
  now = jest.spyOn(Date, "now").mockReturnValue(NOON);
});
afterEach(() => now.mockRestore());

const alarmOf = (violationId: string, changes: Partial<Alarm> = {}): Alarm => ({
  violationEventTime: NOON - 5 * MINUTE,
  thingName: `dev-${violationId}`,
  violationEventType: "in-alarm",
  violationId,
  securityProfileName: "P",
  behaviorName: "B",
  ...changes,
});
const at = (time: number) => now.mockReturnValue(time);

describe("places under the limit", () => {
  test("are exactly as many as the limit says, however many ask at a time", async () => {
    const asked = Array.from({ length: 40 }, (_none, index) => ledger.takePlace(alarmOf(`v${index}`), 25));
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(25);
  });

  test("are one for a thing, whatever its alarms and however often they come, also when all are taken", async () => {
    const alarms = ["a", "a", "b", "a"].map((id) => alarmOf(id));
    for (const alarm of alarms) expect(await ledger.takePlace(alarm, 2)).toBe(true);
    expect(await ledger.takePlace(alarmOf("c"), 2)).toBe(false);
    expect(await ledger.takePlace(alarmOf("another", { thingName: "dev-b" }), 2)).toBe(true);
  });

  test("are each behavior's own: a storm on one takes none from another", async () => {
    expect(await ledger.takePlace(alarmOf("a"), 1)).toBe(true);
    expect(await ledger.takePlace(alarmOf("b"), 1)).toBe(false);
    expect(await ledger.takePlace(alarmOf("b", { behaviorName: "C" }), 1)).toBe(true);
    expect(await ledger.takePlace(alarmOf("b", { securityProfileName: "Q" }), 1)).toBe(true);
  });

  test("are free again in the next hour, and a retry across the hour takes none of them", async () => {
    at(NOON + 59 * MINUTE);
    expect(await ledger.takePlace(alarmOf("a"), 1)).toBe(true);
    at(NOON + 60 * MINUTE);
    expect(await ledger.takePlace(alarmOf("a"), 1)).toBe(true);
    expect(await ledger.takePlace(alarmOf("b"), 1)).toBe(true);
    expect(await ledger.takePlace(alarmOf("c"), 1)).toBe(false);
  });

  test("end by themselves, two days later", async () => {
    await ledger.takePlace(alarmOf("a"), 1);
    const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: tableName }));
    expect(Items.map(({ endsAt }) => Number(endsAt?.N))).toEqual([NOON / 1000 + 48 * 3600]);
  });
});

describe("what is recorded", () => {
  const stateOf = async (thingName: string) => {
    const Key = { pk: { S: `thing#${thingName}` }, sk: { S: "state" } };
    const { Item = {} } = await dynamo.send(new GetItemCommand({ TableName: tableName, Key }));
    return Object.fromEntries(Object.entries(Item).map(([name, { S, N }]) => [name, S ?? Number(N)]));
  };
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
      rank: 2,
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

test("a table that is not there is an error, not a limit that is reached", async () => {
  const lost = makeLedger({ dynamo, tableName: "nowhere", callTimeoutMs: () => 60_000 });
  await expect(lost.takePlace(alarmOf("a"), 1)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  await expect(lost.record(alarmOf("a"), "held", "x")).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});
