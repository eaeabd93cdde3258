import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as sdk from "@aws-sdk/client-dynamodb";

import dynalite = require("dynalite");

import { regionalArn } from "../../../lib/aws/arns";
import type { Environment } from "../../environment";
import { AwsError } from "../../wire/aws-error";

/** What a table has beside what dynalite keeps. */
export interface TableExtras {
  /** Virtual time of creation. */
  readonly createdAt: Date;
  readonly tags: Map<string, string>;
  deletionProtection: boolean;
  pointInTimeRecovery: boolean;
  /** Attribute that holds the time when an item ends, epoch seconds. */
  ttlAttribute: string | undefined;
}

interface Running {
  readonly server: Server;
  readonly client: sdk.DynamoDBClient;
}

/** The commands of the SDK's client, by name; each takes the operation's input, which the wire has read by its schema. */
const COMMANDS = sdk as unknown as Record<string, new (input: object) => { readonly input: object }>;

/**
 * DynamoDB's tables: dynalite keeps them, in memory, and decides about keys, expressions and conditions; what it
 * does not know stands here. It starts with the first call. `close` must be called.
 */
export class DynamoStore {
  readonly env: Environment;
  /** By table's name. */
  readonly extras = new Map<string, TableExtras>();
  #running: Promise<Running> | undefined;

  constructor(env: Environment) {
    this.env = env;
  }

  /** The ARN of a table's name. */
  arnOf(tableName: string): string {
    return regionalArn(this.env, "dynamodb", `table/${tableName}`);
  }

  /** The extras of a table, by its name or ARN. @throws AwsError - `ResourceNotFoundException`. */
  extrasOf(table: string | undefined): TableExtras {
    const name = (table ?? "").replace(/^arn:.*:table\//, "");
    const found = this.extras.get(name);
    if (found) return found;
    throw new AwsError(
      "ResourceNotFoundException",
      400,
      `Requested resource not found: Table: ${name} not found`,
    );
  }

  /**
   * Has dynalite carry out an operation.
   *
   * @throws AwsError - what it answers.
   */
  async send<Output extends object>(operation: string, input: object): Promise<Output> {
    this.#running ??= start();
    const { client } = await this.#running;
    const Command = COMMANDS[`${operation}Command`];
    if (!Command) throw new Error(`The SDK has no ${operation}.`);
    try {
      // Which command it is nobody knows before, so that the types of its input and output are the caller's.
      const answer = await this.env.clock.track(client.send(new Command(input) as never));
      const { $metadata: _metadata, ...output } = answer as Output & { readonly $metadata?: unknown };
      return output as unknown as Output;
    } catch (error) {
      throw asAwsError(error);
    }
  }

  /** Stops dynalite. */
  async close(): Promise<void> {
    const running = await this.#running;
    if (!running) return;
    running.client.destroy();
    running.server.closeAllConnections();
    await new Promise((resolve) => running.server.close(resolve));
  }
}

async function start(): Promise<Running> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = new sdk.DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    // Where it is and who it is stands nowhere in what it keeps.
    region: "us-east-1",
    credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
    maxAttempts: 1,
    // A storm of calls is taken as it comes: with the SDK's fifty connections it would wait here, and be warned of.
    requestHandler: { httpAgent: { maxSockets: 1_000 } },
  });
  return { server, client };
}

function asAwsError(error: unknown): unknown {
  if (!(error instanceof sdk.DynamoDBServiceException)) return error;
  const { Item } = error as { readonly Item?: unknown };
  return new AwsError(
    error.name,
    error.$metadata.httpStatusCode ?? 500,
    error.message,
    Item === undefined ? {} : { Item },
  );
}
