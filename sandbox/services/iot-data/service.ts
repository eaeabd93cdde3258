import * as sdk from "@aws-sdk/client-iot-data-plane";
import { bindActions } from "../../wire/bind-actions";
import type { Service } from "../../wire/service";
import * as connections from "./actions/connections";
import * as publishing from "./actions/publish";
import * as retained from "./actions/retained-messages";
import * as shadows from "./actions/shadows";
import type { DataPlane } from "./data-plane";
import { invalidRequest } from "./errors";

/** The service `iot-data`: shadows, messages over HTTPS, connections. */
export function iotDataService(plane: DataPlane): Service {
  return {
    name: "iot-data",
    // The SDKs sign `iotdata`; the Developer Guide names `iotdevicegateway` for DeleteConnection.
    signingNames: ["iotdata", "iotdevicegateway", "execute-api"],
    protocol: "rest-json",
    sdk,
    invalid: invalidRequest,
    actions: bindActions(plane, connections, publishing, retained, shadows),
  };
}
