import * as sdk from "@aws-sdk/client-sqs";
import { bindActions } from "../../wire/bind-actions";
import type { Service } from "../../wire/service";
import * as attributes from "./actions/attributes";
import * as moveTasks from "./actions/message-move-tasks";
import * as queues from "./actions/queues";
import * as receiving from "./actions/receive-message";
import * as received from "./actions/received";
import * as sending from "./actions/send-message";
import * as tags from "./actions/tags";
import { sqsError } from "./errors";
import type { SqsStore } from "./store";

/** SQS on the wire: JSON 1.0, and Query for clients of before. Source: Amazon SQS API Reference. */
export function sqsService(sqs: SqsStore): Service {
  const actions = bindActions(sqs, attributes, moveTasks, queues, receiving, received, sending, tags);
  return {
    name: "sqs",
    protocol: "json-1.0",
    targetPrefix: "AmazonSQS",
    version: "2012-11-05",
    xmlNamespace: "http://queue.amazonaws.com/doc/2012-11-05/",
    pathMember: "QueueUrl",
    sdk,
    actions,
    invalid: (message) => sqsError("InvalidParameterValue", message),
  };
}
