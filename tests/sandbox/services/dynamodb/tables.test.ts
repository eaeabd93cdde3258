import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  TagResourceCommand,
  TransactWriteItemsCommand,
  UntagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { dynamoService } from "../../../../sandbox/services/dynamodb/service";
import { DynamoStore } from "../../../../sandbox/services/dynamodb/store";
import { type Served, serve } from "../../support/serve";

const TableName = "ledger";
const TableArn = "arn:aws:dynamodb:us-east-1:123456789012:table/ledger";

let served: Served;
let store: DynamoStore;
let client: DynamoDBClient;

beforeAll(async () => {
  served = await serve((env) => {
    store = new DynamoStore(env);
    return [dynamoService(store)];
  });
  client = new DynamoDBClient(served.client);
});
afterAll(async () => {
  client.destroy();
  await store.close();
  await served.stop();
});
beforeEach(() =>
  client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "sk", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      DeletionProtectionEnabled: true,
      Tags: [{ Key: "stack", Value: "dev" }],
    }),
  ),
);
afterEach(async () => {
  await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
  await client.send(new DeleteTableCommand({ TableName }));
});

it("describes a table of its own account and time, with its settings", async () => {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  expect(Table).toMatchObject({
    TableArn,
    TableStatus: "ACTIVE",
    DeletionProtectionEnabled: true,
    CreationDateTime: served.environment.clock.date(),
    BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
  });
  expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([TableName]);
});

it("refuses to delete a protected table", async () => {
  await expect(client.send(new DeleteTableCommand({ TableName }))).rejects.toMatchObject({
    name: "ValidationException",
    message: expect.stringContaining("protected against deletion"),
  });
});

it("keeps recovery, time to live and tags", async () => {
  const backups = new DescribeContinuousBackupsCommand({ TableName });
  const status = async () =>
    (await client.send(backups)).ContinuousBackupsDescription?.PointInTimeRecoveryDescription
      ?.PointInTimeRecoveryStatus;
  expect(await status()).toBe("DISABLED");
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  await client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
  expect(await status()).toBe("ENABLED");

  const TimeToLiveSpecification = { Enabled: true, AttributeName: "endsAt" };
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  expect(await client.send(new DescribeTimeToLiveCommand({ TableName }))).toMatchObject({
    TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: "endsAt" },
  });
  await expect(
    client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification })),
  ).rejects.toThrow("TimeToLive is already enabled");

  await client.send(new TagResourceCommand({ ResourceArn: TableArn, Tags: [{ Key: "a", Value: "b" }] }));
  await client.send(new UntagResourceCommand({ ResourceArn: TableArn, TagKeys: ["stack"] }));
  expect((await client.send(new ListTagsOfResourceCommand({ ResourceArn: TableArn }))).Tags).toEqual([
    { Key: "a", Value: "b" },
  ]);
});

it("keeps items, finds them by key and in order, binary values too", async () => {
  for (const sk of ["2", "1"]) {
    const Item = { pk: { S: "p" }, sk: { S: sk }, raw: { B: Buffer.from([1, 255]) } };
    await client.send(new PutItemCommand({ TableName, Item }));
  }
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: "pk = :p",
      ExpressionAttributeValues: { ":p": { S: "p" } },
    }),
  );
  expect(Items.map(({ sk }) => sk?.S)).toEqual(["1", "2"]);
  expect([...(Items[0]?.raw?.B ?? [])]).toEqual([1, 255]);
  const Key = { pk: { S: "p" }, sk: { S: "3" } };
  expect(await client.send(new GetItemCommand({ TableName, Key }))).not.toHaveProperty("Item");
});

it("lets in as many of concurrent conditional writes as the condition says", async () => {
  const place = (id: string) =>
    client.send(
      new UpdateItemCommand({
        TableName,
        Key: { pk: { S: "limit" }, sk: { S: "hour" } },
        UpdateExpression: "ADD ids :one",
        ConditionExpression: "attribute_not_exists(ids) OR size(ids) < :most",
        ExpressionAttributeValues: { ":one": { SS: [id] }, ":most": { N: "3" } },
      }),
    );
  const results = await Promise.allSettled(["a", "b", "c", "d", "e"].map(place));
  const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  expect(refused).toHaveLength(2);
  for (const error of refused) expect(error).toBeInstanceOf(ConditionalCheckFailedException);
});

it("says what is not there, and what it does not know", async () => {
  const nowhere = { TableName: "nowhere" };
  await expect(client.send(new DescribeTableCommand(nowhere))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
  await expect(client.send(new DescribeTimeToLiveCommand(nowhere))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
  await expect(client.send(new TransactWriteItemsCommand({ TransactItems: [] }))).rejects.toMatchObject({
    name: "UnknownOperationException",
  });
});
