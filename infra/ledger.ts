import { Table } from "@pulumi/aws/dynamodb";
import * as pulumi from "@pulumi/pulumi";
import { LEDGER } from "../lib/ledger/keys";
import { componentTags } from "./tags";

/** Arguments of {@link Ledger}. */
export interface LedgerArgs {
  /** Name of the stack, for the tags. */
  readonly stack: string;
  /** Physical name of the table, 3 to 255 of `[a-zA-Z0-9_.-]`. */
  readonly tableName: string;
  /** Whether Pulumi and DynamoDB refuse to delete the table. */
  readonly protect: boolean;
}

/** The table of what was decided about which thing and why, and of the places under each behavior's limit. */
export class Ledger extends pulumi.ComponentResource {
  /** Name of the table. */
  readonly tableName: pulumi.Output<string>;

  constructor(name: string, args: LedgerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot-quarantine:index:Ledger", name, args, opts);
    const { partitionKey, sortKey, stateIndex, endsAt } = LEDGER;
    const keys = [partitionKey, sortKey, stateIndex.partitionKey, stateIndex.sortKey];
    const table = new Table(
      `${name}-table`,
      {
        // Explicit, so that the role's policy about it is known before it exists.
        name: args.tableName,
        // A quiet fleet costs nothing, a storm is not throttled by what was provisioned for a quiet one.
        billingMode: "PAY_PER_REQUEST",
        hashKey: partitionKey,
        rangeKey: sortKey,
        attributes: keys.map((attribute) => ({ name: attribute, type: "S" })),
        globalSecondaryIndexes: [
          {
            name: stateIndex.name,
            hashKey: stateIndex.partitionKey,
            rangeKey: stateIndex.sortKey,
            projectionType: "ALL",
          },
        ],
        ttl: { attributeName: endsAt, enabled: true },
        pointInTimeRecovery: { enabled: true },
        deletionProtectionEnabled: args.protect,
        tags: { ...componentTags(args.stack, "Ledger") },
      },
      { parent: this, protect: args.protect },
    );
    this.tableName = table.name;
    this.registerOutputs({ tableName: this.tableName });
  }
}
