import * as sdk from "@aws-sdk/client-iot";
import { bindActions } from "../../wire/bind-actions";
import type { Action, Service } from "../../wire/service";
import * as certificates from "./actions/certificates";
import * as endpoints from "./actions/endpoints";
import * as membership from "./actions/group-membership";
import * as policies from "./actions/policies";
import * as attachments from "./actions/policy-attachments";
import * as versions from "./actions/policy-versions";
import type { Taggable } from "./actions/tags";
import * as tags from "./actions/tags";
import * as groups from "./actions/thing-groups";
import * as principals from "./actions/thing-principals";
import * as things from "./actions/things";
import { invalidRequest } from "./errors";
import type { IotStore } from "./store";

/** What another part of the sandbox adds to the service `iot`, such as security profiles. */
export interface IotExtension extends Taggable {
  readonly actions: Readonly<Record<string, Action>>;
}

/** The service `iot`: registry, groups, policies, certificates, and what the extension adds. */
export function iotService(store: IotStore, extension: IotExtension): Service {
  const taggable: Taggable = { tagsOf: (arn) => store.tagsOf(arn) ?? extension.tagsOf(arn) };
  return {
    name: "iot",
    // Old SDKs sign for `execute-api`; method and path then tell this service and iot-data apart.
    signingNames: ["iot", "execute-api"],
    protocol: "rest-json",
    sdk,
    invalid: invalidRequest,
    actions: {
      ...bindActions(store, things, groups, membership, endpoints),
      ...bindActions(store, policies, versions, attachments),
      ...bindActions(store, certificates, principals),
      ...bindActions(taggable, tags),
      ...extension.actions,
    },
  };
}
