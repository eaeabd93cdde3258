import { Role, RolePolicy } from "@pulumi/aws/iam";
import type { Resource } from "@pulumi/pulumi";
import { regionalArn } from "../lib/aws/arns";
import type { CallbackLambdaArgs } from "./callback-lambda";
import { callbackRolePermissions, callbackRoleTrust } from "./documents/callback-role";
import { permissionsBoundary } from "./permissions-boundary";
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
  const role = new Role(
    `${name}-role`,
    {
      // Explicit, as the Lambda console and an auditor show it by name. Not deleteBeforeReplace: only
      // another name replaces it, and the function must never be without one.
      name: args.roleName,
      description: "What the quarantine function may do",
      assumeRolePolicy: JSON.stringify(callbackRoleTrust()),
      ...permissionsBoundary(args),
      tags: { ...tags },
    },
    { parent },
  );
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
  const rolePolicy = new RolePolicy(
    `${name}-role-policy`,
    { role: role.name, policy: JSON.stringify(permissions) },
    { parent },
  );
  return { role, rolePolicy };
}
