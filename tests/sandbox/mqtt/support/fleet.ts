import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { VirtualClock } from "../../../../sandbox/clock/virtual-clock";
import type { Environment } from "../../../../sandbox/environment";
import type {
  DeviceCertificate,
  IotAuthority,
  PolicyDocument,
  RegisteredThing,
} from "../../../../sandbox/mqtt/authority";
import { Broker, type BrokerParts, type ReservedListener } from "../../../../sandbox/mqtt/broker";
import type { DeviceActivity } from "../../../../sandbox/mqtt/device-activity";
import { type MqttListener, startMqttListener } from "../../../../sandbox/mqtt/mqtt-listener";

/** A registry that a test can change at any time. */
class FakeAuthority implements IotAuthority {
  readonly certificates = new Map<string, DeviceCertificate>();
  /** Documents by the ARN of the certificate. */
  readonly attached = new Map<string, readonly object[]>();
  /** Documents of a thing's groups by the thing's name. */
  readonly ofGroups = new Map<string, readonly object[]>();
  readonly things = new Map<string, RegisteredThing>();

  certificate(id: string): DeviceCertificate | undefined {
    return this.certificates.get(id);
  }

  policiesOfCertificate(arn: string): readonly PolicyDocument[] {
    return named(this.attached.get(arn));
  }

  groupPoliciesOfThing(thingName: string): readonly PolicyDocument[] {
    return named(this.ofGroups.get(thingName));
  }

  thing(name: string): RegisteredThing | undefined {
    return this.things.get(name);
  }
}

const named = (documents: readonly object[] = []) =>
  documents.map((document, index) => ({ name: `policy-${index}`, document: JSON.stringify(document) }));

/** Writes down what Detect would be told: `sent dev-1 3` for a message of 3 bytes. */
export class RecordedActivity implements DeviceActivity {
  readonly log: string[] = [];
  connectionAttempted = (clientId: string) => void this.log.push(`attempted ${clientId}`);
  sessionOpened = (clientId: string) => void this.log.push(`opened ${clientId}`);
  sessionClosed = (clientId: string) => void this.log.push(`closed ${clientId}`);
  messageSent = (clientId: string, bytes: number) => void this.log.push(`sent ${clientId} ${bytes}`);
  messageReceived = (clientId: string, bytes: number) => void this.log.push(`received ${clientId} ${bytes}`);
  authorizationFailed = (clientId: string) => void this.log.push(`failed ${clientId}`);

  /** What was written of a client. */
  of(clientId: string): string[] {
    return this.log.filter((line) => line.split(" ")[1] === clientId);
  }
}

/** One received message, as text. */
interface Heard {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

/** A client with what it has received. */
export interface Device {
  readonly client: MqttClient;
  readonly heard: Heard[];
  /** Kinds of the packets that the broker sent it. */
  readonly packets: string[];
  /** Resolves when the connection has ended. */
  readonly ended: Promise<unknown>;
}

/** A broker on a paused clock, and clients that are ended with it. */
export class Fleet {
  readonly authority = new FakeAuthority();
  readonly activity = new RecordedActivity();
  readonly clock = new VirtualClock(0);
  readonly logged: string[] = [];
  readonly environment: Environment = {
    account: "123456789012",
    region: "us-east-1",
    partition: "aws",
    clock: this.clock,
    endpoint: "http://127.0.0.1:1",
    log: (line) => void this.logged.push(line),
  };
  readonly #clients: MqttClient[] = [];
  readonly #sockets: Socket[] = [];
  #broker: Broker | undefined;
  #listener: MqttListener | undefined;

  get broker(): Broker {
    if (!this.#broker) throw new Error("start the fleet first");
    return this.#broker;
  }

  get port(): number {
    if (!this.#listener) throw new Error("start the fleet first");
    return this.#listener.port;
  }

  async start(
    reserved: ReservedListener = () => undefined,
    options: Partial<BrokerParts> = {},
  ): Promise<void> {
    await this.succeed({ reserved, ...options });
    const serve = (socket: Socket) => this.broker.handle(socket);
    this.#listener = await startMqttListener({ port: 0, serve, log: this.environment.log });
  }

  /** Has another broker take on every connection from now on. */
  async succeed(parts: Partial<BrokerParts>): Promise<void> {
    const { activity, authority, environment: env } = this;
    this.#broker = await Broker.make({ env, authority, activity, reserved: () => undefined, ...parts });
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.end(true);
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([this.#broker?.close(), this.#listener?.stop()]);
    this.clock.stop();
  }

  /** Connects; rejects when the broker refuses. */
  async connect(clientId: string, options: IClientOptions = {}): Promise<Device> {
    const heard: Heard[] = [];
    const packets: string[] = [];
    const client = mqtt.connect(`mqtt://127.0.0.1:${this.port}`, {
      clientId,
      reconnectPeriod: 0,
      connectTimeout: 10_000,
      ...options,
    });
    this.#clients.push(client);
    client.on("message", (topic, payload, { retain }) =>
      heard.push({ topic, payload: payload.toString(), retain }),
    );
    client.on("packetreceive", ({ cmd }) => packets.push(cmd));
    const ended = new Promise((resolve) => client.once("close", () => resolve(undefined)));
    await new Promise<void>((resolve, reject) => {
      client.once("connect", () => resolve());
      client.once("error", reject);
      client.once("close", () => reject(new Error("the connection was closed")));
    });
    client.on("error", () => undefined);
    return { client, heard, packets, ended };
  }

  /** A plain TCP connection to the broker. */
  async socket(): Promise<Socket> {
    const socket = connectTcp(this.port, "127.0.0.1");
    this.#sockets.push(socket);
    socket.on("error", () => undefined);
    await once(socket, "connect");
    return socket;
  }
}

const nextMessage = (client: MqttClient) =>
  new Promise<void>((resolve) => client.once("message", () => resolve()));

/** Resolves when a device has heard as many messages as wanted. */
export async function heardAtLeast({ client, heard }: Device, count: number): Promise<void> {
  while (heard.length < count) await nextMessage(client);
}

/**
 * The topics that a device has heard by the time that a message sent now reaches it: proof that nothing
 * else came.
 */
export async function heardUntilNow(device: Device, fleet: Fleet): Promise<string[]> {
  const marker = `marker/${device.heard.length}/${device.packets.length}`;
  await device.client.subscribeAsync(marker);
  fleet.broker.publish(marker, "now");
  while (!device.heard.some(({ topic }) => topic === marker)) await nextMessage(device.client);
  return device.heard.map(({ topic }) => topic).filter((topic) => !topic.startsWith("marker/"));
}

/** The bytes of a CONNECT packet; level 4 is MQTT 3.1.1, flags 2 a clean session. */
export function connectPacket(clientId: string, level = 4, keepAliveSeconds = 0): Buffer {
  const id = Buffer.from(clientId);
  const body = [0, 4, ...Buffer.from("MQTT"), level, 2, 0, keepAliveSeconds, 0, id.length, ...id];
  return Buffer.from([0x10, body.length, ...body]);
}
