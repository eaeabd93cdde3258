import type { ResourceHandler } from "../handler";
import { metricAlarm } from "./cloudwatch";
import * as dynamodb from "./dynamodb";
import { eventSourceMapping } from "./event-source-mapping";
import * as iam from "./iam";
import * as iot from "./iot";
import { policy } from "./iot-policy";
import * as kms from "./kms";
import { lambdaFunction } from "./lambda-function";
import { functionEventInvokeConfig, permission } from "./lambda-invocation";
import * as logs from "./logs";
import { schedule } from "./scheduler";
import { securityProfile } from "./security-profile";
import * as sns from "./sns";
import * as sqs from "./sqs";

/**
 * How a type of resource is made.
 *
 * @throws Error - the provider may know it, the sandbox does not.
 */
export function handlerOf(type: string): ResourceHandler {
  const handler = HANDLERS[type];
  if (handler) return handler;
  throw new Error(`the sandbox does not know the type ${type}; add it to pulumi-host/resources/handlers/`);
}

/** Every type of resource that the sandbox can make, by its token. */
export const HANDLERS: Readonly<Record<string, ResourceHandler>> = {
  "aws:cloudwatch/logGroup:LogGroup": logs.logGroup,
  "aws:cloudwatch/metricAlarm:MetricAlarm": metricAlarm,
  "aws:dynamodb/table:Table": dynamodb.table,
  "aws:iam/role:Role": iam.role,
  "aws:iam/rolePolicy:RolePolicy": iam.rolePolicy,
  "aws:iot/policy:Policy": policy,
  "aws:iot/policyAttachment:PolicyAttachment": iot.policyAttachment,
  "aws:iot/thingGroup:ThingGroup": iot.thingGroup,
  "aws:kms/alias:Alias": kms.alias,
  "aws:kms/key:Key": kms.key,
  "aws:lambda/eventSourceMapping:EventSourceMapping": eventSourceMapping,
  "aws:lambda/function:Function": lambdaFunction,
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": functionEventInvokeConfig,
  "aws:lambda/permission:Permission": permission,
  "aws:scheduler/schedule:Schedule": schedule,
  "aws:sns/topic:Topic": sns.topic,
  "aws:sns/topicPolicy:TopicPolicy": sns.topicPolicy,
  "aws:sns/topicSubscription:TopicSubscription": sns.topicSubscription,
  "aws:sqs/queue:Queue": sqs.queue,
  "aws:sqs/queuePolicy:QueuePolicy": sqs.queuePolicy,
  "aws-native:iot:SecurityProfile": securityProfile,
};
