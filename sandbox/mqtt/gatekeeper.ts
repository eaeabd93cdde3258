import type {
  AedesOptions,
  AedesPublishPacket,
  AuthenticateError,
  Client,
  ConnectPacket,
  PublishPacket,
  Subscription,
} from "aedes";
import {
  connectChecks,
  type IotCheck,
  iotResourceArn,
  publishChecks,
  receiveChecks,
  subscribeChecks,
} from "../../lib/policy-language/iot/requests";
import type { DeviceActivity } from "../services/detect/device-activity";
import type { Access, ConnectRequest } from "./access";
import { isDelivered, isPublishable, isSubscribable } from "./reserved-topics";
import type { SessionStore } from "./session-store";
import type { Session, Sessions } from "./sessions";
import { clientIdFault, filterFault, MAX_PAYLOAD_BYTES, matchesFilter, topicFault } from "./topics";

/** Bytes that may wait for a client that does not read; then it is cut off. */
const MAX_UNSENT_BYTES = 8 * 1024 * 1024;

// CONNACK return codes, MQTT 3.1.1 section 3.2.2.3.
const IDENTIFIER_REJECTED = 2;
const SERVER_UNAVAILABLE = 3;
const NOT_AUTHORIZED = 5;

/** What the gatekeeper works with. */
export interface GatekeeperParts {
  readonly access: Access;
  readonly sessions: Sessions;
  readonly store: SessionStore;
  readonly activity: DeviceActivity;
  /** Told when a message of a device was accepted and is now on its way. */
  readonly accepted: () => void;
  /** Writes one line for a person. */
  readonly log: (line: string) => void;
}

type Judged = AedesOptions &
  Required<
    Pick<
      AedesOptions,
      "preConnect" | "authenticate" | "authorizePublish" | "authorizeSubscribe" | "authorizeForward"
    >
  >;

type Will = NonNullable<ConnectPacket["will"]>;

/** A refusal of something that the client is not allowed to do, as against something that nobody may. */
class Unauthorized extends Error {
  /** Topic, or topic filter. */
  readonly topic: string;

  constructor(operation: "publish" | "subscribe", topic: string) {
    super(`not authorized to ${operation} to ${topic}`);
    this.topic = topic;
  }
}

const refusal = (returnCode: number, message: string) =>
  Object.assign(new Error(message), { returnCode }) as AuthenticateError;

/** The filters that aedes holds for a client; its types leave them out. */
const filtersOf = (client: Client) =>
  Object.keys((client as unknown as { subscriptions: Record<string, unknown> }).subscriptions);

/**
 * Judges what clients ask of the broker, by AWS's limits, by its reserved topics and by the policies, and
 * tells Detect of it.
 *
 * A refused CONNECT gets a CONNACK with a return code and is closed; a refused PUBLISH or SUBSCRIBE ends
 * the connection without PUBACK or SUBACK; a message that may not be received is silently left out.
 *
 * Source: AWS IoT Core Developer Guide, "Publish/Subscribe policy examples" (the connection ends),
 * "MQTT", section "AWS IoT differences from MQTT specifications" (QoS 2 gets no PUBACK and no SUBACK; that
 * the connection ends is assumed).
 */
export class Gatekeeper {
  readonly #parts: GatekeeperParts;
  readonly #connects = new WeakMap<Client, ConnectPacket>();

  constructor(parts: GatekeeperParts) {
    this.#parts = parts;
  }

  /** The functions that aedes calls for each packet. */
  hooks(): Judged {
    const broken = new Error("the broker failed");
    return {
      preConnect: (client, packet, done) => {
        // aedes speaks MQTT 3.1 and AWS does not: it is answered as any version that aedes does not speak.
        if (packet.protocolVersion === 3) packet.protocolVersion = 5;
        this.#connects.set(client, packet);
        done(null, true);
      },
      authenticate: (client, username, _password, done) => {
        const unavailable = refusal(SERVER_UNAVAILABLE, broken.message);
        const failure = this.#surely(() => this.#judgeConnect(client, username), unavailable);
        done(failure ?? null, failure ? null : true);
      },
      authorizePublish: (client, packet, done) =>
        done(client && this.#surely(() => this.#judgePublish(client, packet), broken)),
      authorizeSubscribe: (client, subscription, done) => {
        const failure = this.#surely(() => this.#judgeSubscribe(client, subscription), broken);
        if (failure) done(failure);
        else done(null, subscription);
      },
      authorizeForward: (client, packet) =>
        this.#surely(() => this.#mayReceive(client, packet), false) ? packet : null,
    };
  }

  /** A verdict even where the judging itself fails: that must neither let anything through nor end the broker. */
  #surely<T>(judge: () => T, otherwise: T): T {
    try {
      return judge();
    } catch (error) {
      this.#parts.log(`mqtt: ${error}`);
      return otherwise;
    }
  }

  #judgeConnect(client: Client, username: string | undefined): AuthenticateError | undefined {
    const packet = this.#connects.get(client);
    const { access, activity, sessions } = this.#parts;
    const principal = access.principalOf(client.id, username);
    const session = sessions.announce(client, principal, access.exclusiveThingOf(principal));
    // A generated id, for a CONNECT without one, is not the client's to be known by.
    const fault = clientIdFault(packet?.clientId ?? "", packet?.clean ?? true);
    if (fault !== undefined) return refusal(IDENTIFIER_REJECTED, `client id refused: ${fault}`);
    activity.connectionAttempted(client.id);
    const willFault = packet?.will && messageFault(packet.will);
    if (willFault !== undefined) return refusal(NOT_AUTHORIZED, `will refused: ${willFault}`);
    if (!this.#mayConnect(session, packet)) {
      activity.authorizationFailed(client.id);
      sessions.refused(session);
      return refusal(NOT_AUTHORIZED, "not authorized");
    }
    const present = sessions.connected(client.id);
    if (present) present.reason ??= "DUPLICATE_CLIENTID";
    return undefined;
  }

  /**
   * Whether a CONNECT is allowed, with the will that it brings: the right to publish that is judged now,
   * and not again when it is sent (assumed; AWS names only the former, in "Lifecycle events", section
   * "Connect attempt failure event").
   */
  #mayConnect(session: Session, packet: ConnectPacket | undefined): boolean {
    const { access } = this.#parts;
    const { scope } = access;
    const will = packet?.will;
    const request: ConnectRequest = {
      attributes: [
        ...(packet?.clean ? [] : ["PersistentConnect" as const]),
        ...(will ? ["LastWill" as const] : []),
      ],
      ...(will && { lastWillTopicArn: iotResourceArn(scope, "topic", will.topic) }),
    };
    return (
      access.allows(session.principal, connectChecks(scope, session.principal.clientId), request) &&
      (!will ||
        (isPublishable(will.topic) &&
          access.allows(session.principal, publishChecks(scope, will.topic, will.retain ?? false))))
    );
  }

  #judgePublish(client: Client, packet: PublishPacket): Error | null {
    const session = this.#parts.sessions.of(client);
    if (!session) return new Error("no session");
    // aedes asks this for the will of a connection that has ended, too: for the very object of its CONNECT.
    if (packet === this.#connects.get(client)?.will) {
      return session.will === "due" ? null : new Error("will prevented");
    }
    if (client.closed) return new Error("the connection has ended");
    const fault = messageFault(packet);
    if (fault !== undefined) return this.#fail(session, new Error(`message refused: ${fault}`));
    const checks = publishChecks(this.#parts.access.scope, packet.topic, packet.retain);
    if (!isPublishable(packet.topic) || !this.#allows(session, checks)) {
      return this.#fail(session, new Unauthorized("publish", packet.topic));
    }
    this.#parts.activity.messageSent(client.id, packet.payload.length, packet.topic);
    this.#parts.accepted();
    return null;
  }

  #judgeSubscribe(client: Client, subscription: Subscription): Error | undefined {
    const session = this.#parts.sessions.of(client);
    if (!session) return new Error("no session");
    // A resumed session's subscriptions were allowed when they were made; iot:Receive is what counts now.
    // They are told by what they are, not by when they come: aedes reads packets before it calls a client
    // connected.
    if (this.#parts.store.brought(subscription)) return undefined;
    if (client.closed) return new Error("the connection has ended");
    const { qos, topic } = subscription;
    const fault = qos > 1 ? "QoS 2 is not supported" : filterFault(topic);
    if (fault !== undefined) return this.#fail(session, new Error(`filter refused: ${fault}`));
    const checks = subscribeChecks(this.#parts.access.scope, topic);
    if (!isSubscribable(topic) || !this.#allows(session, checks)) {
      return this.#fail(session, new Unauthorized("subscribe", topic));
    }
    if (!client.clean) this.#parts.store.subscribe(client.id, subscription);
    return undefined;
  }

  #mayReceive(client: Client, packet: AedesPublishPacket): boolean {
    const session = this.#parts.sessions.of(client);
    if (!session || !isDelivered(packet.topic)) return false;
    if (!filtersOf(client).some((filter) => matchesFilter(filter, packet.topic))) return false;
    if (client.conn.writableLength > MAX_UNSENT_BYTES) {
      session.reason ??= "SERVER_INITIATED_DISCONNECT";
      client.conn.destroy();
      return false;
    }
    if (!this.#allows(session, receiveChecks(this.#parts.access.scope, packet.topic))) return false;
    this.#parts.activity.messageReceived(client.id, packet.payload.length, packet.topic);
    return true;
  }

  #allows(session: Session, checks: readonly IotCheck[]): boolean {
    return this.#parts.access.allows(session.principal, checks);
  }

  #fail(session: Session, error: Error): Error {
    session.reason ??= error instanceof Unauthorized ? "AUTH_ERROR" : "CLIENT_ERROR";
    if (error instanceof Unauthorized) {
      this.#parts.activity.authorizationFailed(session.principal.clientId, error.topic);
    }
    return error;
  }
}

/**
 * What is wrong with a message that a client publishes, or leaves as its will, whatever its policies.
 *
 * Source: AWS IoT Core Developer Guide, "MQTT" (QoS 2; no retained messages on reserved topics); AWS
 * General Reference, "AWS IoT Core endpoints and quotas" (128 KB).
 */
function messageFault({ topic, payload, qos, retain }: PublishPacket | Will): string | undefined {
  if ((qos ?? 0) > 1) return "QoS 2 is not supported";
  if (payload.length > MAX_PAYLOAD_BYTES) return `its payload is larger than ${MAX_PAYLOAD_BYTES} bytes`;
  if (retain && topic.startsWith("$")) return "messages on reserved topics cannot be retained";
  return topicFault(topic);
}
