import * as sdk from "@aws-sdk/client-sns";
import type { Action, Service } from "../../wire/service";
import { publish } from "./actions/publish";
import { getSubscriptionAttributes, setSubscriptionAttributes } from "./actions/subscription-attributes";
import { listSubscriptions, listSubscriptionsByTopic, subscribe, unsubscribe } from "./actions/subscriptions";
import { listTagsForResource, tagResource, untagResource } from "./actions/tags";
import {
  createTopic,
  deleteTopic,
  getTopicAttributes,
  listTopics,
  setTopicAttributes,
} from "./actions/topics";
import { invalidParameter } from "./errors";
import type { Sns } from "./sns";

/** SNS on the wire: Query and XML. Source: Amazon SNS API Reference. */
export function snsService(sns: Sns): Service {
  const actions: Record<string, Action> = {
    CreateTopic: (input) => createTopic(sns, input),
    DeleteTopic: (input) => deleteTopic(sns, input),
    GetTopicAttributes: (input) => getTopicAttributes(sns, input),
    SetTopicAttributes: (input) => setTopicAttributes(sns, input),
    ListTopics: (input) => listTopics(sns, input),
    Subscribe: (input) => subscribe(sns, input),
    Unsubscribe: (input) => unsubscribe(sns, input),
    GetSubscriptionAttributes: (input) => getSubscriptionAttributes(sns, input),
    SetSubscriptionAttributes: (input) => setSubscriptionAttributes(sns, input),
    ListSubscriptions: (input) => listSubscriptions(sns, input),
    ListSubscriptionsByTopic: (input) => listSubscriptionsByTopic(sns, input),
    Publish: (input, call) => publish(sns, input, call),
    TagResource: (input) => tagResource(sns, input),
    UntagResource: (input) => untagResource(sns, input),
    ListTagsForResource: (input) => listTagsForResource(sns, input),
  };
  return {
    name: "sns",
    signingNames: ["sns"],
    protocol: "query",
    version: "2010-03-31",
    xmlNamespace: "http://sns.amazonaws.com/doc/2010-03-31/",
    sdk,
    actions,
    invalid: invalidParameter,
  };
}
