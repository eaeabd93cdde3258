import { randomUUID } from "node:crypto";
import type { Cancel } from "../../clock/virtual-clock";
import type { Environment } from "../../environment";
import { invalidParameter, sqsError } from "./errors";
import type { Queue, QueueMessage } from "./queue";

/** What somebody asks of a task. */
interface MoveOrder {
  /** ARN of the queue that gets all messages; absent where each goes back to the queue that it came from. */
  readonly destinationArn: string | undefined;
  /** Most messages a second; absent where SQS chooses. */
  readonly rate: number | undefined;
  /** Whether whoever asks may put messages into a queue. */
  readonly maySend: (queue: Queue) => boolean;
}

/** A task that moves messages out of a dead-letter queue. */
export interface MoveTask extends MoveOrder {
  readonly handle: string;
  readonly source: Queue;
  /** Virtual time, epoch milliseconds. */
  readonly startedAt: number;
  /** How many there were when it began. */
  readonly toMove: number;
  moved: number;
  status: "RUNNING" | "COMPLETED" | "CANCELLED" | "FAILED";
  failure?: "CouldNotDetermineMessageSource" | "AWS.SimpleQueueService.NonExistentQueue" | "AccessDenied";
}

/** Messages a second where none is asked for: the most that can be, though SQS says no number for it. */
const FASTEST = 500;
/** Source: Amazon SQS API Reference, "ListMessageMoveTasks". */
const REMEMBERED = 10;

/**
 * The tasks that move messages out of dead-letter queues, in the order of arrival, in virtual time. What SQS did not
 * move there itself, such as what SNS could not deliver, has no queue to go back to: without a destination the task
 * fails at it.
 *
 * Source: Amazon SQS API Reference, "StartMessageMoveTask"; Amazon SQS Developer Guide, "Learn how to configure a
 * dead-letter queue redrive in Amazon SQS", "Troubleshooting dead-letter queue and DLQ redrive issues".
 */
export class MoveTasks {
  readonly #env: Environment;
  readonly #queueOf: (arn: string) => Queue | undefined;
  #tasks: readonly MoveTask[] = [];
  readonly #cancels = new Map<MoveTask, Cancel>();

  constructor(env: Environment, queueOf: (arn: string) => Queue | undefined) {
    this.#env = env;
    this.#queueOf = queueOf;
  }

  /** The latest tasks of a queue, the newest first. */
  of(source: Queue): readonly MoveTask[] {
    return this.#tasks.filter((task) => task.source === source);
  }

  /** Begins to move a queue's messages. @throws AwsError - `InvalidParameterValue` while another does. */
  start(source: Queue, order: MoveOrder): MoveTask {
    const now = this.#env.clock.now();
    const earlier = this.of(source);
    if (earlier.some(({ status }) => status === "RUNNING")) {
      throw sqsError(
        "InvalidParameterValue",
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      );
    }
    const task: MoveTask = {
      ...order,
      handle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: source.arn })).toString("base64"),
      source,
      startedAt: now,
      toMove: source.counts(now).visible,
      moved: 0,
      status: "RUNNING",
    };
    const others = this.#tasks.filter((one) => one.source !== source);
    this.#tasks = [task, ...earlier.slice(0, REMEMBERED - 1), ...others];
    this.#schedule(task, now);
    return task;
  }

  /** Ends a task; what it moved stays where it is. @throws AwsError where no such task runs. */
  cancel(handle: string): MoveTask {
    const task = this.#tasks.find((one) => one.handle === handle);
    if (!task) throw sqsError("ResourceNotFoundException", "Task does not exist.", 404);
    if (task.status !== "RUNNING") {
      throw invalidParameter(
        "TaskHandle",
        handle,
        `The task is ${task.status}, and only one that runs ends.`,
      );
    }
    this.#end(task, "CANCELLED");
    return task;
  }

  #schedule(task: MoveTask, at: number): void {
    this.#cancels.set(
      task,
      this.#env.clock.schedule(at, () => this.#move(task)),
    );
  }

  #end(task: MoveTask, status: MoveTask["status"]): void {
    task.status = status;
    this.#cancels.get(task)?.();
    this.#cancels.delete(task);
  }

  /** Moves a second's worth of messages. */
  #move(task: MoveTask): void {
    const now = this.#env.clock.now();
    for (const message of task.source.visible(now).slice(0, task.rate ?? FASTEST)) {
      const failure = this.#moveOne(task, message, now);
      if (failure === undefined) continue;
      task.failure = failure;
      this.#end(task, "FAILED");
      return;
    }
    if (task.source.counts(now).visible === 0) this.#end(task, "COMPLETED");
    else this.#schedule(task, now + 1000);
  }

  #moveOne(task: MoveTask, message: QueueMessage, now: number): MoveTask["failure"] {
    const arn = task.destinationArn ?? message.deadLetterSourceArn;
    if (arn === undefined) return "CouldNotDetermineMessageSource";
    const target = this.#queueOf(arn);
    if (!target) return "AWS.SimpleQueueService.NonExistentQueue";
    if (!task.maySend(target)) return "AccessDenied";
    task.source.remove(message.id);
    const { body, attributes, senderId } = message;
    // A new message, which is kept and received as one.
    target.send({ body, attributes, senderId }, now);
    task.moved++;
    return undefined;
  }
}
