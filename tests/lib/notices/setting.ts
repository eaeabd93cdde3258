import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { LEDGER } from "../../../lib/ledger/keys";
import type { NoticesArgs } from "../../../lib/notices/channels";
import type { Notice } from "../../../lib/notices/notice";
import type { BusEvent } from "../../../sandbox/services/events/store";
import { type EmptySandbox, startEmptySandbox } from "../../sandbox/support/empty-sandbox";

export const NOON = Date.parse("2027-01-31T12:00:00Z");
export const MINUTE = 60_000;

/** Names of the commands that a call of the next fails with, by what it rejects with. */
type Faults = Map<string, Error>;

/** A client whose calls fail as told. */
function failing<T extends { send: unknown }>(client: T, faults: Faults): T {
  const send = (command: object, ...rest: unknown[]) => {
    const fault = faults.get(command.constructor.name);
    return fault ? Promise.reject(fault) : (client.send as (...all: unknown[]) => unknown)(command, ...rest);
  };
  return { send } as T;
}

/** A sandbox with a topic, somebody who reads it, an event bus and a ledger. */
export interface Setting {
  readonly args: NoticesArgs & { readonly now: () => number };
  /** What was told to `failed`. */
  readonly failures: string[];
  /** Commands that fail, by the class's name. */
  readonly faults: Faults;
  /** The time. */
  at: number;
  /** What came to the topic since it was last asked: subject and JSON. */
  readonly messages: () => Promise<{ readonly subject: string; readonly json: Record<string, unknown> }[]>;
  /** What came to the bus since it was last asked. */
  readonly events: () => Promise<BusEvent[]>;
  readonly dynamo: DynamoDBClient;
  readonly sandbox: EmptySandbox;
  readonly stop: () => Promise<void>;
}

async function makeTable(dynamo: DynamoDBClient, TableName: string): Promise<void> {
  const { stateIndex } = LEDGER;
  const keyOf = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: "HASH" as const },
    { AttributeName: range, KeyType: "RANGE" as const },
  ];
  const names = [LEDGER.partitionKey, LEDGER.sortKey, stateIndex.partitionKey, stateIndex.sortKey];
  await dynamo.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: keyOf(LEDGER.partitionKey, LEDGER.sortKey),
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: "S" as const })),
      GlobalSecondaryIndexes: [
        {
          IndexName: stateIndex.name,
          KeySchema: keyOf(stateIndex.partitionKey, stateIndex.sortKey),
          Projection: { ProjectionType: "ALL" },
        },
      ],
    }),
  );
}

/** A queue that gets what a topic does, and how it is emptied. */
async function subscribeQueue({ clients: { sns, sqs }, sandbox }: EmptySandbox, TopicArn: string) {
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "people" }));
  const Endpoint = "arn:aws:sqs:us-east-1:123456789012:people";
  const Statement = { Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: Endpoint };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
  return async () => {
    await sandbox.clock.advance(0);
    const bodies: string[] = [];
    for (;;) {
      const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
      const { Messages = [] } = await sqs.send(receive);
      if (Messages.length === 0) break;
      bodies.push(...Messages.map(({ Body }) => Body ?? ""));
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
    return bodies.map((body) => {
      const { Subject: subject, Message } = JSON.parse(body);
      return { subject, json: JSON.parse(Message) };
    });
  };
}

/** Starts a sandbox for notices. */
export async function startSetting(): Promise<Setting> {
  const sandbox = await startEmptySandbox();
  const { clients } = sandbox;
  await makeTable(clients.dynamodb, "ledger");
  const { TopicArn = "" } = await clients.sns.send(new CreateTopicCommand({ Name: "notices" }));
  const events = new EventBridgeClient({
    endpoint: sandbox.endpoint,
    region: sandbox.region,
    credentials: { accessKeyId: "x", secretAccessKey: "x" },
    maxAttempts: 1,
  });
  const faults: Faults = new Map();
  const failures: string[] = [];
  let seen = 0;
  const setting: Setting = {
    args: {
      sns: failing(clients.sns, faults),
      events: failing(events, faults),
      dynamo: failing(clients.dynamodb, faults),
      ...{ topicArn: TopicArn, tableName: "ledger", stack: "dev" },
      callTimeoutMs: () => 600_000,
      failed: (failure) => void failures.push(failure),
      now: () => setting.at,
    },
    failures,
    faults,
    at: NOON,
    messages: await subscribeQueue(sandbox, TopicArn),
    events: async () => {
      const answer = await fetch(`${sandbox.endpoint}/_sandbox/events`);
      const { events: all } = (await answer.json()) as { readonly events: BusEvent[] };
      const news = all.slice(seen);
      seen = all.length;
      return news;
    },
    dynamo: clients.dynamodb,
    sandbox,
    stop: async () => {
      events.destroy();
      await sandbox.stop();
    },
  };
  return setting;
}

/** A notice of a device. */
export const noticeOf = (n: number | string, changes: Partial<Notice> = {}): Notice => ({
  kind: "held",
  thingName: `dev-${n}`,
  securityProfileName: "P",
  behaviorName: "Sent",
  violationId: `v-${n}`,
  reason: "all places are taken",
  at: NOON,
  ...changes,
});
