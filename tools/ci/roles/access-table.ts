import type { Limit } from "./limits";

/** Actions by what they are limited to. */
export type Grants = { readonly [limit in Limit]?: readonly string[] };

/** What a resource type takes. */
export interface Access {
  /** What a preview with a refresh asks for. */
  readonly preview: Grants;
  /** What making, changing and destroying it takes beside that. */
  readonly deploy: Grants;
}

const KEY_READS = [
  ...["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"],
];

/**
 * What the program itself asks before it registers anything. The account's id needs no permission (AWS STS
 * API Reference, "GetCallerIdentity").
 */
export const PROGRAM_ACCESS: Access = { preview: { unscopable: ["iot:DescribeEndpoint"] }, deploy: {} };

/**
 * What each resource type that the program registers takes of AWS, by its token.
 *
 * The actions are those that the providers call, and that AWS's handler of the security profile needs
 * (schema of `AWS::IoT::SecurityProfile`, `handlers`). That the provider of `aws` calls just these for a
 * type is assumed from its behaviour; a missing one shows as AccessDenied that names the action.
 */
export const ACCESS_TABLE: Readonly<Record<string, Access>> = {
  "aws:cloudwatch/logGroup:LogGroup": {
    preview: { unscopable: ["logs:DescribeLogGroups"], logGroup: ["logs:ListTagsForResource"] },
    deploy: {
      logGroup: [
        "logs:CreateLogGroup",
        "logs:DeleteLogGroup",
        "logs:PutRetentionPolicy",
        "logs:DeleteRetentionPolicy",
        "logs:TagResource",
        "logs:UntagResource",
      ],
    },
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    preview: { metricAlarm: ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"] },
    deploy: {
      metricAlarm: [
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:DeleteAlarms",
        "cloudwatch:TagResource",
        "cloudwatch:UntagResource",
      ],
    },
  },
  "aws:dynamodb/table:Table": {
    preview: {
      table: [
        "dynamodb:DescribeTable",
        "dynamodb:DescribeContinuousBackups",
        "dynamodb:DescribeTimeToLive",
        "dynamodb:ListTagsOfResource",
      ],
    },
    deploy: {
      table: [
        ...["dynamodb:CreateTable", "dynamodb:DeleteTable", "dynamodb:UpdateTable"],
        ...["dynamodb:UpdateContinuousBackups", "dynamodb:UpdateTimeToLive"],
        ...["dynamodb:TagResource", "dynamodb:UntagResource"],
      ],
    },
  },
  "aws:iam/role:Role": {
    preview: { role: ["iam:GetRole", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies"] },
    deploy: {
      // CreateRole, and what below changes what a role may do, hold for bounded roles alone.
      boundedRole: ["iam:CreateRole", "iam:PutRolePermissionsBoundary"],
      role: [
        "iam:DeleteRole",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
        "iam:UpdateAssumeRolePolicy",
        "iam:TagRole",
        "iam:UntagRole",
        // Asked before a role is deleted.
        "iam:ListInstanceProfilesForRole",
      ],
    },
  },
  "aws:iam/rolePolicy:RolePolicy": {
    preview: { role: ["iam:GetRolePolicy"] },
    deploy: { boundedRole: ["iam:PutRolePolicy", "iam:DeleteRolePolicy"] },
  },
  "aws:iot/policy:Policy": {
    preview: { iotPolicy: ["iot:GetPolicy", "iot:ListTagsForResource"] },
    deploy: {
      iotPolicy: [
        "iot:CreatePolicy",
        "iot:DeletePolicy",
        "iot:CreatePolicyVersion",
        // Five versions are the most: the oldest goes before the sixth comes, and all before the policy does.
        "iot:ListPolicyVersions",
        "iot:DeletePolicyVersion",
        "iot:TagResource",
        "iot:UntagResource",
      ],
    },
  },
  "aws:iot/policyAttachment:PolicyAttachment": {
    preview: { unscopable: ["iot:ListAttachedPolicies"] },
    deploy: { thingGroup: ["iot:AttachPolicy", "iot:DetachPolicy"] },
  },
  "aws:iot/thingGroup:ThingGroup": {
    preview: { thingGroup: ["iot:DescribeThingGroup", "iot:ListTagsForResource"] },
    deploy: {
      thingGroup: [
        "iot:CreateThingGroup",
        "iot:UpdateThingGroup",
        "iot:DeleteThingGroup",
        // Asked by the program before a group gets another name, to tell whom that frees.
        "iot:ListThingsInThingGroup",
        "iot:TagResource",
        "iot:UntagResource",
      ],
    },
  },
  "aws:kms/alias:Alias": {
    preview: { unscopable: ["kms:ListAliases"] },
    deploy: {
      alias: ["kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias"],
      // Each is about a key as well; the alias is the stack's alone, so no other key loses or gains a thing.
      anyKey: ["kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias"],
    },
  },
  "aws:kms/key:Key": {
    preview: { stackKey: KEY_READS },
    deploy: {
      newKey: ["kms:CreateKey"],
      keyToBe: ["kms:TagResource"],
      anyKey: [...KEY_READS, "kms:EnableKeyRotation"],
      stackKey: [
        "kms:PutKeyPolicy",
        "kms:DisableKeyRotation",
        "kms:EnableKey",
        "kms:DisableKey",
        "kms:UpdateKeyDescription",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:ScheduleKeyDeletion",
      ],
    },
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": {
    preview: { anyMapping: ["lambda:GetEventSourceMapping", "lambda:ListTags"] },
    deploy: {
      newMapping: ["lambda:CreateEventSourceMapping"],
      mapping: ["lambda:UpdateEventSourceMapping", "lambda:DeleteEventSourceMapping"],
      anyMapping: ["lambda:TagResource", "lambda:UntagResource"],
    },
  },
  "aws:lambda/function:Function": {
    preview: {
      function: [
        "lambda:GetFunction",
        "lambda:GetFunctionConfiguration",
        "lambda:GetFunctionCodeSigningConfig",
        "lambda:ListVersionsByFunction",
        "lambda:ListTags",
      ],
    },
    deploy: {
      function: [
        "lambda:CreateFunction",
        "lambda:DeleteFunction",
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
        "lambda:PutFunctionConcurrency",
        "lambda:DeleteFunctionConcurrency",
        "lambda:TagResource",
        "lambda:UntagResource",
      ],
    },
  },
  "aws:scheduler/schedule:Schedule": {
    preview: { schedule: ["scheduler:GetSchedule"] },
    deploy: {
      schedule: ["scheduler:CreateSchedule", "scheduler:UpdateSchedule", "scheduler:DeleteSchedule"],
    },
  },
  "aws:sns/topic:Topic": {
    preview: { topic: ["sns:GetTopicAttributes", "sns:ListTagsForResource"] },
    deploy: {
      topic: [
        "sns:CreateTopic",
        "sns:DeleteTopic",
        "sns:SetTopicAttributes",
        "sns:TagResource",
        "sns:UntagResource",
      ],
    },
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    preview: { topic: ["sns:GetTopicAttributes"] },
    deploy: { topic: ["sns:SetTopicAttributes"] },
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    preview: { topic: ["sns:GetSubscriptionAttributes"] },
    deploy: { topic: ["sns:Subscribe", "sns:Unsubscribe", "sns:SetSubscriptionAttributes"] },
  },
  "aws:sqs/queue:Queue": {
    preview: { queue: ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"] },
    deploy: {
      queue: [
        "sqs:CreateQueue",
        "sqs:DeleteQueue",
        "sqs:SetQueueAttributes",
        "sqs:TagQueue",
        "sqs:UntagQueue",
      ],
    },
  },
  "aws-native:iot:SecurityProfile": {
    preview: {
      unscopable: ["cloudformation:GetResource", "cloudformation:GetResourceRequestStatus"],
      securityProfile: [
        "iot:DescribeSecurityProfile",
        "iot:ListTagsForResource",
        "iot:ListTargetsForSecurityProfile",
      ],
    },
    deploy: {
      unscopable: [
        "cloudformation:CreateResource",
        "cloudformation:UpdateResource",
        "cloudformation:DeleteResource",
      ],
      securityProfile: [
        "iot:CreateSecurityProfile",
        "iot:UpdateSecurityProfile",
        "iot:DeleteSecurityProfile",
        "iot:TagResource",
        "iot:UntagResource",
      ],
      profileAndTargets: ["iot:AttachSecurityProfile", "iot:DetachSecurityProfile"],
    },
  },
  // Where its resources are made is theirs to ask for.
  "pulumi:providers:aws-native": { preview: {}, deploy: {} },
};
