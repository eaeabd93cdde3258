import type * as sdk from "@aws-sdk/client-sns";
import { regionalArn } from "../../../../lib/aws/arns";
import { mergeTags, tagPairs } from "../../../wire/tags";
import { invalidParameter, invalidTags, parseObject } from "../errors";
import { snsPage } from "../page";
import type { SnsStore } from "../store";
import { policyOf, type Topic } from "../topic";

/** Attributes of a standard topic that its owner may set. Source: Amazon SNS API Reference, "SetTopicAttributes". */
const SETTABLE =
  /^(DeliveryPolicy|DisplayName|KmsMasterKeyId|Policy|SignatureVersion|TracingConfig|(HTTP|Firehose|Lambda|Application|SQS)(SuccessFeedbackRoleArn|SuccessFeedbackSampleRate|FailureFeedbackRoleArn))$/;

/** How SNS retries towards web servers, which the sandbox does not deliver to. */
const DEFAULT_DELIVERY_POLICY = JSON.stringify({
  http: {
    defaultHealthyRetryPolicy: {
      minDelayTarget: 20,
      maxDelayTarget: 20,
      numRetries: 3,
      numMaxDelayRetries: 0,
      numNoDelayRetries: 0,
      numMinDelayRetries: 0,
      backoffFunction: "linear",
    },
    disableSubscriptionOverrides: false,
    defaultRequestPolicy: { headerContentType: "text/plain; charset=UTF-8" },
  },
});

function checkAttribute(name: string, value: string): void {
  if (!SETTABLE.test(name)) throw invalidParameter("AttributeName");
  if (name.endsWith("Policy") && value !== "") parseObject(name, value);
}

function setAttribute(topic: Topic, name: string, value: string): void {
  if (value === "") topic.attributes.delete(name);
  else topic.attributes.set(name, value);
}

const differ = (wanted: Iterable<[string, string]>, present: ReadonlyMap<string, string>) =>
  [...wanted].some(([key, value]) => present.get(key) !== value);

/** CreateTopic: answers the topic there is when attributes and tags are the same. */
export function createTopic(sns: SnsStore, input: sdk.CreateTopicInput): sdk.CreateTopicResponse {
  const { Name = "", Attributes: given = {} } = input;
  const { FifoTopic = "false", ...Attributes } = given;
  if (!/^(?:true|false)$/i.test(FifoTopic)) throw invalidParameter("Attributes Reason: FifoTopic");
  if (Name.endsWith(".fifo") || FifoTopic.toLowerCase() === "true") {
    throw invalidParameter("Topic Name: the sandbox has standard topics only, no FIFO topics");
  }
  if (!/^[\w-]{1,256}$/.test(Name)) throw invalidParameter("Topic Name");
  for (const [name, value] of Object.entries(Attributes)) checkAttribute(name, value);
  const tags = mergeTags(new Map(), tagPairs(input.Tags), invalidTags);
  const arn = regionalArn(sns.env, "sns", Name);
  const existing = sns.topics.get(arn);
  if (existing) {
    const same = "Reason: Topic already exists with different";
    if (differ(Object.entries(Attributes), existing.attributes)) {
      throw invalidParameter(`Attributes ${same} attributes`);
    }
    if (differ(tags, existing.tags)) throw invalidParameter(`Tags ${same} tags`);
    return { TopicArn: arn };
  }
  const topic: Topic = { arn, attributes: new Map(), tags, subscriptionsDeleted: 0 };
  for (const [name, value] of Object.entries(Attributes)) setAttribute(topic, name, value);
  sns.topics.set(arn, topic);
  return { TopicArn: arn };
}

/** DeleteTopic: with its subscriptions; also fine when it is gone already. */
export function deleteTopic(sns: SnsStore, input: sdk.DeleteTopicInput): void {
  const arn = input.TopicArn ?? "";
  sns.topics.delete(arn);
  for (const subscription of sns.subscriptionsOf(arn)) sns.subscriptions.delete(subscription.arn);
}

/** GetTopicAttributes. */
export function getTopicAttributes(
  sns: SnsStore,
  input: sdk.GetTopicAttributesInput,
): sdk.GetTopicAttributesResponse {
  const topic = sns.topic(input.TopicArn);
  const all = sns.subscriptionsOf(topic.arn);
  const pending = all.filter((subscription) => subscription.isPending).length;
  return {
    Attributes: {
      TopicArn: topic.arn,
      Owner: sns.env.account,
      DisplayName: "",
      EffectiveDeliveryPolicy: topic.attributes.get("DeliveryPolicy") ?? DEFAULT_DELIVERY_POLICY,
      SubscriptionsConfirmed: String(all.length - pending),
      SubscriptionsPending: String(pending),
      SubscriptionsDeleted: String(topic.subscriptionsDeleted),
      ...Object.fromEntries(topic.attributes),
      Policy: policyOf(topic),
    },
  };
}

/** SetTopicAttributes: one at a time; an empty value brings the default back. */
export function setTopicAttributes(sns: SnsStore, input: sdk.SetTopicAttributesInput): void {
  const topic = sns.topic(input.TopicArn);
  const { AttributeName = "", AttributeValue = "" } = input;
  checkAttribute(AttributeName, AttributeValue);
  setAttribute(topic, AttributeName, AttributeValue);
}

/** ListTopics: pages of 100. */
export function listTopics(sns: SnsStore, input: sdk.ListTopicsInput): sdk.ListTopicsResponse {
  const { items, nextToken: NextToken } = snsPage([...sns.topics.keys()], input.NextToken);
  return { Topics: items.map((TopicArn) => ({ TopicArn })), NextToken };
}
