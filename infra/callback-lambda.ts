import { LogGroup } from "@pulumi/aws/cloudwatch";
import { FunctionEventInvokeConfig, Function as LambdaFunction, Permission } from "@pulumi/aws/lambda";
import { TopicSubscription } from "@pulumi/aws/sns";
import { Queue, QueuePolicy } from "@pulumi/aws/sqs";
import * as pulumi from "@pulumi/pulumi";
import { type AwsScope, regionalArn } from "../lib/aws/arns";
import type { ResponseTable } from "../lib/responses/response-table";
import { callbackArchive } from "./callback-code";
import { logGroupName, makeCallbackRole } from "./callback-role";
import { tellOfResponses } from "./config/responses";
import { subscriptionDeadLetterPolicy } from "./documents/dead-letter-queue";
import { underCreationHooks } from "./name-taken";
import { type ComponentTags, componentTags } from "./tags";

/** Arguments of {@link CallbackLambda}. */
export interface CallbackLambdaArgs {
  /** Name of the stack, for the tags. */
  readonly stack: string;
  /** Partition, region and account of the function. */
  readonly scope: AwsScope;
  /** Physical name of the function, 1 to 64 of `[a-zA-Z0-9_-]`. */
  readonly functionName: string;
  /** Physical name of its role, at most 64 characters. */
  readonly roleName: string;
  /**
   * ARN of the managed policy that bounds what the role may do.
   *
   * @default no boundary
   */
  readonly permissionsBoundaryArn?: string;
  /** Physical name of the queue of events that the function failed on, at most 80 characters. */
  readonly functionDeadLetterQueueName: string;
  /** Physical name of the queue of alarms that SNS could not deliver, at most 80 characters. */
  readonly subscriptionDeadLetterQueueName: string;
  /** The function's code: a CommonJS module that exports `handler`. */
  readonly code: string;
  /** What alarms lead to; it goes into the archive. */
  readonly responses: ResponseTable;
  /** Name of the alert topic; a plain string, so that a policy can judge what is open to it in a first preview. */
  readonly topicName: string;
  /** ARN of the alert topic, once it exists. */
  readonly topicArn: pulumi.Input<string>;
  /** Name of the quarantine group. */
  readonly quarantineGroupName: string;
  /** Name of the restrictive policy. */
  readonly restrictivePolicyName: string;
  /** Name of the ledger's table. */
  readonly ledgerTableName: string;
  /** Host name of the account's `iot:Data-ATS` endpoint, without a scheme. */
  readonly iotDataEndpoint: string;
  /** Memory, in MiB. */
  readonly memoryMib: number;
  /** Timeout, in seconds. */
  readonly timeoutSeconds: number;
  /** Concurrent executions set aside for it, and its most; `none` leaves it in the account's pool. */
  readonly reservedConcurrency: number | "none";
  /** Days that its log is kept; one of the values that CloudWatch Logs takes. */
  readonly logRetentionDays: number;
}

/** Longest that SQS keeps a message. Source: Amazon SQS Developer Guide, "Amazon SQS message quotas". */
const RETENTION_SECONDS = 14 * 24 * 60 * 60;

/** The function that quarantines a device on an alarm, its subscription, and the queues behind both. */
export class CallbackLambda extends pulumi.ComponentResource {
  /** Name of the function. */
  readonly functionName: pulumi.Output<string>;
  /** Name of its log group. */
  readonly logGroupName: pulumi.Output<string>;
  /** URL of the queue of events that the function failed on. */
  readonly functionDeadLetterQueueUrl: pulumi.Output<string>;
  /** URL of the queue of alarms that SNS could not deliver to the function. */
  readonly subscriptionDeadLetterQueueUrl: pulumi.Output<string>;
  private readonly queueOptions: pulumi.CustomResourceOptions;

  /**
   * @param name logical name.
   * @param args see {@link CallbackLambdaArgs}.
   * @param opts options of the component; the queues are created under its hooks of creation.
   */
  constructor(name: string, args: CallbackLambdaArgs, opts?: pulumi.ComponentResourceOptions) {
    // The code is an input of the function; here it would be stored a second time.
    const { code, ...visible } = args;
    super("iot-quarantine:index:CallbackLambda", name, visible, opts);
    tellOfResponses(args.responses);
    this.queueOptions = { parent: this, ...underCreationHooks(opts) };
    const tags = componentTags(args.stack, "CallbackLambda");
    const logGroup = new LogGroup(
      `${name}-log`,
      {
        // Explicit, as Lambda writes to the group of this name, and would make one without a retention. Not
        // deleteBeforeReplace: only another name replaces it.
        name: logGroupName(args.functionName),
        retentionInDays: args.logRetentionDays,
        tags: { ...tags },
      },
      { parent: this },
    );
    const failures = this.makeQueue(`${name}-function-queue`, args.functionDeadLetterQueueName, tags);
    const callback = this.makeFunction(name, args, code, tags, [logGroup]);
    new FunctionEventInvokeConfig(
      `${name}-failures`,
      {
        functionName: callback.name,
        // Lambda's own defaults, written out as the dead letters depend on them: two more tries, after one
        // and two minutes, and events no older than six hours. Source: AWS Lambda Developer Guide, "How
        // Lambda handles errors and retries with asynchronous invocation".
        maximumRetryAttempts: 2,
        maximumEventAgeInSeconds: 6 * 60 * 60,
        destinationConfig: { onFailure: { destination: failures.arn } },
      },
      { parent: this },
    );
    const undelivered = this.subscribe(name, args, callback, tags);
    this.functionName = callback.name;
    this.logGroupName = logGroup.name;
    this.functionDeadLetterQueueUrl = failures.url;
    this.subscriptionDeadLetterQueueUrl = undelivered.url;
    this.registerOutputs({
      functionName: this.functionName,
      logGroupName: this.logGroupName,
      functionDeadLetterQueueUrl: this.functionDeadLetterQueueUrl,
      subscriptionDeadLetterQueueUrl: this.subscriptionDeadLetterQueueUrl,
    });
  }

  /** A dead-letter queue. It has SQS's own encryption: a disabled key must not take the dead letters too. */
  private makeQueue(name: string, queueName: string, tags: ComponentTags): Queue {
    return new Queue(
      name,
      {
        // Explicit, so that the policies about it are known before it exists. Not deleteBeforeReplace: only
        // another name replaces it, and SQS holds a deleted queue's name back for a minute.
        name: queueName,
        messageRetentionSeconds: RETENTION_SECONDS,
        sqsManagedSseEnabled: true,
        tags: { ...tags },
      },
      this.queueOptions,
    );
  }

  private makeFunction(
    name: string,
    args: CallbackLambdaArgs,
    code: string,
    tags: ComponentTags,
    dependsOn: readonly pulumi.Resource[],
  ): LambdaFunction {
    const { role, rolePolicy } = makeCallbackRole(name, args, tags, this);
    return new LambdaFunction(
      `${name}-function`,
      {
        // Explicit, as the log group and the operators know it by name. Not deleteBeforeReplace: only another
        // name replaces it, and alarms must always find one.
        name: args.functionName,
        description: "Puts a device that raised an alarm into quarantine",
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: "index.handler",
        code: callbackArchive(code, args.responses),
        role: role.arn,
        memorySize: args.memoryMib,
        timeout: args.timeoutSeconds,
        // A storm of alarms must not take the account's concurrency.
        ...(args.reservedConcurrency === "none"
          ? {}
          : { reservedConcurrentExecutions: args.reservedConcurrency }),
        environment: {
          variables: {
            QUARANTINE_GROUP_NAME: args.quarantineGroupName,
            IOT_DATA_ENDPOINT: args.iotDataEndpoint,
            LEDGER_TABLE_NAME: args.ledgerTableName,
            RESTRICTIVE_POLICY_NAME: args.restrictivePolicyName,
            POWERTOOLS_SERVICE_NAME: "quarantine-device",
          },
        },
        tags: { ...tags },
      },
      // Its first alarm must find the permissions and a log group with a retention; Lambda refuses an
      // on-failure destination that the role cannot send to.
      { parent: this, dependsOn: [...dependsOn, rolePolicy] },
    );
  }

  /** Subscribes the function to the topic, and gives SNS a queue for what it cannot deliver. */
  private subscribe(
    name: string,
    args: CallbackLambdaArgs,
    callback: LambdaFunction,
    tags: ComponentTags,
  ): Queue {
    const queue = this.makeQueue(`${name}-subscription-queue`, args.subscriptionDeadLetterQueueName, tags);
    const queueArn = regionalArn(args.scope, "sqs", args.subscriptionDeadLetterQueueName);
    const queuePolicy = new QueuePolicy(
      `${name}-subscription-queue-policy`,
      {
        queueUrl: queue.url,
        policy: JSON.stringify(
          subscriptionDeadLetterPolicy(queueArn, regionalArn(args.scope, "sns", args.topicName)),
        ),
      },
      { parent: this },
    );
    const permission = new Permission(
      `${name}-permission`,
      {
        function: callback.name,
        action: "lambda:InvokeFunction",
        principal: "sns.amazonaws.com",
        // The topic's ARN holds the account: no other topic, of ours or of anyone, can invoke it.
        sourceArn: args.topicArn,
      },
      { parent: this },
    );
    new TopicSubscription(
      `${name}-subscription`,
      {
        topic: args.topicArn,
        protocol: "lambda",
        endpoint: callback.arn,
        redrivePolicy: queue.arn.apply((arn) => JSON.stringify({ deadLetterTargetArn: arn })),
      },
      // An alarm that comes with the subscription must be let in, or at least be kept.
      { parent: this, dependsOn: [permission, queuePolicy] },
    );
    return queue;
  }
}
