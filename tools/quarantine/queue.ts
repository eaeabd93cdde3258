import { setTimeout } from "node:timers/promises";
import {
  GetEventSourceMappingCommand,
  InvokeCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { ExpectedError } from "../../lib/command/expected-error";
import type { Stack } from "./stack";

/** Between two looks at what AWS does by itself, milliseconds. */
const LOOK_MS = 1_000;

/** Lets alarms wait in their queue, or be worked off again; answers when it is so. */
export async function setPaused(
  isPaused: boolean,
  { lambda, outputs }: Stack,
  signal: AbortSignal,
): Promise<string> {
  const UUID = outputs.alarmsMappingId;
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: !isPaused }));
  const wanted = isPaused ? "Disabled" : "Enabled";
  for (;;) {
    const { State = "unknown" } = await lambda.send(new GetEventSourceMappingCommand({ UUID }));
    if (State === wanted) return State;
    await setTimeout(LOOK_MS, undefined, { signal });
  }
}

async function attributesOf({ sqs }: Pick<Stack, "sqs">, QueueUrl: string) {
  const command = new GetQueueAttributesCommand({
    ...{ QueueUrl, AttributeNames: ["QueueArn", "ApproximateNumberOfMessages"] },
  });
  const { Attributes: { QueueArn = "", ApproximateNumberOfMessages = "0" } = {} } = await sqs.send(command);
  return { arn: QueueArn, waiting: Number(ApproximateNumberOfMessages) };
}

/** How many messages lie in a queue, about. */
export const waitingIn = async (stack: Pick<Stack, "sqs">, queueUrl: string): Promise<number> =>
  (await attributesOf(stack, queueUrl)).waiting;

/**
 * Moves the dead letters back into the queue of alarms; answers how many when all are moved. The destination is given,
 * for what SNS put there came from no queue.
 *
 * Source: Amazon SQS API Reference, `StartMessageMoveTask`.
 */
export async function redrive(stack: Stack, signal: AbortSignal): Promise<number> {
  const { sqs, outputs } = stack;
  const [from, to] = await Promise.all([
    attributesOf(stack, outputs.alarmsDeadLetterQueueUrl),
    attributesOf(stack, outputs.alarmsQueueUrl),
  ]);
  const { TaskHandle } = await sqs.send(
    new StartMessageMoveTaskCommand({ SourceArn: from.arn, DestinationArn: to.arn }),
  );
  for (;;) {
    const { Results = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: from.arn }));
    const task = Results.find((one) => one.TaskHandle === TaskHandle) ?? Results[0];
    // One that has ended has no handle any more.
    if (task?.Status !== "RUNNING") {
      if (task?.Status === "COMPLETED") return task.ApproximateNumberOfMessagesMoved ?? 0;
      throw new ExpectedError(
        `The move ended as ${task?.Status}: ${task?.FailureReason ?? "no reason told"}.`,
      );
    }
    await setTimeout(LOOK_MS, undefined, { signal });
  }
}

/** Runs the comparison of violations, group and ledger now; answers what it answered. */
export async function reconcileNow({ lambda, outputs }: Stack): Promise<string> {
  const FunctionName = outputs.reconcileFunctionName;
  const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName }));
  const answer = Buffer.from(Payload ?? []).toString("utf8");
  if (FunctionError === undefined) return answer;
  throw new ExpectedError(`${FunctionName} failed (${FunctionError}): see its log.`);
}
