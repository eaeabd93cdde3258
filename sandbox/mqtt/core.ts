import type { Socket } from "node:net";
import { Aedes, type AedesPublishPacket, type Client } from "aedes";
import type { Environment } from "../environment";
import type { DeviceActivity } from "../services/detect/device-activity";
import type { Access } from "./access";
import { Gatekeeper } from "./gatekeeper";
import type { DisconnectReason } from "./presence";
import { SessionStore } from "./session-store";
import { Sessions } from "./sessions";

/** Turns of the event loop that a message takes from its acceptance to its last delivery, with room. */
const TURNS = 4;

/** What a core works with. */
export interface CoreParts {
  readonly env: Environment;
  readonly access: Access;
  readonly activity: DeviceActivity;
  /** Told of each message that a device publishes to a topic that begins with `$aws/`. */
  readonly reserved: (topic: string, payload: Buffer) => void;
  /** How long a connection may take to send CONNECT, wall milliseconds. */
  readonly connectTimeoutMs: number;
}

/** A message that a service publishes. */
export interface OutgoingMessage {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly qos?: 0 | 1;
  readonly retain?: boolean;
}

// aedes keeps these, but its types leave them out.
const clientsOf = (aedes: Aedes) => (aedes as unknown as { clients: Record<string, Client> }).clients;
const saidGoodbye = (client: Client) => (client as unknown as { _disconnected: boolean })._disconnected;
const senderOf = (packet: AedesPublishPacket) => (packet as { clientId?: string }).clientId;

/** One aedes with the sessions and messages that it holds; a reset replaces it as a whole. */
export class BrokerCore {
  /** Persistent sessions and retained messages. */
  readonly store: SessionStore;
  /** Who is connected. */
  readonly sessions: Sessions;
  readonly #parts: CoreParts;
  readonly #aedes: Aedes;

  private constructor(parts: CoreParts) {
    const { access, activity, connectTimeoutMs, env } = parts;
    this.#parts = parts;
    this.store = new SessionStore(() => env.clock.now());
    this.sessions = new Sessions(env, this.store, { activity, publish: (message) => this.publish(message) });
    const { sessions, store } = this;
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

  /** Makes a core that is ready for connections. */
  static async make(parts: CoreParts): Promise<BrokerCore> {
    const core = new BrokerCore(parts);
    await core.#aedes.listen();
    core.#aedes.subscribe(
      "$aws/#",
      (packet, done) => core.#reserved(packet, done),
      () => undefined,
    );
    return core;
  }

  /** Takes a connection on. */
  handle(socket: Socket): void {
    this.#aedes.handle(socket);
  }

  /** Publishes for a service. */
  publish({ topic, payload, qos = 0, retain = false }: OutgoingMessage): void {
    this.#track();
    this.#aedes.publish(
      { cmd: "publish", topic, payload: Buffer.from(payload), qos, retain, dup: false },
      () => undefined,
    );
  }

  /** Ends every session without its will. */
  async close(): Promise<void> {
    for (const session of this.sessions.all()) session.will = "prevented";
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
  }

  #listen(): void {
    const blame = (client: Client, reason: DisconnectReason) => {
      const session = this.sessions.of(client);
      if (session) session.reason ??= reason;
    };
    this.#aedes.on("client", (client) => this.#opened(client));
    this.#aedes.on("clientDisconnect", (client) => this.#closed(client));
    this.#aedes.on("keepaliveTimeout", (client) => blame(client, "MQTT_KEEP_ALIVE_TIMEOUT"));
    // An error with a code is one of the socket's.
    this.#aedes.on("clientError", (client, error) =>
      blame(client, "code" in error ? "CONNECTION_LOST" : "CLIENT_ERROR"),
    );
  }

  #opened(client: Client): void {
    const session = this.sessions.of(client);
    if (!session || client.closed) {
      // One that went away while it was being accepted, aedes would hold for connected for ever.
      delete clientsOf(this.#aedes)[client.id];
      return;
    }
    this.sessions.opened(session);
    // aedes does not tell of every end where one connection takes another over.
    client.conn.once("close", () => this.#closed(client));
  }

  #closed(client: Client): void {
    const session = this.sessions.of(client);
    if (session) {
      this.sessions.closed(session, saidGoodbye(client) ? "CLIENT_INITIATED_DISCONNECT" : "CONNECTION_LOST");
    }
    // aedes forgets clients by id, and so the one that took this connection over.
    const current = this.sessions.connected(client.id);
    if (current) clientsOf(this.#aedes)[client.id] = current.client;
  }

  #reserved(packet: AedesPublishPacket, done: () => void): void {
    // An answer must not overtake its question, or aedes takes the question for a duplicate.
    if (senderOf(packet) !== undefined)
      queueMicrotask(() => this.#parts.reserved(packet.topic, Buffer.from(packet.payload)));
    done();
  }

  /** Lets the clock wait until a message that is on its way has been handled. */
  #track(): void {
    const turns = async () => {
      for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
    };
    void this.#parts.env.clock.track(turns());
  }
}
