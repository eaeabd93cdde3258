import { CreateTopicCommand, SetTopicAttributesCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { type ResourceHandler, tagList, text } from "../handler";

/** `aws:sns/topic:Topic`. */
export const topic: ResourceHandler = {
  inputs: ["name", "kmsMasterKeyId", "displayName", "tags"],
  computed: ["arn", "owner", "tagsAll"],
  autoName: "name",
  async create(inputs, { clients }) {
    const { TopicArn = "" } = await clients.sns.send(
      new CreateTopicCommand({
        Name: text(inputs, "name"),
        Attributes: {
          ...(inputs.kmsMasterKeyId !== undefined && { KmsMasterKeyId: text(inputs, "kmsMasterKeyId") }),
          ...(inputs.displayName !== undefined && { DisplayName: text(inputs, "displayName") }),
        },
        Tags: tagList(inputs),
      }),
    );
    return { id: TopicArn, outputs: { arn: TopicArn, owner: TopicArn.split(":")[4], tagsAll: inputs.tags } };
  },
};

/** `aws:sns/topicPolicy:TopicPolicy`. */
export const topicPolicy: ResourceHandler = {
  inputs: ["arn", "policy"],
  computed: ["owner"],
  async create(inputs, { clients }) {
    const TopicArn = text(inputs, "arn");
    await clients.sns.send(
      new SetTopicAttributesCommand({
        TopicArn,
        AttributeName: "Policy",
        AttributeValue: text(inputs, "policy"),
      }),
    );
    return { id: TopicArn, outputs: { owner: TopicArn.split(":")[4] } };
  },
};

/** Inputs that are attributes of the subscription, by the API's names. */
const SUBSCRIPTION_ATTRIBUTES = {
  redrivePolicy: "RedrivePolicy",
  rawMessageDelivery: "RawMessageDelivery",
  filterPolicy: "FilterPolicy",
  filterPolicyScope: "FilterPolicyScope",
} as const;

/** `aws:sns/topicSubscription:TopicSubscription`. */
export const topicSubscription: ResourceHandler = {
  inputs: ["topic", "protocol", "endpoint", ...Object.keys(SUBSCRIPTION_ATTRIBUTES)],
  computed: ["arn", "ownerId", "confirmationWasAuthenticated", "pendingConfirmation"],
  async create(inputs, { clients }) {
    const attributes = Object.entries(SUBSCRIPTION_ATTRIBUTES)
      .filter(([input]) => inputs[input] !== undefined)
      .map(([input, attribute]) => [attribute, String(inputs[input])]);
    const { SubscriptionArn = "" } = await clients.sns.send(
      new SubscribeCommand({
        TopicArn: text(inputs, "topic"),
        Protocol: text(inputs, "protocol"),
        Endpoint: text(inputs, "endpoint"),
        Attributes: Object.fromEntries(attributes) as Record<string, string>,
        ReturnSubscriptionArn: true,
      }),
    );
    const outputs = {
      arn: SubscriptionArn,
      ownerId: SubscriptionArn.split(":")[4],
      confirmationWasAuthenticated: true,
      pendingConfirmation: false,
    };
    return { id: SubscriptionArn, outputs };
  },
};
