import type { Finding } from "../findings";
import { at, itemsOf, jsonString, parseJson, shown, UNKNOWN } from "../input/unknown";
import { misplacement, redrivePlace } from "../stack/dead-letters";
import type { Loop } from "../stack/loop";
import { type QueueFeed, redriveOf } from "../stack/queue-feeds";
import type { Resource } from "../stack/resources";
import { homeOf } from "../stack/scope";
import { mappingLetsThrough } from "./mapping-filter";

/** Something to say of a queue between a topic and a function. */
interface Remark {
  readonly level: keyof Finding;
  readonly message: string;
}

const refuse = (message: string): Remark => ({ level: "refuse", message });
const advise = (message: string): Remark => ({ level: "advise", message });
const unjudged = (message: string): Remark => ({ level: "unjudged", message });

const UNKNOWN_YET = "is not known before the deployment";

/** What AWS recommends. Source: AWS Lambda Developer Guide, "Configuring a queue to use with Lambda". */
const TIMEOUTS_HIDDEN = 6;
const LEAST_RECEIVES = 5;

/** Least time that alarms must be able to wait, in seconds. */
const LEAST_WAIT = 60 * 60;

/** What holds where a program sets nothing. Source: SQS API, "SetQueueAttributes"; Lambda API, "CreateFunction". */
const DEFAULTS = {
  visibilityTimeoutSeconds: 30,
  messageRetentionSeconds: 345_600,
  timeout: 3,
  batchSize: 10,
} as const;

/** A number, or AWS's default where there is none; {@link UNKNOWN} where it is not known. */
function numberOf({ props }: Resource, name: keyof typeof DEFAULTS): number | typeof UNKNOWN {
  const value = props[name];
  if (value === UNKNOWN) return UNKNOWN;
  return typeof value === "number" ? value : DEFAULTS[name];
}

function onHiding({ queue, mapping }: QueueFeed, callback: Resource): readonly Remark[] {
  const hidden = numberOf(queue, "visibilityTimeoutSeconds");
  const timeout = numberOf(callback, "timeout");
  const window = mapping.props.maximumBatchingWindowInSeconds;
  if (hidden === UNKNOWN || timeout === UNKNOWN || window === UNKNOWN) {
    return [unjudged(`whether "${queue.name}" hides alarms for as long as the function may take`)];
  }
  const advised = TIMEOUTS_HIDDEN * timeout + (typeof window === "number" ? window : 0);
  const says = `Queue "${queue.name}" hides an alarm for ${hidden} s while function "${callback.name}" has ${timeout} s for it`;
  const set = `Set visibilityTimeoutSeconds to at least ${advised}, six times the function's timeout and the batching window`;
  if (hidden < timeout) return [refuse(`${says}: AWS refuses such an event source mapping. ${set}.`)];
  return hidden < advised
    ? [advise(`${says}: after a throttling it is handed out while it is still worked on. ${set}.`)]
    : [];
}

function onRedrive(feed: QueueFeed, letters: readonly Resource[], loop: Loop): readonly Remark[] {
  const { queue } = feed;
  const owner = redriveOf(queue, loop.resources);
  const place = redrivePlace(owner);
  const target = place.value;
  if (target === undefined || target === "") {
    return [
      refuse(
        `Queue "${queue.name}" between alert topic "${feed.topic.topic.name}" and its function has no dead-letter queue: ` +
          "an alarm that the function always fails on is handed out again until it is too old, and then gone. Set " +
          `redrivePolicy to { deadLetterTargetArn, maxReceiveCount: ${LEAST_RECEIVES} }.`,
      ),
    ];
  }
  const why = letters.includes(queue)
    ? "which is that queue itself"
    : misplacement(place, homeOf(queue, loop.scope), loop);
  if (why !== undefined) {
    const remedy = "AWS refuses it. Set deadLetterTargetArn to a standard queue of the account and region";
    return [refuse(`Queue "${queue.name}" has the dead-letter queue ${shown(target)}, ${why}: ${remedy}.`)];
  }
  // Where what is unknown leads to is known of what comes from a queue.
  const where =
    target === UNKNOWN
      ? `whose place ${UNKNOWN_YET}`
      : `which go to ${shown(target)}, no queue of this stack`;
  const elsewhere = letters.length > 0 ? [] : [unjudged(`the dead letters of "${queue.name}", ${where}`)];
  const text = jsonString(owner.props.redrivePolicy);
  if (typeof text !== "string") return elsewhere;
  const most = at(parseJson(text), "maxReceiveCount");
  if (most === UNKNOWN) return elsewhere;
  const receives = Number(most);
  if (receives >= LEAST_RECEIVES) return elsewhere;
  return [
    ...elsewhere,
    advise(
      `Queue "${queue.name}" gives an alarm up after it was handed out ${receives} times, which a throttling alone can ` +
        `do. Set maxReceiveCount to at least ${LEAST_RECEIVES}.`,
    ),
  ];
}

/** Source: SQS Developer Guide, "Dead-letter queue retention": what is moved there keeps its age. */
function onWaiting({ queue }: QueueFeed, letters: readonly Resource[]): readonly Remark[] {
  const kept = numberOf(queue, "messageRetentionSeconds");
  if (kept === UNKNOWN) return [unjudged(`how long "${queue.name}" keeps alarms ${UNKNOWN_YET}`)];
  const short =
    kept < LEAST_WAIT
      ? [
          refuse(
            `Queue "${queue.name}" keeps alarms for ${kept} s: a function that is paused or throttled loses them. Set ` +
              `messageRetentionSeconds to at least ${LEAST_WAIT}.`,
          ),
        ]
      : [];
  const shorter = letters.filter((letter) => {
    const there = numberOf(letter, "messageRetentionSeconds");
    // What is short at any rate is refused as such.
    return there !== UNKNOWN && there < kept && kept > DEFAULTS.messageRetentionSeconds;
  });
  return [
    ...short,
    ...shorter.map(({ name }) =>
      refuse(
        `Dead-letter queue "${name}" keeps messages for less time than queue "${queue.name}", and what comes from there ` +
          "keeps its age: it can be gone at once. Set its messageRetentionSeconds to at least that of the queue.",
      ),
    ),
  ];
}

function onMapping(feed: QueueFeed, callback: Resource): readonly Remark[] {
  const { mapping } = feed;
  const remarks: Remark[] = [];
  if (!mappingLetsThrough(feed)) {
    remarks.push(
      refuse(
        `The filter of event source mapping "${mapping.name}" lets no alarm through, and Lambda deletes what it does not ` +
          "let through. Leave filterCriteria out, or filter what a message of the queue really holds: the body is SNS's " +
          "notification with the alarm in it as a string, or the alarm itself with rawMessageDelivery.",
      ),
    );
  }
  const answers = mapping.props.functionResponseTypes;
  const size = numberOf(mapping, "batchSize");
  const tells = itemsOf(answers);
  if (tells.includes(UNKNOWN))
    remarks.push(unjudged(`functionResponseTypes of "${mapping.name}" ${UNKNOWN_YET}`));
  else if (!tells.includes("ReportBatchItemFailures") && size !== 1) {
    remarks.push(
      refuse(
        `Event source mapping "${mapping.name}" does not take function "${callback.name}"'s word for what it failed on: one ` +
          "bad alarm takes the good ones of its batch to the dead letters, or a failure that is answered is deleted. Set " +
          'functionResponseTypes to ["ReportBatchItemFailures"].',
      ),
    );
  }
  return remarks;
}

/**
 * Says by what a queue between an alert topic and a function can lose alarms.
 *
 * @param letters - queues of the stack that get what the queue handed out too often.
 */
export function remarksOn(
  feed: QueueFeed,
  callback: Resource,
  letters: readonly Resource[],
  loop: Loop,
): readonly Remark[] {
  return [
    ...onHiding(feed, callback),
    ...onRedrive(feed, letters, loop),
    ...onWaiting(feed, letters),
    ...onMapping(feed, callback),
  ];
}
