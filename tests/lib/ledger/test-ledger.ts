import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Alarm } from "../../../lib/detect/alarm";
import { LEDGER, thingKey } from "../../../lib/ledger/keys";
import { type LedgerPorts, makeLedger } from "../../../lib/ledger/ledger";
import { RELEASED_RANK } from "../../../lib/ledger/record";
import { dynamoService } from "../../../sandbox/services/dynamodb/service";
import { DynamoStore } from "../../../sandbox/services/dynamodb/store";
import { serve } from "../../sandbox/support/serve";

export const NOON = Date.parse("2027-01-31T12:00:00Z");
export const MINUTE = 60_000;

/** A ledger with a table of its own. */
export interface TestLedger {
  readonly ledger: LedgerPorts;
  readonly tableName: string;
  /** A thing's item: texts, numbers, and sets in order. */
  stateOf(thingName: string): Promise<Record<string, string | number | string[]>>;
  /** Releases a thing as a person does. */
  release(thingName: string, releasedAt: number, settledViolationId?: string): Promise<void>;
}

/** Starts the sandbox's DynamoDB; each ledger has a table of its own. */
export async function startLedgers() {
  let store: DynamoStore | undefined;
  const served = await serve((env) => {
    store = new DynamoStore(env);
    return [dynamoService(store)];
  });
  const dynamo = new DynamoDBClient(served.client);
  let tables = 0;
  return {
    dynamo,
    endpoint: served.endpoint,
    async make(): Promise<TestLedger> {
      const tableName = `ledger-${++tables}`;
      await dynamo.send(new CreateTableCommand(tableOf(tableName)));
      return testLedger(dynamo, tableName);
    },
    async stop() {
      dynamo.destroy();
      await store?.close();
      await served.stop();
    },
  };
}

function tableOf(TableName: string) {
  const { stateIndex } = LEDGER;
  const keyOf = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: "HASH" as const },
    { AttributeName: range, KeyType: "RANGE" as const },
  ];
  return {
    TableName,
    BillingMode: "PAY_PER_REQUEST" as const,
    KeySchema: keyOf(LEDGER.partitionKey, LEDGER.sortKey),
    AttributeDefinitions: ["pk", "sk", stateIndex.partitionKey, stateIndex.sortKey].map((AttributeName) => ({
      AttributeName,
      AttributeType: "S" as const,
    })),
    GlobalSecondaryIndexes: [
      {
        IndexName: stateIndex.name,
        KeySchema: keyOf(stateIndex.partitionKey, stateIndex.sortKey),
        Projection: { ProjectionType: "ALL" as const },
      },
    ],
  };
}

function testLedger(dynamo: DynamoDBClient, tableName: string): TestLedger {
  return {
    tableName,
    ledger: makeLedger({ dynamo, tableName, callTimeoutMs: () => 60_000 }),
    async stateOf(thingName) {
      const get = new GetItemCommand({ TableName: tableName, Key: thingKey(thingName) });
      const { Item = {} } = await dynamo.send(get);
      return Object.fromEntries(
        Object.entries(Item).map(([name, { S, N, SS }]) => [name, S ?? (SS ? [...SS].sort() : Number(N))]),
      );
    },
    async release(thingName, releasedAt, settledViolationId = "none") {
      await dynamo.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: thingKey(thingName),
          UpdateExpression:
            "SET #state = :released, #rank = :rank, releasedAt = :at, settledViolationId = :settled REMOVE containment, policyAttachedTo, deactivatedCertificates",
          ExpressionAttributeNames: { "#state": "state", "#rank": "rank" },
          ExpressionAttributeValues: {
            ":released": { S: "released" },
            ":rank": { N: String(RELEASED_RANK) },
            ":at": { S: new Date(releasedAt).toISOString() },
            ":settled": { S: settledViolationId },
          },
        }),
      );
    },
  };
}

/** An alarm of five minutes before noon. */
export const alarmOf = (violationId: string, changes: Partial<Alarm> = {}): Alarm => ({
  violationEventTime: NOON - 5 * MINUTE,
  thingName: `dev-${violationId}`,
  violationEventType: "in-alarm",
  violationId,
  securityProfileName: "P",
  behaviorName: "B",
  ...changes,
});
