import type { EventEmitter } from "node:events";
import type {
  AedesOptions,
  AedesPublishPacket,
  AuthenticateError,
  Client,
  ConnectPacket,
  PublishPacket,
  SubscribePacket,
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
import type { Access, ConnectRequest } from "./access";
import type { DeviceActivity } from "./device-activity";
import { IDENTIFIER_REJECTED, NOT_AUTHORIZED, refusal, SERVER_UNAVAILABLE, Unauthorized } from "./refusals";
import { isDelivered, isPublishable, isSubscribable } from "./reserved-topics";
import type { SessionStore } from "./session-store";
import type { Session, Sessions } from "./sessions";
import { clientIdFault, filterFault, matchesFilter, messageFault } from "./topics";

/** Bytes that may wait for a client that does not read; then it is cut off. */
const MAX_UNSENT_BYTES = 8 * 1024 * 1024;

/** Source: AWS General Reference, "AWS IoT Core endpoints and quotas", "Subscriptions per connection". */
const MAX_SUBSCRIPTIONS = 50;
/** Source: there, "Subscriptions per subscription request". That the connection ends: reports of clients. */
const MAX_SUBSCRIPTIONS_A_REQUEST = 8;

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

// aedes keeps it, but its types leave it out.
const parserOf = (client: Client) => (client as unknown as { _parser: EventEmitter })._parser;

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
  /** Who asked for too many subscriptions at once, of which aedes hands over one after the other. */
  readonly #greedy = new WeakSet<Client>();

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
        parserOf(client).prependListener("packet", ({ cmd, subscriptions }: SubscribePacket) => {
          if (cmd === "subscribe" && subscriptions.length > MAX_SUBSCRIPTIONS_A_REQUEST)
            this.#greedy.add(client);
        });
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
        const verdict = this.#surely(() => this.#judgeSubscribe(client, subscription), broken);
        if (verdict instanceof Error) done(verdict);
        // aedes delivers by whichever subscription comes first, and so by each with the QoS of the message;
        // what the client gets is decided for all its subscriptions together, when a message comes.
        else done(null, verdict === "granted" ? { ...subscription, qos: 1 } : null);
      },
      authorizeForward: (client, packet) => this.#surely(() => this.#forwarded(client, packet), null),
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

  #judgeSubscribe(client: Client, subscription: Subscription): Error | "granted" | "refused" {
    const session = this.#parts.sessions.of(client);
    if (!session) return new Error("no session");
    const { filters } = session;
    const { qos, topic } = subscription;
    // A resumed session's subscriptions were allowed when they were made; iot:Receive is what counts now.
    // They are told by what they are, not by when they come: aedes reads packets before it calls a client
    // connected.
    if (!this.#parts.store.brought(subscription)) {
      const failure = this.#filterFailure(session, subscription);
      if (failure) return failure;
      if (filters.size >= MAX_SUBSCRIPTIONS && !filters.has(topic)) return "refused";
      if (!client.clean) this.#parts.store.subscribe(client.id, subscription);
    }
    filters.set(topic, qos);
    return "granted";
  }

  #filterFailure(session: Session, { qos, topic }: Subscription): Error | undefined {
    if (session.client.closed) return new Error("the connection has ended");
    if (this.#greedy.has(session.client)) return this.#fail(session, new Error("too many in a request"));
    const fault = qos > 1 ? "QoS 2 is not supported" : filterFault(topic);
    if (fault !== undefined) return this.#fail(session, new Error(`filter refused: ${fault}`));
    const checks = subscribeChecks(this.#parts.access.scope, topic);
    return isSubscribable(topic) && this.#allows(session, checks)
      ? undefined
      : this.#fail(session, new Unauthorized("subscribe", topic));
  }

  /**
   * What a client gets of a message: once, with the highest QoS of its subscriptions that match, and with no higher one
   * than the message has. [MQTT-3.3.5-1]
   */
  #forwarded(client: Client, packet: AedesPublishPacket): AedesPublishPacket | null {
    const session = this.#parts.sessions.of(client);
    if (!session || !isDelivered(packet.topic)) return null;
    const matching = [...session.filters].filter(([filter]) => matchesFilter(filter, packet.topic));
    if (matching.length === 0) return null;
    if (client.conn.writableLength > MAX_UNSENT_BYTES) {
      session.reason ??= "SERVER_INITIATED_DISCONNECT";
      client.conn.destroy();
      return null;
    }
    if (!this.#allows(session, receiveChecks(this.#parts.access.scope, packet.topic))) return null;
    this.#parts.activity.messageReceived(client.id, packet.payload.length, packet.topic);
    const highest = Math.max(...matching.map(([, qos]) => qos));
    return packet.qos > highest ? { ...packet, qos: 0 } : packet;
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
