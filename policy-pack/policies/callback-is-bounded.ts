import { loopPolicy } from "../define-policy";
import type { Finding } from "../findings";
import { at, shown, UNKNOWN } from "../input/unknown";
import type { Callback } from "../stack/loop";
import type { Resource } from "../stack/resources";

/** Source: AWS Lambda Developer Guide, "Configuring scaling behavior for SQS event source mappings". */
const MAPPING_BOUNDS = { least: 2, most: 1000 } as const;

/** Whether a mapping is turned off; where the program says that it leaves that alone, that is a pause. */
function judgeEnabled({ name, props, ignores }: Resource, callback: Resource, finding: Finding): void {
  if (props.enabled === UNKNOWN) finding.unjudged(`whether "${name}" is enabled`);
  if (props.enabled !== false) return;
  const says = `Event source mapping "${name}" of function "${callback.name}" behind an alert topic is disabled`;
  if (ignores.includes("enabled")) {
    finding.advise(`${says}: alarms wait in its queue until it is enabled again, or until they are too old.`);
  } else {
    finding.refuse(`${says}: alarms wait in its queue, and no device is quarantined. Leave enabled out.`);
  }
}

/** Judges the bound that a mapping has; answers whether it has one, or may have. */
function isMappingBounded({ name, props }: Resource, reserved: unknown, finding: Finding): boolean {
  const most = at(props, "scalingConfig", "maximumConcurrency");
  if (most === UNKNOWN) {
    finding.unjudged(`maximumConcurrency of "${name}", which is not known before the deployment`);
    return true;
  }
  // AWS takes no 0: it is a provider's word for unset.
  if (most === undefined || most === 0) return false;
  const { least, most: limit } = MAPPING_BOUNDS;
  if (typeof most !== "number" || !Number.isInteger(most) || most < least || most > limit) {
    finding.refuse(
      `AWS refuses event source mapping "${name}": scalingConfig.maximumConcurrency is ${shown(most)}. Set it to a number ` +
        `from ${least} to ${limit}, such as 30.`,
    );
  } else if (typeof reserved === "number" && reserved > 0 && reserved < most) {
    finding.advise(
      `Event source mapping "${name}" invokes its function up to ${most} times at once, of which ${reserved} are reserved: ` +
        "the others are throttled, and throttled alarms end among the dead letters. Set maximumConcurrency to at most that.",
    );
  }
  return true;
}

function judgeCallback({ callback, subscriptions, feeds }: Callback, finding: Finding) {
  const reserved = callback.props.reservedConcurrentExecutions;
  const mappings = [...new Set(feeds.map(({ mapping }) => mapping))];
  for (const mapping of mappings) judgeEnabled(mapping, callback, finding);
  const areBounded = mappings.map((mapping) => isMappingBounded(mapping, reserved, finding)).every(Boolean);
  if (reserved === 0) {
    finding.refuse(
      `Function "${callback.name}" behind an alert topic is turned off: reservedConcurrentExecutions is 0, and no ` +
        "device is quarantined. Set it to a number above 0, such as 10.",
    );
  } else if (mappings.length > 0 && subscriptions.length === 0 && areBounded) {
    // Nothing but what the mappings take reaches it.
  } else if (reserved === UNKNOWN) {
    finding.unjudged("its reserved concurrency, which is not known before the deployment");
  } else if (typeof reserved !== "number" || reserved < 0) {
    const queued =
      mappings.length > 0
        ? " Or, of a function behind queues alone, set scalingConfig.maximumConcurrency of each event source mapping."
        : "";
    finding.refuse(
      `Function "${callback.name}" behind an alert topic has no reserved concurrency: a storm of alarms takes the ` +
        `account's. Set reservedConcurrentExecutions to a number above 0, such as 10; it is ${shown(reserved)}.${queued}`,
    );
  }
}

/**
 * A function behind an alert topic without a bound of its own: a storm of alarms takes the whole account's concurrency.
 *
 * Source: AWS Lambda Developer Guide, "Configuring reserved concurrency" (0 turns a function off; without it, all
 * functions share the account's), "Configuring maximum concurrency for Amazon SQS event sources".
 */
export const callbackIsBounded = loopPolicy({
  name: "callback-is-bounded",
  displayName: "Callback is bounded",
  description:
    "A function that alarms invoke must have reserved concurrency, or a maximum concurrency of the queues before it.",
  severity: "medium",
  tags: ["lambda", "sqs", "resilience"],
  url: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
  remediationSteps:
    "Set scalingConfig.maximumConcurrency of the event source mapping to a number from 2 to 1000, or " +
    "reservedConcurrentExecutions of the function to a small number above 0, such as 10.",
  judge: ({ callbacks }, findings) => {
    for (const callback of callbacks) {
      findings.about(callback.callback, (finding) => judgeCallback(callback, finding));
    }
  },
});
