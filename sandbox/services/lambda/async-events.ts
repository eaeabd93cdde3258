import type { Environment } from "../../environment";
import {
  deadLetterAttributes,
  destinationRecord,
  type EndCondition,
  type EndedEvent,
} from "./failure-record";
import type { LambdaFunction } from "./function";
import type { LambdaPorts } from "./ports";
import type { InvocationResult } from "./runner/outcome";

/** Seconds before each retry after an error of the function. */
const RETRY_DELAYS = [60, 120] as const;
/** Seconds that an event is kept unless the function says otherwise: six hours. */
const DEFAULT_MAXIMUM_AGE = 21_600;
/** The longest wait of a throttled event, seconds. */
const MAX_BACKOFF = 300;

interface AsyncEvent {
  readonly requestId: string;
  readonly functionArn: string;
  readonly payload: string;
  /** Virtual time, epoch milliseconds. */
  readonly acceptedAt: number;
  attempts: number;
  throttles: number;
}

/** What the events need of Lambda around them. */
export interface AsyncEventPorts extends Pick<LambdaPorts, "queues"> {
  /** The function of an ARN, if it is (still) there. */
  readonly find: (arn: string) => LambdaFunction | undefined;
  /** Runs a function. */
  readonly run: (
    lambdaFunction: LambdaFunction,
    requestId: string,
    payload: string,
  ) => Promise<InvocationResult>;
}

/**
 * Events for functions that nobody waits for. After an error of the function an event is tried again one
 * minute and then two minutes later; while the function has no concurrency at all it is kept and tried with
 * growing waits, from one second to five minutes. Then a record of it goes to the function's destination
 * and it itself to the dead-letter queue. All times are virtual.
 *
 * More events at once than the function may run wait for their turn in wall time, not in virtual time
 * (assumed, as AWS's poller of the internal queue is not documented in such detail), so that a burst is
 * worked off before the clock goes on.
 *
 * Source: AWS Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation".
 */
export class AsyncEvents {
  readonly #env: Environment;
  readonly #ports: AsyncEventPorts;
  #isClosed = false;

  constructor(env: Environment, ports: AsyncEventPorts) {
    this.#env = env;
    this.#ports = ports;
  }

  /** Takes an event for a function; the clock waits for each attempt. */
  accept(functionArn: string, requestId: string, payload: string): void {
    this.#start({
      requestId,
      functionArn,
      payload,
      acceptedAt: this.#env.clock.now(),
      attempts: 0,
      throttles: 0,
    });
  }

  /** Starts no further attempt. */
  close(): void {
    this.#isClosed = true;
  }

  #start(event: AsyncEvent): void {
    if (this.#isClosed) return;
    void this.#env.clock.track(this.#attempt(event)).catch((error: unknown) => {
      if (this.#isClosed) return;
      this.#env.log(`lambda: event ${event.requestId} was lost: ${(error as Error).message}`);
    });
  }

  #startLater(event: AsyncEvent, seconds: number): void {
    this.#env.clock.schedule(this.#env.clock.now() + seconds * 1000, () => this.#start(event));
  }

  async #attempt(event: AsyncEvent): Promise<void> {
    // In a turn of its own: whoever handed the event over has its answer first.
    await new Promise((resolve) => setImmediate(resolve));
    const lambdaFunction = this.#ports.find(event.functionArn);
    if (!lambdaFunction) {
      this.#env.log(`lambda: event ${event.requestId} was dropped: ${event.functionArn} is gone`);
      return;
    }
    const maximumAge = lambdaFunction.eventInvoke?.maximumAge ?? DEFAULT_MAXIMUM_AGE;
    if (
      event.attempts + event.throttles > 0 &&
      this.#env.clock.now() - event.acceptedAt >= maximumAge * 1000
    ) {
      this.#end(lambdaFunction, event, "EventAgeExceeded", undefined);
      return;
    }
    if (lambdaFunction.reservedConcurrency === 0) {
      this.#startLater(event, Math.min(2 ** event.throttles++, MAX_BACKOFF));
      return;
    }
    event.attempts++;
    const result = await this.#ports.run(lambdaFunction, event.requestId, event.payload);
    if (this.#isClosed) return;
    if (result.functionError === undefined) {
      this.#end(lambdaFunction, event, "Success", result);
      return;
    }
    const retries = lambdaFunction.eventInvoke?.retries ?? RETRY_DELAYS.length;
    const delay = event.attempts <= retries ? RETRY_DELAYS[event.attempts - 1] : undefined;
    if (delay === undefined) this.#end(lambdaFunction, event, "RetriesExhausted", result);
    else this.#startLater(event, delay);
  }

  /**
   * Sends what is to be sent of an event that is done with. Destination and dead-letter queue both get it
   * when both are set (AWS Compute Blog, "Introducing AWS Lambda Destinations").
   */
  #end(
    lambdaFunction: LambdaFunction,
    { requestId, functionArn, payload, attempts }: AsyncEvent,
    condition: EndCondition,
    result: InvocationResult | undefined,
  ): void {
    const endedAt = this.#env.clock.date();
    const ended: EndedEvent = { requestId, functionArn, payload, attempts, condition, result, endedAt };
    const { onSuccess, onFailure } = lambdaFunction.eventInvoke ?? {};
    const destination = condition === "Success" ? onSuccess : onFailure;
    if (destination !== undefined) {
      this.#send(lambdaFunction, requestId, { queueArn: destination, body: destinationRecord(ended) });
    }
    const { deadLetterArn } = lambdaFunction.settings;
    if (condition !== "Success" && deadLetterArn !== undefined) {
      const attributes = deadLetterAttributes(ended);
      this.#send(lambdaFunction, requestId, { queueArn: deadLetterArn, body: payload, attributes });
    }
  }

  #send(
    lambdaFunction: LambdaFunction,
    requestId: string,
    message: { queueArn: string; body: string; attributes?: ReturnType<typeof deadLetterAttributes> },
  ): void {
    const principal = { kind: "role", arn: lambdaFunction.settings.role } as const;
    const outcome = this.#ports.queues.deliver({ ...message, principal });
    if (outcome === "accepted") return;
    this.#env.log(
      `lambda: event ${requestId} of ${lambdaFunction.name} did not reach ${message.queueArn}: ${outcome}`,
    );
  }
}
