import { regionalArn } from "../../../lib/aws/arns";
import type { Environment } from "../../environment";
import { alreadyExists, notFound } from "./errors";

/** A line of a log as it is given. */
export interface LogLine {
  /** When it happened, epoch milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

/** A line of a log as it is kept. */
export interface LogEvent extends LogLine {
  /** When it was taken in, epoch milliseconds. */
  readonly ingestionTime: number;
  /** Digits; in order of time, and of arrival where that is the same. */
  readonly eventId: string;
  /** The stream that it is in. */
  readonly streamName: string;
}

/** A log stream. */
export interface LogStream {
  readonly name: string;
  readonly arn: string;
  /** Epoch milliseconds. */
  readonly creationTime: number;
  /** In order of event id. */
  events: LogEvent[];
}

/** A log group. */
export interface LogGroup {
  readonly name: string;
  /** Without the `:*` that some answers put behind it. */
  readonly arn: string;
  /** Epoch milliseconds. */
  readonly creationTime: number;
  readonly kmsKeyId?: string | undefined;
  readonly logGroupClass: string;
  /** Days that events are kept; for ever when absent. */
  retentionInDays?: number | undefined;
  readonly tags: Map<string, string>;
  readonly streams: Map<string, LogStream>;
}

const DAY_MS = 86_400_000;

/** Log groups with their streams and events. Maps keep the order of creation. */
export class LogsStore {
  readonly groups = new Map<string, LogGroup>();
  readonly env: Environment;
  #sequence = 0;

  constructor(env: Environment) {
    this.env = env;
  }

  /**
   * The group of a name.
   *
   * @throws AwsError ResourceNotFoundException 400
   */
  group(name: string | undefined): LogGroup {
    const group = this.groups.get(name ?? "");
    if (!group) throw notFound("The specified log group does not exist.");
    return group;
  }

  /**
   * The stream of a name.
   *
   * @throws AwsError ResourceNotFoundException 400
   */
  stream(group: LogGroup, name: string | undefined): LogStream {
    const stream = group.streams.get(name ?? "");
    if (!stream) throw notFound("The specified log stream does not exist.");
    return stream;
  }

  /**
   * Makes a group.
   *
   * @throws AwsError ResourceAlreadyExistsException 400
   */
  createGroup(
    name: string,
    given: Pick<LogGroup, "kmsKeyId"> & Partial<Pick<LogGroup, "logGroupClass" | "tags">> = {},
  ): LogGroup {
    if (this.groups.has(name)) throw alreadyExists("The specified log group already exists");
    const group: LogGroup = {
      name,
      arn: regionalArn(this.env, "logs", `log-group:${name}`),
      creationTime: this.env.clock.now(),
      kmsKeyId: given.kmsKeyId,
      logGroupClass: given.logGroupClass ?? "STANDARD",
      tags: given.tags ?? new Map(),
      streams: new Map(),
    };
    this.groups.set(name, group);
    return group;
  }

  /**
   * Makes a stream.
   *
   * @throws AwsError ResourceAlreadyExistsException 400
   */
  createStream(group: LogGroup, name: string): LogStream {
    if (group.streams.has(name)) throw alreadyExists("The specified log stream already exists");
    const arn = `${group.arn}:log-stream:${name}`;
    const stream: LogStream = { name, arn, creationTime: this.env.clock.now(), events: [] };
    group.streams.set(name, stream);
    return stream;
  }

  /** Takes lines into a stream. */
  put(stream: LogStream, lines: readonly LogLine[]): void {
    const ingestionTime = this.env.clock.now();
    const fresh = lines.map(({ timestamp, message }): LogEvent => {
      const eventId = `${String(timestamp).padStart(20, "0")}${String(this.#sequence++).padStart(36, "0")}`;
      return { timestamp, message, ingestionTime, eventId, streamName: stream.name };
    });
    let last = stream.events.at(-1);
    let inOrder = true;
    for (const event of fresh) {
      inOrder &&= !last || last.eventId < event.eventId;
      last = event;
    }
    stream.events.push(...fresh);
    if (!inOrder) stream.events.sort(byId);
  }

  /**
   * Takes in what a Lambda function wrote, making group and stream where they are not there, as Lambda does
   * (AWS Lambda Developer Guide, "Sending Lambda function logs to CloudWatch Logs").
   *
   * @param lines - with times in epoch milliseconds.
   */
  append(logGroup: string, stream: string, lines: readonly LogLine[]): void {
    const group = this.groups.get(logGroup) ?? this.createGroup(logGroup);
    this.put(group.streams.get(stream) ?? this.createStream(group, stream), lines);
  }

  /**
   * The events of some streams in order, but those whose retention is over. (AWS deletes these within 72
   * hours; here they are gone at once.)
   */
  events(group: LogGroup, streams: Iterable<LogStream>): LogEvent[] {
    const oldest =
      group.retentionInDays === undefined ? 0 : this.env.clock.now() - group.retentionInDays * DAY_MS;
    const all: LogEvent[] = [];
    for (const stream of streams) {
      stream.events = stream.events.filter(({ timestamp }) => timestamp >= oldest);
      all.push(...stream.events);
    }
    return all.sort(byId);
  }
}

const byId = (a: LogEvent, b: LogEvent) => (a.eventId < b.eventId ? -1 : 1);
