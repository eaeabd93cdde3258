import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { IoTClient } from "@aws-sdk/client-iot";
import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SandboxAddress } from "../../sandbox/start-sandbox";
import { clientSettings } from "../sandbox/client-settings";
import type { Scenario } from "../scenario/scenario";
import { Device } from "./device";
import type { Player } from "./player";

/** The stack outputs that the rehearsal needs. */
export interface StackOutputs {
  readonly alertTopicArn: string;
  readonly quarantineGroupName: string;
  readonly callbackLogGroupName: string;
}

/** A client that subscribes to what nobody else may see; it is none of the fleet. */
export const OBSERVER = "rehearsal-observer";

/** Everything that the steps act with: clients, devices, the clock, and what was found so far. */
export class Stage {
  readonly outputs: StackOutputs;
  readonly scenario: Scenario;
  readonly iot: IoTClient;
  readonly iotData: IoTDataPlaneClient;
  readonly dynamo: DynamoDBClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly region: string;
  readonly account: string;
  /** The healthy devices. */
  readonly healthy: Player[] = [];
  /** URL of the queue that listens to the alert topic. */
  alarmQueueUrl: string | undefined;
  /** Id of the certificate that a stranger has. */
  strangersCertificateId: string | undefined;
  /** Base URL of the sandbox. */
  readonly endpoint: string;
  readonly #mqtt: string;
  readonly #devices: Device[] = [];

  constructor(address: SandboxAddress, outputs: StackOutputs, scenario: Scenario) {
    const settings = clientSettings(address);
    this.outputs = outputs;
    this.scenario = scenario;
    this.region = address.region;
    this.account = address.account;
    this.endpoint = address.endpoint;
    this.#mqtt = address.mqtt;
    this.iot = new IoTClient(settings);
    this.iotData = new IoTDataPlaneClient(settings);
    this.dynamo = new DynamoDBClient(settings);
    this.lambda = new LambdaClient(settings);
    this.logs = new CloudWatchLogsClient(settings);
    this.sns = new SNSClient(settings);
    this.sqs = new SQSClient(settings);
  }

  /** A device; its session ends with the stage at the latest. */
  device(name: string, certificateId?: string, address?: string): Device {
    const device = new Device(this.#mqtt, name, certificateId, address);
    this.#devices.push(device);
    return device;
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
    await Promise.all(this.#devices.map((device) => device.end()));
    const { dynamo, iot, iotData, lambda, logs, sns, sqs } = this;
    for (const client of [dynamo, iot, iotData, lambda, logs, sns, sqs]) client.destroy();
  }

  async #clock(request: RequestInit): Promise<number> {
    const response = await fetch(`${this.endpoint}/_sandbox/clock`, request);
    if (!response.ok)
      throw new Error(`the sandbox's clock answered ${response.status}: ${await response.text()}`);
    return ((await response.json()) as { now: number }).now;
  }
}
