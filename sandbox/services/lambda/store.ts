import { randomUUID } from "node:crypto";
import { regionalArn } from "../../../lib/aws/arns";
import type { Environment } from "../../environment";
import type { AccessRequest, Principal } from "../iam/authorizer";
import type { LogLine } from "../logs/store";
import type { Queue } from "../sqs/queue";
import type { DeliveryOutcome } from "../sqs/store";
import { AsyncEvents } from "./async-events";
import type { AsyncRequest } from "./async-request";
import { closed, throttled } from "./errors";
import { EventSourceMappings } from "./event-source-mappings";
import { type LambdaFunction, resourcePolicyOf } from "./function";
import { FunctionStore } from "./function-store";
import type { LambdaPorts } from "./ports";
import type { ExecutionSpec } from "./runner/execution-environment";
import type { InvocationResult } from "./runner/outcome";
import { FunctionPool } from "./runner/pool";

/** What a function runs with when nothing is reserved for it. */
const UNRESERVED_CONCURRENCY = 1000;

/**
 * Runs functions: each in child processes of its own, made from the very archive that was deployed.
 * `close` must be called; it ends every process.
 */
export class LambdaStore {
  /** Functions. */
  readonly functions: FunctionStore;
  /** What invokes them with messages of queues. */
  readonly mappings: EventSourceMappings;
  readonly env: Environment;
  readonly #ports: LambdaPorts;
  readonly #events: AsyncEvents;
  readonly #pools = new Map<string, FunctionPool>();
  /** Pools of former states of functions, as long as they have work or processes. */
  readonly #retiring = new Set<FunctionPool>();
  #isClosed = false;

  constructor(env: Environment, ports: LambdaPorts) {
    this.env = env;
    this.functions = new FunctionStore(env);
    this.#ports = ports;
    this.#events = new AsyncEvents(env, {
      queues: ports.queues,
      find: (arn) => this.functions.find(arn),
      run: (lambdaFunction, requestId, payload) => this.#run(lambdaFunction, requestId, payload),
    });
    this.mappings = new EventSourceMappings(env, {
      functionOf: ({ functionName }) => this.functions.all.get(functionName),
      queueOf: (arn) => this.queueOf(arn),
      may: (lambdaFunction, action, queue) => this.mayUse(lambdaFunction, action, queue),
      run: (lambdaFunction, requestId, payload) => this.#run(lambdaFunction, requestId, payload),
    });
    ports.queues.watch(({ arn }) => this.mappings.wake({ queueArn: arn }));
  }

  /** The queue of an ARN, if it is there. */
  queueOf(arn: string | undefined): Queue | undefined {
    return this.#ports.queues.withArn(arn);
  }

  /** Whether a function's role may do something with a queue. */
  mayUse({ settings }: LambdaFunction, action: string, { arn, policy }: Queue): boolean {
    return this.#may(settings.role, action, arn, policy);
  }

  /** Whether a principal may do something to a function. */
  allows(
    lambdaFunction: LambdaFunction,
    action: string,
    principal: Principal,
    context: Readonly<Record<string, string>> = {},
  ): boolean {
    const resourcePolicy = resourcePolicyOf(lambdaFunction);
    return this.isAllowed({ principal, action, resource: lambdaFunction.arn, context, resourcePolicy });
  }

  /** Whether IAM allows something, for example to do something to a mapping. */
  isAllowed(request: AccessRequest): boolean {
    return this.#ports.authorizer.isAllowed(request);
  }

  /** Whether Lambda may run functions with a role. */
  canRunAs(role: string): boolean {
    return this.#ports.credentials.canAssume(role, "lambda.amazonaws.com");
  }

  /** Whether a function's role may send messages to a queue. */
  maySend(role: string, queueArn: string): boolean {
    return this.#may(role, "sqs:SendMessage", queueArn);
  }

  /**
   * Runs a function and waits for its answer.
   *
   * @throws AwsError - `TooManyRequestsException` beyond the function's reserved concurrency.
   */
  invoke(lambdaFunction: LambdaFunction, requestId: string, payload: string): Promise<InvocationResult> {
    const { reservedConcurrency: reserved } = lambdaFunction;
    if (reserved !== undefined && this.#poolOf(lambdaFunction).load >= reserved) throw throttled();
    return this.env.clock.track(this.#run(lambdaFunction, requestId, payload));
  }

  /** Takes an event for a function; nobody waits for the answer. */
  enqueue(lambdaFunction: LambdaFunction, requestId: string, payload: string): void {
    this.#events.accept(lambdaFunction.arn, requestId, payload);
  }

  /** Takes another service's event, if the function is there and its policy lets the service in. */
  invokeAsync({ functionArn, payload, principal, context }: AsyncRequest): DeliveryOutcome {
    const lambdaFunction = this.functions.find(functionArn);
    if (!lambdaFunction) return "missing";
    if (!this.allows(lambdaFunction, "lambda:InvokeFunction", principal, context)) return "denied";
    this.enqueue(lambdaFunction, randomUUID(), payload);
    return "accepted";
  }

  /** To be told that a function's code or settings changed, or that it is gone: warm processes end. */
  retire(lambdaFunction: LambdaFunction): void {
    const pool = this.#pools.get(lambdaFunction.name);
    if (!pool) return;
    this.#pools.delete(lambdaFunction.name);
    this.#retiring.add(pool);
    void this.env.clock.track(pool.retire().then(() => this.#retiring.delete(pool)));
  }

  /** Ends every process and waits until they are gone; nothing runs afterwards. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#events.close();
    this.mappings.close();
    await Promise.all([...this.#pools.values(), ...this.#retiring].map((pool) => pool.kill()));
  }

  #may(role: string, action: string, resource: string, resourcePolicy?: string): boolean {
    return this.isAllowed({ principal: { kind: "role", arn: role }, action, resource, resourcePolicy });
  }

  async #run(lambdaFunction: LambdaFunction, requestId: string, payload: string): Promise<InvocationResult> {
    if (this.#isClosed) throw closed();
    return this.#poolOf(lambdaFunction).run(requestId, payload);
  }

  #poolOf(lambdaFunction: LambdaFunction): FunctionPool {
    const existing = this.#pools.get(lambdaFunction.name);
    if (existing) return existing;
    const pool = new FunctionPool(this.env, {
      files: lambdaFunction.archive.files,
      limit: () => lambdaFunction.reservedConcurrency ?? UNRESERVED_CONCURRENCY,
      specOf: (taskRoot) => this.#specOf(lambdaFunction, taskRoot),
    });
    this.#pools.set(lambdaFunction.name, pool);
    return pool;
  }

  #specOf({ name, arn, settings }: LambdaFunction, taskRoot: string): ExecutionSpec {
    return {
      functionArn: arn,
      functionName: name,
      handler: settings.handler,
      runtime: settings.runtime,
      memoryMib: settings.memorySize,
      logGroup: settings.logGroup,
      taskRoot,
      own: settings.variables,
      session: this.#ports.credentials.issue(settings.role),
      timeoutMs: settings.timeout * 1000,
      log: (stream, lines) => this.#log(settings.role, settings.logGroup, stream, lines),
    };
  }

  /**
   * Writes a function's output, if its role may: without the permission AWS keeps no log either.
   * Source: AWS Lambda Developer Guide, "Sending Lambda function logs to CloudWatch Logs", "Required IAM permissions".
   */
  #log(role: string, group: string, stream: string, lines: LogLine[]): void {
    const resource = regionalArn(this.env, "logs", `log-group:${group}:log-stream:${stream}`);
    const actions = ["logs:CreateLogStream", "logs:PutLogEvents"];
    const mayWrite = actions.every((action) => this.#may(role, action, resource));
    if (mayWrite) this.#ports.logs.append(group, stream, lines);
  }
}
