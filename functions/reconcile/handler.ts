import { SQSClient } from "@aws-sdk/client-sqs";
import type { Context } from "aws-lambda";
import { CALL, CLIENT_CONFIG, callTimeoutMs } from "../../lib/lambda/calls";
import { wireFunction } from "../../lib/lambda/wiring";
import { tellDigest } from "../../lib/notices/digest";
import { makeNotices } from "../../lib/notices/notices";
import { makeReconcileLedger } from "./ledger";
import { makeReconcilePorts } from "./ports";
import { reconcile, type Summary } from "./reconcile";
import { countNotContained, reportRun } from "./report";

/** A Lambda handler; the event is nothing, the context is absent only where somebody calls it by hand. */
type ReconcileHandler = (event: unknown, context?: Context) => Promise<Summary>;

/**
 * Wires the function, once.
 *
 * @param env - `ALARMS_QUEUE_URL`, Lambda's `AWS_LAMBDA_FUNCTION_NAME`, and what {@link wireFunction} reads
 * @throws what {@link wireFunction} throws
 */
export function makeHandler(env: NodeJS.ProcessEnv): ReconcileHandler {
  const wired = wireFunction(env, "reconcile", ["ALARMS_QUEUE_URL", "AWS_LAMBDA_FUNCTION_NAME"]);
  const { variables, responses, logger, metrics, iot, iotData, table, telling } = wired;
  const clients = { iot, iotData, sqs: new SQSClient(CLIENT_CONFIG) };
  const places = { groupName: variables.QUARANTINE_GROUP_NAME, alarmsQueueUrl: variables.ALARMS_QUEUE_URL };
  return async (_event, context) => {
    if (context !== undefined) logger.addContext(context);
    const timed = { callTimeoutMs: () => callTimeoutMs(CALL, context) };
    const noticesArgs = { ...telling, ...timed };
    const notices = makeNotices(noticesArgs);
    const summary = await reconcile({
      responses,
      ports: makeReconcilePorts({ ...clients, ...places, ...timed }),
      ledger: makeReconcileLedger({ ...table, ...timed }),
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
