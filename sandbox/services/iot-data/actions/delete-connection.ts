import type { DeleteConnectionRequest } from "@aws-sdk/client-iot-data-plane";
import type { DataPlane } from "../data-plane";
import { invalidRequest, notFound } from "../errors";

const MAX_CLIENT_ID_CHARACTERS = 128;

/**
 * DeleteConnection.
 *
 * Source: AWS IoT Core Developer Guide, "MQTT", section "Managing MQTT connections"; the wording of its
 * errors is assumed.
 */
export function deleteConnection({ messaging }: DataPlane, request: DeleteConnectionRequest): void {
  const { clientId = "", cleanSession = false, preventWillMessage = false } = request;
  if (clientId.startsWith("$") || clientId.length > MAX_CLIENT_ID_CHARACTERS) {
    throw invalidRequest(`Invalid clientId: '${clientId}'`);
  }
  if (!messaging.disconnect(clientId, { cleanSession, preventWillMessage })) {
    throw notFound(`No connection or persistent session exists for client id '${clientId}'`);
  }
}
