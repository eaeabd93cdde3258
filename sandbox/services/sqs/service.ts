import * as sdk from "@aws-sdk/client-sqs";
import type { Action, Service } from "../../wire/service";
import { getQueueAttributes, setQueueAttributes } from "./actions/attributes";
import { createQueue, deleteQueue, getQueueUrl, listQueues, purgeQueue } from "./actions/queues";
import { receiveMessage } from "./actions/receive-message";
import { changeMessageVisibility, deleteMessage, deleteMessageBatch } from "./actions/received";
import { sendMessage, sendMessageBatch } from "./actions/send-message";
import { listQueueTags, tagQueue, untagQueue } from "./actions/tags";
import { sqsError } from "./errors";
import type { Sqs } from "./sqs";

/** SQS on the wire: JSON 1.0. Source: Amazon SQS API Reference. */
export function sqsService(sqs: Sqs): Service {
  const actions: Record<string, Action> = {
    CreateQueue: (input) => createQueue(sqs, input),
    GetQueueUrl: (input) => getQueueUrl(sqs, input),
    ListQueues: (input) => listQueues(sqs, input),
    DeleteQueue: (input, call) => deleteQueue(sqs, input, call),
    PurgeQueue: (input, call) => purgeQueue(sqs, input, call),
    GetQueueAttributes: (input, call) => getQueueAttributes(sqs, input, call),
    SetQueueAttributes: (input, call) => setQueueAttributes(sqs, input, call),
    SendMessage: (input, call) => sendMessage(sqs, input, call),
    SendMessageBatch: (input, call) => sendMessageBatch(sqs, input, call),
    ReceiveMessage: (input, call) => receiveMessage(sqs, input, call),
    DeleteMessage: (input, call) => deleteMessage(sqs, input, call),
    DeleteMessageBatch: (input, call) => deleteMessageBatch(sqs, input, call),
    ChangeMessageVisibility: (input, call) => changeMessageVisibility(sqs, input, call),
    TagQueue: (input, call) => tagQueue(sqs, input, call),
    UntagQueue: (input, call) => untagQueue(sqs, input, call),
    ListQueueTags: (input, call) => listQueueTags(sqs, input, call),
  };
  return {
    name: "sqs",
    signingNames: ["sqs"],
    protocol: "json-1.0",
    targetPrefix: "AmazonSQS",
    sdk,
    actions,
    invalid: (message) => sqsError("InvalidParameterValue", message),
  };
}
