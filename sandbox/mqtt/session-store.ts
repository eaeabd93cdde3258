import { Readable } from "node:stream";
import type { AedesPublishPacket, Subscription } from "aedes";
import { matchesFilter } from "./topics";

/** What outlives the connection of a client that connected with `cleanSession` 0. */
interface PersistentSession {
  /** QoS by topic filter. */
  readonly subscriptions: Map<string, Subscription["qos"]>;
  /** Messages of QoS 1 that the client has not acknowledged, oldest first. */
  readonly queue: AedesPublishPacket[];
}

/** A retained message. */
export interface RetainedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: number;
  /** Virtual time at which it was stored, epoch milliseconds. */
  readonly storedAt: number;
}

interface Named {
  readonly id: string;
}

interface Acknowledgement {
  readonly messageId?: number | undefined;
  readonly brokerId?: string;
  readonly brokerCounter?: number;
}

/** Messages that a persistent session holds at most; later ones are dropped (assumed, AWS gives no number). */
const MAX_QUEUED = 1_000;

/**
 * An answer that is there at once. aedes numbers messages as they come and takes one that was overtaken
 * by a later one for a duplicate; an answer in a later microtask would let QoS 0 overtake QoS 1.
 */
function now<T>(value: T): PromiseLike<T> {
  const settled: Pick<PromiseLike<T>, "then"> = {
    // biome-ignore lint/suspicious/noThenProperty: being a thenable is the purpose.
    then: (onFulfilled) => {
      const result = onFulfilled ? onFulfilled(value) : value;
      return now(result) as never;
    },
  };
  return settled;
}

/**
 * Persistent sessions and retained messages, in memory, behind the interface that aedes calls its
 * persistence. Unlike aedes's own it keeps to AWS's rules: a wildcard filter gets no retained message, `#`
 * gets no `$aws/...`, and a refused filter of a SUBSCRIBE is never stored with its allowed neighbours.
 *
 * Source: AWS IoT Core Developer Guide, "MQTT", sections "MQTT persistent sessions", "MQTT retained
 * messages".
 */
export class SessionStore {
  readonly #sessions = new Map<string, PersistentSession>();
  readonly #retained = new Map<string, { readonly packet: AedesPublishPacket; readonly storedAt: number }>();
  /** The very objects that were handed to aedes as subscriptions of a resumed session. */
  readonly #brought = new WeakSet<Subscription>();
  readonly #clock: () => number;

  /** @param clock - Virtual time, epoch milliseconds. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Makes sure that a client has a persistent session. */
  open(clientId: string): void {
    if (!this.#sessions.has(clientId)) this.#sessions.set(clientId, { subscriptions: new Map(), queue: [] });
  }

  /** Whether a client has a persistent session. */
  has(clientId: string): boolean {
    return this.#sessions.has(clientId);
  }

  /** Forgets a client's subscriptions and queued messages. */
  drop(clientId: string): void {
    this.#sessions.delete(clientId);
  }

  /** Keeps a subscription of a persistent session, once it has been allowed. */
  subscribe(clientId: string, { topic, qos }: Subscription): void {
    this.#sessions.get(clientId)?.subscriptions.set(topic, qos);
  }

  /** Whether a subscription is one that a resumed session brought along, as against one of a SUBSCRIBE packet. */
  brought(subscription: Subscription): boolean {
    return this.#brought.has(subscription);
  }

  /** Retained messages in the order of their topics. */
  retained(): RetainedMessage[] {
    return [...this.#retained.values()]
      .map(({ packet, storedAt }) => ({
        topic: packet.topic,
        payload: Buffer.from(packet.payload),
        qos: packet.qos,
        storedAt,
      }))
      .sort((a, b) => (a.topic < b.topic ? -1 : 1));
  }

  // What follows is called by aedes.

  // aedes insists on an async function by its constructor's name.
  async setup(): Promise<void> {}

  // aedes would store every filter of the packet; the broker stores each that is allowed (`subscribe`).
  async addSubscriptions(): Promise<void> {}

  async removeSubscriptions(client: Named, topics: readonly string[]): Promise<void> {
    for (const topic of topics) this.#sessions.get(client.id)?.subscriptions.delete(topic);
  }

  async cleanSubscriptions(client: Named): Promise<void> {
    this.drop(client.id);
  }

  async subscriptionsByClient(client: Named): Promise<Subscription[]> {
    const kept = this.#sessions.get(client.id)?.subscriptions ?? [];
    const subscriptions = [...kept].map(([topic, qos]) => ({ topic, qos }));
    // aedes asks its hook for each of them again, with the same object.
    for (const subscription of subscriptions) this.#brought.add(subscription);
    return subscriptions;
  }

  subscriptionsByTopic(topic: string): PromiseLike<{ clientId: string; topic: string }[]> {
    const found: { clientId: string; topic: string }[] = [];
    for (const [clientId, { subscriptions }] of this.#sessions) {
      const filter = [...subscriptions].find(([name, qos]) => qos > 0 && matchesFilter(name, topic));
      if (filter) found.push({ clientId, topic: filter[0] });
    }
    return now(found);
  }

  outgoingEnqueueCombi(
    subscriptions: readonly { readonly clientId: string }[],
    packet: AedesPublishPacket,
  ): PromiseLike<void> {
    for (const { clientId } of subscriptions) {
      const queue = this.#sessions.get(clientId)?.queue;
      if (queue && queue.length < MAX_QUEUED) queue.push({ ...packet });
    }
    return now(undefined);
  }

  async outgoingUpdate(client: Named, packet: AedesPublishPacket): Promise<void> {
    const queued = this.#find(client, packet, "by number");
    if (queued && packet.messageId !== undefined) queued.messageId = packet.messageId;
  }

  async outgoingClearMessageId(
    client: Named,
    packet: Acknowledgement,
  ): Promise<AedesPublishPacket | undefined> {
    const queued = this.#find(client, packet, packet.messageId === undefined ? "by number" : "by id");
    const queue = this.#sessions.get(client.id)?.queue;
    if (queued && queue) queue.splice(queue.indexOf(queued), 1);
    return queued;
  }

  outgoingStream(client: Named): Readable {
    return Readable.from([...(this.#sessions.get(client.id)?.queue ?? [])]);
  }

  storeRetained(packet: AedesPublishPacket): PromiseLike<void> {
    if (packet.payload.length === 0) this.#retained.delete(packet.topic);
    else this.#retained.set(packet.topic, { packet: { ...packet }, storedAt: this.#clock() });
    return now(undefined);
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    return Readable.from(filters.flatMap((filter) => this.#retained.get(filter)?.packet ?? []));
  }

  // QoS 2 is refused before a message could be half received.
  async incomingGetPacket(): Promise<never> {
    throw new Error("no such packet");
  }

  // aedes keeps wills here for other brokers of a cluster to find; this one stands alone.
  async putWill(): Promise<void> {}

  async delWill(): Promise<void> {}

  streamWill(): Readable {
    return Readable.from([]);
  }

  #find(client: Named, wanted: Acknowledgement, how: "by id" | "by number"): AedesPublishPacket | undefined {
    return this.#sessions
      .get(client.id)
      ?.queue.find((packet) =>
        how === "by id"
          ? packet.messageId === wanted.messageId
          : packet.brokerId === wanted.brokerId && packet.brokerCounter === wanted.brokerCounter,
      );
  }
}
