import { randomUUID } from "node:crypto";
import type { Client, Subscription } from "aedes";
import type { Cancel } from "../clock/virtual-clock";
import type { Environment } from "../environment";
import type { Principal } from "./access";
import type { DeviceActivity } from "./device-activity";
import {
  type Connection,
  connectFailedEvent,
  type DisconnectReason,
  presenceEvent,
  type ServiceMessage,
  subscriptionEvent,
} from "./presence";
import type { SessionStore } from "./session-store";

/** How long a persistent session outlives its connection. Source: AWS IoT Core Developer Guide, "MQTT", section "Ending a persistent session". */
const PERSISTENT_SESSION_MS = 60 * 60 * 1000;

/** What SUBACK says of a subscription that is refused. MQTT 3.1.1, section 3.9.3. */
const REFUSED = 0x80;

/** One connection, from its CONNECT packet on. */
export interface Session extends Connection {
  readonly client: Client;
  /** When it was accepted, epoch milliseconds; absent before that. */
  connectedAt?: number;
  /** Why it ends, as far as the broker decided it. */
  reason?: DisconnectReason;
  /** Whether its will may be published. */
  will: "due" | "prevented";
  /** QoS by the topic filter that it is subscribed to. */
  readonly filters: Map<string, number>;
}

/** What the sessions tell others. */
export interface SessionPorts {
  readonly activity: DeviceActivity;
  /** Publishes a lifecycle event. */
  readonly publish: (message: ServiceMessage) => void;
}

/** Who is connected, which sessions persist and for how long. */
export class Sessions {
  readonly #env: Environment;
  readonly #store: SessionStore;
  readonly #ports: SessionPorts;
  readonly #known = new WeakMap<Client, Session>();
  readonly #open = new Map<string, Session>();
  readonly #expiries = new Map<string, Cancel>();
  #versions = 0;

  constructor(env: Environment, store: SessionStore, ports: SessionPorts) {
    this.#env = env;
    this.#store = store;
    this.#ports = ports;
  }

  /** Notes a CONNECT that is about to be judged. */
  announce(client: Client, principal: Principal, thingName: string | undefined): Session {
    const session: Session = {
      client,
      principal,
      thingName,
      id: randomUUID(),
      version: this.#versions++,
      ipAddress: ("remoteAddress" in client.conn && client.conn.remoteAddress) || "127.0.0.1",
      will: "due",
      filters: new Map(),
    };
    this.#known.set(client, session);
    return session;
  }

  /** The session of a client, open or not. */
  of(client: Client): Session | undefined {
    return this.#known.get(client);
  }

  /** The open session of a client id; undefined where there is none or it is being closed. */
  connected(clientId: string): Session | undefined {
    const session = this.#open.get(clientId);
    return session?.client.closed ? undefined : session;
  }

  /** Every open session that is not being closed. */
  all(): Session[] {
    return [...this.#open.values()].filter(({ client }) => !client.closed);
  }

  /** A connection was accepted. One that it takes over ends before it begins. */
  opened(session: Session): void {
    const { clientId } = session.principal;
    const previous = this.#open.get(clientId);
    if (previous) this.closed(previous, "DUPLICATE_CLIENTID");
    this.#open.set(clientId, session);
    session.connectedAt = this.#env.clock.now();
    this.#expiries.get(clientId)?.();
    this.#expiries.delete(clientId);
    if (!session.client.clean) this.#store.open(clientId);
    this.#ports.activity.sessionOpened(clientId, session.ipAddress);
    this.#publish(presenceEvent(session, this.#env.clock.now(), "connected"));
  }

  /** A connection ended; told more than once, or of one that was never accepted, it does nothing. */
  closed(session: Session, reason: DisconnectReason): void {
    const { clientId } = session.principal;
    if (this.#open.get(clientId) !== session) return;
    this.#open.delete(clientId);
    this.#ports.activity.sessionClosed(clientId);
    const event = presenceEvent(session, this.#env.clock.now(), "disconnected", session.reason ?? reason);
    this.#publish(event);
    if (this.#store.has(clientId)) this.#expireLater(clientId);
  }

  /** A connection was refused for want of permission. */
  refused(session: Session): void {
    this.#publish(connectFailedEvent(session, this.#env.clock.now()));
  }

  /** A client was told which of its subscriptions are granted. */
  subscribed(client: Client, subscriptions: readonly Subscription[]): void {
    const granted = subscriptions.filter(({ qos }) => (qos as number) !== REFUSED);
    this.#tellFilters(
      client,
      "subscribed",
      granted.map(({ topic }) => topic),
    );
  }

  /** A client gave subscriptions up, or its connection ended, which AWS tells by itself. */
  unsubscribed(client: Client, filters: readonly string[]): void {
    for (const filter of filters) this.#known.get(client)?.filters.delete(filter);
    if (!client.closed) this.#tellFilters(client, "unsubscribed", filters);
  }

  #tellFilters(client: Client, eventType: "subscribed" | "unsubscribed", filters: readonly string[]): void {
    const session = this.#known.get(client);
    if (!session || filters.length === 0) return;
    this.#publish(subscriptionEvent(session, this.#env.clock.now(), eventType, filters));
  }

  #publish(message: ServiceMessage | undefined): void {
    if (message) this.#ports.publish(message);
  }

  #expireLater(clientId: string): void {
    const expire = () => {
      this.#expiries.delete(clientId);
      this.#store.drop(clientId);
    };
    this.#expiries.get(clientId)?.();
    this.#expiries.set(
      clientId,
      this.#env.clock.schedule(this.#env.clock.now() + PERSISTENT_SESSION_MS, expire),
    );
  }
}
