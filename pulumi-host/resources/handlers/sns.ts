import * as sdk from "@aws-sdk/client-sns";
import { type ResourceHandler, text } from "../handler";
import type { Properties } from "../property-values";
import { type AttributeNames, attributesFrom, inputsFrom } from "./attributes";
import { changeTags, liveTagList, tagList } from "./tags";

const TOPIC_ATTRIBUTES = {
  kmsMasterKeyId: "KmsMasterKeyId",
  displayName: "DisplayName",
} satisfies AttributeNames;

const TOPIC_DEFAULTS = { kmsMasterKeyId: "", displayName: "" };

const setTopicAttribute = (
  sns: sdk.SNSClient,
  TopicArn: string,
  AttributeName: string,
  AttributeValue: string,
) => sns.send(new sdk.SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));

const topicAttributes = async (sns: sdk.SNSClient, TopicArn: string) =>
  (await sns.send(new sdk.GetTopicAttributesCommand({ TopicArn }))).Attributes;

/** `aws:sns/topic:Topic`. */
export const topic: ResourceHandler = {
  inputs: ["name", ...Object.keys(TOPIC_ATTRIBUTES), "tags"],
  computedIfAbsent: { policy: "", signatureVersion: 0, tracingConfig: "", namePrefix: "" },
  computed: ["arn", "owner", "tagsAll"],
  autoName: "name",
  createOnly: ["name"],
  defaults: TOPIC_DEFAULTS,
  async create(inputs, { clients }) {
    const { TopicArn = "" } = await clients.sns.send(
      new sdk.CreateTopicCommand({
        Name: text(inputs, "name"),
        Attributes: attributesFrom(TOPIC_ATTRIBUTES, inputs),
        Tags: tagList(inputs),
      }),
    );
    return TopicArn;
  },
  async read(id, _known, { clients }) {
    const attributes = await topicAttributes(clients.sns, id);
    if (!attributes) return undefined;
    const listed = await clients.sns.send(new sdk.ListTagsForResourceCommand({ ResourceArn: id }));
    const { tags, tagsAll } = liveTagList(listed.Tags);
    return {
      inputs: {
        name: id.split(":").at(-1),
        ...inputsFrom(TOPIC_ATTRIBUTES, TOPIC_DEFAULTS, attributes),
        tags,
      },
      outputs: {
        arn: id,
        owner: attributes.Owner,
        policy: attributes.Policy,
        signatureVersion: attributes.SignatureVersion && Number(attributes.SignatureVersion),
        tracingConfig: attributes.TracingConfig,
        tagsAll,
      },
    };
  },
  async update(change, { clients }) {
    const { id, inputs, changed } = change;
    for (const [input, attribute] of Object.entries(TOPIC_ATTRIBUTES)) {
      if (!changed.has(input)) continue;
      await setTopicAttribute(clients.sns, id, attribute, String(inputs[input] ?? ""));
    }
    await changeTags(change, {
      untag: (TagKeys) => clients.sns.send(new sdk.UntagResourceCommand({ ResourceArn: id, TagKeys })),
      tag: (Tags) => clients.sns.send(new sdk.TagResourceCommand({ ResourceArn: id, Tags })),
    });
  },
  async delete(id, _known, { clients }) {
    await clients.sns.send(new sdk.DeleteTopicCommand({ TopicArn: id }));
  },
};

/** `aws:sns/topicPolicy:TopicPolicy`. */
export const topicPolicy: ResourceHandler = {
  inputs: ["arn", "policy"],
  computed: ["owner"],
  createOnly: ["arn"],
  async create(inputs, { clients }) {
    await setTopicAttribute(clients.sns, text(inputs, "arn"), "Policy", text(inputs, "policy"));
    return text(inputs, "arn");
  },
  async read(id, _known, { clients }) {
    const attributes = await topicAttributes(clients.sns, id);
    if (!attributes) return undefined;
    return { inputs: { arn: id, policy: attributes.Policy }, outputs: { owner: attributes.Owner } };
  },
  async update({ id, inputs }, { clients }) {
    await setTopicAttribute(clients.sns, id, "Policy", text(inputs, "policy"));
  },
  async delete(id, _known, { clients }) {
    // A topic cannot be without a policy: the empty one brings the default back.
    await setTopicAttribute(clients.sns, id, "Policy", "");
  },
};

/** Inputs that are attributes of the subscription, by the API's names. */
const SUBSCRIPTION_ATTRIBUTES = {
  // The scope comes first: it says how a filter is read.
  filterPolicyScope: "FilterPolicyScope",
  filterPolicy: "FilterPolicy",
  redrivePolicy: "RedrivePolicy",
  rawMessageDelivery: "RawMessageDelivery",
} satisfies AttributeNames;

const SUBSCRIPTION_DEFAULTS: Properties = {
  filterPolicyScope: "",
  // What takes a filter away. Source: Amazon SNS Developer Guide, "Removing a subscription filter policy".
  filterPolicy: "{}",
  redrivePolicy: "",
  rawMessageDelivery: false,
};

/** `aws:sns/topicSubscription:TopicSubscription`. */
export const topicSubscription: ResourceHandler = {
  inputs: ["topic", "protocol", "endpoint", ...Object.keys(SUBSCRIPTION_ATTRIBUTES)],
  computedIfAbsent: { filterPolicyScope: "" },
  computed: ["arn", "ownerId", "confirmationWasAuthenticated", "pendingConfirmation"],
  createOnly: ["topic", "protocol", "endpoint"],
  defaults: SUBSCRIPTION_DEFAULTS,
  async create(inputs, { clients }) {
    const { SubscriptionArn = "" } = await clients.sns.send(
      new sdk.SubscribeCommand({
        TopicArn: text(inputs, "topic"),
        Protocol: text(inputs, "protocol"),
        Endpoint: text(inputs, "endpoint"),
        Attributes: attributesFrom(SUBSCRIPTION_ATTRIBUTES, inputs),
        ReturnSubscriptionArn: true,
      }),
    );
    return SubscriptionArn;
  },
  async read(id, _known, { clients }) {
    const { Attributes: attributes } = await clients.sns.send(
      new sdk.GetSubscriptionAttributesCommand({ SubscriptionArn: id }),
    );
    if (!attributes) return undefined;
    const { TopicArn, Protocol, Endpoint, Owner, ConfirmationWasAuthenticated, PendingConfirmation } =
      attributes;
    return {
      inputs: {
        topic: TopicArn,
        protocol: Protocol,
        endpoint: Endpoint,
        ...inputsFrom(SUBSCRIPTION_ATTRIBUTES, SUBSCRIPTION_DEFAULTS, attributes),
      },
      outputs: {
        arn: id,
        ownerId: Owner,
        confirmationWasAuthenticated: ConfirmationWasAuthenticated === "true",
        pendingConfirmation: PendingConfirmation === "true",
      },
    };
  },
  async update({ id, inputs, changed }, { clients }) {
    for (const [input, AttributeName] of Object.entries(SUBSCRIPTION_ATTRIBUTES)) {
      if (!changed.has(input)) continue;
      const AttributeValue = String(inputs[input] ?? SUBSCRIPTION_DEFAULTS[input]) || undefined;
      await clients.sns.send(
        new sdk.SetSubscriptionAttributesCommand({ SubscriptionArn: id, AttributeName, AttributeValue }),
      );
    }
  },
  async delete(id, _known, { clients }) {
    await clients.sns.send(new sdk.UnsubscribeCommand({ SubscriptionArn: id }));
  },
};
