import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { IoTClient } from "@aws-sdk/client-iot";
import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import type { Context } from "aws-lambda";
import { readEnvironment } from "./environment";
import { handleEvent } from "./handle-event";
import { makePorts } from "./ports";
import { makeReporter } from "./report";

const { groupName, dataEndpoint } = readEnvironment(process.env);

// Adaptive mode slows down with AWS's throttling instead of adding to it. Without a request timeout one hung
// call would last until Lambda ends the function, with no outcome logged.
const clientConfig = {
  retryMode: "adaptive",
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;

const logger = new Logger({ serviceName: "quarantine-device" });
const report = makeReporter(logger, new Metrics({ namespace: "IotQuarantine" }));
const ports = makePorts({
  iot: new IoTClient(clientConfig),
  iotData: new IoTDataPlaneClient(
    dataEndpoint === undefined ? clientConfig : { ...clientConfig, endpoint: dataEndpoint },
  ),
  groupName,
});

/**
 * Lambda's entry: quarantines the devices that an SNS event of Device Defender alarms names.
 *
 * Environment: `QUARANTINE_GROUP_NAME` and `IOT_DATA_ENDPOINT`; a fault in them fails the function's start.
 *
 * @param event - an SNS event
 * @param context - Lambda's context; its request id is in every log line and in the dead letter
 * @throws Error if a record was rejected or failed, after all were handled
 */
export async function handler(event: unknown, context?: Context): Promise<void> {
  if (context !== undefined) {
    logger.addContext(context);
  }
  await handleEvent(event, ports, report);
}
