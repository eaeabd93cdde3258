import type * as sdk from "@aws-sdk/client-sqs";
import type { Call } from "../../../wire/service";
import { inRange, sqsError } from "../errors";
import type { Queue } from "../queue";
import { checkQueueAttributes, type QueueAttributes } from "../queue-attributes";
import { checkRedriveTarget, noSuchQueue, type SqsStore } from "../store";

function refuseDifference(queue: Queue, attributes: QueueAttributes, tags: Record<string, string>): void {
  const same = "A queue already exists with the same name and";
  const different = Object.keys(attributes).find((name) => queue.attributes[name] !== attributes[name]);
  if (different) throw sqsError("QueueNameExists", `${same} a different value for attribute ${different}`);
  const hasOthers = Object.entries(tags).some(([key, value]) => queue.tags.get(key) !== value);
  if (hasOthers) throw sqsError("QueueNameExists", `${same} different tags`);
}

/** CreateQueue: answers the queue there is when the given attributes and tags are the same. */
export function createQueue(sqs: SqsStore, input: sdk.CreateQueueRequest): sdk.CreateQueueResult {
  const { QueueName = "", Attributes = {}, tags = {} } = input;
  if (QueueName.endsWith(".fifo") || Attributes.FifoQueue !== undefined) {
    throw sqsError("UnsupportedOperation", "The sandbox has standard queues only, no FIFO queues.");
  }
  if (!/^[\w-]{1,80}$/.test(QueueName)) {
    throw sqsError(
      "InvalidParameterValue",
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    );
  }
  const attributes = Attributes as QueueAttributes;
  checkQueueAttributes(attributes);
  const existing = sqs.named(QueueName);
  if (existing) {
    refuseDifference(existing, attributes, tags);
    return { QueueUrl: sqs.urlOf(existing) };
  }
  checkRedriveTarget(sqs, attributes);
  const queue = sqs.create(QueueName, attributes);
  for (const [key, value] of Object.entries(tags)) queue.tags.set(key, value);
  return { QueueUrl: sqs.urlOf(queue) };
}

/** GetQueueUrl. */
export function getQueueUrl(sqs: SqsStore, input: sdk.GetQueueUrlRequest): sdk.GetQueueUrlResult {
  const queue = sqs.named(input.QueueName ?? "");
  const owner = input.QueueOwnerAWSAccountId ?? sqs.env.account;
  if (!queue || owner !== sqs.env.account) throw noSuchQueue();
  return { QueueUrl: sqs.urlOf(queue) };
}

/** ListQueues: pages only when MaxResults is given, as SQS does. */
export function listQueues(sqs: SqsStore, input: sdk.ListQueuesRequest): sdk.ListQueuesResult {
  const { QueueNamePrefix = "", MaxResults, NextToken } = input;
  const names = sqs.queues.filter((queue) => queue.name.startsWith(QueueNamePrefix));
  const start = NextToken === undefined ? 0 : names.findIndex((queue) => queue.name >= NextToken);
  const rest = start < 0 ? [] : names.slice(start);
  const size = MaxResults === undefined ? 1000 : inRange("MaxResults", MaxResults, 1, 1000);
  const next = MaxResults === undefined ? undefined : rest[size]?.name;
  const urls = rest.slice(0, size).map((queue) => sqs.urlOf(queue));
  return {
    // SQS leaves an empty list out.
    ...(urls.length > 0 && { QueueUrls: urls }),
    ...(next !== undefined && { NextToken: next }),
  };
}

/** DeleteQueue: the name is free again at once (SQS keeps it for 60 seconds). */
export function deleteQueue(sqs: SqsStore, input: sdk.DeleteQueueRequest, call: Call): void {
  sqs.delete(sqs.open(input.QueueUrl, "sqs:DeleteQueue", call));
}

/** PurgeQueue: once in 60 seconds. */
export function purgeQueue(sqs: SqsStore, input: sdk.PurgeQueueRequest, call: Call): void {
  sqs.open(input.QueueUrl, "sqs:PurgeQueue", call).purge(sqs.env.clock.now());
}
