import type { Cancel } from "../../clock/virtual-clock";
import type { Environment } from "../../environment";
import type { Queue, QueueMessage } from "../sqs/queue";
import type { EventSourceMapping } from "./event-source-mapping";
import type { LambdaFunction } from "./function";
import { failedOf, queueEvent } from "./queue-event";
import type { InvocationResult } from "./runner/outcome";

/** What a poller needs of Lambda and SQS around it. */
export interface PollerPorts {
  readonly functionOf: (mapping: EventSourceMapping) => LambdaFunction | undefined;
  readonly queueOf: (arn: string | undefined) => Queue | undefined;
  /** Whether the function's role may do something with the queue. */
  readonly may: (lambdaFunction: LambdaFunction, action: string, queue: Queue) => boolean;
  readonly run: (
    lambdaFunction: LambdaFunction,
    requestId: string,
    payload: string,
  ) => Promise<InvocationResult>;
}

/** Invocations at a time of a mapping without a limit of its own. Source: "Lambda quotas" (its growth is not imitated). */
const DEFAULT_CONCURRENCY = 1000;
/**
 * Rest after a batch that failed, after one whose messages the queue does not hide, and look for a right that is missing,
 * milliseconds of virtual time (assumed).
 */
const REST_MS = { failed: 1000, unhidden: 1000, denied: 60_000 };

/**
 * Takes messages from a queue for a mapping and invokes the function with them. What the function did not fail on is
 * deleted; the rest comes back when its visibility timeout is over, and at last goes to the queue's dead letters.
 *
 * Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS", "Handling errors for an SQS event source in
 * Lambda", "Configuring scaling behavior for SQS event source mappings".
 */
export class QueuePoller {
  readonly #env: Environment;
  readonly #mapping: EventSourceMapping;
  readonly #ports: PollerPorts;
  #running = 0;
  #restsUntil = 0;
  #isWaking = false;
  #isStopped = false;
  #cancel: Cancel = () => undefined;

  constructor(env: Environment, mapping: EventSourceMapping, ports: PollerPorts) {
    this.#env = env;
    this.#mapping = mapping;
    this.#ports = ports;
  }

  /** Looks for messages, in a turn of its own: what is sent together is taken together. */
  wake(): void {
    if (this.#isWaking || this.#isStopped) return;
    this.#isWaking = true;
    void this.#env.clock.track(
      new Promise<void>((resolve) => {
        setImmediate(() => {
          this.#isWaking = false;
          this.#poll();
          resolve();
        });
      }),
    );
  }

  /** Takes nothing any more; what runs, ends. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #poll(): void {
    const { settings, queueArn } = this.#mapping;
    const queue = this.#ports.queueOf(queueArn);
    const lambdaFunction = this.#ports.functionOf(this.#mapping);
    this.#cancel();
    if (this.#isStopped || !settings.enabled || !queue || !lambdaFunction) return;
    while (this.#running < (settings.maximumConcurrency ?? DEFAULT_CONCURRENCY)) {
      const now = this.#env.clock.now();
      const at = this.#nextLook(lambdaFunction, queue, now);
      if (at === undefined) return;
      if (at > now) {
        this.#cancel = this.#env.clock.schedule(at, () => this.wake());
        return;
      }
      const deadLetters = this.#ports.queueOf(queue.redrive?.deadLetterTargetArn);
      const hide = queue.setting("VisibilityTimeout");
      const batch = queue.receive(settings.batchSize, hide, now, deadLetters);
      // Else all that may run would take the same messages at one moment, and none could delete what others took since.
      if (hide === 0) this.#restsUntil = now + REST_MS.unhidden;
      // None where all that was visible went to the dead letters.
      if (batch.length > 0) this.#start(lambdaFunction, queue, batch);
    }
  }

  /** When to take a batch; undefined while there is no message. */
  #nextLook(lambdaFunction: LambdaFunction, queue: Queue, now: number): number | undefined {
    const { batchSize, windowSeconds } = this.#mapping.settings;
    const readyAt = queue.batchReadyAt(batchSize, windowSeconds * 1000, now);
    if (readyAt === undefined || this.#ports.may(lambdaFunction, "sqs:ReceiveMessage", queue)) {
      return readyAt && Math.max(readyAt, this.#restsUntil);
    }
    this.#mapping.lastResult = "PROBLEM: The function's role may not call ReceiveMessage on the queue.";
    return now + REST_MS.denied;
  }

  #start(lambdaFunction: LambdaFunction, queue: Queue, batch: readonly QueueMessage[]): void {
    this.#running++;
    const work = this.#invoke(lambdaFunction, queue, batch).finally(() => {
      this.#running--;
      this.wake();
    });
    void this.#env.clock.track(work).catch((error: unknown) => {
      if (!this.#isStopped)
        this.#env.log(`lambda: a batch of ${queue.arn} failed: ${(error as Error).message}`);
    });
  }

  async #invoke(lambdaFunction: LambdaFunction, queue: Queue, batch: readonly QueueMessage[]): Promise<void> {
    const payload = queueEvent(this.#env, queue.arn, batch);
    const result =
      lambdaFunction.reservedConcurrency === 0
        ? undefined
        : await this.#ports.run(lambdaFunction, crypto.randomUUID(), payload);
    const failed = this.#failedOf(result, batch);
    if (failed.length === batch.length) this.#restsUntil = this.#env.clock.now() + REST_MS.failed;
    this.#mapping.lastResult = failed.length === 0 ? "OK" : "PROBLEM: Function call failed";
    if (!this.#ports.may(lambdaFunction, "sqs:DeleteMessage", queue)) return;
    for (const { id, receiptHandle = "" } of batch) {
      if (!failed.some((message) => message.id === id)) queue.delete(receiptHandle);
    }
  }

  #failedOf(result: InvocationResult | undefined, batch: readonly QueueMessage[]): readonly QueueMessage[] {
    if (result === undefined || result.functionError !== undefined) return batch;
    return this.#mapping.settings.reportsItemFailures ? failedOf(batch, result.payload) : [];
  }
}
