/** How a resource type is read. */
export interface TypeReading {
  readonly kind: Kind;
  /** Properties of the type whose names differ from those that the pack uses (the ones of `aws`). */
  readonly renamed?: Readonly<Record<string, string>>;
}

const DOCUMENT = { policyDocument: "policy" };

/**
 * The resource types that the pack follows. Those of `aws-native` are read under the property names of `aws`.
 *
 * Source: Pulumi Registry, API docs of `aws` 7 and `aws-native` 1.79.
 */
const TABLE = {
  "aws:sns/topic:Topic": { kind: "topic" },
  "aws:sns/topicPolicy:TopicPolicy": { kind: "topic-policy" },
  "aws:sns/topicSubscription:TopicSubscription": { kind: "subscription" },
  "aws:lambda/function:Function": { kind: "function" },
  "aws:lambda/alias:Alias": { kind: "function-alias" },
  "aws:lambda/permission:Permission": { kind: "permission" },
  "aws:lambda/resourcePolicy:ResourcePolicy": { kind: "function-policy" },
  "aws:lambda/functionUrl:FunctionUrl": { kind: "function-url" },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": { kind: "invoke-config" },
  "aws:lambda/eventSourceMapping:EventSourceMapping": { kind: "mapping" },
  "aws:cloudwatch/logGroup:LogGroup": { kind: "log-group" },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { kind: "metric-alarm" },
  "aws:scheduler/schedule:Schedule": { kind: "schedule" },
  "aws:sqs/queue:Queue": { kind: "queue" },
  "aws:sqs/queuePolicy:QueuePolicy": { kind: "queue-policy" },
  "aws:sqs/redrivePolicy:RedrivePolicy": { kind: "queue-redrive" },
  "aws:dynamodb/table:Table": { kind: "table" },
  "aws:kms/key:Key": { kind: "key" },
  "aws:kms/externalKey:ExternalKey": { kind: "key", renamed: { enabled: "isEnabled" } },
  "aws:kms/replicaKey:ReplicaKey": { kind: "key", renamed: { enabled: "isEnabled" } },
  "aws:kms/replicaExternalKey:ReplicaExternalKey": { kind: "key", renamed: { enabled: "isEnabled" } },
  "aws-native:kms:ReplicaKey": { kind: "key", renamed: { keyPolicy: "policy", enabled: "isEnabled" } },
  "aws:kms/keyPolicy:KeyPolicy": { kind: "key-policy" },
  "aws:kms/alias:Alias": { kind: "key-alias" },
  "aws:iam/role:Role": { kind: "role" },
  "aws:iam/rolePolicy:RolePolicy": { kind: "role-policy" },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": { kind: "role-attachment" },
  "aws:iam/policyAttachment:PolicyAttachment": {
    kind: "policy-attachment-exclusive",
    renamed: { roles: "role" },
  },
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": {
    kind: "role-attachments-exclusive",
    renamed: { roleName: "role", policyArns: "policyArn" },
  },
  "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive": {
    kind: "role-policies-exclusive",
    renamed: { roleName: "role" },
  },
  "aws:iam/policy:Policy": { kind: "managed-policy" },
  "aws:iot/thingGroup:ThingGroup": { kind: "thing-group" },
  "aws:iot/policy:Policy": { kind: "iot-policy" },
  "aws:iot/policyAttachment:PolicyAttachment": { kind: "iot-attachment" },
  "aws-native:iot:SecurityProfile": { kind: "profile" },
  "aws:cloudcontrol/resource:Resource": { kind: "profile" },
  "aws:cloudformation/stack:Stack": { kind: "profile" },
  "aws:cloudformation/stackSet:StackSet": { kind: "profile" },
  "aws-native:cloudformation:Stack": { kind: "profile" },
  "aws-native:cloudformation:StackSet": { kind: "profile" },
  "aws-native:index:ExtensionResource": { kind: "profile" },
  "aws-native:sns:Topic": { kind: "topic", renamed: { topicName: "name", topicArn: "arn" } },
  "aws-native:sns:TopicInlinePolicy": { kind: "topic-policy", renamed: { topicArn: "arn", ...DOCUMENT } },
  "aws-native:sns:TopicPolicy": { kind: "topic-policy", renamed: { topics: "arn", ...DOCUMENT } },
  "aws-native:sns:Subscription": { kind: "subscription", renamed: { topicArn: "topic" } },
  "aws-native:lambda:Function": { kind: "function", renamed: { functionName: "name" } },
  "aws-native:lambda:Alias": { kind: "function-alias", renamed: { aliasArn: "arn" } },
  "aws-native:lambda:Version": { kind: "function-alias", renamed: { functionArn: "arn", version: "name" } },
  "aws-native:lambda:Permission": { kind: "permission", renamed: { functionName: "function" } },
  "aws-native:lambda:ResourcePolicy": { kind: "function-policy", renamed: DOCUMENT },
  "aws-native:lambda:Url": {
    kind: "function-url",
    renamed: { targetFunctionArn: "functionName", authType: "authorizationType" },
  },
  "aws-native:lambda:EventInvokeConfig": { kind: "invoke-config" },
  "aws-native:lambda:EventSourceMapping": { kind: "mapping" },
  "aws-native:logs:LogGroup": { kind: "log-group", renamed: { logGroupName: "name" } },
  "aws-native:sqs:Queue": {
    kind: "queue",
    renamed: {
      ...{ queueName: "name", queueUrl: "url", messageRetentionPeriod: "messageRetentionSeconds" },
      ...{ maximumMessageSize: "maxMessageSize", visibilityTimeout: "visibilityTimeoutSeconds" },
    },
  },
  "aws-native:sqs:QueueInlinePolicy": { kind: "queue-policy", renamed: { queue: "queueUrl", ...DOCUMENT } },
  "aws-native:kms:Key": {
    kind: "key",
    renamed: { keyPolicy: "policy", enabled: "isEnabled", keySpec: "customerMasterKeySpec" },
  },
  "aws-native:kms:Alias": { kind: "key-alias", renamed: { aliasName: "name" } },
  "aws-native:iam:Role": {
    kind: "role",
    renamed: { roleName: "name", assumeRolePolicyDocument: "assumeRolePolicy", policies: "inlinePolicies" },
  },
  "aws-native:iam:RolePolicy": {
    kind: "role-policy",
    renamed: { policyName: "name", roleName: "role", ...DOCUMENT },
  },
  "aws-native:iam:ManagedPolicy": {
    kind: "managed-policy",
    renamed: { managedPolicyName: "name", policyArn: "arn", roles: "role", ...DOCUMENT },
  },
  "aws-native:iot:ThingGroup": { kind: "thing-group", renamed: { thingGroupName: "name" } },
  "aws-native:iot:Policy": { kind: "iot-policy", renamed: { policyName: "name", ...DOCUMENT } },
} as const satisfies Readonly<Record<string, Omit<TypeReading, "kind"> & { readonly kind: string }>>;

/** What a resource of a quarantine loop is, whichever provider makes it. */
export type Kind = (typeof TABLE)[keyof typeof TABLE]["kind"];

/** The same by any name of a type. */
export const TYPES: Readonly<Record<string, TypeReading>> = TABLE;

/**
 * Properties that AWS chooses while the program sets none. The provider tells them as unknown in the preview of a new
 * resource, and afterwards as what AWS has, or as empty where AWS has none.
 *
 * Source: hashicorp/terraform-provider-aws, `Optional` and `Computed` in the schemas of internal/service/.
 */
export const COMPUTED: Partial<Record<Kind, readonly string[]>> = {
  topic: ["policy"],
  subscription: ["filterPolicyScope"],
  queue: ["policy", "redrivePolicy", "messageRetentionSeconds"],
  mapping: ["scalingConfig", "filterCriteria"],
  key: ["policy"],
  role: ["inlinePolicies", "managedPolicyArns"],
  function: ["loggingConfig"],
};
