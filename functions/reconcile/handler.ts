import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IoTClient } from "@aws-sdk/client-iot";
import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Context } from "aws-lambda";
import { CALL, CLIENT_CONFIG, callTimeoutMs } from "../../lib/lambda/calls";
import { dataEndpointOf, readVariables } from "../../lib/lambda/environment";
import { makeNoticeReporter } from "../../lib/lambda/report-untold";
import { tellDigest } from "../../lib/notices/digest";
import { makeNotices } from "../../lib/notices/notices";
import { parseResponseTable, RESPONSE_TABLE_FILE } from "../../lib/responses/response-table";
import { makeReconcileLedger } from "./ledger";
import { makeReconcilePorts } from "./ports";
import { reconcile, type Summary } from "./reconcile";
import { countNotContained, reportRun } from "./report";

const VARIABLES = [
  ...["QUARANTINE_GROUP_NAME", "IOT_DATA_ENDPOINT", "LEDGER_TABLE_NAME", "ALARMS_QUEUE_URL"],
  ...["NOTIFICATION_TOPIC_ARN", "STACK_NAME", "LAMBDA_TASK_ROOT", "AWS_LAMBDA_FUNCTION_NAME"],
] as const;

/** A Lambda handler; the event is nothing, the context is absent only where somebody calls it by hand. */
type ReconcileHandler = (event: unknown, context?: Context) => Promise<Summary>;

/**
 * Wires the function: environment, AWS clients, log and metrics, each made once.
 *
 * @param env - `QUARANTINE_GROUP_NAME`, `IOT_DATA_ENDPOINT`, `LEDGER_TABLE_NAME`, `ALARMS_QUEUE_URL`,
 * `NOTIFICATION_TOPIC_ARN`, `STACK_NAME`, what Lambda sets, and
 * what the AWS SDK and Powertools read
 * @throws Error that names every variable that is missing or wrong, or says what is wrong with the table of responses
 */
export function makeHandler(env: NodeJS.ProcessEnv): ReconcileHandler {
  const variables = readVariables(env, VARIABLES);
  const { STACK_NAME: stack, NOTIFICATION_TOPIC_ARN: topicArn, LEDGER_TABLE_NAME: tableName } = variables;
  const places = { groupName: variables.QUARANTINE_GROUP_NAME, alarmsQueueUrl: variables.ALARMS_QUEUE_URL };
  const tableFile = join(variables.LAMBDA_TASK_ROOT, RESPONSE_TABLE_FILE);
  const responses = parseResponseTable(readFileSync(tableFile, "utf8"));
  const logger = new Logger({ serviceName: "reconcile" });
  const metrics = new Metrics({ namespace: "IotQuarantine" });
  const clients = {
    iot: new IoTClient(CLIENT_CONFIG),
    iotData: new IoTDataPlaneClient({ ...CLIENT_CONFIG, ...dataEndpointOf(env) }),
    sqs: new SQSClient(CLIENT_CONFIG),
  };
  const dynamo = new DynamoDBClient(CLIENT_CONFIG);
  const people = { sns: new SNSClient(CLIENT_CONFIG), events: new EventBridgeClient(CLIENT_CONFIG) };
  const failed = makeNoticeReporter(logger, metrics, stack);
  return async (_event, context) => {
    if (context !== undefined) logger.addContext(context);
    const timed = { callTimeoutMs: () => callTimeoutMs(CALL, context) };
    const noticesArgs = { ...people, dynamo, topicArn, tableName, stack, failed, ...timed };
    const notices = makeNotices(noticesArgs);
    const summary = await reconcile({
      responses,
      ports: makeReconcilePorts({ ...clients, ...places, ...timed }),
      ledger: makeReconcileLedger({ dynamo, tableName, ...timed }),
      groupName: places.groupName,
      async tell(told) {
        for (const { kind, thingName, reason } of told) logger.warn(kind, { thingName, reason });
        for (const notice of told) if (notice.kind === "not-contained") countNotContained(notice, metrics);
        await notices.tell(told);
      },
    });
    // Last, so that what this run could not tell at once is in it.
    const digested = await tellDigest(noticesArgs);
    reportRun({ ...summary, digested }, variables.AWS_LAMBDA_FUNCTION_NAME, logger, metrics);
    return summary;
  };
}

/**
 * Lambda's entry: reconciles the stack once. Made when the module loads, so that clients outlive the invocation and a
 * faulty environment fails the function's start.
 *
 * @throws Error if a call fails: Lambda counts it
 */
export const handler: ReconcileHandler = makeHandler(process.env);
