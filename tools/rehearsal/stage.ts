import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { IoTClient } from "@aws-sdk/client-iot";
import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SandboxAddress } from "../../sandbox/start-sandbox";
import { Device } from "./device";

/** The stack outputs that the rehearsal needs. */
export interface StackOutputs {
  readonly alertTopicArn: string;
  readonly quarantineGroupName: string;
  readonly callbackLogGroupName: string;
  readonly securityProfiles: readonly { readonly name: string }[];
}

/** What was seen on the way, for the documents at the end. */
export interface Findings {
  /** URL of the queue that listens to the alert topic. */
  alarmQueueUrl?: string;
  /** Id of the certificate of the device that has one. */
  certificateId?: string;
  /** Id of the stranger's certificate. */
  strangersCertificateId?: string;
  /** Virtual time of the traffic's start, epoch milliseconds. */
  trafficStart?: number;
  /** The shadow as the quarantine left it, JSON. */
  shadow?: string;
}

/** The chatty device of the workshop. */
export const SUSPECT = "dev-XBHY";
/** A second chatty device, whose certificate allows its telemetry topic and nothing else. */
export const PINNED_SUSPECT = "dev-QPLM";
/** A device whose certificate lets it connect as itself alone, and that tries to be another. */
export const STRANGER = "dev-NOSY";
/** Names of the healthy devices. */
export const HEALTHY = Array.from({ length: 9 }, (_, index) => `dev-OK${index + 1}`);
/** A client that subscribes to everything. */
const OBSERVER = "rehearsal-observer";

/** Topic that a device sends its measurements to. */
export const telemetryTopic = (name: string) => `telemetry/${name}`;

/** Everything that the steps act with: clients, devices, the clock, and what was found so far. */
export class Stage {
  readonly outputs: StackOutputs;
  readonly iot: IoTClient;
  readonly iotData: IoTDataPlaneClient;
  readonly logs: CloudWatchLogsClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly suspect: Device;
  readonly healthy: readonly Device[];
  readonly observer: Device;
  readonly found: Findings = {};
  readonly region: string;
  readonly account: string;
  readonly #endpoint: string;
  readonly #mqtt: string;
  #pinned: Device | undefined;

  constructor(address: SandboxAddress, outputs: StackOutputs) {
    const credentials = { accessKeyId: "rehearsal", secretAccessKey: "rehearsal" };
    const settings = { endpoint: address.endpoint, region: address.region, credentials, maxAttempts: 1 };
    this.outputs = outputs;
    this.region = address.region;
    this.account = address.account;
    this.#endpoint = address.endpoint;
    this.#mqtt = address.mqtt;
    this.iot = new IoTClient(settings);
    this.iotData = new IoTDataPlaneClient(settings);
    this.logs = new CloudWatchLogsClient(settings);
    this.sns = new SNSClient(settings);
    this.sqs = new SQSClient(settings);
    this.suspect = new Device(address.mqtt, SUSPECT);
    this.healthy = HEALTHY.map((name) => new Device(address.mqtt, name));
    this.observer = new Device(address.mqtt, OBSERVER);
  }

  /** The suspect with a certificate of its own; there is one once it was registered. */
  get pinned(): Device {
    this.#pinned ??= new Device(this.#mqtt, PINNED_SUSPECT, this.found.certificateId);
    return this.#pinned;
  }

  /** A client with the stranger's certificate, under whatever name. Whoever asks for it ends it. */
  stranger(name: string): Device {
    return new Device(this.#mqtt, name, this.found.strangersCertificateId);
  }

  /** The virtual time, epoch milliseconds. */
  async now(): Promise<number> {
    return this.#clock({ method: "GET" });
  }

  /** Moves virtual time ahead and waits until everything due by then has settled. */
  async advance(seconds: number): Promise<void> {
    await this.#clock({ method: "POST", body: JSON.stringify({ advanceSeconds: seconds }) });
  }

  /** Ends every session and closes every client. */
  async close(): Promise<void> {
    const devices = [this.suspect, ...this.healthy, this.observer, ...(this.#pinned ? [this.#pinned] : [])];
    await Promise.all(devices.map((device) => device.end()));
    for (const client of [this.iot, this.iotData, this.logs, this.sns, this.sqs]) client.destroy();
  }

  async #clock(request: RequestInit): Promise<number> {
    const response = await fetch(`${this.#endpoint}/_sandbox/clock`, request);
    if (!response.ok)
      throw new Error(`the sandbox's clock answered ${response.status}: ${await response.text()}`);
    return ((await response.json()) as { now: number }).now;
  }
}
