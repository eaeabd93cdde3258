import { createConnection } from "node:net";
import { type IClientOptions, MqttClient } from "mqtt";
import { proxyHeader } from "../../sandbox/mqtt/proxy-header";

/** How long an answer may take, wall milliseconds; the sandbox answers within a few. */
const ANSWER_MS = 10_000;

/** Messages that may wait for their acknowledgement at a time; AWS's own limit is 100 (Receive Maximum). */
const IN_FLIGHT = 100;

/** A message as a device got it. */
export interface Message {
  readonly topic: string;
  readonly payload: string;
}

/** The other side closed the session instead of opening it. */
export class ConnectionRefused extends Error {}

/** Rejects when `work` takes longer than an answer may take. */
async function inTime<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ANSWER_MS / 1000} s`)), ANSWER_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** An MQTT device over TCP that never reconnects by itself, so that a cut session shows. */
export class Device {
  /** Its client id, which is its thing's name. */
  readonly name: string;
  /** Everything that it received, in order. */
  readonly received: Message[] = [];
  readonly #url: string;
  readonly #username: string | undefined;
  readonly #address: string | undefined;
  #client: MqttClient | undefined;
  #closed: Promise<unknown> = Promise.resolve();

  /**
   * @param username - Id of the certificate that it connects with; the default principal without one.
   * @param address - Address that it comes from; this machine's without one.
   */
  constructor(url: string, name: string, username?: string, address?: string) {
    this.#url = url;
    this.name = name;
    this.#username = username;
    this.#address = address;
  }

  /** Whether it has a session. */
  get isConnected(): boolean {
    return this.#client?.connected ?? false;
  }

  /** Opens a session. Rejects with {@link ConnectionRefused} when it is refused. */
  async connect(): Promise<void> {
    const options: IClientOptions = {
      clientId: this.name,
      clean: true,
      reconnectPeriod: 0,
      protocolVersion: 4,
      ...(this.#username !== undefined && { username: this.#username }),
    };
    const { hostname, port } = new URL(this.#url);
    const client = new MqttClient(() => {
      const socket = createConnection({ host: hostname, port: Number(port) });
      if (this.#address !== undefined) socket.write(proxyHeader(this.#address));
      return socket;
    }, options);
    client.on("message", (topic, payload) =>
      this.received.push({ topic, payload: payload.toString("utf8") }),
    );
    // A refusal shows as a closed session; without a listener it would end the process.
    client.on("error", () => undefined);
    this.#client = client;
    this.#closed = new Promise((resolve) => client.once("close", () => resolve(undefined)));
    const connected = new Promise((resolve) => client.once("connect", resolve));
    const refused = this.#closed.then(() =>
      Promise.reject(new ConnectionRefused(`${this.name} was refused`)),
    );
    await inTime(`connecting ${this.name}`, Promise.race([connected, refused]));
    refused.catch(() => undefined);
  }

  /** Resolves when the session is closed, by whomever. */
  async closed(): Promise<void> {
    await inTime(`closing the session of ${this.name}`, this.#closed);
  }

  /** Publishes with QoS 1; resolves with the PUBACK, rejects when the session is closed instead. */
  async publish(topic: string, payload: string): Promise<void> {
    const acknowledged = this.#connected().publishAsync(topic, payload, { qos: 1 });
    acknowledged.catch(() => undefined);
    const cut = this.#closed.then(() => Promise.reject(new Error("the session was closed, no PUBACK came")));
    await inTime(`publishing to ${topic}`, Promise.race([acknowledged, cut]));
    cut.catch(() => undefined);
  }

  /** Publishes many messages with QoS 1; resolves when each is acknowledged. */
  async publishMany(topic: string, payloads: readonly string[]): Promise<void> {
    for (let sent = 0; sent < payloads.length; sent += IN_FLIGHT) {
      await Promise.all(
        payloads.slice(sent, sent + IN_FLIGHT).map((payload) => this.publish(topic, payload)),
      );
    }
  }

  /** Subscribes; rejects when a filter is refused. */
  async subscribe(...filters: string[]): Promise<void> {
    const granted = this.#connected().subscribeAsync(filters, { qos: 1 });
    granted.catch(() => undefined);
    const cut = this.#closed.then(() => Promise.reject(new Error("the session was closed, no SUBACK came")));
    await inTime(`subscribing to ${filters.join(", ")}`, Promise.race([granted, cut]));
    cut.catch(() => undefined);
  }

  /** Resolves with the first message, received already or yet to come, that fits. */
  async messageWhere(what: string, fits: (message: Message) => boolean): Promise<Message> {
    const client = this.#connected();
    const waiting = new Promise<Message>((resolve) => {
      const look = (): void => {
        const found = this.received.find(fits);
        if (!found) return;
        client.off("message", look);
        resolve(found);
      };
      client.on("message", look);
      look();
    });
    return inTime(what, waiting);
  }

  /** Resolves when it has received so many messages in all. */
  async receivedCount(count: number): Promise<void> {
    if (this.received.length >= count) return;
    await this.messageWhere(`message ${count} to ${this.name}`, () => this.received.length >= count);
  }

  /** Ends the session as the protocol says, and begins another. */
  async reconnect(): Promise<void> {
    await this.#client?.endAsync();
    await this.connect();
  }

  /** Ends the session, if there is one. */
  async end(): Promise<void> {
    await this.#client?.endAsync(true);
  }

  #connected(): MqttClient {
    if (!this.#client) throw new Error(`${this.name} has not connected`);
    return this.#client;
  }
}
