import * as sdk from "@aws-sdk/client-iot-data-plane";
import type { Service } from "../../wire/service";
import { deleteConnection } from "./actions/delete-connection";
import { publish } from "./actions/publish";
import { getRetainedMessage, listRetainedMessages } from "./actions/retained-messages";
import * as shadowActions from "./actions/shadows";
import { invalidRequest } from "./errors";
import type { Messaging } from "./messaging";
import type { Shadows } from "./shadows";

/** The service `iot-data`: shadows, messages over HTTPS, connections. */
export function iotDataService(shadows: Shadows, messaging: Messaging): Service {
  return {
    name: "iot-data",
    // The SDKs sign `iotdata`; the Developer Guide names `iotdevicegateway` for DeleteConnection.
    signingNames: ["iotdata", "iotdevicegateway"],
    protocol: "rest-json",
    sdk,
    invalid: invalidRequest,
    actions: {
      GetThingShadow: (request) => shadowActions.getThingShadow(shadows, request),
      UpdateThingShadow: (request) => shadowActions.updateThingShadow(shadows, request),
      DeleteThingShadow: (request) => shadowActions.deleteThingShadow(shadows, request),
      ListNamedShadowsForThing: (request, call) =>
        shadowActions.listNamedShadowsForThing(shadows, request, call),
      Publish: (request) => publish(messaging, shadows, request),
      DeleteConnection: (request) => deleteConnection(messaging, request),
      GetRetainedMessage: (request) => getRetainedMessage(messaging, request),
      ListRetainedMessages: (request) => listRetainedMessages(messaging, request),
    },
  };
}
