import type * as sdk from "@aws-sdk/client-sqs";
import type { Call } from "../../../wire/service";
import { sqsError } from "../errors";
import type { Queue } from "../queue";
import { checkQueueAttributes, type QueueAttributes } from "../queue-attributes";
import { checkRedriveTarget, type SqsStore } from "../store";

const seconds = (milliseconds: number) => String(Math.floor(milliseconds / 1000));

function allAttributes(queue: Queue, now: number): QueueAttributes {
  const { visible, inFlight, delayed } = queue.counts(now);
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: seconds(queue.createdAt),
    LastModifiedTimestamp: seconds(queue.modifiedAt),
    ...queue.attributes,
  };
}

/** Attributes that a standard queue can have but need not. */
const OPTIONAL = [
  "Policy",
  "RedrivePolicy",
  "RedriveAllowPolicy",
  "KmsMasterKeyId",
  "KmsDataKeyReusePeriodSeconds",
];

/** GetQueueAttributes: none unless named; timestamps are epoch seconds. */
export function getQueueAttributes(
  sqs: SqsStore,
  input: sdk.GetQueueAttributesRequest,
  call: Call,
): sdk.GetQueueAttributesResult {
  const queue = sqs.open(input.QueueUrl, "sqs:GetQueueAttributes", call);
  const names: readonly string[] = input.AttributeNames ?? [];
  const all = allAttributes(queue, sqs.env.clock.now());
  for (const name of names) {
    if (name !== "All" && !(name in all) && !OPTIONAL.includes(name)) {
      throw sqsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
    }
  }
  const wanted = Object.entries(all).filter(([name]) => names.includes("All") || names.includes(name));
  return wanted.length > 0 ? { Attributes: Object.fromEntries(wanted) } : {};
}

/** SetQueueAttributes. */
export function setQueueAttributes(sqs: SqsStore, input: sdk.SetQueueAttributesRequest, call: Call): void {
  const queue = sqs.open(input.QueueUrl, "sqs:SetQueueAttributes", call);
  const attributes = (input.Attributes ?? {}) as QueueAttributes;
  checkQueueAttributes(attributes);
  checkRedriveTarget(sqs, attributes);
  queue.configure(attributes, sqs.env.clock.now());
}
