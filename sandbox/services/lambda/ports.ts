import type { Authorizer, RoleCredentials } from "../iam/authorizer";
import type { LogLine } from "../logs/store";
import type { Queue } from "../sqs/queue";
import type { DeliveryOutcome, QueueDelivery } from "../sqs/store";

/** Where the output of functions goes. */
interface LogSink {
  /** Adds events to a stream; makes group and stream when they are not there, as Lambda does. */
  append(logGroup: string, stream: string, lines: LogLine[]): void;
}

/** What Lambda needs of the services around it. */
export interface LambdaPorts {
  /** IAM's decisions. */
  readonly authorizer: Authorizer;
  /** Where credentials for a function's role come from, and whether Lambda gets them. */
  readonly credentials: {
    issue(roleArn: string): RoleCredentials;
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
