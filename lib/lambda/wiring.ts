import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IoTClient } from "@aws-sdk/client-iot";
import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { SNSClient } from "@aws-sdk/client-sns";
import { parseResponseTable, RESPONSE_TABLE_FILE } from "../responses/response-table";
import { CLIENT_CONFIG } from "./calls";
import { dataEndpointOf, readVariables, type Variable } from "./environment";
import { makeNoticeReporter } from "./report-untold";

/** The variables of both functions. `LAMBDA_TASK_ROOT` is Lambda's own: the folder of the archive's files. */
const VARIABLES = [
  ...["QUARANTINE_GROUP_NAME", "IOT_DATA_ENDPOINT", "LEDGER_TABLE_NAME"],
  ...["NOTIFICATION_TOPIC_ARN", "STACK_NAME", "LAMBDA_TASK_ROOT"],
] as const;

/**
 * Makes what both functions work with, once: table of responses, AWS clients, log and metrics.
 *
 * @param env - what holds the variables, and what the AWS SDK and Powertools read
 * @param serviceName - the function's, in log and metrics
 * @param ownVariables - names of the variables beside those of both
 * @throws Error that names every variable that is missing or wrong, or says what is wrong with the table of responses
 */
export function wireFunction<Own extends Variable>(
  env: NodeJS.ProcessEnv,
  serviceName: string,
  ownVariables: readonly Own[],
) {
  const variables = readVariables(env, [...VARIABLES, ...ownVariables]);
  const { STACK_NAME: stack, NOTIFICATION_TOPIC_ARN: topicArn, LEDGER_TABLE_NAME: tableName } = variables;
  const tableFile = join(variables.LAMBDA_TASK_ROOT, RESPONSE_TABLE_FILE);
  const logger = new Logger({ serviceName });
  const metrics = new Metrics({ namespace: "IotQuarantine" });
  const dynamo = new DynamoDBClient(CLIENT_CONFIG);
  return {
    variables,
    responses: parseResponseTable(readFileSync(tableFile, "utf8")),
    logger,
    metrics,
    iot: new IoTClient(CLIENT_CONFIG),
    iotData: new IoTDataPlaneClient({ ...CLIENT_CONFIG, ...dataEndpointOf(env) }),
    table: { dynamo, tableName },
    /** What notices are told with. */
    telling: {
      ...{ sns: new SNSClient(CLIENT_CONFIG), events: new EventBridgeClient(CLIENT_CONFIG) },
      ...{ dynamo, topicArn, tableName, stack, failed: makeNoticeReporter(logger, metrics, stack) },
    },
  };
}
