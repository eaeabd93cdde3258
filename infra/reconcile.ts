import { LogGroup } from "@pulumi/aws/cloudwatch";
import { Function as LambdaFunction } from "@pulumi/aws/lambda";
import { Schedule } from "@pulumi/aws/scheduler";
import * as pulumi from "@pulumi/pulumi";
import { type AwsScope, regionalArn } from "../lib/aws/arns";
import type { ResponseTable } from "../lib/responses/response-table";
import { functionArchive } from "./callback-code";
import { logGroupName } from "./callback-role";
import { callbackRoleTrust } from "./documents/callback-role";
import { reconcileRolePermissions } from "./documents/reconcile-role";
import { scheduleRolePermissions, scheduleRoleTrust } from "./documents/schedule-role";
import { makeRole } from "./role";
import { type ComponentTags, componentTags } from "./tags";

/** Arguments of {@link Reconcile}. */
export interface ReconcileArgs {
  /** Name of the stack, for the tags. */
  readonly stack: string;
  /** Partition, region and account of the function. */
  readonly scope: AwsScope;
  /** Physical name of the function, 1 to 64 of `[a-zA-Z0-9_-]`. */
  readonly functionName: string;
  /** Physical name of its role, at most 64 characters. */
  readonly roleName: string;
  /** Physical name of the schedule, at most 64 characters. */
  readonly scheduleName: string;
  /** Physical name of the schedule's role, at most 64 characters. */
  readonly scheduleRoleName: string;
  /**
   * ARN of the managed policy that bounds what the roles may do.
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
  /** URL of the queue of alarms, once it exists. */
  readonly alarmQueueUrl: pulumi.Input<string>;
  /** Name of the topic for people. */
  readonly notificationTopicName: string;
  /** Name of the quarantine group. */
  readonly quarantineGroupName: string;
  /** Name of the ledger's table. */
  readonly ledgerTableName: string;
  /** Host name of the account's `iot:Data-ATS` endpoint, without a scheme. */
  readonly iotDataEndpoint: string;
  /** Days that its log is kept; one of the values that CloudWatch Logs takes. */
  readonly logRetentionDays: number;
}

/** As often as the shortest datapoint of Device Defender ends. */
const RATE = "rate(5 minutes)";
/** A run is over before the next one begins. */
const TIMEOUT_SECONDS = 240;
/** The SDK, and the names of a large fleet's members. */
const MEMORY_MIB = 256;

/** The function that finds what no alarm told, or what somebody did by hand, and the schedule that has it look. */
export class Reconcile extends pulumi.ComponentResource {
  /** Name of the function. */
  readonly functionName: pulumi.Output<string>;

  /**
   * @param name logical name.
   * @param args see {@link ReconcileArgs}.
   * @param opts options of the component.
   */
  constructor(name: string, args: ReconcileArgs, opts?: pulumi.ComponentResourceOptions) {
    // The code is an input of the function; here it would be stored a second time.
    const { code, ...visible } = args;
    super("iot-quarantine:index:Reconcile", name, visible, opts);
    const tags = componentTags(args.stack, "Reconcile");
    const reconcile = this.makeFunction(name, args, code, tags);
    const functionArn = regionalArn(args.scope, "lambda", `function:${args.functionName}`);
    const { role, rolePolicy } = makeRole(
      `${name}-schedule`,
      {
        name: args.scheduleRoleName,
        description: "EventBridge Scheduler assumes it to have the stack reconciled",
        trust: scheduleRoleTrust(args.scope),
        permissions: scheduleRolePermissions(functionArn),
        permissionsBoundaryArn: args.permissionsBoundaryArn,
        tags,
      },
      this,
    );
    new Schedule(
      `${name}-schedule`,
      {
        // Explicit, as operators know it by name. Not deleteBeforeReplace: only another name replaces it.
        name: args.scheduleName,
        description: "Has the stack reconciled",
        scheduleExpression: RATE,
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: reconcile.arn,
          roleArn: role.arn,
          input: "{}",
          // The next run sees what this one would have seen.
          retryPolicy: { maximumEventAgeInSeconds: 300, maximumRetryAttempts: 2 },
        },
      },
      { parent: this, dependsOn: rolePolicy },
    );
    this.functionName = reconcile.name;
    this.registerOutputs({ functionName: this.functionName });
  }

  private makeFunction(name: string, args: ReconcileArgs, code: string, tags: ComponentTags): LambdaFunction {
    const { role, rolePolicy } = makeRole(
      name,
      {
        name: args.roleName,
        description: "What the function that reconciles may do",
        trust: callbackRoleTrust(),
        permissions: reconcileRolePermissions({
          ...args,
          logGroupName: logGroupName(args.functionName),
          securityProfileNames: Object.keys(args.responses.profiles),
        }),
        permissionsBoundaryArn: args.permissionsBoundaryArn,
        tags,
      },
      this,
    );
    const logGroup = new LogGroup(
      `${name}-log`,
      {
        // Explicit, as Lambda writes to the group of this name, and would make one without a retention.
        name: logGroupName(args.functionName),
        retentionInDays: args.logRetentionDays,
        tags: { ...tags },
      },
      { parent: this },
    );
    return new LambdaFunction(
      `${name}-function`,
      {
        // Explicit, so that the schedule's role can name it before it exists. Not deleteBeforeReplace: only another name
        // replaces it.
        name: args.functionName,
        description: "Finds violations that no alarm told, and what was done to the quarantine group by hand",
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: "index.handler",
        code: functionArchive(code, args.responses),
        role: role.arn,
        memorySize: MEMORY_MIB,
        timeout: TIMEOUT_SECONDS,
        environment: {
          variables: {
            QUARANTINE_GROUP_NAME: args.quarantineGroupName,
            IOT_DATA_ENDPOINT: args.iotDataEndpoint,
            LEDGER_TABLE_NAME: args.ledgerTableName,
            ALARMS_QUEUE_URL: args.alarmQueueUrl,
            NOTIFICATION_TOPIC_ARN: regionalArn(args.scope, "sns", args.notificationTopicName),
            STACK_NAME: args.stack,
            POWERTOOLS_SERVICE_NAME: "reconcile",
          },
        },
        tags: { ...tags },
      },
      { parent: this, dependsOn: [logGroup, rolePolicy] },
    );
  }
}
