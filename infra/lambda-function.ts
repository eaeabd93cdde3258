import { LogGroup } from "@pulumi/aws/cloudwatch";
import { Function as LambdaFunction } from "@pulumi/aws/lambda";
import type * as pulumi from "@pulumi/pulumi";
import { type AwsScope, regionalArn } from "../lib/aws/arns";
import type { ResponseTable } from "../lib/responses/response-table";
import { functionArchive } from "./callback-code";
import { callbackRoleTrust } from "./documents/callback-role";
import type { PolicyDocument } from "./documents/policy-document";
import { makeRole } from "./role";
import type { ComponentTags } from "./tags";

/** What both functions of the stack are made of. */
export interface FunctionArgs {
  /** Name of the stack, for the tags. */
  readonly stack: string;
  /** Partition, region and account of the function. */
  readonly scope: AwsScope;
  /** Physical name of the function, 1 to 64 of `[a-zA-Z0-9_-]`. */
  readonly functionName: string;
  /** Physical name of its role, at most 64 characters. */
  readonly roleName: string;
  /**
   * ARN of the managed policy that bounds what its role may do.
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

/** What sets the functions apart. */
interface OwnSettings {
  /** The function's description. */
  readonly description: string;
  /** Its role's description. */
  readonly mayDo: string;
  readonly permissions: PolicyDocument;
  /** The service's name in log and metrics. */
  readonly service: string;
  /** MiB. */
  readonly memorySize: number;
  /** Seconds. */
  readonly timeout: number;
  /** Environment variables beside those of both. */
  readonly variables: Readonly<Record<string, pulumi.Input<string>>>;
  readonly tags: ComponentTags;
}

/** Log group of a function. Source: AWS Lambda Developer Guide, "Sending Lambda function logs to CloudWatch Logs". */
export const logGroupName = (functionName: string) => `/aws/lambda/${functionName}`;

/**
 * Makes a function, its role and its log group.
 *
 * @param name - logical name, before `-role`, `-log` and `-function`
 */
export function makeFunction(name: string, args: FunctionArgs, own: OwnSettings, parent: pulumi.Resource) {
  const { tags } = own;
  const { role, rolePolicy } = makeRole(
    name,
    {
      name: args.roleName,
      description: own.mayDo,
      trust: callbackRoleTrust(),
      permissions: own.permissions,
      permissionsBoundaryArn: args.permissionsBoundaryArn,
      tags,
    },
    parent,
  );
  const logGroup = new LogGroup(
    `${name}-log`,
    {
      // Explicit, as Lambda writes to the group of this name, and would make one without a retention. Not
      // deleteBeforeReplace: only another name replaces it.
      name: logGroupName(args.functionName),
      retentionInDays: args.logRetentionDays,
      tags: { ...tags },
    },
    { parent },
  );
  const lambda = new LambdaFunction(
    `${name}-function`,
    {
      // Explicit, as log group, schedule and operators know it by name. Not deleteBeforeReplace: only another name
      // replaces it, and alarms must always find one.
      name: args.functionName,
      description: own.description,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      code: functionArchive(args.code, args.responses),
      role: role.arn,
      memorySize: own.memorySize,
      timeout: own.timeout,
      environment: {
        variables: {
          QUARANTINE_GROUP_NAME: args.quarantineGroupName,
          IOT_DATA_ENDPOINT: args.iotDataEndpoint,
          LEDGER_TABLE_NAME: args.ledgerTableName,
          NOTIFICATION_TOPIC_ARN: regionalArn(args.scope, "sns", args.notificationTopicName),
          STACK_NAME: args.stack,
          POWERTOOLS_SERVICE_NAME: own.service,
          ...own.variables,
        },
      },
      tags: { ...tags },
    },
    // Its first event must find the permissions and a log group with a retention; Lambda refuses a mapping of a queue
    // that the role cannot take from.
    { parent, dependsOn: [logGroup, rolePolicy] },
  );
  return { lambda, logGroup };
}
