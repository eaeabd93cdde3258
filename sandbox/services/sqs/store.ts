import { regionalArn } from "../../../lib/aws/arns";
import type { Environment } from "../../environment";
import type { Call } from "../../wire/service";
import type { Authorizer, Principal } from "../iam/authorizer";
import { principalName, principalOf } from "../iam/principal-of";
import { invalidParameter, sqsError } from "./errors";
import type { MessageAttributes } from "./message-attributes";
import { MoveTasks } from "./move-tasks";
import { Queue } from "./queue";
import { parseRedrivePolicy, type QueueAttributes } from "./queue-attributes";

/** What became of something handed to an endpoint: taken, no such endpoint, or its policy refused. */
export type DeliveryOutcome = "accepted" | "missing" | "denied";

/** A message that another service puts into a queue. */
export interface QueueDelivery {
  /** ARN of the queue. */
  readonly queueArn: string;
  readonly body: string;
  readonly attributes?: MessageAttributes;
  /** On whose behalf. */
  readonly principal: Principal;
  /** Condition keys of the call, for example `aws:SourceArn`. */
  readonly context?: Readonly<Record<string, string>>;
}

/** SQS's queues and who may use them. */
export class SqsStore {
  readonly env: Environment;
  readonly moveTasks: MoveTasks;
  readonly #authorizer: Authorizer;
  readonly #queues = new Map<string, Queue>();
  #watcher: (queue: Queue) => void = () => undefined;

  constructor(env: Environment, authorizer: Authorizer) {
    this.env = env;
    this.#authorizer = authorizer;
    this.moveTasks = new MoveTasks(env, (arn) => this.withArn(arn));
  }

  /** Has whoever takes messages by itself told of queues whose messages changed. */
  watch(watcher: (queue: Queue) => void): void {
    this.#watcher = watcher;
  }

  /** Every queue, by name in alphabetical order. */
  get queues(): readonly Queue[] {
    return [...this.#queues.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The queue of a name. */
  named(name: string): Queue | undefined {
    return this.#queues.get(name);
  }

  /** The queue of an ARN. */
  withArn(arn: string | undefined): Queue | undefined {
    return this.queues.find((queue) => queue.arn === arn);
  }

  /** Its URL. */
  urlOf(queue: Queue): string {
    return `${this.env.endpoint}/${this.env.account}/${queue.name}`;
  }

  /** Makes a queue; the name is free and the attributes were checked. */
  create(name: string, attributes: QueueAttributes): Queue {
    const queue = new Queue(name, regionalArn(this.env, "sqs", name), attributes, this.env.clock.now());
    queue.onChange = () => this.#watcher(queue);
    this.#queues.set(name, queue);
    return queue;
  }

  /** Deletes a queue with its messages. */
  delete(queue: Queue): void {
    this.#queues.delete(queue.name);
  }

  /**
   * The queue of a URL (or of its path alone) for a caller's action on it.
   *
   * @throws AwsError - `QueueDoesNotExist`; `AccessDeniedException` when a policy refuses.
   */
  open(url: string | undefined, action: string, call: Call): Queue {
    const [account, name = ""] = (url ?? "").split("/").slice(-2);
    const queue = account === this.env.account ? this.#queues.get(name) : undefined;
    if (!queue) throw noSuchQueue();
    this.check(queue, action, call);
    return queue;
  }

  /** Whether a caller may do something with a queue. */
  may(queue: Queue, action: string, call: Call): boolean {
    return this.#allows(queue, action, principalOf(call.caller, this.env), {});
  }

  /** Refuses a caller's action on a queue where a policy does. @throws AwsError - `AccessDeniedException`. */
  check(queue: Queue, action: string, call: Call): void {
    if (!this.may(queue, action, call)) {
      const principal = principalOf(call.caller, this.env);
      // SQS writes the action in small letters (seen in refusals quoted in public bug reports).
      throw sqsError(
        "AccessDeniedException",
        `User: ${principalName(principal, this.env)} is not authorized to perform: ${action.toLowerCase()} on resource: ${queue.arn}`,
        403,
      );
    }
  }

  /** Puts another service's message into a queue if the policies let it in. */
  deliver(delivery: QueueDelivery): DeliveryOutcome {
    const queue = this.withArn(delivery.queueArn);
    if (!queue) return "missing";
    if (!this.#allows(queue, "sqs:SendMessage", delivery.principal, delivery.context ?? {})) return "denied";
    const { body, attributes = {} } = delivery;
    const senderId = principalName(delivery.principal, this.env);
    queue.send({ body, attributes, senderId }, this.env.clock.now());
    return "accepted";
  }

  #allows(queue: Queue, action: string, principal: Principal, context: Record<string, string>): boolean {
    const { arn: resource, policy: resourcePolicy } = queue;
    return this.#authorizer.isAllowed({ principal, action, resource, context, resourcePolicy });
  }
}

/** The error for a queue that is not there. */
export const noSuchQueue = () =>
  sqsError("QueueDoesNotExist", "The specified queue does not exist for this wsdl version.");

/** Refuses a redrive policy whose target is not there. */
export function checkRedriveTarget(sqs: SqsStore, attributes: QueueAttributes): void {
  const text = attributes.RedrivePolicy;
  if (!text || sqs.withArn(parseRedrivePolicy(text).deadLetterTargetArn)) return;
  throw invalidParameter("RedrivePolicy", text, "Dead letter target does not exist.");
}
