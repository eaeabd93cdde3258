import type { DeleteConnectionRequest } from "@aws-sdk/client-iot-data-plane";
import { invalidRequest, notFound } from "../errors";
import type { Messaging } from "../messaging";

const MAX_CLIENT_ID_CHARACTERS = 128;

/**
 * DeleteConnection.
 *
 * Source: AWS IoT Core Developer Guide, "MQTT", section "Managing MQTT connections"; the wording of its
 * errors is assumed.
 */
export function deleteConnection(messaging: Messaging, request: DeleteConnectionRequest): void {
  const { clientId = "", cleanSession = false, preventWillMessage = false } = request;
  if (clientId.startsWith("$") || clientId.length > MAX_CLIENT_ID_CHARACTERS) {
    throw invalidRequest(`Invalid clientId: '${clientId}'`);
  }
  if (!messaging.disconnect(clientId, { cleanSession, preventWillMessage })) {
    throw notFound(`No connection or persistent session exists for client id '${clientId}'`);
  }
}
