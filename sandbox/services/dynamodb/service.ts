import * as sdk from "@aws-sdk/client-dynamodb";
import { bindActions } from "../../wire/bind-actions";
import type { Service } from "../../wire/service";
import { itemActions } from "./actions/items";
import * as settings from "./actions/settings";
import * as tables from "./actions/tables";
import { validation } from "./errors";
import type { DynamoStore } from "./store";

/** Amazon DynamoDB: tables and items, without transactions, streams and backups. */
export function dynamoService(store: DynamoStore): Service {
  return {
    name: "dynamodb",
    protocol: "json-1.0",
    targetPrefix: "DynamoDB_20120810",
    sdk,
    actions: { ...itemActions(store), ...bindActions(store, tables, settings) },
    invalid: validation,
  };
}
