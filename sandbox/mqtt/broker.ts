import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Environment } from "../environment";
import type { DeviceActivity } from "../services/detect/device-activity";
import { Access } from "./access";
import type { IotAuthority } from "./authority";
import { BrokerCore, type OutgoingMessage } from "./core";
import { PacketGuard } from "./packet-guard";
import type { RetainedMessage } from "./session-store";

/** How long a connection may take to send its CONNECT packet, wall milliseconds. */
const CONNECT_TIMEOUT_MS = 30_000;

/** What the broker asks and tells. */
export interface BrokerPorts {
  /** The registry: who may do what. */
  readonly authority: IotAuthority;
  /** Told of everything that Detect counts. */
  readonly activity: DeviceActivity;
  /** Told of each message that a device publishes to a topic that begins with `$aws/`. */
  readonly reserved: (topic: string, payload: Buffer) => void;
}

/** How to start a broker. */
export interface BrokerOptions {
  /** TCP port on loopback; 0 picks a free one. */
  readonly port: number;
  readonly env: Environment;
  readonly ports: BrokerPorts;
  /** How long a connection may take to send CONNECT, wall milliseconds. @default 30 seconds */
  readonly connectTimeoutMs?: number;
}

/** What becomes of a session that is cut off. */
export interface DisconnectOptions {
  /** Forgets the subscriptions and queued messages of a persistent session. */
  readonly cleanSession: boolean;
  /** Keeps the client's last will from being published. */
  readonly preventWillMessage: boolean;
}

/** How a service publishes; by default with QoS 0 and not retained. */
export type PublishOptions = Pick<OutgoingMessage, "qos" | "retain">;

/**
 * An MQTT 3.1.1 broker with AWS IoT Core's rules, on plain TCP and loopback only. Keep-alive runs on wall
 * time, everything else on the virtual clock. {@link startBroker} makes one.
 */
export class Broker {
  readonly #env: Environment;
  readonly #connectTimeoutMs: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #ports: BrokerPorts;
  #core: BrokerCore | undefined;

  constructor({ env, ports, connectTimeoutMs = CONNECT_TIMEOUT_MS }: Omit<BrokerOptions, "port">) {
    this.#env = env;
    this.#ports = ports;
    this.#connectTimeoutMs = connectTimeoutMs;
    this.#server = createServer({ noDelay: true }, (socket) => this.#serve(socket));
  }

  /** The TCP port that it listens on. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Begins to listen. @throws Error - when the port is taken. */
  async start(port: number): Promise<void> {
    this.#server.listen({ port, host: "127.0.0.1", backlog: 1024 });
    await once(this.#server, "listening");
    this.#server.on("error", (error) => this.#env.log(`mqtt: ${error.message}`));
    this.#core = await this.#makeCore();
  }

  /** Publishes for a service: policies are not asked; topic and size are the caller's affair. */
  publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): void {
    this.#core?.publish({ topic, payload, ...options });
  }

  /** Ends the session of a client id; false when it has neither a connection nor a persistent session. */
  disconnect(clientId: string, { cleanSession, preventWillMessage }: DisconnectOptions): boolean {
    const { sessions, store } = this.#core ?? {};
    const session = sessions?.connected(clientId);
    const persists = store?.has(clientId) ?? false;
    if (!session && !persists) return false;
    if (session) {
      session.reason = "API_INITIATED_DISCONNECT";
      if (preventWillMessage) session.will = "prevented";
      void this.#env.clock.track(new Promise<void>((resolve) => session.client.close(() => resolve())));
    }
    if (cleanSession) store?.drop(clientId);
    return true;
  }

  /** Client ids that are connected. */
  connectedClients(): string[] {
    return this.#core?.sessions.all().map((session) => session.principal.clientId) ?? [];
  }

  /** Retained messages in the order of their topics. */
  retained(): RetainedMessage[] {
    return this.#core?.store.retained() ?? [];
  }

  /**
   * Names those whom it asks and tells of every connection made after the next {@link dropAll}. The ones
   * before end in the world that they began in, so that it alone counts their end.
   */
  rewire(ports: BrokerPorts): void {
    this.#ports = ports;
  }

  /** Cuts every session, publishes no will, and forgets persistent sessions and retained messages. */
  async dropAll(): Promise<void> {
    const core = this.#core;
    this.#core = await this.#makeCore();
    await this.#close(core);
  }

  /** Cuts every session and stops listening. */
  async stop(): Promise<void> {
    const core = this.#core;
    this.#core = undefined;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.#close(core);
    await closed;
  }

  #makeCore(): Promise<BrokerCore> {
    const { activity, authority, reserved } = this.#ports;
    const access = new Access(this.#env, authority);
    return BrokerCore.make({
      env: this.#env,
      connectTimeoutMs: this.#connectTimeoutMs,
      access,
      activity,
      reserved,
    });
  }

  /** Ends a core and every connection that there is by now. */
  async #close(core: BrokerCore | undefined): Promise<void> {
    const sockets = [...this.#sockets];
    const ended = sockets.map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    await core?.close();
    for (const socket of sockets) socket.destroy();
    await Promise.all(ended);
  }

  #serve(socket: Socket): void {
    const core = this.#core;
    if (!core) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    // aedes draws what it parses by `read`; here it is looked at first.
    const guard = new PacketGuard();
    const read = socket.read.bind(socket);
    socket.read = (size?: number) => {
      const chunk: Buffer | null = read(size);
      if (chunk === null || guard.accepts(chunk)) return chunk;
      socket.destroy(new Error("the packet is too large"));
      return null;
    };
    core.handle(socket);
  }
}

/** Starts a broker on loopback. @throws Error - when the port is taken. */
export async function startBroker({ port, ...options }: BrokerOptions): Promise<Broker> {
  const broker = new Broker(options);
  await broker.start(port);
  return broker;
}
