import { type IoTDataPlaneClient, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import type { Actor } from "../scenario/cast";
import { isReported } from "../scenario/healthy";
import { amountIn, metricOf, type Readings } from "../scenario/reading";
import type { Scenario } from "../scenario/scenario";
import { commandTopic, forbiddenTopic, telemetryTopic } from "../scenario/topics";
import { defenderReport, reportTopic } from "./defender-report";
import type { Device } from "./device";

/** The topics that a device uses, where a dimension counts others than the usual. */
export interface Topics {
  readonly telemetry: string;
  readonly commands: string;
  readonly forbidden: string;
}

/** The usual topics of a device. */
export const usualTopics = (name: string): Topics => ({
  telemetry: telemetryTopic(name),
  commands: commandTopic(name),
  forbidden: forbiddenTopic(name),
});

/** The address that a device comes from. */
function addressIn(readings: Readings): string | undefined {
  const address = readings["aws:source-ip-address"];
  return address && "cidrs" in address ? address.cidrs[0] : undefined;
}

/** A measurement of so many bytes. */
const payloadOf = (index: number, bytes: number): string =>
  JSON.stringify({ reading: index }).padEnd(bytes).slice(0, bytes);

/** Where a player plays. */
interface Surroundings {
  readonly scenario: Pick<Scenario, "watched">;
  readonly iotData: IoTDataPlaneClient;
  device(name: string, certificateId?: string, address?: string): Device;
  now(): Promise<number>;
}

/** A device that does, window by window, what its readings say. */
export class Player {
  readonly actor: Actor;
  readonly #stage: Surroundings;
  readonly #certificateId: string | undefined;
  readonly #topics: Topics;
  #device: Device;
  #address: string | undefined;
  /** Connects and messages since the last window that it acted in: they count in the next. */
  #connects = 0;
  #said = 0;
  #wasThere = false;

  constructor(stage: Surroundings, actor: Actor, topics: Topics, certificateId?: string) {
    this.actor = actor;
    this.#stage = stage;
    this.#topics = topics;
    this.#certificateId = certificateId;
    this.#device = stage.device(actor.name, certificateId);
  }

  /** Its client id. */
  get name(): string {
    return this.actor.name;
  }

  /** The device that has its session. */
  get device(): Device {
    return this.#device;
  }

  /** Topic of its measurements. */
  get telemetry(): string {
    return this.#topics.telemetry;
  }

  /** Opens its session from the address that its readings have. */
  async connect(readings: Readings): Promise<void> {
    const from = addressIn(readings);
    if (from !== this.#address) {
      await this.#device.end();
      this.#address = from;
      this.#device = this.#stage.device(this.name, this.#certificateId, from);
    }
    await this.#device.connect();
    this.#wasThere = true;
    this.#connects++;
    await this.#listen();
  }

  /** Whether it has no session. */
  get isAway(): boolean {
    return !this.#device.isConnected;
  }

  /** Sends a message of its own, one of those that it sends in the window. */
  async say(payload: string): Promise<void> {
    await this.#device.publish(this.#topics.telemetry, payload);
    this.#said++;
  }

  /** Does what it shows in a base window, which has just begun. It throws where something is refused that must not be. */
  async act(readings: Readings): Promise<void> {
    if (amountIn(readings["aws:disconnect-duration"]) > 0) {
      // Who never was there is not away.
      if (!this.#wasThere) await this.connect(readings);
      if (this.#device.isConnected) await this.#device.end();
      return;
    }
    const isElsewhere = addressIn(readings) !== this.#address;
    if (isElsewhere || !this.#device.isConnected) await this.connect(readings);
    const refusals = amountIn(readings["aws:num-authorization-failures"]);
    for (let index = 0; index < refusals; index++) await this.#beRefused();
    // A refusal ends the session as well, and the first connect needed none to end.
    const attempts = amountIn(readings["aws:num-connection-attempts"]) - this.#connects;
    const disconnects = amountIn(readings["aws:num-disconnects"]);
    this.#connects = 0;
    const reconnects = disconnects > attempts + 1 ? disconnects : attempts;
    for (let index = refusals; index < reconnects; index++) {
      await this.#device.reconnect();
      await this.#listen();
    }
    await this.#receive(amountIn(readings["aws:num-messages-received"]));
    await this.#send(readings);
  }

  /** Whether the stack watches one of the metrics. */
  #watches(...metrics: readonly string[]): boolean {
    return this.#stage.scenario.watched.some(({ behavior }) => metrics.includes(metricOf(behavior)));
  }

  async #listen(): Promise<void> {
    if (this.#watches("aws:num-messages-received")) await this.#device.subscribe(this.#topics.commands);
  }

  async #beRefused(): Promise<void> {
    const isAccepted = await this.#device.publish(this.#topics.forbidden, "").then(
      () => true,
      () => false,
    );
    if (isAccepted)
      throw new Error(`${this.name} may publish to ${this.#topics.forbidden}, which was to be refused`);
    await this.#device.closed();
    await this.#device.connect();
    await this.#listen();
  }

  async #receive(messages: number): Promise<void> {
    if (!this.#watches("aws:num-messages-received")) return;
    const before = this.#device.received.length;
    for (let index = 0; index < messages; index++) {
      // Over HTTP, so that no other device has sent them.
      const payload = JSON.stringify({ command: index });
      await this.#stage.iotData.send(
        new PublishCommand({ topic: this.#topics.commands, payload: Buffer.from(payload), qos: 1 }),
      );
    }
    await this.#device.receivedCount(before + messages);
  }

  async #send(readings: Readings): Promise<void> {
    const reports = this.#stage.scenario.watched.some(({ behavior }) => isReported(metricOf(behavior)))
      ? 1
      : 0;
    if (reports > 0) {
      const report = defenderReport(await this.#stage.now(), readings);
      await this.#device.publish(reportTopic(this.name), JSON.stringify(report));
    }
    const messages = Math.max(0, amountIn(readings["aws:num-messages-sent"]) - reports - this.#said);
    this.#said = 0;
    const bytes = amountIn(readings["aws:message-byte-size"]);
    const payloads = Array.from({ length: messages }, (_, index) => payloadOf(index, bytes));
    await this.#device.publishMany(this.#topics.telemetry, payloads);
  }
}
