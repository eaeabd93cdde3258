import type { Architecture, Runtime } from "@aws-sdk/client-lambda";
import type { Archive } from "./archive";

/** What a function's owner has set. */
export interface FunctionSettings {
  readonly runtime: Runtime;
  readonly role: string;
  readonly handler: string;
  readonly description: string;
  /** Seconds, 1..900. */
  readonly timeout: number;
  /** MiB, 128..10240. */
  readonly memorySize: number;
  readonly variables: Readonly<Record<string, string>>;
  /** ARN of a queue for events that failed. */
  readonly deadLetterArn: string | undefined;
  readonly logGroup: string;
}

/** How asynchronous events are treated; what is not set has Lambda's default. */
export interface EventInvokeSettings {
  /** 0..2 retries after an error of the function; default 2. */
  readonly retries: number | undefined;
  /** Seconds that an event is kept, 60..21600; default 21600. */
  readonly maximumAge: number | undefined;
  /** ARNs of queues for a record of each event, by how it ended. */
  readonly onSuccess: string | undefined;
  readonly onFailure: string | undefined;
  readonly modifiedAt: Date;
}

/** A function. */
export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  settings: FunctionSettings;
  archive: Archive;
  architectures: readonly Architecture[];
  modifiedAt: Date;
  revisionId: string;
  readonly tags: Map<string, string>;
  /** Statements of its resource policy, by id. */
  readonly permissions: Map<string, object>;
  eventInvoke: EventInvokeSettings | undefined;
  reservedConcurrency: number | undefined;
}

/** A function's resource policy, JSON; undefined while it has no statement. */
export function resourcePolicyOf(lambdaFunction: LambdaFunction): string | undefined {
  if (lambdaFunction.permissions.size === 0) return undefined;
  const Statement = [...lambdaFunction.permissions.values()];
  return JSON.stringify({ Version: "2012-10-17", Id: "default", Statement });
}
