import type { Socket } from "node:net";
import { Aedes, type AedesPublishPacket, type Client } from "aedes";
import type { Environment } from "../environment";
import { Access } from "./access";
import type { IotAuthority } from "./authority";
import type { DeviceActivity } from "./device-activity";
import { Gatekeeper } from "./gatekeeper";
import type { DisconnectReason } from "./presence";
import { type RetainedMessage, SessionStore } from "./session-store";
import { type Session, Sessions } from "./sessions";

/** Turns of the event loop that a message takes from its acceptance to its last delivery, with room. */
const TURNS = 4;

/** How long a connection may take to send its CONNECT packet, wall milliseconds. */
const CONNECT_TIMEOUT_MS = 30_000;

/** What a broker works with. */
export interface BrokerParts {
  readonly env: Environment;
  /** The registry: who may do what. */
  readonly authority: IotAuthority;
  /** Told of everything that Detect counts. */
  readonly activity: DeviceActivity;
  /** Told of what devices publish to AWS's own topics. */
  readonly reserved: ReservedListener;
  /** How long a connection may take to send CONNECT, wall milliseconds. @default 30 seconds */
  readonly connectTimeoutMs?: number;
}

/** A client id's connection, or its persistent session that waits for one. */
export type ConnectionState =
  | { readonly connected: false }
  | {
      readonly connected: true;
      /** Epoch milliseconds. */
      readonly connectedAt: number;
      readonly ipAddress: string;
      readonly cleanSession: boolean;
      readonly thingName: string | undefined;
    };

/** What becomes of a session that is cut off. */
export interface DisconnectOptions {
  /** Forgets the subscriptions and queued messages of a persistent session. */
  readonly cleanSession: boolean;
  /** Keeps the client's last will from being published. */
  readonly preventWillMessage: boolean;
}

/** How a service publishes; by default with QoS 0 and not retained. */
export interface PublishOptions {
  readonly qos?: 0 | 1;
  readonly retain?: boolean;
}

/** Hears a message that a device published to a topic that begins with `$aws/`. */
export type ReservedListener = (topic: string, payload: Buffer) => void;

// aedes keeps these, but its types leave them out.
const clientsOf = (aedes: Aedes) => (aedes as unknown as { clients: Record<string, Client> }).clients;
const saidGoodbye = (client: Client) => (client as unknown as { _disconnected: boolean })._disconnected;
const senderOf = (packet: AedesPublishPacket) => (packet as { clientId?: string }).clientId;

/**
 * An MQTT 3.1.1 broker with AWS IoT Core's rules, and the sessions and messages that it holds. Keep-alive runs on
 * wall time, everything else on the virtual clock. Connections come from an {@link MqttListener}.
 */
export class Broker {
  /** Persistent sessions and retained messages. */
  readonly #store: SessionStore;
  /** Who is connected. */
  readonly #sessions: Sessions;
  readonly #env: Environment;
  readonly #aedes: Aedes;
  readonly #sockets = new Set<Socket>();
  readonly #reservedListener: ReservedListener;

  private constructor({
    activity,
    authority,
    connectTimeoutMs = CONNECT_TIMEOUT_MS,
    env,
    reserved,
  }: BrokerParts) {
    this.#env = env;
    this.#reservedListener = reserved;
    const store = new SessionStore(() => env.clock.now());
    const sessions = new Sessions(env, store, {
      activity,
      publish: ({ topic, payload, ...options }) => this.publish(topic, payload, options),
    });
    this.#store = store;
    this.#sessions = sessions;
    const access = new Access(env, authority);
    const accepted = () => this.#track();
    const gatekeeper = new Gatekeeper({ access, activity, sessions, store, accepted, log: env.log });
    this.#aedes = new Aedes({
      ...gatekeeper.hooks(),
      persistence: store,
      connectTimeout: connectTimeoutMs,
      // With a limit, clients that do not read would hold up the messages of all others.
      concurrency: 0,
    });
    this.#listen();
  }

  /** Makes a broker that is ready for connections. */
  static async make(parts: BrokerParts): Promise<Broker> {
    const broker = new Broker(parts);
    await broker.#aedes.listen();
    broker.#aedes.subscribe(
      "$aws/#",
      (packet, done) => broker.#reserved(packet, done),
      () => undefined,
    );
    return broker;
  }

  /** Takes a connection on. */
  handle(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    this.#aedes.handle(socket);
  }

  /** Publishes for a service: policies are not asked; topic and size are the caller's affair. */
  publish(
    topic: string,
    payload: string | Uint8Array,
    { qos = 0, retain = false }: PublishOptions = {},
  ): void {
    this.#track();
    this.#aedes.publish(
      { cmd: "publish", topic, payload: Buffer.from(payload), qos, retain, dup: false },
      () => undefined,
    );
  }

  /** Ends the session of a client id; false when it has neither a connection nor a persistent session. */
  disconnect(clientId: string, { cleanSession, preventWillMessage }: DisconnectOptions): boolean {
    const session = this.#sessions.connected(clientId);
    if (!session && !this.#store.has(clientId)) return false;
    if (session) {
      if (preventWillMessage) session.will = "prevented";
      this.#end(session, "API_INITIATED_DISCONNECT");
    }
    if (cleanSession) this.#store.drop(clientId);
    return true;
  }

  /** Ends the sessions of a certificate that is not active any more. */
  endSessionsOf(certificateId: string): void {
    for (const session of this.#sessions.all()) {
      if (session.principal.certificateId === certificateId)
        this.#end(session, "SERVER_INITIATED_DISCONNECT");
    }
  }

  /** What is known of a client id's connection; undefined when it has neither one nor a persistent session. */
  connection(clientId: string): ConnectionState | undefined {
    const session = this.#sessions.connected(clientId);
    if (!session) return this.#store.has(clientId) ? { connected: false } : undefined;
    const { connectedAt = 0, ipAddress, client, thingName } = session;
    return { connected: true, connectedAt, ipAddress, cleanSession: client.clean, thingName };
  }

  /** Client ids that are connected. */
  connectedClients(): string[] {
    return this.#sessions.all().map((session) => session.principal.clientId);
  }

  /** Retained messages in the order of their topics. */
  retained(): RetainedMessage[] {
    return this.#store.retained();
  }

  /** Ends every session without its will, and every connection that there is by now. */
  async close(): Promise<void> {
    const sockets = [...this.#sockets];
    const ended = sockets.map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    for (const session of this.#sessions.all()) session.will = "prevented";
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await Promise.all(ended);
  }

  #end(session: Session, reason: DisconnectReason): void {
    session.reason = reason;
    void this.#env.clock.track(new Promise<void>((resolve) => session.client.close(() => resolve())));
  }

  #listen(): void {
    const blame = (client: Client, reason: DisconnectReason) => {
      const session = this.#sessions.of(client);
      if (session) session.reason ??= reason;
    };
    this.#aedes.on("client", (client) => this.#opened(client));
    this.#aedes.on("clientDisconnect", (client) => this.#closed(client));
    this.#aedes.on("subscribe", (filters, client) => this.#sessions.subscribed(client, filters));
    this.#aedes.on("unsubscribe", (filters, client) => this.#sessions.unsubscribed(client, filters));
    this.#aedes.on("keepaliveTimeout", (client) => blame(client, "MQTT_KEEP_ALIVE_TIMEOUT"));
    // An error with a code is one of the socket's.
    this.#aedes.on("clientError", (client, error) =>
      blame(client, "code" in error ? "CONNECTION_LOST" : "CLIENT_ERROR"),
    );
  }

  #opened(client: Client): void {
    const session = this.#sessions.of(client);
    if (!session || client.closed) {
      // One that went away while it was being accepted, aedes would hold for connected for ever.
      delete clientsOf(this.#aedes)[client.id];
      return;
    }
    this.#sessions.opened(session);
    // aedes does not tell of every end where one connection takes another over.
    client.conn.once("close", () => this.#closed(client));
  }

  #closed(client: Client): void {
    const session = this.#sessions.of(client);
    if (session) {
      this.#sessions.closed(session, saidGoodbye(client) ? "CLIENT_INITIATED_DISCONNECT" : "CONNECTION_LOST");
    }
    // aedes forgets clients by id, and so the one that took this connection over.
    const current = this.#sessions.connected(client.id);
    if (current) clientsOf(this.#aedes)[client.id] = current.client;
  }

  #reserved(packet: AedesPublishPacket, done: () => void): void {
    // An answer must not overtake its question, or aedes takes the question for a duplicate.
    if (senderOf(packet) !== undefined) queueMicrotask(() => this.#tell(packet));
    done();
  }

  #tell({ topic, payload }: AedesPublishPacket): void {
    this.#reservedListener(topic, Buffer.from(payload));
  }

  /** Lets the clock wait until a message that is on its way has been handled. */
  #track(): void {
    const turns = async () => {
      for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
    };
    void this.#env.clock.track(turns());
  }
}
