import * as sdk from "@aws-sdk/client-cloudcontrol";
import { bindActions } from "../../wire/bind-actions";
import type { Service } from "../../wire/service";
import * as requests from "./actions/requests";
import * as resources from "./actions/resources";
import { validation } from "./errors";
import type { CloudControlStore } from "./store";

/**
 * The Cloud Control API for the one type that the program makes with it, `AWS::IoT::SecurityProfile`.
 *
 * Requests cannot be cancelled and do not exclude each other, since each is done before a client can ask again.
 */
export function cloudControlService(store: CloudControlStore): Service {
  return {
    name: "cloudcontrol",
    signingNames: ["cloudcontrolapi"],
    protocol: "json-1.0",
    targetPrefix: "CloudApiService",
    sdk,
    invalid: validation,
    actions: bindActions(store, requests, resources),
  };
}
