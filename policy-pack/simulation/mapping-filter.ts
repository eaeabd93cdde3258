import { isObject, type JsonObject } from "../../lib/json";
import { at, itemsOf, parseJson, UNKNOWN } from "../input/unknown";
import type { QueueFeed } from "../stack/queue-feeds";
import { ANY, alarmFields, type Fields, known, mayPass } from "./alarm-filter";

const TEXT = { kind: "text" } as const;

/** What SNS puts around an alarm. Source: SNS Developer Guide, "Parsing Amazon SNS message formats". */
function notificationFields({ topic }: QueueFeed): Fields {
  const texts = ["MessageId", "Message", "Timestamp", "SignatureVersion", "Signature"];
  const urls = ["SigningCertURL", "UnsubscribeURL"];
  return {
    ...Object.fromEntries([...texts, ...urls].map((name) => [name, TEXT])),
    Type: known(["Notification"]),
    TopicArn: known([topic.topic.props.arn]),
    Subject: ANY,
  };
}

/** What the fields of a message are that a mapping's filter is about. Source: SQS Developer Guide, "Message". */
function messageFields(feed: QueueFeed): Fields {
  const { rawMessageDelivery: raw } = feed.subscription.props;
  const fields = raw === true ? alarmFields(feed.topic) : notificationFields(feed);
  const others = ["messageId", "receiptHandle", "attributes", "messageAttributes", "md5OfBody"];
  return {
    ...Object.fromEntries([...others, "eventSourceARN", "awsRegion"].map((name) => [name, ANY])),
    eventSource: known(["aws:sqs"]),
    body: raw === UNKNOWN ? ANY : { kind: "object", fields },
  };
}

/**
 * Whether some filter of an event source mapping lets alarms through; without any filter all pass. What does not is
 * deleted from the queue.
 *
 * Source: AWS Lambda Developer Guide, "Using event filtering with an Amazon SQS event source".
 */
export function mappingLetsThrough(feed: QueueFeed): boolean {
  const filters = itemsOf(at(feed.mapping.props, "filterCriteria", "filters"));
  const fields = messageFields(feed);
  return (
    filters.length === 0 ||
    filters.some((filter) => {
      const pattern = at(filter, "pattern");
      const parsed: unknown = typeof pattern === "string" ? parseJson(pattern) : pattern;
      return !isObject(parsed) || mayPass(parsed as JsonObject, fields);
    })
  );
}
