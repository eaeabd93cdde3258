import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IoTClient } from "@aws-sdk/client-iot";
import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { SNSClient } from "@aws-sdk/client-sns";
import type { Context } from "aws-lambda";
import { makeLedger } from "../../lib/ledger/ledger";
import { makeNotices } from "../../lib/notices/notices";
import { makePorts } from "../../lib/quarantine/ports";
import { parseResponseTable, RESPONSE_TABLE_FILE } from "../../lib/responses/response-table";
import { readEnvironment } from "./environment";
import { type BatchResponse, handleEvent } from "./handle-event";
import { makeNoticeReporter, makeReporter } from "./report";

// Adaptive mode slows down with AWS's throttling instead of adding to it. Without a request timeout one hung
// call would last until Lambda ends the function, with no outcome logged.
const CLIENT_CONFIG = {
  retryMode: "adaptive",
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;

/** Longest that one call takes, its retries and its answer's body included, in milliseconds. */
const CALL_TIMEOUT_MS = 15_000;

/** Part of the time that Lambda leaves that one call may take: after any number of calls some is left to log. */
const SHARE_OF_REMAINING_TIME = 1 / 4;

/** A Lambda handler of alarms; the context is absent only where somebody calls it by hand. */
type AlarmHandler = (event: unknown, context?: Context) => Promise<BatchResponse>;

/**
 * Wires the function: environment, AWS clients, log and metrics, each made once.
 *
 * @param env - `QUARANTINE_GROUP_NAME`, `RESTRICTIVE_POLICY_NAME`, `IOT_DATA_ENDPOINT`, `LEDGER_TABLE_NAME`,
 * `NOTIFICATION_TOPIC_ARN`, `STACK_NAME`, `LAMBDA_TASK_ROOT` (Lambda's own: the folder of the archive's files) and what the AWS SDK and Powertools read
 * @throws Error that names every variable that is missing or wrong, or says what is wrong with the table of responses
 */
export function makeHandler(env: NodeJS.ProcessEnv): AlarmHandler {
  const { groupName, policyName, ledgerTableName: tableName, dataEndpoint, ...rest } = readEnvironment(env);
  const { stack, topicArn, taskRoot } = rest;
  const responses = parseResponseTable(readFileSync(join(taskRoot, RESPONSE_TABLE_FILE), "utf8"));
  const logger = new Logger({ serviceName: "quarantine-device" });
  const metrics = new Metrics({ namespace: "IotQuarantine" });
  const report = makeReporter(logger, metrics);
  const failed = makeNoticeReporter(logger, metrics, stack);
  const clients = {
    iot: new IoTClient(CLIENT_CONFIG),
    iotData: new IoTDataPlaneClient(
      dataEndpoint === undefined ? CLIENT_CONFIG : { ...CLIENT_CONFIG, endpoint: dataEndpoint },
    ),
  };
  const dynamo = new DynamoDBClient(CLIENT_CONFIG);
  const people = { sns: new SNSClient(CLIENT_CONFIG), events: new EventBridgeClient(CLIENT_CONFIG) };
  const names = { groupName, policyName };
  const existingGroups = new Set<string>();
  return async (event, context) => {
    if (context !== undefined) {
      // Its request id ties the lines to the dead letter.
      logger.addContext(context);
    }
    const timed = { callTimeoutMs: () => callTimeoutMs(context) };
    const ports = makePorts({ ...clients, ...names, existingGroups, ...timed });
    const ledger = makeLedger({ dynamo, tableName, ...timed });
    const notices = makeNotices({ ...people, dynamo, topicArn, tableName, stack, failed, ...timed });
    return handleEvent(event, { responses, ports, ledger, ...names }, report, notices.tell);
  };
}

function callTimeoutMs(context: Context | undefined): number {
  const remaining = context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY;
  return Math.min(CALL_TIMEOUT_MS, Math.floor(remaining * SHARE_OF_REMAINING_TIME));
}

/**
 * Lambda's entry: does what the alarms of Device Defender call for, which come by a queue or by SNS. Made when the module
 * loads, so that clients outlive the invocation and a faulty environment fails the function's start.
 *
 * @throws Error if a record of SNS was rejected or failed, after all were handled
 */
export const handler: AlarmHandler = makeHandler(process.env);
