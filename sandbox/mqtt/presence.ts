import type { Principal } from "./access";

/** Why a connection ended, in the words of lifecycle events. */
export type DisconnectReason =
  | "API_INITIATED_DISCONNECT"
  | "AUTH_ERROR"
  | "CLIENT_ERROR"
  | "CLIENT_INITIATED_DISCONNECT"
  | "CONNECTION_LOST"
  | "DUPLICATE_CLIENTID"
  | "MQTT_KEEP_ALIVE_TIMEOUT"
  | "SERVER_INITIATED_DISCONNECT";

/** What lifecycle events say of a connection. */
export interface Connection {
  readonly principal: Principal;
  /** Name of the thing that its certificate was attached to exclusively as it began. */
  readonly thingName?: string | undefined;
  /** Id that lifecycle events give it, a UUID. */
  readonly id: string;
  /** Number that lifecycle events give it. */
  readonly version: number;
  /** Address of the peer. */
  readonly ipAddress: string;
}

/** A message that a service publishes. */
export interface ServiceMessage {
  readonly topic: string;
  readonly payload: string | Uint8Array;
}

/** Principal of a connection without a certificate. (AWS writes the IAM identity there: assumed.) */
const NO_CERTIFICATE = "sandbox-default-device-principal";

/** Client ids with a wildcard get no lifecycle events. */
const hasEvents = (connection: Connection) => !/[#+]/.test(connection.principal.clientId);

const common = (connection: Connection, timestamp: number, eventType: string) => ({
  clientId: connection.principal.clientId,
  thingName: connection.thingName,
  timestamp,
  eventType,
  sessionIdentifier: connection.id,
  principalIdentifier: connection.principal.certificateId ?? NO_CERTIFICATE,
});

const message = (
  event: { clientId: string; eventType: string },
  kind: "presence" | "subscriptions" = "presence",
): ServiceMessage => ({
  topic: `$aws/events/${kind}/${event.eventType}/${event.clientId}`,
  payload: JSON.stringify(event),
});

/**
 * The lifecycle event of a connection that began, or of one that ended and why; undefined where AWS sends
 * none.
 *
 * Source: AWS IoT Core Developer Guide, "Lifecycle events", section "Connect/Disconnect events".
 *
 * @param timestamp - Virtual time, epoch milliseconds.
 */
export function presenceEvent(
  connection: Connection,
  timestamp: number,
  ...[eventType, reason]: ["connected"] | ["disconnected", DisconnectReason]
): ServiceMessage | undefined {
  if (!hasEvents(connection)) return undefined;
  const { ipAddress, version: versionNumber } = connection;
  const event = common(connection, timestamp, eventType);
  if (reason === undefined) return message({ ...event, ...{ ipAddress, versionNumber } });
  const clientInitiatedDisconnect = reason === "CLIENT_INITIATED_DISCONNECT";
  return message({ ...event, ...{ clientInitiatedDisconnect, disconnectReason: reason, versionNumber } });
}

/**
 * The event of a connection that was refused for want of permission; undefined where AWS sends none.
 *
 * Source: AWS IoT Core Developer Guide, "Lifecycle events", section "Connect attempt failure event".
 *
 * @param timestamp - Virtual time, epoch milliseconds.
 */
export function connectFailedEvent(connection: Connection, timestamp: number): ServiceMessage | undefined {
  if (!hasEvents(connection)) return undefined;
  const detail = { connectFailureReason: "AUTHORIZATION_FAILED", ipAddress: connection.ipAddress };
  return message({ ...common(connection, timestamp, "connect_failed"), ...detail });
}

/**
 * The event of filters that a client subscribed to or gave up; undefined where AWS sends none.
 *
 * Source: AWS IoT Core Developer Guide, "Lifecycle events", section "Subscribe/Unsubscribe events".
 *
 * @param timestamp - Virtual time, epoch milliseconds.
 */
export function subscriptionEvent(
  connection: Connection,
  timestamp: number,
  eventType: "subscribed" | "unsubscribed",
  topics: readonly string[],
): ServiceMessage | undefined {
  if (!hasEvents(connection)) return undefined;
  return message({ ...common(connection, timestamp, eventType), ...{ topics } }, "subscriptions");
}
