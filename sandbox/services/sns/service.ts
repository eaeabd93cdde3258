import * as sdk from "@aws-sdk/client-sns";
import { bindActions } from "../../wire/bind-actions";
import type { Service } from "../../wire/service";
import * as permissions from "./actions/permissions";
import * as publishing from "./actions/publish";
import * as subscriptionAttributes from "./actions/subscription-attributes";
import * as subscriptions from "./actions/subscriptions";
import * as tags from "./actions/tags";
import * as topics from "./actions/topics";
import { invalidParameter } from "./errors";
import type { SnsStore } from "./store";

/** SNS on the wire: Query and XML. Source: Amazon SNS API Reference. */
export function snsService(sns: SnsStore): Service {
  const actions = bindActions(
    sns,
    permissions,
    publishing,
    subscriptionAttributes,
    subscriptions,
    tags,
    topics,
  );
  return {
    name: "sns",
    protocol: "query",
    version: "2010-03-31",
    xmlNamespace: "http://sns.amazonaws.com/doc/2010-03-31/",
    sdk,
    actions,
    invalid: invalidParameter,
  };
}
