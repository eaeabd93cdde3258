import type {
  CreateTableInput,
  CreateTableOutput,
  DeleteTableInput,
  DeleteTableOutput,
  DescribeTableInput,
  DescribeTableOutput,
  ListTablesInput,
  ListTablesOutput,
  TableDescription,
  UpdateTableInput,
  UpdateTableOutput,
} from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../../wire/aws-error";
import { mergeTags, tagPairs } from "../../../wire/tags";
import { validation } from "../errors";
import type { DynamoStore } from "../store";

/** A table as dynalite describes it, in the sandbox's account and time, with what it does not know. */
function described(store: DynamoStore, table: TableDescription = {}, status?: "DELETING"): TableDescription {
  const { TableName = "", GlobalSecondaryIndexes, BillingModeSummary } = table;
  const arn = store.arnOf(TableName);
  const { createdAt, deletionProtection } = store.extrasOf(TableName);
  return {
    ...table,
    TableArn: arn,
    CreationDateTime: createdAt,
    DeletionProtectionEnabled: deletionProtection,
    ...(status !== undefined && { TableStatus: status }),
    ...(BillingModeSummary && {
      BillingModeSummary: { ...BillingModeSummary, LastUpdateToPayPerRequestDateTime: createdAt },
    }),
    ...(GlobalSecondaryIndexes && {
      GlobalSecondaryIndexes: GlobalSecondaryIndexes.map((index) => ({
        ...index,
        IndexArn: `${arn}/index/${index.IndexName}`,
      })),
    }),
  };
}

/** CreateTable: it is active with the next look. */
export async function createTable(store: DynamoStore, input: CreateTableInput): Promise<CreateTableOutput> {
  const { Tags, DeletionProtectionEnabled, SSESpecification, TableClass, ...known } = input;
  const tags = mergeTags(new Map(), tagPairs(Tags), validation);
  const { TableDescription } = await store.send<CreateTableOutput>("CreateTable", known);
  store.extras.set(input.TableName ?? "", {
    createdAt: store.env.clock.date(),
    tags,
    deletionProtection: DeletionProtectionEnabled ?? false,
    pointInTimeRecovery: false,
    ttlAttribute: undefined,
  });
  return { TableDescription: described(store, TableDescription) };
}

/** DescribeTable. */
export async function describeTable(
  store: DynamoStore,
  input: DescribeTableInput,
): Promise<DescribeTableOutput> {
  const { Table } = await store.send<DescribeTableOutput>("DescribeTable", input);
  return { Table: described(store, Table) };
}

/** UpdateTable: throughput, indexes and deletion protection. */
export async function updateTable(store: DynamoStore, input: UpdateTableInput): Promise<UpdateTableOutput> {
  const { DeletionProtectionEnabled, SSESpecification, TableClass, ...known } = input;
  const extras = store.extrasOf(input.TableName);
  if (DeletionProtectionEnabled !== undefined) extras.deletionProtection = DeletionProtectionEnabled;
  // Dynalite, as DynamoDB, refuses an update without a change.
  if (Object.keys(known).length === 1) {
    return { TableDescription: (await describeTable(store, { TableName: input.TableName })).Table };
  }
  const { TableDescription } = await store.send<UpdateTableOutput>("UpdateTable", known);
  return { TableDescription: described(store, TableDescription) };
}

/** DeleteTable. Source: DynamoDB Developer Guide, "Using deletion protection" (words of the refusal: as reported). */
export async function deleteTable(store: DynamoStore, input: DeleteTableInput): Promise<DeleteTableOutput> {
  const { deletionProtection } = store.extrasOf(input.TableName);
  if (deletionProtection) {
    throw new AwsError(
      "ValidationException",
      400,
      "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    );
  }
  const { TableDescription } = await store.send<DeleteTableOutput>("DeleteTable", input);
  const answer = { TableDescription: described(store, TableDescription, "DELETING") };
  store.extras.delete(input.TableName ?? "");
  return answer;
}

/** ListTables. */
export const listTables = (store: DynamoStore, input: ListTablesInput) =>
  store.send<ListTablesOutput>("ListTables", input);
