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
import { CALL, CLIENT_CONFIG, callTimeoutMs } from "../../lib/lambda/calls";
import { dataEndpointOf, readVariables } from "../../lib/lambda/environment";
import { makeNoticeReporter } from "../../lib/lambda/report-untold";
import { makeLedger } from "../../lib/ledger/ledger";
import { makeNotices } from "../../lib/notices/notices";
import { makePorts } from "../../lib/quarantine/ports";
import { parseResponseTable, RESPONSE_TABLE_FILE } from "../../lib/responses/response-table";
import { type BatchResponse, handleEvent } from "./handle-event";
import { makeReporter } from "./report";

const VARIABLES = [
  ...["QUARANTINE_GROUP_NAME", "IOT_DATA_ENDPOINT", "RESTRICTIVE_POLICY_NAME", "LEDGER_TABLE_NAME"],
  ...["NOTIFICATION_TOPIC_ARN", "STACK_NAME", "LAMBDA_TASK_ROOT"],
] as const;

/** Longest that the look-up of a violation takes, which waits in line at Device Defender (`npm run bench:storm`). */
const LOOK_UP = { longestMs: 30_000, share: 1 / 2 };

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
  const variables = readVariables(env, VARIABLES);
  const { STACK_NAME: stack, NOTIFICATION_TOPIC_ARN: topicArn, LEDGER_TABLE_NAME: tableName } = variables;
  const tableFile = join(variables.LAMBDA_TASK_ROOT, RESPONSE_TABLE_FILE);
  const responses = parseResponseTable(readFileSync(tableFile, "utf8"));
  const logger = new Logger({ serviceName: "quarantine-device" });
  const metrics = new Metrics({ namespace: "IotQuarantine" });
  const report = makeReporter(logger, metrics);
  const failed = makeNoticeReporter(logger, metrics, stack);
  const clients = {
    iot: new IoTClient(CLIENT_CONFIG),
    iotData: new IoTDataPlaneClient({ ...CLIENT_CONFIG, ...dataEndpointOf(env) }),
  };
  // Throttling there must slow down no other call.
  const lookUps = new IoTClient({ ...CLIENT_CONFIG, retryMode: "standard" });
  const dynamo = new DynamoDBClient(CLIENT_CONFIG);
  const people = { sns: new SNSClient(CLIENT_CONFIG), events: new EventBridgeClient(CLIENT_CONFIG) };
  const names = {
    groupName: variables.QUARANTINE_GROUP_NAME,
    policyName: variables.RESTRICTIVE_POLICY_NAME,
  };
  const existingGroups = new Set<string>();
  return async (event, context) => {
    if (context !== undefined) {
      // Its request id ties the lines to the dead letter.
      logger.addContext(context);
    }
    const timed = { callTimeoutMs: () => callTimeoutMs(CALL, context) };
    const violations = { iot: lookUps, callTimeoutMs: () => callTimeoutMs(LOOK_UP, context) };
    const ports = makePorts({ ...clients, ...names, existingGroups, ...timed, violations });
    const ledger = makeLedger({ dynamo, tableName, ...timed });
    const notices = makeNotices({ ...people, dynamo, topicArn, tableName, stack, failed, ...timed });
    return handleEvent(event, { responses, ports, ledger, now: Date.now, ...names }, report, notices.tell);
  };
}

/**
 * Lambda's entry: does what the alarms of Device Defender call for, which come by a queue or by SNS. Made when the module
 * loads, so that clients outlive the invocation and a faulty environment fails the function's start.
 *
 * @throws Error if a record of SNS was rejected or failed, after all were handled
 */
export const handler: AlarmHandler = makeHandler(process.env);
