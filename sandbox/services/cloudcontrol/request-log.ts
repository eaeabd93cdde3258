import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Operation, ProgressEvent } from "@aws-sdk/client-cloudcontrol";
import type { Environment } from "../../environment";
import { AwsError } from "../../wire/aws-error";
import { handlerFailure } from "./errors";

const HOUR_MS = 60 * 60 * 1000;
/** API Reference, "CreateResource": a client token is valid for 36 hours once used. */
const TOKEN_MS = 36 * HOUR_MS;
/** API Reference, "ListResourceRequests": requests expire after 7 days. */
const KEPT_MS = 7 * 24 * HOUR_MS;

/** A request to create, update or delete a resource. */
export interface ResourceRequest {
  readonly operation: Operation;
  readonly typeName: string;
  /** What tells a repetition of the same request from another one with the same token. */
  readonly input: unknown;
  readonly clientToken: string | undefined;
  /** Checks what can be checked at once; what it throws is the answer. */
  readonly prepare: () => ResourceWork;
}

/** What a request that passed its checks will do. */
export interface ResourceWork {
  readonly identifier: string;
  /** Does it; what it throws is the request's failure. */
  readonly work: () => void;
}

interface Entry extends ResourceWork {
  readonly request: ResourceRequest;
  readonly since: number;
  event: ProgressEvent;
}

/** The requests that Cloud Control has taken on, and how far each of them is. */
export class RequestLog {
  readonly #env: Environment;
  readonly #entries = new Map<string, Entry>();

  constructor(env: Environment) {
    this.#env = env;
  }

  /**
   * Takes a request on and answers that it is in progress; it is done in a moment of wall time, whether virtual
   * time moves or not, so that a client that polls gets its end even with a paused clock. A repetition of a
   * request that has a client token gets that request's state.
   *
   * @throws AwsError `ClientTokenConflictException` if the client token belongs to another request, and whatever
   * the request's checks find.
   */
  begin(request: ResourceRequest): ProgressEvent {
    const repeated = this.#withToken(request);
    if (repeated) return repeated.event;
    const prepared = request.prepare();
    const token = randomUUID();
    const event: ProgressEvent = {
      TypeName: request.typeName,
      Identifier: prepared.identifier,
      RequestToken: token,
      Operation: request.operation,
      OperationStatus: "IN_PROGRESS",
      EventTime: this.#env.clock.date(),
    };
    const entry = { ...prepared, request, since: this.#env.clock.now(), event };
    this.#entries.set(token, entry);
    const done = new Promise<void>((resolve) => {
      setImmediate(() => resolve(this.#finish(entry)));
    });
    void this.#env.clock.track(done);
    return event;
  }

  /** The state of a request; throws `AwsError` for a token that nobody was given. */
  status(token: string): ProgressEvent {
    const entry = this.#entries.get(token);
    if (!entry) {
      throw new AwsError("RequestTokenNotFoundException", 400, `Request with token ${token} was not found`);
    }
    return entry.event;
  }

  /** The requests that have not expired, newest first. */
  list(): ProgressEvent[] {
    return [...this.#fresh(KEPT_MS)].map(({ event }) => event).reverse();
  }

  #fresh(age: number): Entry[] {
    const oldest = this.#env.clock.now() - age;
    return [...this.#entries.values()].filter(({ since }) => since > oldest);
  }

  #withToken({ clientToken, operation, input }: ResourceRequest): Entry | undefined {
    if (clientToken === undefined) return undefined;
    const entry = this.#fresh(TOKEN_MS).find(({ request }) => request.clientToken === clientToken);
    if (entry && !(entry.request.operation === operation && isDeepStrictEqual(entry.request.input, input))) {
      const message = `Client token ${clientToken} has already been used in another resource request`;
      throw new AwsError("ClientTokenConflictException", 400, message);
    }
    return entry;
  }

  #finish(entry: Entry): void {
    const at = { ...entry.event, EventTime: this.#env.clock.date() };
    try {
      entry.work();
      entry.event = { ...at, OperationStatus: "SUCCESS" };
    } catch (error) {
      const { code, message } = handlerFailure(error, entry.request.typeName, entry.identifier);
      entry.event = { ...at, OperationStatus: "FAILED", ErrorCode: code, StatusMessage: message };
    }
  }
}
