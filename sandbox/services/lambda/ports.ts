import type { Authorizer } from "../iam/authorizer";
import type { Queue } from "../sqs/queue";
import type { DeliveryOutcome, QueueDelivery } from "../sqs/store";

/** One event of a log. */
export interface LogLine {
  /** Virtual time, epoch milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

/** Where the output of functions goes. */
interface LogSink {
  /** Adds events to a stream; makes group and stream when they are not there, as Lambda does. */
  append(logGroup: string, stream: string, lines: LogLine[]): void;
}

/** Credentials of a role's session. */
export interface RoleSession {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** What Lambda needs of the services around it. */
export interface LambdaPorts {
  /** IAM's decisions. */
  readonly authorizer: Authorizer;
  /** Where credentials for a function's role come from, and whether Lambda gets them. */
  readonly credentials: {
    issue(roleArn: string): RoleSession;
    canAssume(roleArn: string, serviceName: string): boolean;
  };
  /** Where the output of functions goes. */
  readonly logs: LogSink;
  /** Where queues are: dead letters and destinations go there, and messages come from there. */
  readonly queues: {
    deliver(delivery: QueueDelivery): DeliveryOutcome;
    withArn(arn: string | undefined): Queue | undefined;
    watch(watcher: (queue: Queue) => void): void;
  };
}
