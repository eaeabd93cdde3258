import { Schedule } from "@pulumi/aws/scheduler";
import * as pulumi from "@pulumi/pulumi";
import { regionalArn } from "../lib/aws/arns";
import { reconcileRolePermissions } from "./documents/reconcile-role";
import { scheduleRolePermissions, scheduleRoleTrust } from "./documents/schedule-role";
import { type FunctionArgs, logGroupName, makeFunction } from "./lambda-function";
import { makeRole } from "./role";
import { type ComponentTags, componentTags } from "./tags";

/** Arguments of {@link Reconcile}. */
export interface ReconcileArgs extends FunctionArgs {
  /** Physical name of the schedule, at most 64 characters. */
  readonly scheduleName: string;
  /** Physical name of the schedule's role, at most 64 characters. */
  readonly scheduleRoleName: string;
  /** URL of the queue of alarms, once it exists. */
  readonly alarmQueueUrl: pulumi.Input<string>;
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

  constructor(name: string, args: ReconcileArgs, opts?: pulumi.ComponentResourceOptions) {
    // The code is an input of the function; here it would be stored a second time.
    const { code: _code, ...visible } = args;
    super("iot-quarantine:index:Reconcile", name, visible, opts);
    const tags = componentTags(args.stack, "Reconcile");
    const { lambda } = makeFunction(
      name,
      args,
      {
        description: "Finds violations that no alarm told, and what was done to the quarantine group by hand",
        mayDo: "What the function that reconciles may do",
        permissions: reconcileRolePermissions({
          ...args,
          logGroupName: logGroupName(args.functionName),
          securityProfileNames: Object.keys(args.responses.profiles),
        }),
        service: "reconcile",
        memorySize: MEMORY_MIB,
        timeout: TIMEOUT_SECONDS,
        variables: { ALARMS_QUEUE_URL: args.alarmQueueUrl },
        tags,
      },
      this,
    );
    this.#schedule(name, args, lambda.arn, tags);
    this.functionName = lambda.name;
    this.registerOutputs({ functionName: this.functionName });
  }

  /** Has the function run at its rate. */
  #schedule(name: string, args: ReconcileArgs, arn: pulumi.Input<string>, tags: ComponentTags): void {
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
          arn,
          roleArn: role.arn,
          input: "{}",
          // The next run sees what this one would have seen.
          retryPolicy: { maximumEventAgeInSeconds: 300, maximumRetryAttempts: 2 },
        },
      },
      { parent: this, dependsOn: rolePolicy },
    );
  }
}
