import type * as sdk from "@aws-sdk/client-iot-data-plane";
import type { DataPlane } from "../data-plane";
import { invalidRequest, notFound } from "../errors";

const MAX_CLIENT_ID_CHARACTERS = 128;

function checkClientId(clientId: string): void {
  if (clientId.startsWith("$") || clientId.length > MAX_CLIENT_ID_CHARACTERS) {
    throw invalidRequest(`Invalid clientId: '${clientId}'`);
  }
}

/**
 * DeleteConnection.
 *
 * Source: AWS IoT Core Developer Guide, "MQTT", section "Managing MQTT connections"; the wording of its
 * errors is assumed.
 */
export function deleteConnection({ messaging }: DataPlane, request: sdk.DeleteConnectionRequest): void {
  const { clientId = "", cleanSession = false, preventWillMessage = false } = request;
  checkClientId(clientId);
  if (!messaging.disconnect(clientId, { cleanSession, preventWillMessage })) {
    throw notFound(`No connection or persistent session exists for client id '${clientId}'`);
  }
}

/**
 * GetConnection. A connection that ended is told as long as its session persists (on AWS for 30 minutes, with when and
 * why it ended); that nothing is known of others is the 404 of DeleteConnection: assumed.
 *
 * Source: AWS IoT API Reference, `GetConnection`.
 */
export function getConnection({ messaging }: DataPlane, request: sdk.GetConnectionRequest) {
  const { clientId = "", includeSocketInformation = false } = request;
  checkClientId(clientId);
  const state = messaging.connection(clientId);
  if (!state) throw notFound(`No connection or persistent session exists for client id '${clientId}'`);
  if (!state.connected) return { clientId, connected: false } satisfies sdk.GetConnectionResponse;
  return {
    clientId,
    connected: true,
    connectedSince: state.connectedAt,
    cleanSession: state.cleanSession,
    ...(state.thingName === undefined ? {} : { thingName: state.thingName }),
    ...(includeSocketInformation ? { sourceIp: state.ipAddress } : {}),
  } satisfies sdk.GetConnectionResponse;
}
