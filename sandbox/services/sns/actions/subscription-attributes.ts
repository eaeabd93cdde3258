import type * as sdk from "@aws-sdk/client-sns";
import type { SnsStore } from "../store";
import { checkSubscriptionAttributes, keptValue } from "../subscription-checks";

/** GetSubscriptionAttributes. */
export function getSubscriptionAttributes(
  sns: SnsStore,
  input: sdk.GetSubscriptionAttributesInput,
): sdk.GetSubscriptionAttributesResponse {
  const { arn, topicArn, protocol, endpoint, principal, isPending, attributes } = sns.subscription(
    input.SubscriptionArn,
  );
  return {
    Attributes: {
      SubscriptionArn: arn,
      TopicArn: topicArn,
      Owner: sns.env.account,
      Protocol: protocol,
      Endpoint: endpoint,
      SubscriptionPrincipal: principal,
      PendingConfirmation: String(isPending),
      ConfirmationWasAuthenticated: String(!isPending),
      RawMessageDelivery: "false",
      ...(attributes.has("FilterPolicy") && { FilterPolicyScope: "MessageAttributes" }),
      ...Object.fromEntries(attributes),
    },
  };
}

/** SetSubscriptionAttributes: one at a time; an empty value takes the attribute away. */
export function setSubscriptionAttributes(sns: SnsStore, input: sdk.SetSubscriptionAttributesInput): void {
  const { attributes } = sns.subscription(input.SubscriptionArn);
  const { AttributeName = "", AttributeValue = "" } = input;
  const wanted = new Map(attributes).set(AttributeName, AttributeValue);
  if (AttributeValue === "") wanted.delete(AttributeName);
  checkSubscriptionAttributes(sns, wanted);
  attributes.delete(AttributeName);
  if (AttributeValue !== "") attributes.set(AttributeName, keptValue(AttributeName, AttributeValue));
}
