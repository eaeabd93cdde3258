import { loopPolicy } from "../define-policy";
import { allowsByStackConfig } from "../input/settings";
import { configuredValue } from "../input/stack-config";
import { shown, UNKNOWN } from "../input/unknown";

/**
 * A function behind an alert topic without reserved concurrency: a storm of alarms takes the whole account's.
 *
 * Source: AWS Lambda Developer Guide, "Configuring reserved concurrency" (0 turns a function off; without it, all
 * functions share the account's).
 */
export const callbackIsBounded = loopPolicy({
  name: "callback-is-bounded",
  displayName: "Callback is bounded",
  description: "A function that alarms invoke must have reserved concurrency.",
  severity: "medium",
  tags: ["lambda", "resilience"],
  url: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
  enforcementLevel: "mandatory",
  remediationSteps: "Set reservedConcurrentExecutions of the function to a small number above 0, such as 10.",
  settings: { allowsByStackConfig },
  judge: (loop, findings, values) => {
    const isAllowed =
      values.allowsByStackConfig && configuredValue(process.env, "functionReservedConcurrency") === "none";
    for (const { callback } of loop.callbacks) {
      findings.about(callback, (finding) => {
        const reserved = callback.props.reservedConcurrentExecutions;
        if (reserved === UNKNOWN) {
          finding.unjudged("its reserved concurrency, which is not known before the deployment");
        } else if (reserved === 0) {
          finding.refuse(
            `Function "${callback.name}" behind an alert topic is turned off: reservedConcurrentExecutions is 0, and no ` +
              "device is quarantined. Set it to a number above 0, such as 10.",
          );
        } else if ((reserved === undefined || reserved === -1) && isAllowed) {
          finding.advise(
            `Function "${callback.name}" behind an alert topic has no reserved concurrency: allowed by the stack's ` +
              "config (iot-quarantine:functionReservedConcurrency is none). Reserve some once the account can.",
          );
        } else if (typeof reserved !== "number" || reserved < 0) {
          finding.refuse(
            `Function "${callback.name}" behind an alert topic has no reserved concurrency: a storm of alarms takes the ` +
              `account's. Set reservedConcurrentExecutions to a number above 0, such as 10; it is ${shown(reserved)}.`,
          );
        }
      });
    }
  },
});
