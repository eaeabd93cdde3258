import { randomUUID } from "node:crypto";
import { regionalArn } from "../../../lib/aws/arns";
import type { Environment } from "../../environment";
import { resourceNotFound } from "./errors";
import type { EventSourceMapping, MappingSettings } from "./event-source-mapping";
import { type PollerPorts, QueuePoller } from "./queue-poller";

/** The mappings of queues to functions, each with its poller. */
export class EventSourceMappings {
  readonly #env: Environment;
  readonly #ports: PollerPorts;
  readonly #mappings = new Map<
    string,
    { readonly mapping: EventSourceMapping; readonly poller: QueuePoller }
  >();

  constructor(env: Environment, ports: PollerPorts) {
    this.#env = env;
    this.#ports = ports;
  }

  /** Every mapping, in the order of creation. */
  get all(): readonly EventSourceMapping[] {
    return [...this.#mappings.values()].map(({ mapping }) => mapping);
  }

  /** The mapping of an id. @throws AwsError - `ResourceNotFoundException`. */
  get(id: string | undefined): EventSourceMapping {
    return this.#entry(id).mapping;
  }

  /** Makes a mapping, and takes messages from now on if it is enabled. */
  create(queueArn: string, functionName: string, settings: MappingSettings): EventSourceMapping {
    const id = randomUUID();
    const mapping: EventSourceMapping = {
      id,
      arn: regionalArn(this.#env, "lambda", `event-source-mapping:${id}`),
      queueArn,
      functionName,
      settings,
      modifiedAt: this.#env.clock.date(),
      lastResult: "No records processed",
      tags: new Map(),
    };
    const poller = new QueuePoller(this.#env, mapping, this.#ports);
    this.#mappings.set(id, { mapping, poller });
    poller.wake();
    return mapping;
  }

  /** Changes a mapping; what runs, ends as it began. */
  update(mapping: EventSourceMapping, functionName: string, settings: MappingSettings): void {
    mapping.functionName = functionName;
    mapping.settings = settings;
    mapping.modifiedAt = this.#env.clock.date();
    this.#entry(mapping.id).poller.wake();
  }

  /** Deletes a mapping: its queue's messages wait for another. */
  delete(id: string | undefined): EventSourceMapping {
    const { mapping, poller } = this.#entry(id);
    poller.stop();
    this.#mappings.delete(mapping.id);
    return mapping;
  }

  /** To be told that a queue's messages changed, or that a function was made. */
  wake(of: Partial<Pick<EventSourceMapping, "queueArn" | "functionName">>): void {
    for (const { mapping, poller } of this.#mappings.values()) {
      if (mapping.queueArn === of.queueArn || mapping.functionName === of.functionName) poller.wake();
    }
  }

  /** Takes nothing any more. */
  close(): void {
    for (const { poller } of this.#mappings.values()) poller.stop();
  }

  #entry(id: string | undefined) {
    const found = this.#mappings.get(id ?? "");
    if (!found) throw resourceNotFound("The resource you requested does not exist.");
    return found;
  }
}
