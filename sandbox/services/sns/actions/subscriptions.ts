import { randomUUID } from "node:crypto";
import type * as sdk from "@aws-sdk/client-sns";
import type { Call } from "../../../wire/service";
import { principalName, principalOf } from "../../iam/principal-of";
import { checkArn, invalidParameter } from "../errors";
import { snsPage } from "../page";
import type { SnsStore } from "../store";
import { checkSubscriptionAttributes, keptValue } from "../subscription-checks";
import { PROTOCOLS, type Subscription, type SubscriptionProtocol } from "../topic";

const isKnown = (protocol: string): protocol is SubscriptionProtocol =>
  (PROTOCOLS as readonly string[]).includes(protocol);

function checkEndpoint(sns: SnsStore, protocol: SubscriptionProtocol, endpoint: string): void {
  const { partition } = sns.env;
  const patterns = {
    lambda: new RegExp(`^arn:${partition}:lambda:[\\w-]+:\\d{12}:function:[\\w-]+$`),
    sqs: new RegExp(`^arn:${partition}:sqs:[\\w-]+:\\d{12}:[\\w-]+$`),
    email: /^[^@\s]+@[^@\s]+$/,
    "email-json": /^[^@\s]+@[^@\s]+$/,
  };
  if (patterns[protocol].test(endpoint)) return;
  const kinds = { lambda: "Lambda", sqs: "SQS", email: "Email", "email-json": "Email" };
  throw invalidParameter(`${kinds[protocol]} endpoint`);
}

/** A subscription's ARN as others see it: one that waits for its confirmation shows none. */
const shownArn = (subscription: Subscription, pending: string) =>
  subscription.isPending ? pending : subscription.arn;

/** Subscribe: answers the subscription there is when the attributes are the same. E-mail stays pending. */
export function subscribe(sns: SnsStore, input: sdk.SubscribeInput, { caller }: Call): sdk.SubscribeResponse {
  const topic = sns.topic(input.TopicArn);
  const { Protocol = "", Endpoint = "", Attributes = {} } = input;
  if (!isKnown(Protocol)) {
    throw invalidParameter(`Protocol: the sandbox delivers by ${PROTOCOLS.join(", ")} (not by ${Protocol})`);
  }
  checkEndpoint(sns, Protocol, Endpoint);
  const attributes = new Map(
    Object.entries(Attributes).map(([name, value]) => [name, keptValue(name, value)]),
  );
  checkSubscriptionAttributes(sns, attributes);
  let subscription = sns
    .subscriptionsOf(topic.arn)
    .find((other) => other.protocol === Protocol && other.endpoint === Endpoint);
  if (subscription) {
    const present = subscription.attributes;
    if ([...attributes].some(([name, value]) => present.get(name) !== value)) {
      throw invalidParameter("Attributes Reason: Subscription already exists with different attributes");
    }
  } else {
    subscription = {
      arn: `${topic.arn}:${randomUUID()}`,
      topicArn: topic.arn,
      protocol: Protocol,
      endpoint: Endpoint,
      attributes,
      principal: principalName(principalOf(caller, sns.env), sns.env),
      isPending: Protocol.startsWith("email"),
    };
    sns.subscriptions.set(subscription.arn, subscription);
  }
  return {
    SubscriptionArn: input.ReturnSubscriptionArn
      ? subscription.arn
      : shownArn(subscription, "pending confirmation"),
  };
}

/** Unsubscribe: also fine when it is gone already. */
export function unsubscribe(sns: SnsStore, input: sdk.UnsubscribeInput): void {
  const { SubscriptionArn = "" } = input;
  checkArn("SubscriptionArn", SubscriptionArn);
  const subscription = sns.subscriptions.get(SubscriptionArn);
  // A topic's ARN has one part less.
  if (!subscription && SubscriptionArn.split(":").length === 6) throw invalidParameter("SubscriptionId");
  if (!subscription) return;
  sns.subscriptions.delete(subscription.arn);
  sns.topic(subscription.topicArn).subscriptionsDeleted++;
}

function page(
  sns: SnsStore,
  all: readonly Subscription[],
  token: string | undefined,
): sdk.ListSubscriptionsResponse {
  const { items, nextToken: NextToken } = snsPage(all, token);
  const render = (subscription: Subscription): sdk.Subscription => ({
    SubscriptionArn: shownArn(subscription, "PendingConfirmation"),
    Owner: sns.env.account,
    Protocol: subscription.protocol,
    Endpoint: subscription.endpoint,
    TopicArn: subscription.topicArn,
  });
  return { Subscriptions: items.map(render), NextToken };
}

/** ListSubscriptions: pages of 100. */
export function listSubscriptions(
  sns: SnsStore,
  input: sdk.ListSubscriptionsInput,
): sdk.ListSubscriptionsResponse {
  return page(sns, [...sns.subscriptions.values()], input.NextToken);
}

/** ListSubscriptionsByTopic: pages of 100. */
export function listSubscriptionsByTopic(
  sns: SnsStore,
  input: sdk.ListSubscriptionsByTopicInput,
): sdk.ListSubscriptionsResponse {
  return page(sns, sns.subscriptionsOf(sns.topic(input.TopicArn).arn), input.NextToken);
}
