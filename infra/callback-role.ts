import type { Resource } from "@pulumi/pulumi";
import { regionalArn } from "../lib/aws/arns";
import type { CallbackLambdaArgs } from "./callback-lambda";
import { callbackRolePermissions, callbackRoleTrust } from "./documents/callback-role";
import { makeRole } from "./role";
import type { ComponentTags } from "./tags";

/** Log group of a function. Source: AWS Lambda Developer Guide, "Sending Lambda function logs to CloudWatch Logs". */
export const logGroupName = (functionName: string) => `/aws/lambda/${functionName}`;

/** Makes the role of the callback function, and its permissions. */
export function makeCallbackRole(
  name: string,
  args: CallbackLambdaArgs,
  tags: ComponentTags,
  parent: Resource,
) {
  const permissions = callbackRolePermissions({
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
  const role = {
    name: args.roleName,
    description: "What the quarantine function may do",
    trust: callbackRoleTrust(),
    permissions,
    permissionsBoundaryArn: args.permissionsBoundaryArn,
    tags,
  };
  return makeRole(name, role, parent);
}
