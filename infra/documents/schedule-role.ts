import { type AwsScope, regionalArn } from "../../lib/aws/arns";
import { allow, type PolicyDocument, policyDocument } from "./policy-document";

/**
 * Who may assume the schedule's role: EventBridge Scheduler, for the account's default group of schedules. The source
 * cannot be narrowed to one schedule: it is the group.
 *
 * Source: EventBridge Scheduler User Guide, "Confused deputy prevention in EventBridge Scheduler".
 */
export function scheduleRoleTrust(scope: AwsScope): PolicyDocument {
  return policyDocument([
    {
      Sid: "SchedulerInvokes",
      Effect: "Allow",
      Principal: { Service: "scheduler.amazonaws.com" },
      // The service acts with the role's permissions and no others.
      Action: "sts:AssumeRole",
      Condition: {
        // Without these, a schedule of another account that names this role could use it.
        StringEquals: { "aws:SourceAccount": scope.account },
        ArnEquals: { "aws:SourceArn": regionalArn(scope, "scheduler", "schedule-group/default") },
      },
    },
  ]);
}

/**
 * What the schedule may do: invoke the one function.
 *
 * Source: EventBridge Scheduler User Guide, "Setting up Amazon EventBridge Scheduler", "Set up the execution role".
 */
export function scheduleRolePermissions(functionArn: string): PolicyDocument {
  return policyDocument([
    // The run itself.
    allow("ScheduleInvokesReconcile", "lambda:InvokeFunction", functionArn),
  ]);
}
