import { LogGroup } from "@pulumi/aws/cloudwatch";
import { EventSourceMapping, Function as LambdaFunction } from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import { type AwsScope, regionalArn } from "../lib/aws/arns";
import type { ResponseTable } from "../lib/responses/response-table";
import { functionArchive } from "./callback-code";
import { logGroupName, makeCallbackRole } from "./callback-role";
import { tellOfResponses } from "./config/responses";
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
  /** The function's code: a CommonJS module that exports `handler`. */
  readonly code: string;
  /** What alarms lead to; it goes into the archive. */
  readonly responses: ResponseTable;
  /** Name of the queue of alarms; a plain string, so that a policy can judge the role in a first preview. */
  readonly alarmQueueName: string;
  /** ARN of the queue of alarms, once it exists. */
  readonly alarmQueueArn: pulumi.Input<string>;
  /** Name of the topic for people. */
  readonly notificationTopicName: string;
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
  /** Most batches of alarms that it works on at a time, 2 to 1000. */
  readonly alarmConcurrency: number;
  /** Days that its log is kept; one of the values that CloudWatch Logs takes. */
  readonly logRetentionDays: number;
}

/** Most messages of a batch that does not wait to fill. Source: AWS Lambda API Reference, "CreateEventSourceMapping". */
const BATCH_SIZE = 10;

/** The function that quarantines a device on an alarm, and the mapping by which it takes the alarms from their queue. */
export class CallbackLambda extends pulumi.ComponentResource {
  /** Name of the function. */
  readonly functionName: pulumi.Output<string>;
  /** Name of its log group. */
  readonly logGroupName: pulumi.Output<string>;
  /** Id of the mapping of queue to function: who disables it pauses the quarantine, and the alarms wait. */
  readonly mappingId: pulumi.Output<string>;

  /**
   * @param name logical name.
   * @param args see {@link CallbackLambdaArgs}.
   * @param opts options of the component.
   */
  constructor(name: string, args: CallbackLambdaArgs, opts?: pulumi.ComponentResourceOptions) {
    // The code is an input of the function; here it would be stored a second time.
    const { code, ...visible } = args;
    super("iot-quarantine:index:CallbackLambda", name, visible, opts);
    tellOfResponses(args.responses);
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
    const callback = this.makeFunction(name, args, code, tags, [logGroup]);
    const mapping = this.mapQueue(name, args, callback, tags);
    this.functionName = callback.name;
    this.logGroupName = logGroup.name;
    this.mappingId = mapping.uuid;
    this.registerOutputs({
      functionName: this.functionName,
      logGroupName: this.logGroupName,
      mappingId: this.mappingId,
    });
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
        code: functionArchive(code, args.responses),
        role: role.arn,
        memorySize: args.memoryMib,
        timeout: args.timeoutSeconds,
        environment: {
          variables: {
            QUARANTINE_GROUP_NAME: args.quarantineGroupName,
            IOT_DATA_ENDPOINT: args.iotDataEndpoint,
            LEDGER_TABLE_NAME: args.ledgerTableName,
            RESTRICTIVE_POLICY_NAME: args.restrictivePolicyName,
            NOTIFICATION_TOPIC_ARN: regionalArn(args.scope, "sns", args.notificationTopicName),
            STACK_NAME: args.stack,
            POWERTOOLS_SERVICE_NAME: "quarantine-device",
          },
        },
        tags: { ...tags },
      },
      // Its first alarm must find the permissions and a log group with a retention; Lambda refuses a mapping of a
      // queue that the role cannot take from.
      { parent: this, dependsOn: [...dependsOn, rolePolicy] },
    );
  }

  /** Has Lambda take the alarms from their queue, and invoke the function with them. */
  private mapQueue(
    name: string,
    args: CallbackLambdaArgs,
    callback: LambdaFunction,
    tags: ComponentTags,
  ): EventSourceMapping {
    return new EventSourceMapping(
      `${name}-alarms`,
      {
        eventSourceArn: args.alarmQueueArn,
        functionName: callback.arn,
        batchSize: BATCH_SIZE,
        // An alarm that failed comes again without the others of its batch.
        functionResponseTypes: ["ReportBatchItemFailures"],
        // A storm of alarms must take neither the account's concurrency nor the quotas of AWS IoT.
        scalingConfig: { maximumConcurrency: args.alarmConcurrency },
        tags: { ...tags },
      },
      // Whoever pauses the quarantine disables the mapping: an update of the stack must not undo that.
      { parent: this, ignoreChanges: ["enabled"] },
    );
  }
}
