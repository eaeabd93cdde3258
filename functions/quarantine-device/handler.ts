import { IoTClient } from "@aws-sdk/client-iot";
import type { Context } from "aws-lambda";
import { CALL, CLIENT_CONFIG, callTimeoutMs } from "../../lib/lambda/calls";
import { wireFunction } from "../../lib/lambda/wiring";
import { makeLedger } from "../../lib/ledger/ledger";
import { makeNotices } from "../../lib/notices/notices";
import { makePorts } from "../../lib/quarantine/ports";
import { type BatchResponse, handleEvent } from "./handle-event";
import { makeReporter } from "./report";

/** Longest that the look-up of a violation takes, which waits in line at Device Defender (`npm run bench:storm`). */
const LOOK_UP = { longestMs: 30_000, share: 1 / 2 };

/** A Lambda handler of alarms; the context is absent only where somebody calls it by hand. */
type AlarmHandler = (event: unknown, context?: Context) => Promise<BatchResponse>;

/**
 * Wires the function, once.
 *
 * @param env - `RESTRICTIVE_POLICY_NAME`, and what {@link wireFunction} reads
 * @throws what {@link wireFunction} throws
 */
export function makeHandler(env: NodeJS.ProcessEnv): AlarmHandler {
  const wired = wireFunction(env, "quarantine-device", ["RESTRICTIVE_POLICY_NAME"]);
  const { variables, responses, logger, metrics, iot, iotData, table, telling } = wired;
  const report = makeReporter(logger, metrics);
  // Throttling there must slow down no other call.
  const lookUps = new IoTClient({ ...CLIENT_CONFIG, retryMode: "standard" });
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
    const ports = makePorts({ iot, iotData, ...names, existingGroups, ...timed, violations });
    const ledger = makeLedger({ ...table, ...timed });
    const notices = makeNotices({ ...telling, ...timed });
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
