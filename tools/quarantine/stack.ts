import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IoTClient } from "@aws-sdk/client-iot";
import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { parseArn } from "../../lib/aws/parse-arn";
import type { Io } from "../../lib/command/command";
import { type LedgerPorts, makeLedger } from "../../lib/ledger/ledger";
import { type LedgerReader, makeLedgerReader } from "../../lib/ledger/read";
import { makeReleaseLedger, type ReleaseLedger } from "../../lib/ledger/release";
import type { NoticePorts } from "../../lib/notices/notice";
import { makeNotices } from "../../lib/notices/notices";
import { makePorts } from "../../lib/quarantine/ports";
import { makeUndo, type UndoPorts } from "../../lib/quarantine/undo";
import { readOutputs, type StackOutputs, type Whereabouts } from "./outputs";

/** Longest that one call takes, its retries included, milliseconds. */
const CALL_TIMEOUT_MS = 30_000;

/** A deployed stack, and what reaches it. */
export interface Stack {
  readonly outputs: StackOutputs;
  readonly iot: IoTClient;
  readonly iotData: IoTDataPlaneClient;
  readonly lambda: LambdaClient;
  readonly sqs: SQSClient;
  readonly ports: ReturnType<typeof makePorts> & UndoPorts;
  /** What is remembered, and what a person decides of it. */
  readonly ledger: LedgerReader & ReleaseLedger;
  /** What is decided as the function does. */
  readonly decisions: Pick<LedgerPorts, "thing" | "begin" | "record">;
  readonly notices: NoticePorts;
  /** The time, epoch milliseconds: of a sandbox that at which the command began. */
  readonly now: () => number;
  /** ARN of whoever runs the command. */
  readonly actor: () => Promise<string>;
}

/** The time of a sandbox, which may be far from that of the machine. */
async function sandboxClock(endpoint: string): Promise<() => number> {
  const answer = await fetch(`${endpoint}/_sandbox/clock`);
  const { now } = (await answer.json()) as { now: number };
  return () => now;
}

/** Credentials for a sandbox, which takes any, and knows those of a role that it gave out itself. */
const sandboxCredentials = ({ env }: Io) => ({
  accessKeyId: env.AWS_ACCESS_KEY_ID ?? "test",
  secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "test",
  ...(env.AWS_SESSION_TOKEN !== undefined && { sessionToken: env.AWS_SESSION_TOKEN }),
});

/**
 * Reaches a stack, in the region of its alert topic.
 *
 * @throws ExpectedError - its outputs cannot be read.
 */
export async function reachStack(where: Whereabouts, io: Io): Promise<Stack> {
  const outputs = await readOutputs(where, io);
  const { region } = parseArn(outputs.alertTopicArn) ?? {};
  const { sandbox: endpoint } = where;
  const config = {
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint, credentials: sandboxCredentials(io) }),
  };
  const dataEndpoint = { endpoint: endpoint ?? `https://${outputs.iotDataEndpoint}` };
  const [iot, iotData] = [new IoTClient(config), new IoTDataPlaneClient({ ...config, ...dataEndpoint })];
  const now = endpoint === undefined ? Date.now : await sandboxClock(endpoint);
  const dynamo = new DynamoDBClient(config);
  const sts = new STSClient(config);
  const timed = { callTimeoutMs: () => CALL_TIMEOUT_MS };
  const table = { dynamo, tableName: outputs.ledgerTableName, ...timed };
  const { quarantineGroupName: groupName, restrictivePolicyName: policyName } = outputs;
  return {
    ...{ outputs, iot, iotData, now },
    ...{ lambda: new LambdaClient(config), sqs: new SQSClient(config) },
    ports: {
      ...makePorts({ iot, iotData, groupName, policyName, ...timed }),
      ...makeUndo({ iot, iotData, ...timed }),
    },
    ledger: { ...makeReleaseLedger(table), ...makeLedgerReader(table) },
    decisions: makeLedger({ ...table, now }),
    notices: makeNotices({
      ...{ ...table, now, sns: new SNSClient(config), events: new EventBridgeClient(config) },
      topicArn: outputs.notificationTopicArn,
      stack: where.stack ?? outputs.ledgerTableName,
    }),
    actor: async () => (await sts.send(new GetCallerIdentityCommand({}))).Arn ?? "unknown",
  };
}
