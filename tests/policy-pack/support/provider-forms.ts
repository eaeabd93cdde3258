import { type Change, type Stack, UNKNOWN } from "./stack";

/**
 * What the real provider makes up its own mind about while the program sets nothing: "optional and computed".
 *
 * Source: hashicorp/terraform-provider-aws, the schemas of internal/service/ (sqs/queue.go, sns/topic.go,
 * sns/topic_subscription.go, kms/key.go, iam/role.go, lambda/function.go).
 */
const COMPUTED: Readonly<Record<string, readonly string[]>> = {
  "aws:sqs/queue:Queue": ["policy", "redrivePolicy", "redriveAllowPolicy", "sqsManagedSseEnabled"],
  "aws:sns/topic:Topic": ["policy", "signatureVersion", "tracingConfig"],
  "aws:sns/topicSubscription:TopicSubscription": ["filterPolicyScope"],
  "aws:kms/key:Key": ["policy", "description"],
  "aws:iam/role:Role": ["inlinePolicies", "managedPolicyArns"],
  "aws:lambda/function:Function": ["loggingConfig", "tracingConfig", "ephemeralStorage"],
};

/** What the real provider's state has for whatever is not set, of the properties that can be left out. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  "aws:sqs/queue:Queue": ["policy", "redrivePolicy", "redriveAllowPolicy", "kmsMasterKeyId", "namePrefix"],
  "aws:sns/topic:Topic": ["kmsMasterKeyId", "deliveryPolicy", "displayName", "namePrefix"],
  "aws:sns/topicSubscription:TopicSubscription": [
    ...["filterPolicy", "filterPolicyScope", "redrivePolicy", "deliveryPolicy", "subscriptionRoleArn"],
  ],
  "aws:kms/key:Key": ["customKeyStoreId", "xksKeyId"],
  "aws:iam/role:Role": ["description", "namePrefix", "permissionsBoundary"],
  "aws:lambda/function:Function": ["description", "kmsKeyArn", "codeSigningConfigArn"],
  "aws:lambda/permission:Permission": ["sourceArn", "sourceAccount", "qualifier", "eventSourceToken"],
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": ["qualifier"],
  "aws:iot/thingGroup:ThingGroup": ["parentGroupName"],
};

const LISTS: Readonly<Record<string, readonly string[]>> = {
  "aws:iam/role:Role": ["inlinePolicies", "managedPolicyArns"],
};

/** Sets what a resource of a type leaves out. */
const filling =
  (table: Readonly<Record<string, readonly string[]>>, value: () => unknown): Change =>
  (stack: Stack) => {
    for (const { type, props } of Object.values(stack)) {
      for (const property of table[type] ?? []) props[property] ??= value();
    }
  };

/** Lambda tells of every function where it logs. Source: AWS Lambda API Reference, `FunctionConfiguration`. */
const tellingLogs: Change = (stack) => {
  for (const { type, props } of Object.values(stack)) {
    if (type !== "aws:lambda/function:Function" || typeof props.name !== "string" || props.name === UNKNOWN)
      continue;
    props.loggingConfig ??= { logFormat: "Text", logGroup: `/aws/lambda/${props.name}` };
  }
};

const several =
  (...changes: readonly Change[]): Change =>
  (stack) => {
    for (const change of changes) change(stack);
  };

/** The same stack as the real provider shows it: what is not set is empty, absent, or not known yet. */
export const PROVIDER_FORMS: Readonly<Record<string, Change>> = {
  "in a deployed stack": several(
    filling(LISTS, () => []),
    tellingLogs,
    filling(TEXTS, () => ""),
  ),
  "in a deployed stack whose unset values are null": several(
    filling(COMPUTED, () => null),
    filling(TEXTS, () => null),
  ),
  "in a preview of its making": filling(COMPUTED, () => UNKNOWN),
};
