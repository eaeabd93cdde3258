import type * as sdk from "@aws-sdk/client-sqs";
import { parseObject } from "../../../../lib/json";
import type { Call } from "../../../wire/service";
import { inRange, sqsError } from "../errors";
import type { MoveTask } from "../move-tasks";
import type { Queue } from "../queue";
import type { SqsStore } from "../store";

/** The queue of an ARN for a caller's actions on it, in words that public reports quote. */
function open(
  sqs: SqsStore,
  parameter: string,
  arn: string | undefined,
  actions: string[],
  call: Call,
): Queue {
  const queue = sqs.withArn(arn);
  if (!queue) {
    const message = `The resource that you specified for the ${parameter} parameter doesn't exist.`;
    throw sqsError("ResourceNotFoundException", message, 404);
  }
  for (const action of actions) sqs.check(queue, action, call);
  return queue;
}

/**
 * StartMessageMoveTask: out of a dead-letter queue, by a caller who may take its messages.
 *
 * Source of the rights: Amazon SQS Developer Guide, "Learn how to configure a dead-letter queue redrive in Amazon SQS".
 */
export function startMessageMoveTask(
  sqs: SqsStore,
  input: sdk.StartMessageMoveTaskRequest,
  call: Call,
): sdk.StartMessageMoveTaskResult {
  const { SourceArn, DestinationArn: destinationArn, MaxNumberOfMessagesPerSecond: rate } = input;
  const actions = ["StartMessageMoveTask", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"];
  const source = open(
    sqs,
    "SourceArn",
    SourceArn,
    actions.map((name) => `sqs:${name}`),
    call,
  );
  if (!sqs.queues.some(({ redrive }) => redrive?.deadLetterTargetArn === source.arn)) {
    throw sqsError("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.");
  }
  if (destinationArn !== undefined) open(sqs, "DestinationArn", destinationArn, ["sqs:SendMessage"], call);
  if (rate !== undefined) inRange("MaxNumberOfMessagesPerSecond", rate, 1, 500);
  const maySend = (queue: Queue) => sqs.may(queue, "sqs:SendMessage", call);
  return { TaskHandle: sqs.moveTasks.start(source, { destinationArn, rate, maySend }).handle };
}

/** A task's handle is told only while it can be cancelled. */
const render = (task: MoveTask): sdk.ListMessageMoveTasksResultEntry => ({
  ...(task.status === "RUNNING" && { TaskHandle: task.handle }),
  Status: task.status,
  SourceArn: task.source.arn,
  ...(task.destinationArn !== undefined && { DestinationArn: task.destinationArn }),
  ...(task.rate !== undefined && { MaxNumberOfMessagesPerSecond: task.rate }),
  ApproximateNumberOfMessagesMoved: task.moved,
  ApproximateNumberOfMessagesToMove: task.toMove,
  ...(task.failure !== undefined && { FailureReason: task.failure }),
  StartedTimestamp: task.startedAt,
});

/** ListMessageMoveTasks: the newest first, one unless more are asked for. */
export function listMessageMoveTasks(
  sqs: SqsStore,
  input: sdk.ListMessageMoveTasksRequest,
  call: Call,
): sdk.ListMessageMoveTasksResult {
  const source = open(sqs, "SourceArn", input.SourceArn, ["sqs:ListMessageMoveTasks"], call);
  const size = inRange("MaxResults", input.MaxResults ?? 1, 1, 10);
  return { Results: sqs.moveTasks.of(source).slice(0, size).map(render) };
}

/** CancelMessageMoveTask: of a task that runs. */
export function cancelMessageMoveTask(
  sqs: SqsStore,
  { TaskHandle = "" }: sdk.CancelMessageMoveTaskRequest,
  call: Call,
): sdk.CancelMessageMoveTaskResult {
  const { sourceArn } = parseObject(Buffer.from(TaskHandle, "base64").toString("utf8")) ?? {};
  if (typeof sourceArn !== "string") {
    throw sqsError("InvalidParameterValue", "Value for parameter TaskHandle is invalid.");
  }
  open(sqs, "TaskHandle", sourceArn, ["sqs:CancelMessageMoveTask"], call);
  return { ApproximateNumberOfMessagesMoved: sqs.moveTasks.cancel(TaskHandle).moved };
}
