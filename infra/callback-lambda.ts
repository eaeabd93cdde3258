import { EventSourceMapping, type Function as LambdaFunction } from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import { regionalArn } from "../lib/aws/arns";
import { tellOfResponses } from "./config/responses";
import { callbackRolePermissions } from "./documents/callback-role";
import { type FunctionArgs, logGroupName, makeFunction } from "./lambda-function";
import { type ComponentTags, componentTags } from "./tags";

/** Arguments of {@link CallbackLambda}. */
export interface CallbackLambdaArgs extends FunctionArgs {
  /** ARN of the queue of alarms, once it exists. */
  readonly alarmQueueArn: pulumi.Input<string>;
  /** Name of the restrictive policy. */
  readonly restrictivePolicyName: string;
  /** Memory, in MiB. */
  readonly memoryMib: number;
  /** Timeout, in seconds. */
  readonly timeoutSeconds: number;
  /** Most batches of alarms that it works on at a time, 2 to 1000. */
  readonly alarmConcurrency: number;
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

  constructor(name: string, args: CallbackLambdaArgs, opts?: pulumi.ComponentResourceOptions) {
    // The code is an input of the function; here it would be stored a second time.
    const { code: _code, ...visible } = args;
    super("iot-quarantine:index:CallbackLambda", name, visible, opts);
    tellOfResponses(args.responses);
    const tags = componentTags(args.stack, "CallbackLambda");
    const { lambda, logGroup } = makeFunction(
      name,
      args,
      {
        description: "Puts a device that raised an alarm into quarantine",
        mayDo: "What the quarantine function may do",
        permissions: permissionsOf(args),
        service: "quarantine-device",
        memorySize: args.memoryMib,
        timeout: args.timeoutSeconds,
        variables: { RESTRICTIVE_POLICY_NAME: args.restrictivePolicyName },
        tags,
      },
      this,
    );
    const mapping = this.#mapQueue(name, args, lambda, tags);
    this.functionName = lambda.name;
    this.logGroupName = logGroup.name;
    this.mappingId = mapping.uuid;
    this.registerOutputs({
      functionName: this.functionName,
      logGroupName: this.logGroupName,
      mappingId: this.mappingId,
    });
  }

  /** Has Lambda take the alarms from their queue, and invoke the function with them. */
  #mapQueue(
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

const permissionsOf = (args: CallbackLambdaArgs) =>
  callbackRolePermissions({
    scope: args.scope,
    quarantineGroupName: args.quarantineGroupName,
    logGroupName: logGroupName(args.functionName),
    alarmQueueArn: regionalArn(args.scope, "sqs", args.alarmQueueName),
    notificationTopicArn: regionalArn(args.scope, "sns", args.notificationTopicName),
    ledgerTableArn: regionalArn(args.scope, "dynamodb", `table/${args.ledgerTableName}`),
    exemptsGroups: args.responses.exempt.some((exemption) => "group" in exemption),
    containment: args.responses.containment,
    securityProfileNames: Object.keys(args.responses.profiles),
  });
