import { TopicSubscription } from "@pulumi/aws/sns";
import { Queue } from "@pulumi/aws/sqs";
import * as pulumi from "@pulumi/pulumi";
import { type AwsScope, regionalArn } from "../lib/aws/arns";
import { MAX_RECEIVES } from "../lib/responses/response-table";
import { alarmQueuePolicy } from "./documents/alarm-queue";
import { underCreationHooks } from "./name-taken";
import { componentTags } from "./tags";

/** Arguments of {@link AlarmQueue}. */
export interface AlarmQueueArgs {
  /** Name of the stack, for the tags. */
  readonly stack: string;
  /** Partition, region and account of the queues. */
  readonly scope: AwsScope;
  /** Physical name of the queue, at most 80 characters. */
  readonly queueName: string;
  /** Physical name of its dead-letter queue, at most 80 characters. */
  readonly deadLetterQueueName: string;
  /** Timeout of the function that takes the alarms, in seconds. */
  readonly functionTimeoutSeconds: number;
  /** Name of the alert topic; a plain string, so that a policy can judge what is open to it in a first preview. */
  readonly topicName: string;
  /** ARN of the alert topic, once it exists. */
  readonly topicArn: pulumi.Input<string>;
}

/** Longest that SQS keeps a message. Source: Amazon SQS Developer Guide, "Amazon SQS message quotas". */
const RETENTION_SECONDS = 14 * 24 * 60 * 60;

/**
 * What Lambda asks of a queue that it takes from: messages stay hidden six times as long as the function may run, so
 * that one which waits for a free execution is not given to another, and come five times at least before they are given
 * up. Source: AWS Lambda Developer Guide, "Creating and configuring an Amazon SQS event source mapping", "Configuring a
 * queue to use with Lambda".
 */
const VISIBILITY_FACTOR = 6;

/** The queue in which alarms wait for the function, and the one of those that it was given too often. */
export class AlarmQueue extends pulumi.ComponentResource {
  /** ARN of the queue. */
  readonly queueArn: pulumi.Output<string>;
  /** URL of the queue. */
  readonly queueUrl: pulumi.Output<string>;
  /** URL of the queue of alarms that were given up, or that SNS could not deliver. */
  readonly deadLetterQueueUrl: pulumi.Output<string>;

  /** @param opts - the queues are created under its hooks of creation. */
  constructor(name: string, args: AlarmQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot-quarantine:index:AlarmQueue", name, args, opts);
    const shared = {
      messageRetentionSeconds: RETENTION_SECONDS,
      // SQS's own key: SNS needs no right to it, and a disabled key cannot take the alarms that wait.
      sqsManagedSseEnabled: true,
      tags: { ...componentTags(args.stack, "AlarmQueue") },
    };
    const options = { parent: this, ...underCreationHooks(opts) };
    // Names are explicit, so that the policies about them are known before they exist. Not deleteBeforeReplace: only
    // another name replaces a queue, and SQS holds a deleted queue's name back for a minute.
    const letters = new Queue(
      `${name}-dead-letters`,
      {
        name: args.deadLetterQueueName,
        policy: JSON.stringify(policyOf(args, args.deadLetterQueueName)),
        ...shared,
      },
      options,
    );
    const queue = new Queue(
      `${name}-queue`,
      {
        name: args.queueName,
        policy: JSON.stringify(policyOf(args, args.queueName)),
        visibilityTimeoutSeconds: VISIBILITY_FACTOR * args.functionTimeoutSeconds,
        redrivePolicy: letters.arn.apply((deadLetterTargetArn) =>
          JSON.stringify({ deadLetterTargetArn, maxReceiveCount: MAX_RECEIVES }),
        ),
        ...shared,
      },
      options,
    );
    new TopicSubscription(
      `${name}-subscription`,
      {
        topic: args.topicArn,
        protocol: "sqs",
        endpoint: queue.arn,
        // The same dead letters, in the same envelope, so that there is one place to look and one way back.
        redrivePolicy: letters.arn.apply((deadLetterTargetArn) => JSON.stringify({ deadLetterTargetArn })),
      },
      { parent: this },
    );
    this.queueArn = queue.arn;
    this.queueUrl = queue.url;
    this.deadLetterQueueUrl = letters.url;
    this.registerOutputs({
      queueArn: this.queueArn,
      queueUrl: this.queueUrl,
      deadLetterQueueUrl: this.deadLetterQueueUrl,
    });
  }
}

const policyOf = ({ scope, topicName }: AlarmQueueArgs, queueName: string) =>
  alarmQueuePolicy(regionalArn(scope, "sqs", queueName), regionalArn(scope, "sns", topicName));
