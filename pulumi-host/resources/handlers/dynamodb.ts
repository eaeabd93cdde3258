import * as sdk from "@aws-sdk/client-dynamodb";
import { completing, type ResourceHandler, text } from "../handler";
import type { Properties } from "../property-values";
import { changeTags, liveTagList, tagList } from "./tags";

interface Keys {
  readonly hashKey?: string | undefined;
  readonly rangeKey?: string | undefined;
}

interface Index extends Keys {
  readonly name: string;
  readonly projectionType: "ALL" | "KEYS_ONLY";
}

interface Ttl {
  readonly attributeName?: string | undefined;
  readonly enabled?: boolean;
}

const keySchema = ({ hashKey, rangeKey }: Keys): sdk.KeySchemaElement[] => [
  { AttributeName: hashKey, KeyType: "HASH" },
  ...(rangeKey === undefined ? [] : [{ AttributeName: rangeKey, KeyType: "RANGE" as const }]),
];

const keysOf = (schema: readonly sdk.KeySchemaElement[] = []): Keys => ({
  hashKey: schema.find(({ KeyType }) => KeyType === "HASH")?.AttributeName,
  rangeKey: schema.find(({ KeyType }) => KeyType === "RANGE")?.AttributeName,
});

function definitions({ attributes }: Properties): sdk.AttributeDefinition[] {
  const given = (attributes ?? []) as { readonly name: string; readonly type: "S" | "N" | "B" }[];
  return given.map(({ name, type }) => ({ AttributeName: name, AttributeType: type }));
}

function indexes({ globalSecondaryIndexes }: Properties): sdk.GlobalSecondaryIndex[] | undefined {
  const given = (globalSecondaryIndexes ?? []) as Index[];
  if (given.length === 0) return undefined;
  return given.map((index) => ({
    IndexName: index.name,
    KeySchema: keySchema(index),
    Projection: { ProjectionType: index.projectionType },
  }));
}

/** What a table needs that its creation cannot give it. */
async function settle(client: sdk.DynamoDBClient, TableName: string, inputs: Properties): Promise<void> {
  const ttl = inputs.ttl as Ttl | undefined;
  if (ttl?.enabled) await setTtl(client, TableName, ttl);
  if (recoveryOf(inputs)) await setRecovery(client, TableName, true);
}

const recoveryOf = ({ pointInTimeRecovery }: Properties): boolean =>
  (pointInTimeRecovery as { readonly enabled?: boolean } | undefined)?.enabled ?? false;

const setRecovery = (client: sdk.DynamoDBClient, TableName: string, PointInTimeRecoveryEnabled: boolean) =>
  client.send(
    new sdk.UpdateContinuousBackupsCommand({
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled },
    }),
  );

const setTtl = (client: sdk.DynamoDBClient, TableName: string, { attributeName, enabled = false }: Ttl) =>
  client.send(
    new sdk.UpdateTimeToLiveCommand({
      TableName,
      TimeToLiveSpecification: { AttributeName: attributeName, Enabled: enabled },
    }),
  );

/** What AWS tells of a table beside its description. */
async function settingsOf(client: sdk.DynamoDBClient, TableName: string, ResourceArn: string | undefined) {
  const backups = await client.send(new sdk.DescribeContinuousBackupsCommand({ TableName }));
  const recovery = backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  const { TimeToLiveDescription } = await client.send(new sdk.DescribeTimeToLiveCommand({ TableName }));
  const { Tags } = await client.send(new sdk.ListTagsOfResourceCommand({ ResourceArn }));
  const isTtl = TimeToLiveDescription?.TimeToLiveStatus === "ENABLED";
  return {
    tags: liveTagList(Tags),
    pointInTimeRecovery: { enabled: recovery?.PointInTimeRecoveryStatus === "ENABLED" },
    ttl: isTtl ? { attributeName: TimeToLiveDescription.AttributeName, enabled: true } : undefined,
  };
}

/** Inputs that the provider changes in place, and the sandbox not at all. */
const FIXED = ["billingMode", "attributes", "globalSecondaryIndexes"] as const;

/** `aws:dynamodb/table:Table`, paid by request. */
export const table: ResourceHandler = {
  inputs: [
    ...["name", "billingMode", "hashKey", "rangeKey", "attributes", "globalSecondaryIndexes"],
    ...["ttl", "pointInTimeRecovery", "deletionProtectionEnabled", "tags"],
  ],
  nested: {
    attributes: [{ name: "anything", type: "anything" }],
    globalSecondaryIndexes: [
      { name: "anything", hashKey: "anything", rangeKey: "anything", projectionType: "anything" },
    ],
    ttl: { attributeName: "anything", enabled: "anything" },
    pointInTimeRecovery: { enabled: "anything" },
  },
  computed: ["arn", "tagsAll"],
  autoName: "name",
  createOnly: ["name", "hashKey", "rangeKey"],
  unordered: ["attributes", "globalSecondaryIndexes"],
  defaults: { deletionProtectionEnabled: false },
  computedIfAbsent: { pointInTimeRecovery: { enabled: false } },
  async create(inputs, { clients: { dynamodb } }) {
    const TableName = text(inputs, "name");
    await dynamodb.send(
      new sdk.CreateTableCommand({
        TableName,
        BillingMode: text(inputs, "billingMode") as "PAY_PER_REQUEST",
        KeySchema: keySchema(inputs as Keys),
        AttributeDefinitions: definitions(inputs),
        GlobalSecondaryIndexes: indexes(inputs),
        DeletionProtectionEnabled: inputs.deletionProtectionEnabled === true,
        Tags: tagList(inputs),
      }),
    );
    return completing(TableName, () => settle(dynamodb, TableName, inputs));
  },
  async read(id, _known, { clients: { dynamodb } }) {
    const { Table } = await dynamodb.send(new sdk.DescribeTableCommand({ TableName: id }));
    if (!Table) return undefined;
    const { tags, ...settings } = await settingsOf(dynamodb, id, Table.TableArn);
    return {
      inputs: {
        name: id,
        billingMode: Table.BillingModeSummary?.BillingMode,
        ...keysOf(Table.KeySchema),
        attributes: Table.AttributeDefinitions?.map(({ AttributeName, AttributeType }) => ({
          name: AttributeName,
          type: AttributeType,
        })),
        globalSecondaryIndexes: Table.GlobalSecondaryIndexes?.map((index) => ({
          name: index.IndexName,
          ...keysOf(index.KeySchema),
          projectionType: index.Projection?.ProjectionType,
        })),
        deletionProtectionEnabled: Table.DeletionProtectionEnabled,
        ...settings,
        tags: tags.tags,
      },
      outputs: { arn: Table.TableArn, tagsAll: tags.tagsAll },
    };
  },
  async update(change, { clients: { dynamodb } }) {
    const { id: TableName, old, inputs, changed } = change;
    const fixed = FIXED.filter((input) => changed.has(input));
    if (fixed.length > 0) throw new Error(`The sandbox changes no ${fixed.join(", ")} of a table.`);
    if (changed.has("deletionProtectionEnabled")) {
      const DeletionProtectionEnabled = inputs.deletionProtectionEnabled === true;
      await dynamodb.send(new sdk.UpdateTableCommand({ TableName, DeletionProtectionEnabled }));
    }
    if (changed.has("pointInTimeRecovery")) await setRecovery(dynamodb, TableName, recoveryOf(inputs));
    if (changed.has("ttl")) {
      const off = { ...(old.ttl as Ttl), enabled: false };
      await setTtl(dynamodb, TableName, (inputs.ttl as Ttl | undefined) ?? off);
    }
    if (!changed.has("tags")) return;
    const { Table } = await dynamodb.send(new sdk.DescribeTableCommand({ TableName }));
    await changeTags(change, {
      untag: (TagKeys) =>
        dynamodb.send(new sdk.UntagResourceCommand({ ResourceArn: Table?.TableArn, TagKeys })),
      tag: (Tags) => dynamodb.send(new sdk.TagResourceCommand({ ResourceArn: Table?.TableArn, Tags })),
    });
  },
  async delete(id, _known, { clients }) {
    await clients.dynamodb.send(new sdk.DeleteTableCommand({ TableName: id }));
  },
};
